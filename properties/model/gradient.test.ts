import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Field } from '../../src/arithmetic/field.ts';
import { float64 } from '../../src/arithmetic/float64.ts';
import { gradient } from '../../src/model/gradient.ts';
import type { Layout } from '../../src/model/layout.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { startState } from '../../src/model/training.ts';
import { type Example, forward, type Parameters, project, zeros } from '../../src/model/transformer.ts';
import { fieldExamples } from '../../src/trainers/fieldTrainer.ts';
import { shrinkingWith } from '../support/overlap.ts';
import { examplesIn, layouts, startOf, trainingWorld } from '../trainers/worlds.ts';

/** Lemma 1 for each example separately: dY = w f r^T, dZ = w diag(f) P_f Y r, J = w J. */
function literal<T>(F: Field<T>, layout: Layout, at: Parameters<T>, examples: readonly Example<T>[]): T[] {
  const dY = zeros(F, layout.tokens.length, layout.columns.length);
  const dZ = zeros(F, layout.queries.length, layout.tokens.length);
  let J = F.of(0);
  for (const example of examples) {
    const { support, row } = layout.classes[example.cls];
    const one = forward(F, layout, at, example);
    const g = support.map((l) =>
      one.residual
        .map((r, j) => F.mul(F.mul(F.of(layout.multiplicity[j]), r), at.Y[l][j]))
        .reduce((a, b) => F.add(a, b)),
    );
    const w = project(F, one.f, g);
    support.forEach((l, i) => {
      const share = F.mul(example.weight, one.f[i]);
      dZ[row][l] = F.add(dZ[row][l], F.mul(share, w[i]));
      one.residual.forEach((r, j) => {
        dY[l][j] = F.add(dY[l][j], F.mul(share, r));
      });
    });
    J = F.add(J, F.mul(example.weight, one.J));
  }
  return [...dY.flat(), ...dZ.flat(), J];
}

describe('the gradient of a batch', () => {
  it('is the sum of its examples, with or without common tokens and queries', () => {
    // Larger ones have gradients whose width overflows a double.
    const spread = fc.constantFrom<0 | 0.1 | 5 | 20>(0, 0.1, 5, 20);
    fc.assert(
      fc.property(trainingWorld(1, spread), (world) => {
        const layout = layouts[world.layout](world.problem);
        shrinkingWith((F) => {
          const state = startState(F, layout, startOf(world, layout));
          const examples = fieldExamples(F, examplesIn(world)());
          const { Y, Z, J } = gradient(F, layout, state, examples);
          const expected = literal(F, layout, state, examples);
          return [...Y.flat(), ...Z.flat(), J].map((x, i) => F.sub(x, expected[i]));
        });
      }),
      { seed: 1, numRuns: 30 },
    );
  });

  it('does not underflow where examples of one query have tokens with logits far apart', () => {
    const problem = {
      vocabulary: 6,
      classes: [
        { next: 4, query: 0, tokens: [0, 1], probabilities: [1, 1] },
        { next: 5, query: 0, tokens: [2, 3], probabilities: [1, 1] },
      ],
    };
    const layout = reducedLayout(problem);
    const Y = layout.tokens.map((l) => layout.columns.map((_, j) => Math.sin(3 * l + j)));
    const examples = layout.classes.map((_, cls) => ({ cls, mass: [2, 3], weight: 0.5 }));
    const at = (far: number) => gradient(float64, layout, { Y, Z: [[0, 1, far, far + 1]] }, examples);
    const near = at(0);
    // Each example's attention depends on differences within it, and 1000 + 1 is exact.
    for (const far of [400, 1000, -1000]) {
      expect(at(far).Y).toEqual(near.Y);
      expect(at(far).Z).toEqual(near.Z);
      expect(at(far).J).toBe(near.J);
    }
  });

  it('keeps the digits of 1 - alpha where the decoder is certain', () => {
    const problem = {
      vocabulary: 3,
      classes: [
        { next: 1, query: 0, tokens: [0, 2], probabilities: [1, 1] },
        { next: 2, query: 0, tokens: [0, 1], probabilities: [1, 1] },
      ],
    };
    const layout = reducedLayout(problem);
    const { target } = layout.classes[0];
    // A gap of 60 sqrt(2): 1 - alpha is 2 e^-85; the subtraction from 1 gives 0.
    const Y = layout.tokens.map(() => layout.columns.map((_, j) => (j === target ? 60 : 0)));
    const Z = [layout.tokens.map(() => 0)];
    const at = gradient(float64, layout, { Y, Z }, [{ cls: 0, mass: [1, 1], weight: 1 }]);
    const slope = at.Y[layout.classes[0].support[0]][target];
    const gap = 60 * Math.SQRT2;
    const expected = Math.SQRT1_2 * (2 / (Math.exp(gap) + 2));
    // A relative error of 3 u of the gap in both computations is 3 gap u in its exponential; a dozen roundings are added.
    expect(Math.abs(slope / expected - 1)).toBeLessThan((6 * gap + 12) * 2 ** -53);
  });
});
