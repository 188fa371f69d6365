import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Interval, interval } from '../../src/arithmetic/decimal.ts';
import type { Layout } from '../../src/model/layout.ts';
import type { State } from '../../src/model/training.ts';
import { fieldTrainer } from '../../src/trainers/fieldTrainer.ts';
import { examplesIn, type LayoutName, layouts, type TrainingWorld, trainingWorld } from './worlds.ts';

const F = interval(24);
const zeroStart = trainingWorld(3, fc.constant(0), fc.constant(0));

async function trained(world: TrainingWorld, name: LayoutName) {
  const layout = layouts[name](world.problem);
  const next = examplesIn(world);
  const zeros = (rows: number, columns: number) =>
    Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
  const start = {
    Y: zeros(layout.tokens.length, layout.columns.length),
    Z: zeros(layout.queries.length, layout.tokens.length),
  };
  const session = await fieldTrainer(F).start(layout, start, world.rates);
  for (let i = 0; i < world.steps; i++) session.step(next());
  return { layout, state: session.state() };
}

/** The full M x M matrices from those of a layout; undefined for entries that the layout drops because they never change. */
const expand = (layout: Layout, state: State<Interval>) => {
  const at = (ids: readonly number[], id: number) => ids.indexOf(id);
  return {
    Y: (l: number, j: number): Interval | undefined => {
      const [row, column] = [at(layout.tokens, l), at(layout.columns, j)];
      return state.Y[row]?.[column < 0 ? at(layout.columns, -1) : column];
    },
    Z: (m: number, l: number): Interval | undefined => state.Z[at(layout.queries, m)]?.[at(layout.tokens, l)],
  };
};

const overlap = (a: Interval, b: Interval) => a.lo.lte(b.hi) && b.lo.lte(a.hi);
const isZero = (a: Interval) => a.lo.isZero() && a.hi.isZero();

describe('the exact reductions', () => {
  it('full, support and reduced layouts hold one trajectory, with momentum and sampled batches', async () => {
    await fc.assert(
      fc.asyncProperty(zeroStart, async (world) => {
        const M = world.problem.vocabulary;
        const [full, ...others] = await Promise.all(
          (['full', 'support', 'reduced'] as const).map(async (name) => {
            const { layout, state } = await trained(world, name);
            return { name, ...expand(layout, state) };
          }),
        );
        for (const other of others)
          for (const part of ['Y', 'Z'] as const)
            for (let i = 0; i < M; i++)
              for (let j = 0; j < M; j++) {
                const [a, b] = [full[part](i, j)!, other[part](i, j)];
                const where = `${part}[${i}][${j}], full against ${other.name}`;
                if (b) {
                  expect(overlap(a, b), where).toBe(true);
                  // Enclosures so narrow overlap only if they enclose the same number.
                  expect(Math.max(F.radius(a), F.radius(b)), where).toBeLessThan(1e-12);
                }
                // Entries that a layout drops do not change at all.
                else expect(isZero(a), where).toBe(true);
              }
      }),
      { seed: 8, numRuns: 12 },
    );
  });
});
