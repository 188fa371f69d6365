import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, type Decimal, decimal, type Interval, interval } from '../../src/arithmetic/decimal.ts';
import type { Field } from '../../src/arithmetic/field.ts';
import type { Matrix } from '../../src/model/transformer.ts';
import { type FieldSession, fieldTrainer, reference } from '../../src/trainers/reference.ts';
import { examplesIn, layouts, startOf, type TrainingWorld, trainingWorld } from './worlds.ts';

const run = trainingWorld(4, fc.constantFrom(0, 0.1, 1, 5), fc.constant(0));

/** Sessions of several fields, led through the same steps. */
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
  it('at p and at 2p digits agrees to the digits that an enclosure at p promises', async () => {
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
          // Rounding to nearest errs no more than rounding outward, which the width of the enclosure counts.
          everywhere<Interval, Decimal>(enclosure[part], low[part], (a, x, at) =>
            expect(contains(a, x), `${part}${at} at ${p} digits: ${x} in [${a.lo}, ${a.hi}]`).toBe(true),
          );
        }
      }),
      { seed: 5, numRuns: 12 },
    );
  });

  it('takes the exponentials, logarithms, roots and divisions that the paper needs, and no more', async () => {
    await fc.assert(
      fc.asyncProperty(run, async (world) => {
        const { field, counts } = counting(decimal(20));
        const layout = layouts[world.layout](world.problem);
        const session = await fieldTrainer(field).start(layout, startOf(world, layout), world.rates);
        const examples = examplesIn(world)();
        counts.clear();
        session.step(examples);
        const present = examples.map(({ mass }) => Array.from(mass).filter((c) => c > 0).length);
        const [N, B] = [layout.columns.length, examples.length];
        const supports = examples.map(({ cls }) => layout.classes[cls].support.length);
        const total = (xs: number[]) => xs.reduce((a, b) => a + b, 0);
        expect(Object.fromEntries(counts)).toEqual({
          exp: total(present) + B * N, // attention, and softmax over columns
          ln: B, // the loss
          sqrt: B, // ||v||
          div: 2 * total(supports) + B * (N + 1), // v, f, alpha, and 1 - alpha_n
        });
      }),
      { seed: 6, numRuns: 10 },
    );
  });

  it('refuses digits it cannot keep', () => {
    expect(() => reference(1)).toThrow(RangeError);
    expect(() => reference(2.5)).toThrow(RangeError);
  });
});

/** The field, counting its expensive operations. */
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
