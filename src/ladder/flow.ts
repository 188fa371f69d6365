import type { IntervalField } from '../arithmetic/field.ts';
import { float64 } from '../arithmetic/float64.ts';
import { type Layout, reducedLayout } from '../model/layout.ts';
import { classWeights, type Problem, probabilities } from '../model/problem.ts';
import type { Rates } from '../model/training.ts';
import type { Matrix } from '../model/transformer.ts';
import { enclosedMotions } from './enclosedFlow.ts';
import { integrate, logarithmicTimes, type Slope, TOLERANCE } from './integrate.ts';
import { type Motion, populationFeatures } from './rung.ts';
import { type RungInfo, rungInfo } from './tree.ts';
import { unknownsOf } from './unknowns.ts';
import type { FlowWorld } from './worlds.ts';

/** A rung that is a differential equation. It is integrated in float64, and enclosed where it has a validated integrator. */
export interface FlowRung extends RungInfo {
  /** Z, dZ/dt and f at logarithmically spaced times from 1/100 of 1/etaY to the world's end. */
  motions(world: FlowWorld, options?: FlowOptions): Iterable<Motion<number>>;
  /**
   * The same motions at the same times, enclosed, where the rung has a validated integrator. Throws EnclosureEnds where the enclosures become too
   * wide, or after so many steps.
   */
  enclosed?<T>(F: IntervalField<T>, world: FlowWorld, options?: EnclosedOptions): Iterable<Motion<T>>;
}

/** How a flow is integrated: relative tolerance of a step, and the times at which it is read. */
export interface FlowOptions {
  readonly tolerance?: number;
  /** Times at which the motion is evaluated. */
  readonly times?: readonly number[];
}

/** How a flow is enclosed: the times at which it is read, the most steps, and the part of the digits to which each is exact. */
export interface EnclosedOptions extends Pick<FlowOptions, 'times'> {
  readonly steps?: number;
  readonly accuracy?: number;
}

/** Times per decade. */
const PER_DECADE = 6;

/**
 * The factor d_n of (e_n - alpha_n)^T in dY/dt: a vector over the layout's tokens for every class, from the f_n over
 * the classes' supports. `null` means d_n = f_n.
 */
export type Direction = ((f: readonly Float64Array[]) => readonly Float64Array[]) | null;

/**
 * The right-hand side of
 *
 *     dY/dt = etaY E_n d_n (e_n - alpha_n)^T,    dZ_m/dt = etaZ E_{n in psi^-1(m)} diag(f_n) P_{f_n} Y (e_n - alpha_n)
 *
 * for the vector [Y (tokens x columns), Z (queries x tokens)] in the layout's order, with d_n = f_n for the gradient
 * flow. 1 - alpha_n is the sum of the other alphas, so that nothing cancels at late times.
 */
export function flowSlope(problem: Problem, layout: Layout, rates: Rates, direction: Direction): Slope {
  const [S, C] = [layout.tokens.length, layout.columns.length];
  const weights = classWeights(float64, problem);
  const classes = layout.classes.map(({ support, row, target }, n) => ({
    support: Int32Array.from(support),
    mass: Float64Array.from(probabilities(float64, problem.classes[n])),
    f: new Float64Array(support.length),
    g: new Float64Array(support.length),
    z: S * C + row * S,
    target,
    weight: weights[n],
  }));
  const copies = Float64Array.from(layout.multiplicity);
  const r = new Float64Array(C);
  return (_, y, out) => {
    out.fill(0);
    for (const { support, mass, f, z } of classes) attend(y, z, support, mass, f);
    const directions = direction?.(classes.map(({ f }) => f));
    for (const [n, { support, f, g, z, target, weight }] of classes.entries()) {
      residual(y, C, support, f, target, copies, r);
      let along = 0;
      for (let i = 0; i < f.length; i++) {
        const base = support[i] * C;
        let back = 0;
        for (let j = 0; j < C; j++) back += y[base + j] * copies[j] * r[j];
        g[i] = back;
        along += f[i] * back;
      }
      for (let i = 0; i < f.length; i++)
        out[z + support[i]] += rates.etaZ * weight * f[i] * (g[i] - f[i] * along);
      const d = directions?.[n];
      const size = d ? S : f.length;
      for (let i = 0; i < size; i++) {
        const share = rates.etaY * weight * (d ? d[i] : f[i]);
        const base = (d ? i : support[i]) * C;
        for (let j = 0; j < C; j++) out[base + j] += share * r[j];
      }
    }
  };
}

/** f_n over the support: P(l|n) exp(z_l), normalised to length 1. */
function attend(y: Float64Array, z: number, support: Int32Array, mass: Float64Array, f: Float64Array): void {
  let shift = Number.NEGATIVE_INFINITY;
  for (const l of support) shift = Math.max(shift, y[z + l]);
  let square = 0;
  for (let i = 0; i < f.length; i++) {
    f[i] = mass[i] * Math.exp(y[z + support[i]] - shift);
    square += f[i] * f[i];
  }
  const norm = Math.sqrt(square);
  for (let i = 0; i < f.length; i++) f[i] /= norm;
}

/** e_n - alpha_n per column (one copy each) into `r`. */
function residual(
  y: Float64Array,
  C: number,
  support: Int32Array,
  f: Float64Array,
  target: number,
  copies: Float64Array,
  r: Float64Array,
): void {
  r.fill(0);
  for (let i = 0; i < f.length; i++)
    for (let j = 0, base = support[i] * C; j < C; j++) r[j] += f[i] * y[base + j];
  let shift = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < C; j++) shift = Math.max(shift, r[j]);
  let others = 0;
  for (let j = 0; j < C; j++) {
    r[j] = Math.exp(r[j] - shift);
    if (j !== target) others += copies[j] * r[j];
  }
  const total = others + r[target];
  for (let j = 0; j < C; j++) r[j] = j === target ? others / total : -r[j] / total;
}

/** The matrices Y and Z of the layout from the vector of the flow. */
export function unpack(layout: Layout, y: Float64Array): { Y: Matrix<number>; Z: Matrix<number> } {
  const [S, C] = [layout.tokens.length, layout.columns.length];
  return {
    Y: layout.tokens.map((_, l) => Array.from(y.subarray(l * C, (l + 1) * C))),
    Z: layout.queries.map((_, m) => Array.from(y.subarray(S * C + m * S, S * C + (m + 1) * S))),
  };
}

const timesOf = ({ rates, end }: FlowWorld): number[] =>
  logarithmicTimes(Math.min(0.01 / rates.etaY, end), end, PER_DECADE);

/** The motions of a flow from zero at the given times. */
export function* flowMotions(
  world: FlowWorld,
  directionOf: (layout: Layout) => Direction,
  { tolerance = TOLERANCE, times }: FlowOptions = {},
): Generator<Motion<number>> {
  const { problem, rates } = world;
  const layout = reducedLayout(problem);
  const samples = integrate({
    slope: flowSlope(problem, layout, rates, directionOf(layout)),
    start: new Float64Array(unknownsOf(layout)),
    times: times ?? timesOf(world),
    tolerance,
    scale: 1 / rates.etaY,
  });
  for (const { time, y, slope } of samples) {
    const { Z } = unpack(layout, y);
    const f = populationFeatures(float64, problem, layout, Z);
    yield { problem, layout, rates, time, Z, dZ: unpack(layout, slope).Z, f };
  }
}

/** The gradient flow of the expected objective of infinitely long sequences, from the zero start. */
export const flow: FlowRung = {
  ...rungInfo('flow'),
  motions: (world, options) => flowMotions(world, () => null, options),
  enclosed: (F, world, { times, ...options } = {}) =>
    enclosedMotions(F, world, times ?? timesOf(world), options),
};
