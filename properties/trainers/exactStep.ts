/**
 * One training step at high precision from a trainer's float64 state, with the quantities that the error bounds need.
 */
import { type Decimal, decimal } from '../../src/arithmetic/decimal.ts';
import { float64 } from '../../src/arithmetic/float64.ts';
import type { ExactExample } from '../../src/kernels/judging/exampleBounds.ts';
import type { Layout } from '../../src/model/layout.ts';
import { type Rates, type State, step } from '../../src/model/training.ts';
import { forward, type Matrix, project } from '../../src/model/transformer.ts';

/** A trainer's parameters and velocities. */
export interface DoubleState {
  readonly Y: Matrix<number>;
  readonly Z: Matrix<number>;
  readonly velocityY: Matrix<number>;
  readonly velocityZ: Matrix<number>;
}

export interface ExactStep {
  readonly before: DoubleState;
  /** The exact result rounded to float64. */
  readonly after: DoubleState;
  /** The result, to `digits` digits. */
  readonly exact: State<Decimal>;
  readonly J: Decimal;
  readonly examples: readonly ExactExample[];
}

/** A trainer's example, in float64. */
export interface DoubleExample {
  readonly cls: number;
  readonly mass: ArrayLike<number>;
  readonly weight: number;
}

/** Default precision: 17 digits distinguish two doubles, the others allow for cancellation. */
const DIGITS = 50;

/** Steps that tests have asked for, by what they depend on: several trainers are judged from the same states. */
const known = new Map<string, ExactStep>();
/** Enough for the worlds of a test; a step takes some 10 KB. */
const MOST_KNOWN = 500;

/** `computeStep`, which takes milliseconds, once for each state. */
export function exactStep(...given: Parameters<typeof computeStep>): ExactStep {
  // NaN and infinities are one text, and no test asks for a step from them.
  const name = JSON.stringify(given);
  let found = known.get(name);
  if (!found) {
    if (known.size >= MOST_KNOWN) known.clear();
    found = computeStep(...given);
    known.set(name, found);
  }
  return found;
}

/**
 * The exact step from `before`.
 * @param digits working precision; cancellation in g - f (f.g) and in e_n - alpha loses some of them
 */
function computeStep(
  layout: Layout,
  before: DoubleState,
  examples: readonly DoubleExample[],
  rates: Rates,
  digits = DIGITS,
): ExactStep {
  const F = decimal(digits);
  const lift = (m: Matrix<number>) => m.map((row) => row.map(F.of));
  const lower = (m: Matrix<Decimal>) => m.map((row) => row.map(F.toNumber));
  const state: State<Decimal> = {
    Y: lift(before.Y),
    Z: lift(before.Z),
    velocityY: lift(before.velocityY),
    velocityZ: lift(before.velocityZ),
  };
  const lifted = examples.map(({ cls, mass, weight }) => ({
    cls,
    mass: Array.from(mass, F.of),
    weight: F.of(weight),
  }));
  const { state: exact, J } = step(F, layout, state, lifted, rates);
  return {
    before,
    after: {
      Y: lower(exact.Y),
      Z: lower(exact.Z),
      velocityY: lower(exact.velocityY),
      velocityZ: lower(exact.velocityZ),
    },
    exact,
    J,
    examples: examples.map((example) => magnitudes(layout, before, example)),
  };
}

/** In float64: the bounds need only the magnitudes of these quantities. */
function magnitudes(layout: Layout, before: DoubleState, example: DoubleExample): ExactExample {
  const { support, row, target } = layout.classes[example.cls];
  const mass = Array.from(example.mass);
  const { attention, f, logits, alpha, residual, J } = forward(float64, layout, before, { ...example, mass });
  const g = support.map((l) =>
    residual.reduce((a, r, j) => a + layout.multiplicity[j] * r * before.Y[l][j], 0),
  );
  const w = project(float64, f, g);
  const present = support.map((_, i) => i).filter((i) => mass[i] > 0);
  const pick = (xs: readonly number[]) => present.map((i) => xs[i]);
  return {
    tokens: pick(support),
    row,
    target,
    weight: example.weight,
    z: present.map((i) => before.Z[row][support[i]]),
    // The product with the count, and the rounding of the count.
    collecting: present.map(() => 2),
    terms: present.length,
    records: 0,
    v: pick(attention),
    f: pick(f),
    logits,
    alpha,
    residual,
    g: pick(g),
    w: pick(w),
    J,
  };
}
