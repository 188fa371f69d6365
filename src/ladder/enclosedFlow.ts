/** The gradient flow, enclosed: what `flow` integrates in float64, by the validated integrator. */
import type { IntervalField } from '../arithmetic/field.ts';
import { type Enclosed, enclose, type RightHandSide } from '../decide/validated.ts';
import { gradient } from '../model/gradient.ts';
import { type Layout, reducedLayout } from '../model/layout.ts';
import type { Parameters } from '../model/transformer.ts';
import { populationExamples } from './population.ts';
import { type Motion, populationFeatures } from './rung.ts';
import type { FlowWorld } from './worlds.ts';

/** Entries of Y and Z. */
export const unknownsOf = ({ tokens, columns, queries }: Layout): number =>
  tokens.length * (columns.length + queries.length);

/** Y and Z of the layout from [Y (tokens x columns), Z (queries x tokens)]. */
function unpacked<T>({ tokens, columns, queries }: Layout, y: readonly T[]): Parameters<T> {
  const [S, C] = [tokens.length, columns.length];
  return {
    Y: tokens.map((_, l) => y.slice(l * C, (l + 1) * C)),
    Z: queries.map((_, m) => y.slice(S * C + m * S, S * C + (m + 1) * S)),
  };
}

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
): Generator<Motion<T> & Pick<Enclosed<T>, 'steps' | 'radius'>> {
  const { problem, rates } = world;
  const layout = reducedLayout(problem);
  const { slope, weights } = enclosedFlow(world, layout);
  const start = weights.map(() => F.of(0));
  const at = times.map((t) => F.ln(F.add(F.of(1), F.mul(F.of(rates.etaY), F.of(t)))));
  const examples = populationExamples(F, problem);
  const etaZ = F.of(rates.etaZ);
  for (const { index, y, steps, radius } of enclose(F, { slope, weights, start }, at)) {
    const state = unpacked(layout, y);
    const dZ = gradient(F, layout, state, examples).Z.map((row) => row.map((x) => F.mul(etaZ, x)));
    const f = populationFeatures(F, problem, layout, state.Z);
    yield { problem, layout, rates, time: times[index], Z: state.Z, dZ, f, steps, radius };
  }
}
