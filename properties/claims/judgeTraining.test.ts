/** Rounding errors of training may grow to the size of what is asked: then enclosures in double-doubles decide. */

import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { commonsLose, discriminativeSymmetric } from '../../src/claims/discriminative-symmetric.ts';
import { judgeTraining } from '../../src/claims/judgeTraining.ts';
import { compare, moments } from '../../src/claims/moments.ts';
import { type Along, each, enclosedRunMargins, overRun, runMargins } from '../../src/claims/motions.ts';
import { confirm, measureReadings } from '../../src/decide/enclosure.ts';
import { positive } from '../../src/decide/margin.ts';
import { population } from '../../src/ladder/population.ts';
import type { RunWorld } from '../../src/ladder/worlds.ts';
import { fastTraining } from '../../src/verify/fastTraining.ts';

const check = discriminativeSymmetric.checks.find(({ rung }) => rung === population.id)!;
const margins = runMargins(population, overRun(commonsLose, each));

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
const judge = (along: Along) =>
  judgeTraining(
    enclosedRunMargins(population, overRun(along, each)),
    runMargins(population, overRun(along, each)),
    'holds',
  );
const byFloat64 = (world: RunWorld) => measureReadings(margins(float64, world));

describe('training whose rounding errors grow', () => {
  it('is not violated where float64 alone has it so', async () => {
    const world = alike([40, 1, 1, 1, 64], 4, 6309573445, 0.8, 44);
    expect(byFloat64(world).outcome).toBe('violated');
    expect(await check.judge(world, fastTraining)).toMatchObject({
      outcome: 'held',
      certified: true,
      digits: 30,
    });
    // Intervals carried from step to step say the same of the step at which float64 has a common token gain.
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
  it('is undecided where double-doubles do not tell either: at a difference that is 0', async () => {
    const zero: Along = function* (F, { dZ, time }) {
      yield positive('nothing', F.sub(dZ[0][0], dZ[0][0]), dZ[0][0], time);
    };
    const world = alike([1, 2], 1, 100, 0.5, 4);
    expect(judge(zero)(world, null)).toMatchObject({ outcome: 'undecided', certified: false });
  });
  it('says nothing where it never asks', async () => {
    const nothing: Along = function* () {};
    const world = alike([1, 2], 1, 100, 0.5, 4);
    expect(judge(nothing)(world, null)).toMatchObject({
      outcome: 'held',
      idle: true,
    });
  });
});

describe('two computations of one trajectory', () => {
  const of = (value: number) => [...moments(float64, [positive('it', value, 1, 1)])];
  const compared = (loose: number, strict: number) => compare(of(loose).values(), of(strict), 2 ** -52);
  it('tell by the difference', () => {
    expect(compared(1e-3, -1e-3)).toMatchObject({ violated: null, open: { value: -1e-3 } });
    expect(compared(1e-3, 1.001e-3)).toMatchObject({ violated: null, open: null });
    expect(compared(-1e-3, -1.001e-3)).toMatchObject({ violated: { value: -1.001e-3 } });
  });
  it('do not tell where the largest of a row is another number in each, though 1 of its scale in both', () => {
    const largest = (value: number) => [...moments(float64, [positive('it', value, Math.abs(value), 1)])];
    const found = compare(largest(-5).values(), largest(-1), 2 ** -52);
    expect(found).toMatchObject({ violated: null, open: { value: -1 } });
  });
});
