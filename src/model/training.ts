import type { Field } from '../arithmetic/field.ts';
import { gradient } from './gradient.ts';
import type { Layout } from './layout.ts';
import { modelGradient } from './modelGradient.ts';
import { shapeOf } from './modelLayout.ts';
import { type Averages, adamDirection, type Optimiser, signs } from './optimiser.ts';
import { type Example, type Matrix, type Parameters, zeros } from './transformer.ts';

/**
 * Steps of gradient ascent: velocity' = momentum velocity + gradient, parameter' = parameter + eta velocity'. Other
 * optimisers put their direction in the place of velocity'.
 */
export interface Rates {
  readonly etaY: number;
  readonly etaZ: number;
  readonly momentum: number;
  /** `sgd` when left out. */
  readonly optimiser?: Optimiser;
}

export interface State<T> extends Parameters<T> {
  /** The direction of the last step, which added eta times it. */
  readonly velocityY: Matrix<T>;
  readonly velocityZ: Matrix<T>;
  /** Of Adam, after its first step. */
  readonly adam?: { readonly steps: number; readonly Y: Averages<T>; readonly Z: Averages<T> };
}

/** Zero parameters and velocities in a layout's shape: the paper's initial condition. */
export const zeroState = <T>(F: Field<T>, layout: Layout): State<T> => {
  const shape = shapeOf(layout);
  const Y = () => zeros(F, ...shape.Y);
  const Z = () => zeros(F, ...shape.Z);
  return { Y: Y(), Z: Z(), velocityY: Y(), velocityZ: Z() };
};

/** A state with the given parameters and zero velocities. */
export const startState = <T>(F: Field<T>, layout: Layout, parameters: Parameters<number>): State<T> => ({
  ...zeroState(F, layout),
  Y: parameters.Y.map((row) => row.map(F.of)),
  Z: parameters.Z.map((row) => row.map(F.of)),
});

/** a + factor b. */
function plus<T>(F: Field<T>, a: Matrix<T>, b: Matrix<T>, factor: number): Matrix<T> {
  const of = F.of(factor);
  const isZero = (x: T) => F.sign(x) === 0;
  const times = (x: T) => (factor === 1 || isZero(x) ? x : F.mul(of, x));
  const add = (x: T, y: T) => (isZero(x) ? y : isZero(y) ? x : F.add(x, y));
  return a.map((row, i) => row.map((x, j) => add(x, times(b[i][j]))));
}

/** The directions of the next step. */
function directions<T>(
  F: Field<T>,
  { velocityY, velocityZ, adam }: State<T>,
  d: Parameters<T>,
  { momentum, optimiser }: Rates,
): Pick<State<T>, 'velocityY' | 'velocityZ' | 'adam'> {
  if (optimiser === 'sign') return { velocityY: signs(F, d.Y), velocityZ: signs(F, d.Z) };
  if (optimiser === 'adam') {
    const empty = (m: Matrix<T>): Averages<T> => {
      const none = m.map((row) => row.map(() => F.of(0)));
      return { first: none, second: none };
    };
    const steps = (adam?.steps ?? 0) + 1;
    const Y = adamDirection(F, adam?.Y ?? empty(d.Y), d.Y, steps);
    const Z = adamDirection(F, adam?.Z ?? empty(d.Z), d.Z, steps);
    return {
      velocityY: Y.direction,
      velocityZ: Z.direction,
      adam: { steps, Y: Y.averages, Z: Z.averages },
    };
  }
  if (momentum === 0) return { velocityY: d.Y, velocityZ: d.Z };
  return { velocityY: plus(F, d.Y, velocityY, momentum), velocityZ: plus(F, d.Z, velocityZ, momentum) };
}

/** A class, as the gradient is one: see `Slope`. */
class Step<T> {
  readonly #slope: { readonly J: T };
  readonly state: State<T>;

  constructor(state: State<T>, slope: { readonly J: T }) {
    this.#slope = slope;
    this.state = state;
  }

  get J(): T {
    return this.#slope.J;
  }
}

/**
 * One step of training on `examples`; `J` is the objective before the step, computed on access. Multiplications by 1 and
 * additions of 0 are left out.
 */
export function step<T>(
  F: Field<T>,
  layout: Layout,
  state: State<T>,
  examples: readonly Example<T>[],
  rates: Rates,
): { state: State<T>; readonly J: T } {
  const slope = layout.model
    ? modelGradient(F, layout, state, examples)
    : gradient(F, layout, state, examples);
  const { etaY, etaZ } = rates;
  const next = directions(F, state, slope, rates);
  const Y = plus(F, state.Y, next.velocityY, etaY);
  const Z = plus(F, state.Z, next.velocityZ, etaZ);
  return new Step({ Y, Z, ...next }, slope);
}
