/** The gradient flow, enclosed: what `flow` integrates in float64, by the validated integrator. */

import type { IntervalField } from '../arithmetic/field.ts';
import { float64Intervals as B } from '../arithmetic/float64Interval.ts';
import { type Enclosed, type EncloseOptions, enclose, type RightHandSide } from '../decide/validated.ts';
import { gradient } from '../model/gradient.ts';
import { type Layout, reducedLayout } from '../model/layout.ts';
import { curvature, inDoubles } from './curvature.ts';
import { populationExamples } from './population.ts';
import { type Motion, populationFeatures } from './rung.ts';
import { unpacked } from './unknowns.ts';
import type { FlowWorld } from './worlds.ts';

/**
 * The flow in u = ln(1 + etaY t): with J the expected objective,
 *
 *     dY/du = e^u dJ/dY,    dZ/du = e^u (etaZ/etaY) dJ/dZ.
 *
 * In the norm sum_lj multiplicity_j Y_lj^2 + (etaY/etaZ) sum_ml Z_ml^2 it is a gradient flow: its Jacobian is symmetric.
 */
export function enclosedFlow({ problem, rates }: Pick<FlowWorld, 'problem' | 'rates'>, layout: Layout) {
  const weights = [
    ...layout.tokens.flatMap(() => layout.multiplicity),
    ...layout.queries.flatMap(() => layout.tokens.map(() => rates.etaY / rates.etaZ)),
  ];
  const slope: RightHandSide = (F, u, y) => {
    const growth = F.exp(u);
    const ratio = F.div(F.of(rates.etaZ), F.of(rates.etaY));
    const examples = populationExamples(F, problem).map((x) => ({ ...x, weight: F.mul(x.weight, growth) }));
    const d = gradient(F, layout, unpacked(layout, y), examples);
    return [...d.Y.flat(), ...d.Z.flat().map((x) => F.mul(ratio, x))];
  };
  return { slope, weights };
}

/** The motions of a world of `flow` at the given times, enclosed. */
export function* enclosedMotions<T>(
  F: IntervalField<T>,
  world: FlowWorld,
  times: readonly number[],
  options?: EncloseOptions,
): Generator<Motion<T> & Pick<Enclosed<T>, 'steps' | 'radius'>> {
  const { problem, rates } = world;
  const layout = reducedLayout(problem);
  const { slope, weights } = enclosedFlow(world, layout);
  const start = weights.map(() => F.of(0));
  const at = times.map((t) => F.ln(F.add(F.of(1), F.mul(F.of(rates.etaY), F.of(t)))));
  const examples = populationExamples(F, problem);
  const etaZ = F.of(rates.etaZ);
  const inB = populationExamples(B, problem);
  const unit = { etaY: 1, etaZ: rates.etaZ / rates.etaY };
  /** e^u times the curvature at rates 1 and etaZ/etaY. */
  const growth = (u: T, y: readonly T[]): T | undefined => {
    const { above } = curvature(
      B,
      layout,
      unpacked(
        layout,
        y.map((x) => inDoubles(F, x)),
      ),
      inB,
      unit,
    );
    const bound = B.mul(B.exp(inDoubles(F, u)), above).hi;
    return Number.isFinite(bound) ? F.of(bound) : undefined;
  };
  for (const { index, y, steps, radius } of enclose(F, { slope, weights, start, growth }, at, options)) {
    const state = unpacked(layout, y);
    const dZ = gradient(F, layout, state, examples).Z.map((row) => row.map((x) => F.mul(etaZ, x)));
    const f = populationFeatures(F, problem, layout, state.Z);
    yield { problem, layout, rates, time: times[index], Z: state.Z, dZ, f, steps, radius };
  }
}
