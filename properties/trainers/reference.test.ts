import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, type Decimal, decimal, type Interval, interval } from '../../src/arithmetic/decimal.ts';
import type { Field } from '../../src/arithmetic/field.ts';
import { type Layout, reducedLayout } from '../../src/model/layout.ts';
import { presets, syntheticProblem } from '../../src/model/presets.ts';
import { step, zeroState } from '../../src/model/training.ts';
import type { Matrix } from '../../src/model/transformer.ts';
import { type FieldSession, fieldExamples, fieldTrainer } from '../../src/trainers/fieldTrainer.ts';
import { reference } from '../../src/trainers/reference.ts';
import type { TrainingExample } from '../../src/trainers/trainer.ts';
import {
  examplesIn,
  layouts,
  populationExamples,
  startOf,
  type TrainingWorld,
  trainingWorld,
} from './worlds.ts';

const run = trainingWorld(4, fc.constantFrom(0, 0.1, 1, 5), fc.constant(0));

/** The session of a field after the steps of the world. */
async function led<T>(F: Field<T>, world: TrainingWorld): Promise<FieldSession<T>> {
  const layout = layouts[world.layout](world.problem);
  const next = examplesIn(world);
  const session = await fieldTrainer(F).start(layout, startOf(world, layout), world.rates);
  for (let i = 0; i < world.steps; i++) session.step(next());
  return session;
}

const parts = ['Y', 'Z', 'velocityY', 'velocityZ'] as const;

function everywhere<A, B>(a: Matrix<A>, b: Matrix<B>, check: (x: A, y: B, where: string) => void): void {
  a.forEach((row, i) => {
    row.forEach((x, j) => {
      check(x, b[i][j], `[${i}][${j}]`);
    });
  });
}

describe('the reference', () => {
  it('at p and at 2p digits is inside the enclosure at p digits', async () => {
    await fc.assert(
      fc.asyncProperty(run, fc.integer({ min: 12, max: 24 }), async (world, p) => {
        const [enclosure, low, high] = [
          (await led(interval(p), world)).state(),
          (await led(decimal(p), world)).state(),
          (await led(decimal(2 * p), world)).state(),
        ];
        for (const part of parts) {
          everywhere<Interval, Decimal>(enclosure[part], high[part], (a, x, at) =>
            expect(contains(a, x), `${part}${at} at ${2 * p} digits: ${x} in [${a.lo}, ${a.hi}]`).toBe(true),
          );
          // The error of rounding to nearest is at most that of rounding outward, which the width of the enclosure contains.
          everywhere<Interval, Decimal>(enclosure[part], low[part], (a, x, at) =>
            expect(contains(a, x), `${part}${at} at ${p} digits: ${x} in [${a.lo}, ${a.hi}]`).toBe(true),
          );
        }
      }),
      { seed: 5, numRuns: 12 },
    );
  });

  it('takes exactly the exponentials, roots and divisions of the formula, and one logarithm for many losses', async () => {
    const sizes = fc.constantFrom(0, 1, 2, 5, 60, 300);
    const batched = fc.tuple(run, sizes).map(([world, batch]) => ({ ...world, batch }));
    await fc.assert(
      fc.asyncProperty(batched, async (world) => {
        const { field, counts } = counting(decimal(20));
        const layout = layouts[world.layout](world.problem);
        const session = await fieldTrainer(field).start(layout, startOf(world, layout), world.rates);
        const next = examplesIn(world);
        for (let step = 0; step < 2; step++) {
          const examples = next();
          counts.clear();
          session.step(examples);
          expect(Object.fromEntries(counts)).toEqual(least(layout, examples));
        }
      }),
      { seed: 6, numRuns: 12 },
    );
  });

  it('takes no logarithm where J is not read', () => {
    const { field, counts } = counting(decimal(20));
    const problem = syntheticProblem(presets['syn-small']);
    const layout = reducedLayout(problem);
    const examples = fieldExamples(field, populationExamples(problem));
    const rates = { etaY: 1, etaZ: 1, momentum: 0 };
    const taken = step(field, layout, zeroState(field, layout), examples, rates);
    expect(counts.get('exp')).toBeGreaterThan(0);
    expect(counts.get('ln')).toBeUndefined();
    expect(field.sign(taken.J)).toBe(-1);
    expect(counts.get('ln')).toBe(1);
  });

  it('refuses digits outside of its range', () => {
    expect(() => reference(1)).toThrow(RangeError);
    expect(() => reference(2.5)).toThrow(RangeError);
  });
});

/**
 * The counts in the docstring of gradient.ts: exp sum_m (n_m - 1) + B (N - 1), sqrt B', div B' + B, and for J one logarithm
 * for each product of totals of equal weight, each total at most the vocabulary, that stays below e^690.
 */
function least(layout: Layout, examples: readonly TrainingExample[]): Record<string, number> {
  const held = examples.map(({ cls, mass }) =>
    layout.classes[cls].support.filter((_, i) => mass[i] > 0).map((l) => `${layout.classes[cls].row} ${l}`),
  );
  const several = held.filter((tokens) => tokens.length > 1);
  const pairs = new Set(several.flat());
  const rows = new Set([...pairs].map((pair) => pair.split(' ')[0]));
  const [B, N] = [examples.length, layout.columns.length];
  const together = Math.floor(690 / Math.log(layout.vocabulary));
  const logarithms = [...new Set(examples.map(({ weight }) => weight))].map((weight) =>
    Math.ceil(examples.filter((example) => example.weight === weight).length / together),
  );
  const counts = {
    exp: pairs.size - rows.size + B * (N - 1),
    sqrt: several.length,
    div: several.length + B,
    ln: logarithms.reduce((a, b) => a + b, 0),
  };
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

/** The field with counters of its expensive operations. */
function counting<T>(F: Field<T>): { field: Field<T>; counts: Map<string, number> } {
  const counts = new Map<string, number>();
  const counted =
    <A extends unknown[]>(name: string, op: (...operands: A) => T) =>
    (...operands: A): T => {
      counts.set(name, (counts.get(name) ?? 0) + 1);
      return op(...operands);
    };
  const field: Field<T> = {
    ...F,
    exp: counted('exp', F.exp),
    ln: counted('ln', F.ln),
    sqrt: counted('sqrt', F.sqrt),
    div: counted('div', F.div),
  };
  return { field, counts };
}
