import { dot, type Field, sum } from '../arithmetic/field.ts';
import type { Margin } from '../decide/margin.ts';
import { problem } from '../generators/problems.ts';
import { type GradientWorld, gradientWorld } from '../generators/states.ts';
import { population, populationExamples } from '../ladder/population.ts';
import { sgd } from '../ladder/sgd.ts';
import { gradient as slope } from '../model/gradient.ts';
import { reducedLayout } from '../model/layout.ts';
import type { Parameters } from '../model/transformer.ts';
import { type Claim, certified } from './claim.ts';
import { stateOf, unprojected } from './gradient.ts';
import { equal, largest } from './tokens.ts';

type Slope = <T>(F: Field<T>, world: GradientWorld) => Parameters<T>;

/** total = 0, on the scale of what is summed. */
const vanishing = <T>(F: Field<T>, name: string, total: T, terms: readonly T[]): Margin<T> => ({
  ...equal(F, name, total, F.of(0)),
  scale: largest(F, terms),
});

/** dY 1 = 0 and dZ 1 = 0 row by row; `still` lists rows of Z that must not move at all. */
const sums = (slopeOf: Slope, still: (world: GradientWorld) => number[]) =>
  function* <T>(F: Field<T>, world: GradientWorld): Generator<Margin<T>> {
    const layout = reducedLayout(world.problem);
    const { Y, Z } = slopeOf(F, world);
    const zero = F.of(0);
    const copies = layout.multiplicity.map((k) => F.of(k));
    for (const [l, row] of Y.entries())
      yield vanishing(F, `row ${layout.tokens[l]} of Y keeps its sum`, dot(F, row, copies), row);
    for (const [m, row] of Z.entries())
      yield vanishing(F, `row ${layout.queries[m]} of Z keeps its sum`, sum(F, row), row);
    for (const m of still(world))
      for (const [l, x] of Z[m].entries())
        yield equal(F, `Z[${layout.queries[m]}, ${layout.tokens[l]}] of another query stands still`, x, zero);
  };

const sampled: Slope = (F, world) => {
  const { layout, parameters, example } = stateOf(F, world);
  return slope(F, layout, parameters, [example]);
};

const expected: Slope = (F, world) => {
  const { layout, parameters } = stateOf(F, world);
  return slope(F, layout, parameters, populationExamples(F, world.problem));
};

const otherRows = (world: GradientWorld) => {
  const layout = reducedLayout(world.problem);
  return layout.queries.map((_, m) => m).filter((m) => m !== layout.classes[world.cls].row);
};

export const conservation: Claim = {
  id: 'conservation',
  source: 'section 3.1',
  headline: false,
  statement: 'Row sums of Y and Z do not move, nor does any row of Z but that of the query.',
  silent: 'In floating point they drift by rounding; how far is a matter of the kernel bounds.',
  checks: [
    certified({
      rung: sgd.id,
      statement: 'At any Y, Z and any counts of one sequence: dY 1 = 0, dZ 1 = 0, other rows of dZ are 0.',
      expected: 'holds',
      worlds: gradientWorld(problem()),
      share: 0.5,
      margins: sums(sampled, otherRows),
      controls: [{ drops: 'the projection P_f', margins: sums(unprojected, otherRows) }],
    }),
    certified({
      rung: population.id,
      statement: 'At any Y, Z: the expected gradient has dY 1 = 0 and dZ 1 = 0.',
      expected: 'holds',
      worlds: gradientWorld(problem()),
      share: 0.5,
      margins: sums(expected, () => []),
      controls: [{ drops: 'the projection P_f', margins: sums(unprojected, () => []) }],
    }),
  ],
};
