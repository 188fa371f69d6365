/** Rounding errors of training may grow to the size of what is asked: then double-doubles decide. */

import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { discriminativeSymmetric } from '../../src/claims/discriminative-symmetric.ts';
import { judgeTraining } from '../../src/claims/judgeTraining.ts';
import { compare, type MarginsAtTime, moments, unlessEmpty } from '../../src/claims/moments.ts';
import { type Along, each, overRun } from '../../src/claims/motions.ts';
import { confirm, measureReadings } from '../../src/decide/enclosure.ts';
import { positive } from '../../src/decide/margin.ts';
import { population } from '../../src/ladder/population.ts';
import type { RunWorld } from '../../src/ladder/worlds.ts';
import { fastTraining } from '../../src/verify/fastTraining.ts';

const check = discriminativeSymmetric.checks.find(({ rung }) => rung === population.id)!;
const margins = check.margins!;

/** Two classes alike: the first `common` tokens are common, the rest of each class is its own. */
const alike = (weights: number[], common: number, M: number, rate: number, steps: number): RunWorld => {
  const all = 2 * weights.length - common;
  const classOf = (n: number) => ({
    ...{ next: all + 1 + n, query: all, probabilities: weights },
    tokens: weights.map((_, i) => (i < common ? i : i + n * (weights.length - common))),
  });
  return {
    problem: { vocabulary: M, classes: [classOf(0), classOf(1)] },
    rates: { etaY: rate, etaZ: rate, momentum: 0 },
    steps,
  };
};
const byFloat64 = (world: RunWorld) => measureReadings(margins(float64, world));

describe('training whose rounding errors grow', () => {
  it('is not violated where float64 alone has it so', async () => {
    const world = alike([40, 1, 1, 1, 64], 4, 6309573445, 0.8, 44);
    expect(byFloat64(world).outcome).toBe('violated');
    expect(await check.judge(world, fastTraining)).toMatchObject({ outcome: 'held', certified: false });
    // Enclosures say the same of the step at which float64 has a common token gain.
    const at = byFloat64(world).margin!;
    expect(confirm(margins, world, at)).toMatchObject({ outcome: 'held', certified: true });
  });
  it('is violated where it is: at another step than float64 has it', async () => {
    const world = alike([25, 20, 5, 1, 79, 2, 126, 26], 5, 1e10, 0.9, 65);
    const judged = await check.judge(world, fastTraining);
    expect(judged).toMatchObject({ outcome: 'violated', margin: { time: 44 } });
    expect(byFloat64(world).margin!.time).toBeLessThan(44);
    expect(confirm(margins, world, judged.margin!)).toMatchObject({ outcome: 'violated', certified: true });
  });
  it('is undecided where double-doubles do not tell either: at 0', async () => {
    const zero: Along = function* (F, { dZ, time }) {
      yield positive('nothing', F.of(0), dZ[0][0], time);
    };
    const world = alike([1, 2], 1, 100, 0.5, 4);
    expect((await judgeTraining(population, overRun(zero, each))(world, fastTraining)).outcome).toBe(
      'undecided',
    );
  });
  it('says nothing where it never asks', async () => {
    const nothing: Along = function* () {};
    const world = alike([1, 2], 1, 100, 0.5, 4);
    expect(await judgeTraining(population, overRun(nothing, each))(world, fastTraining)).toMatchObject({
      outcome: 'held',
      idle: true,
    });
  });
});

describe('two computations of one trajectory', () => {
  const of = (value: number) => [...moments(float64, [positive('it', value, 1, 1)])];
  const compared = (loose: number, strict: number, finer?: number) =>
    compare(of(loose).values(), of(strict), 2 ** -52, finer);
  it('tell by the difference, or by a part of it where the second is that much finer', () => {
    expect(compared(1e-3, -1e-3)).toMatchObject({ violated: null, open: { value: -1e-3 } });
    expect(compared(1e-3, -1e-3, 2 ** -20)).toMatchObject({ violated: { value: -1e-3 } });
    expect(compared(-1e-3, 1e-3, 2 ** -20)).toMatchObject({ violated: null, open: null });
    expect(compared(1, 1e-9, 2 ** -20).open).not.toBeNull();
  });
  it('do not tell where the largest of a row is another number in each, though 1 of its scale in both', () => {
    const largest = (value: number) => [...moments(float64, [positive('it', value, Math.abs(value), 1)])];
    const found = compare(largest(-5).values(), largest(-1), 2 ** -52);
    expect(found).toMatchObject({ violated: null, open: { value: -1 } });
  });
});

describe('times of which one has margins', () => {
  const at = (time: number, margins = 0): MarginsAtTime => ({
    time,
    missed: 0,
    margins: new Map(
      Array.from({ length: margins }, (_, i) => [`${i}`, { relative: 1, value: 1, scale: 1 }]),
    ),
  });
  it('come all again, and are computed when they are read', () => {
    const given = [at(0), at(1), at(2, 1), at(3), at(4, 2)];
    let computed = 0;
    const all = unlessEmpty(
      (function* () {
        for (const one of given) {
          computed += 1;
          yield one;
        }
      })(),
    );
    expect(computed).toBe(3);
    expect([...all!]).toEqual(given);
  });
  it('are null where none has', () => {
    expect(unlessEmpty([at(0), at(1)].values())).toBeNull();
    expect(unlessEmpty([].values())).toBeNull();
  });
});
