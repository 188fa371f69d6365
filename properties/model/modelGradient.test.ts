/** The gradient of any model, against central differences, and against the paper's own. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Decimal, decimal } from '../../src/arithmetic/decimal.ts';
import { attentionKernels, elementwise } from '../../src/model/attentionKernels.ts';
import { gradient } from '../../src/model/gradient.ts';
import { fullLayout, type Layout, reducedLayout, supportLayout } from '../../src/model/layout.ts';
import { paperModel } from '../../src/model/model.ts';
import { modelGradient, modelObjective } from '../../src/model/modelGradient.ts';
import { shapeOf } from '../../src/model/modelLayout.ts';
import type { Example, Parameters } from '../../src/model/transformer.ts';
import { uniformStream } from '../../src/model/uniform.ts';
import { smallProblem } from '../trainers/worlds.ts';
import { anyModel, copiesOf, spreadOut } from './models.ts';

const F = decimal(40);

function parameters(layout: Layout, seed: number): Parameters<Decimal> {
  const uniform = uniformStream(seed);
  const matrix = (rows: number, columns: number) =>
    Array.from({ length: rows }, () => Array.from({ length: columns }, () => F.of(2 * uniform() - 0.9)));
  const { Y, Z } = shapeOf(layout);
  return { Y: matrix(...Y), Z: matrix(...Z) };
}

/** One sequence of each class; a token of the first may be absent. */
const examplesOf = (layout: Layout, seed: number): Example<Decimal>[] => {
  const uniform = uniformStream(seed + 1);
  const weight = F.div(F.of(1), F.of(layout.classes.length));
  return layout.classes.map(({ support }, cls) => ({
    cls,
    weight,
    mass: support.map((_, i) => F.of(i > 0 && uniform() < 0.3 ? 0 : 1 + Math.floor(5 * uniform()))),
  }));
};

/**
 * Half of the step h of the differences. Their error is h^2/6 times a third derivative, of which 1e6 is allowed for; rounding a
 * J of 40 digits leaves 1e-40/h, far less.
 */
const HALF = 1e-12;
const CLOSE = 1e-18;
/** A thousand roundings in 40 digits of numbers below 1e4, such as 1/||w||, lose at most 1e-33; a wrong formula differs at once. */
const ROUNDING = 1e-32;

const objectiveOf = (layout: Layout, at: Parameters<Decimal>, examples: readonly Example<Decimal>[]) =>
  examples.reduce((J, one) => F.add(J, F.mul(one.weight, modelObjective(F, layout, at, one))), F.of(0));

/** dJ of one entry by a central difference. */
function difference(
  layout: Layout,
  at: Parameters<Decimal>,
  examples: readonly Example<Decimal>[],
  name: 'Y' | 'Z',
  i: number,
  j: number,
): number {
  const moved = (by: number) => ({
    ...at,
    [name]: at[name].map((row, a) => (a === i ? row.map((x, b) => (b === j ? F.add(x, F.of(by)) : x)) : row)),
  });
  const [up, down] = [HALF, -HALF].map((by) => objectiveOf(layout, moved(by), examples));
  return F.toNumber(F.div(F.sub(up, down), F.of(2 * HALF)));
}

describe('the gradient of a model', () => {
  it('is that of its objective: central differences in 40 digits', () => {
    fc.assert(
      fc.property(smallProblem, anyModel, fc.nat(), (problem, model, seed) => {
        const layout = { ...supportLayout(problem), model };
        const at = parameters(layout, seed);
        const examples = examplesOf(layout, seed);
        const slope = modelGradient(F, layout, at, examples);
        const uniform = uniformStream(seed + 2);
        for (const name of ['Y', 'Z'] as const)
          for (let k = 0; k < 2; k++) {
            const i = Math.floor(uniform() * at[name].length);
            const j = Math.floor(uniform() * at[name][i].length);
            // A merged row stands for several equal ones: its own entry has the gradient of one.
            const copies = name === 'Y' ? copiesOf(layout, i) : 1;
            const found = F.toNumber(slope[name][i][j]) * copies;
            expect(Math.abs(found - difference(layout, at, examples, name, i, j))).toBeLessThan(CLOSE);
          }
      }),
      { seed: 14, numRuns: 20 },
    );
  });

  it('is that of the paper for the model of the paper, by other formulas', () => {
    fc.assert(
      fc.property(smallProblem, fc.nat(), (problem, seed) => {
        const layout = reducedLayout(problem);
        const at = parameters(layout, seed);
        const examples = examplesOf(layout, seed);
        const [one, other] = [
          gradient(F, layout, at, examples),
          modelGradient(F, { ...layout, model: paperModel }, at, examples),
        ];
        const all = ({ Y, Z, J }: typeof one) => [...Y.flat(), ...Z.flat(), J];
        // Without 1/||w|| numbers stay below 1: a thousand roundings lose at most 1e-37.
        for (const [k, x] of all(one).entries())
          expect(Math.abs(F.toNumber(F.sub(x, all(other)[k])))).toBeLessThan(1e-36);
      }),
      { seed: 14, numRuns: 20 },
    );
  });

  it('is the same in all layouts from parameters that are equal where they are merged', () => {
    fc.assert(
      fc.property(smallProblem, anyModel, fc.nat(), (problem, model, seed) => {
        const [reduced, full] = [reducedLayout(problem), fullLayout(problem)].map((layout) => ({
          ...layout,
          model,
        }));
        const at = parameters(reduced, seed);
        const spread = spreadOut(reduced, full, at, F.of(0));
        const examples = examplesOf(reduced, seed);
        const [one, other] = [
          modelGradient(F, reduced, at, examples),
          modelGradient(F, full, spread, examples),
        ];
        const lifted = spreadOut(reduced, full, one, F.of(0));
        for (const name of ['Y', 'Z'] as const)
          for (const [i, row] of other[name].entries())
            for (const [j, x] of row.entries())
              expect(Math.abs(F.toNumber(F.sub(x, lifted[name][i][j])))).toBeLessThan(ROUNDING);
      }),
      { seed: 15, numRuns: 15 },
    );
  });

  it('of each kernel has the slope of its phi (central differences)', () => {
    for (const { phi, slope, id } of attentionKernels)
      for (const z of [-3, -0.7, 0, 0.4, 5]) {
        const A = elementwise(F);
        const [up, down] = [HALF, -HALF].map((by) => phi(A, F.add(F.of(z), F.of(by))));
        const measured = F.toNumber(F.div(F.sub(up, down), F.of(2 * HALF)));
        expect(Math.abs(F.toNumber(slope(F, F.of(z))) - measured), `${id} at ${z}`).toBeLessThan(CLOSE);
      }
  });
});
