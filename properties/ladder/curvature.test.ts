/** The bounds of the curvature, against Hessians by Taylor arithmetic. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dot } from '../../src/arithmetic/field.ts';
import { float64 } from '../../src/arithmetic/float64.ts';
import { float64Intervals as B } from '../../src/arithmetic/float64Interval.ts';
import { jets, moving } from '../../src/arithmetic/jet.ts';
import { problem as anyProblem, singleCommon } from '../../src/generators/problems.ts';
import { curvature, inDoubles } from '../../src/ladder/curvature.ts';
import { populationExamples } from '../../src/ladder/population.ts';
import { unknownsOf, unpacked } from '../../src/ladder/unknowns.ts';
import { gradient } from '../../src/model/gradient.ts';
import { type Layout, reducedLayout } from '../../src/model/layout.ts';
import type { Problem } from '../../src/model/problem.ts';
import { step, zeroState } from '../../src/model/training.ts';
import type { Example, Parameters } from '../../src/model/transformer.ts';

interface State {
  readonly problem: Problem;
  readonly rates: { readonly etaY: number; readonly etaZ: number; readonly momentum: 0 };
  /** Steps of training from zero, and how far a random state is added to what they reach. */
  readonly steps: number;
  readonly noise: number;
  readonly seed: number;
}
const decades = (low: number, high: number) =>
  fc.double({ min: low, max: high, noNaN: true }).map((x) => 10 ** x);
const states: fc.Arbitrary<State> = fc
  .record({
    problem: fc.oneof(singleCommon(), anyProblem()).filter((p) => unknownsOf(reducedLayout(p)) <= 90),
    etaY: decades(-2, 1),
    ratio: decades(-1, 2),
    steps: fc.integer({ min: 0, max: 60 }),
    noise: fc.constantFrom(0, 0.1, 1, 3),
    seed: fc.integer(),
  })
  .map(({ etaY, ratio, ...rest }) => ({
    ...rest,
    rates: { etaY, etaZ: etaY / ratio, momentum: 0 as const },
  }));

/** Numbers in [-1, 1]. */
function numbers(seed: number): () => number {
  let x = seed | 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x | 0) / 2 ** 31;
  };
}

const flat = <T>({ Y, Z }: Parameters<T>): T[] => [...Y.flat(), ...Z.flat()];

function stateOf({ problem, rates, steps, noise, seed }: State) {
  const layout = reducedLayout(problem);
  const examples = populationExamples(float64, problem);
  let state = zeroState(float64, layout);
  for (let k = 0; k < steps; k++) state = step(float64, layout, state, examples, rates).state;
  const random = numbers(seed);
  return { layout, examples, y: flat(state).map((x) => x + noise * random()) };
}

/** D H times a direction, by Taylor arithmetic on the gradient: a step adds eta times it. */
function applied(
  layout: Layout,
  rates: State['rates'],
  examples: readonly Example<number>[],
  y: number[],
  d: number[],
) {
  const S = jets(float64, 1);
  const at = unpacked(
    layout,
    y.map((x, i) => moving(float64, 1, x, d[i])),
  );
  const lifted = examples.map(({ cls, mass, weight }) => ({
    cls,
    mass: mass.map(S.of),
    weight: S.of(weight),
  }));
  const slope = gradient(S, layout, at, lifted);
  return [...slope.Y.flat().map((x) => rates.etaY * x[1]), ...slope.Z.flat().map((x) => rates.etaZ * x[1])];
}

const weightsOf = ({ tokens, multiplicity, queries }: Layout, { etaY, etaZ }: State['rates']): number[] => [
  ...tokens.flatMap(() => multiplicity.map((m) => m / etaY)),
  ...queries.flatMap(() => tokens.map(() => 1 / etaZ)),
];

/** The extreme eigenvalues of D H, from below: Rayleigh quotients of powers of D H shifted. */
function extremes(state: State, shift: number): [most: number, least: number] {
  const { layout, examples, y } = stateOf(state);
  const weights = weightsOf(layout, state.rates);
  const random = numbers(state.seed + 1);
  const quotient = (sign: 1 | -1): number => {
    let d = y.map(random);
    let q = 0;
    for (let k = 0; k < 30; k++) {
      const size = Math.sqrt(d.reduce((s, x, i) => s + weights[i] * x * x, 0));
      d = d.map((x) => x / size);
      const h = applied(layout, state.rates, examples, y, d);
      q = h.reduce((s, x, i) => s + weights[i] * x * d[i], 0);
      d = h.map((x, i) => sign * x + shift * d[i]);
    }
    return q;
  };
  return [quotient(1), quotient(-1)];
}

function boundsOf(state: State, radius = 0) {
  const { layout, y } = stateOf(state);
  const box = unpacked(
    layout,
    y.map((x) => B.between(x - radius, x + radius)),
  );
  const { above, below } = curvature(B, layout, box, populationExamples(B, state.problem), state.rates);
  return [above.hi, below.hi];
}

const sample = fc.sample(states, { numRuns: 30, seed: 11 });
const ROUNDING = 1e-10;

describe('the curvature', () => {
  it('bounds the eigenvalues of D H at states of training and at random ones', () => {
    let [near, deep] = [0, 0];
    for (const state of sample) {
      const [above, below] = boundsOf(state);
      const [most, least] = extremes(state, above + below);
      const scale = above + below;
      expect(most, JSON.stringify(state)).toBeLessThanOrEqual(above + ROUNDING * scale);
      expect(-least, JSON.stringify(state)).toBeLessThanOrEqual(below + ROUNDING * scale);
      near = Math.max(near, most / above);
      deep = Math.max(deep, -least / below);
    }
    // Controls: half of each bound is none.
    expect(near).toBeGreaterThan(0.5);
    expect(deep).toBeGreaterThan(0.5);
  });

  it('grows with the box: it bounds every state inside', () => {
    for (const state of sample.slice(0, 20)) {
      const [inside, around] = [boundsOf(state), boundsOf(state, 1e-3)];
      for (const i of [0, 1]) expect(around[i]).toBeGreaterThanOrEqual(inside[i]);
      const shaken = { ...state, noise: 1e-3, steps: state.steps, seed: state.seed + 2 };
      if (state.noise !== 0) continue;
      const [above, below] = boundsOf(shaken);
      expect(above).toBeLessThanOrEqual(around[0]);
      expect(below).toBeLessThanOrEqual(around[1]);
    }
  });

  it('is no finite number on a box that is too wide for an operation', () => {
    const [state] = sample;
    expect(Number.isFinite(boundsOf(state, 1e3)[0])).toBe(false);
  });

  it('is symmetric in its norm: a.(W D H b) = b.(W D H a)', () => {
    for (const state of sample.slice(0, 20)) {
      const { layout, examples, y } = stateOf(state);
      const weights = weightsOf(layout, state.rates);
      const random = numbers(state.seed + 3);
      const [a, b] = [y.map(random), y.map(random)];
      const [Ha, Hb] = [a, b].map((d) =>
        applied(layout, state.rates, examples, y, d).map((x, i) => weights[i] * x),
      );
      const [left, right] = [dot(float64, b, Ha), dot(float64, a, Hb)];
      const size = dot(float64, b.map(Math.abs), Ha.map(Math.abs));
      expect(Math.abs(left - right)).toBeLessThanOrEqual(1e-11 * size);
    }
  });
});

it('an enclosure in doubles contains both ends', () => {
  expect(inDoubles(B, B.between(-1, 2))).toMatchObject({ lo: expect.any(Number) });
  const { lo, hi } = inDoubles(B, B.between(-1, 2));
  expect(lo).toBeLessThan(-1);
  expect(hi).toBeGreaterThan(2);
});
