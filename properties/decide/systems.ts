/** Differential equations whose solution is known in closed form. */
import type { Field } from '../../src/arithmetic/field.ts';
import type { RightHandSide } from '../../src/decide/validated.ts';

export interface Known {
  readonly name: string;
  readonly slope: RightHandSide;
  readonly start: readonly number[];
  /** Values of u at which it is read. */
  readonly at: readonly number[];
  readonly solution: <T>(F: Field<T>, u: T) => T[];
}

/** sin and cos of u by their series: 40 terms reach 10^-40 for |u| <= 3, then angles are doubled. */
function rotation<T>(F: Field<T>, u: T): [cos: T, sin: T] {
  let [n, small] = [0, u];
  for (; Math.abs(F.toNumber(small)) > 1; n++) small = F.div(small, F.of(2));
  let [cos, sin, term] = [F.of(0), F.of(0), F.of(1)];
  for (let k = 0; k < 80; k++) {
    const signed = k % 4 < 2 ? term : F.neg(term);
    if (k % 2 === 0) cos = F.add(cos, signed);
    else sin = F.add(sin, signed);
    term = F.div(F.mul(term, small), F.of(k + 1));
  }
  for (; n > 0; n--) [cos, sin] = [F.sub(F.mul(cos, cos), F.mul(sin, sin)), F.mul(F.of(2), F.mul(sin, cos))];
  return [cos, sin];
}

export const growing: Known = {
  name: "growth, y' = y",
  slope: (_, __, y) => y,
  start: [1],
  at: [0.1, 1, 5],
  solution: (F, u) => [F.exp(u)],
};

export const decaying: Known = {
  name: "decay, y' = -y",
  slope: (F, _, [y]) => [F.neg(y)],
  start: [1],
  at: [0.1, 1, 5],
  solution: (F, u) => [F.exp(F.neg(u))],
};

export const known: readonly Known[] = [
  growing,
  decaying,
  {
    name: "a stiff one, y' = -300 (y - u) + 1",
    slope: (F, u, [y]) => [F.add(F.mul(F.of(-300), F.sub(y, u)), F.of(1))],
    start: [1],
    at: [0.01, 0.5],
    solution: (F, u) => [F.add(u, F.exp(F.mul(F.of(-300), u)))],
  },
  {
    name: "logistic, y' = y (1 - y)",
    slope: (F, _, [y]) => [F.mul(y, F.sub(F.of(1), y))],
    start: [0.125],
    at: [0.5, 2, 8],
    solution: (F, u) => [F.div(F.of(1), F.add(F.of(1), F.mul(F.of(7), F.exp(F.neg(u)))))],
  },
  {
    name: "Riccati, y' = 1 + y^2, close to its pole",
    slope: (F, _, [y]) => [F.add(F.of(1), F.mul(y, y))],
    start: [0],
    at: [0.5, 1.5],
    solution: (F, u) => {
      const [cos, sin] = rotation(F, u);
      return [F.div(sin, cos)];
    },
  },
  {
    name: "a harmonic oscillator, y'' = -y",
    slope: (F, _, [x, v]) => [v, F.neg(x)],
    start: [1, 0],
    at: [0.5, 3, 12],
    solution: (F, u) => {
      const [cos, sin] = rotation(F, u);
      return [cos, F.neg(sin)];
    },
  },
  {
    name: "one that depends on u, y' = 2 u y",
    slope: (F, u, [y]) => [F.mul(F.mul(F.of(2), u), y)],
    start: [1],
    at: [0.5, 2],
    solution: (F, u) => [F.exp(F.mul(u, u))],
  },
  {
    // D grows within a step, so that its value at the step's start is no bound.
    name: "an integral, y' = e^(8 u)",
    slope: (F, u) => [F.exp(F.mul(F.of(8), u))],
    start: [0],
    at: [0.5, 1],
    solution: (F, u) => [F.div(F.sub(F.exp(F.mul(F.of(8), u)), F.of(1)), F.of(8))],
  },
  {
    name: 'roots, logarithms and quotients, y = sqrt(1 + u), ln(1 + u), 1/(1 + u)',
    slope: (F, u, [root]) => {
      const one = F.add(F.of(1), u);
      return [
        F.div(F.of(1), F.mul(F.of(2), root)),
        F.div(F.of(1), one),
        F.neg(F.div(F.of(1), F.mul(one, one))),
      ];
    },
    start: [1, 0, 1],
    at: [0.25, 3],
    solution: (F, u) => {
      const one = F.add(F.of(1), u);
      return [F.sqrt(one), F.ln(one), F.div(F.of(1), one)];
    },
  },
];
