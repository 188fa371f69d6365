import fc from 'fast-check';
import { describe, it } from 'vitest';
import { equation10 } from '../../src/claims/attention-dynamics.ts';
import { attentionWorld } from '../../src/generators/attention.ts';
import { problem } from '../../src/generators/problems.ts';
import { populationExamples } from '../../src/ladder/population.ts';
import { populationFeatures } from '../../src/ladder/rung.ts';
import { spanned } from '../../src/ladder/solved.ts';
import { gradient } from '../../src/model/gradient.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { shrinkingWith } from '../support/overlap.ts';
import { itGetsItsVerdicts } from './rows.ts';

describe('attention-dynamics', () => {
  itGetsItsVerdicts('attention-dynamics');

  it("is, entry by entry, Lemma 1's closed form averaged over the classes", () => {
    fc.assert(
      fc.property(attentionWorld(problem()), (world) => {
        shrinkingWith((F) => {
          const layout = reducedLayout(world.problem);
          const Z = world.Z.map((row) => row.map(F.of));
          const C = world.inside.map((row) => row.map(F.of));
          const Y = spanned(F, layout, populationFeatures(F, world.problem, layout, Z), C);
          const printed = equation10(F, world.problem, layout, Y, Z, true);
          const closed = gradient(F, layout, { Y, Z }, populationExamples(F, world.problem)).Z;
          return printed.flatMap((row, m) => row.map((z, l) => F.sub(z, closed[m][l])));
        });
      }),
      { seed: 66, numRuns: 15 },
    );
  });
});
