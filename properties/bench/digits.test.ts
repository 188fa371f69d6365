import { beforeAll, describe, expect, it } from 'vitest';
import { decimal, exactDecimal, type Interval, interval } from '../../src/arithmetic/decimal.ts';
import { type BenchBackend, ofField, ofTrainer } from '../../src/bench/backend.ts';
import {
  attentionMoves,
  containsAll,
  correctDigits,
  point,
  type Snapshot,
  summary,
} from '../../src/bench/digits.ts';
import { sharedWork, type Work } from '../../src/bench/work.ts';
import type { Roundoff } from '../../src/kernels/judging/roundoff.ts';
import { fastTrainer } from '../../src/trainers/fast.ts';
import { float64Trainer } from '../../src/trainers/float64.ts';
import { brokenTrainer, type Fault } from '../trainers/broken.ts';
import { float32Autodiff, float64Sums } from '../trainers/stepBounds.ts';
import { ceiling, floor } from './limits.ts';

const decimals = (digits: number): BenchBackend => ofField(decimal(digits), point, false);
const reference = decimals(50);

/**
 * Decimals of p digits round by at most half a unit in the last place; decimal.js's exp has an error of at most one
 * unit.
 */
const decimalArithmetic = (digits: number): Roundoff => {
  const u = 10 ** (1 - digits) / 2;
  return { ...float64Sums, u, tiny: 0, exp: 2 * u };
};

const digitsAfterOne = async (backend: BenchBackend, work: Work): Promise<number> => {
  const [got, right] = [await backend.run(work, [1]), await reference.run(work, [1])];
  return correctDigits(got, right, backend.digits)[0];
};

describe('correct digits after a step', () => {
  let works: Work[];
  beforeAll(async () => {
    works = await sharedWork(4);
  });

  const held: [string, () => BenchBackend, Roundoff, (x: number) => number][] = [
    ['float64', () => ofTrainer(float64Trainer), float64Sums, (x) => x],
    ['tfjs-cpu', () => ofTrainer(fastTrainer('cpu')), float32Autodiff, Math.fround],
    ['tfjs-wasm', () => ofTrainer(fastTrainer('wasm')), float32Autodiff, Math.fround],
  ];
  it.each(held)(
    '%s: at least as many as the derived bounds allow, at most as many as rounding allows',
    async (...given) => {
      const [, open, arithmetic, round] = given;
      const backend = open();
      for (const work of works) {
        const digits = await digitsAfterOne(backend, work);
        expect(digits).toBeGreaterThanOrEqual(floor(work, arithmetic));
        expect(digits).toBeLessThanOrEqual(Math.min(backend.digits, ceiling(work, arithmetic, round)));
      }
    },
  );

  it.each([20, 34])('decimals of %i digits: at least as many as the derived bounds allow', async (p) => {
    for (const work of works)
      expect(await digitsAfterOne(decimals(p), work)).toBeGreaterThanOrEqual(
        floor(work, decimalArithmetic(p)),
      );
  });

  it.each([
    'no projection',
    'epsilon 1e-3 in the norm',
    'multiplicity ignored',
    'mean over twice the batch',
  ] as Fault[])('a trainer with a wrong step has fewer (control): %s', async (fault) => {
    // From zero the gradient of attention is 0: a fault there appears only in the worlds with random starts.
    const random = works.slice(1);
    const counted = (trainer: ReturnType<typeof brokenTrainer>) =>
      Promise.all(random.map((work) => digitsAfterOne(ofTrainer(trainer), work)));
    const floors = random.map((work) => floor(work, float64Sums));
    expect((await counted(brokenTrainer('none'))).every((digits, i) => digits >= floors[i])).toBe(true);
    expect((await counted(brokenTrainer(fault))).some((digits, i) => digits < floors[i])).toBe(true);
    // The smallest fault changes f by a relative 1e-3/(||v|| + 1e-3) > 1e-3.001, ||v|| <= 1; that Y has a start of
    // its own size costs less than a digit (empirical, in these worlds).
    expect(summary(1, await counted(brokenTrainer(fault))).worst).toBeLessThan(4);
  });

  it('intervals contain the reference, and their width determines the digits', async () => {
    const backend = ofField(interval(34), (x) => x, true);
    for (const work of works) {
      const [got, right] = [await backend.run(work, [1, 10]), await reference.run(work, [1, 10])];
      expect(got.every((look, i) => containsAll(look, right[i]))).toBe(true);
      // The next double is not what was computed (control).
      const moved = right.map((look) => ({
        ...look,
        J: point(exactDecimal(look.J.lo.toNumber() * (1 + 2 ** -52))),
      }));
      expect(got.some((look, i) => containsAll(look, moved[i]))).toBe(false);
      const ends = (end: 'lo' | 'hi') =>
        got.map(({ steps, Y, Z, J }) => {
          const at = (x: Interval) => point(x[end]);
          return { steps, Y: Y.map((row) => row.map(at)), Z: Z.map((row) => row.map(at)), J: at(J) };
        });
      const digits = correctDigits(got, right, 34);
      for (const end of ['lo', 'hi'] as const)
        correctDigits(ends(end), right, 34).forEach((d, i) => {
          expect(d).toBeGreaterThanOrEqual(digits[i]);
        });
    }
  });
});

describe('the count', () => {
  const look = (Y: number[], Z: number[], J: number): Snapshot => {
    const at = (x: number) => point(exactDecimal(x));
    return { steps: 1, Y: [Y.map(at)], Z: [Z.map(at)], J: at(J) };
  };
  const count = (got: Snapshot, right: Snapshot) => correctDigits([got], [right], 16)[0];
  const right = look([1024, 0], [2, -4], -8);

  it('is -log10 of the largest error over the largest entry', () => {
    // An error of 1 in the small entry counts as one part in 1024, by norm.
    expect(count(look([1024, 1], [2, -4], -8), right)).toBe(-Math.log10(1 / 1024));
    expect(count(look([1024, 0], [2.5, -4], -8), right)).toBe(-Math.log10(0.5 / 4));
    expect(count(look([1024, 0], [2, -4], -8.25), right)).toBe(-Math.log10(0.25 / 8));
  });

  it('is the minimum over Y, Z and J', () => {
    expect(count(look([1025, 0], [2.5, -4], -8.25), right)).toBe(-Math.log10(0.5 / 4));
  });

  it("is the backend's number of digits if there is no error, also for a matrix of zeros", () => {
    expect(count(right, right)).toBe(16);
    const still = look([1024, 0], [0, 0], -8);
    expect(count(still, still)).toBe(16);
  });

  it('is absolute for logits where attention does not move: e^z of the reference is 1 in the numbers of the backend', () => {
    const at = (z: number) => look([1024, 0], [z, 0], -8);
    // 0, and rounding of the reference, of either sign.
    for (const z of [0, 1e-40, -9e-17]) {
      expect(attentionMoves(at(z), 16)).toBe(false);
      expect(count(at(1e-9), at(z))).toBe(-Math.log10(1e-9 - z));
      expect(count(at(1e-20), at(z))).toBe(16);
      expect(count(at(2), at(z))).toBe(0);
    }
    // As soon as a weight differs in its last digit they are relative again, also where logits are small.
    for (const z of [1e-15, -1e-3]) {
      expect(attentionMoves(at(z), 16)).toBe(true);
      expect(count(at(1.5 * z), at(z))).toBe(-Math.log10(Math.abs(0.5 * z) / Math.abs(z)));
    }
    // A backend of more digits sees what one of fewer does not.
    expect(attentionMoves(at(1e-20), 34)).toBe(true);
    // Y and J have no such exception.
    expect(count(look([1e-20, 0], [0, 0], -8), look([2e-20, 0], [0, 0], -8))).toBe(-Math.log10(0.5));
  });

  it('is relative in all of the shared work, from the second step on', async () => {
    // 7.2 digits, the fewest of a backend: 2^-24.
    for (const work of await sharedWork(4))
      for (const state of await reference.run(work, [2, 10]))
        expect(attentionMoves(state, -Math.log10(2 ** -24))).toBe(true);
  });

  it('is 0 if the error exceeds the value, and NaN for NaN', () => {
    expect(count(look([1e9, 0], [2, -4], -8), right)).toBe(0);
    expect(count(look([Infinity, 0], [2, -4], -8), right)).toBe(0);
    expect(count(look([1024, Number.NaN], [2, -4], -8), right)).toBeNaN();
  });

  it('measures J relative to the largest J of the observed steps, because J tends to 0 and its terms do not', () => {
    const [early, late] = [look([1], [1], -8), look([1], [1], -(2 ** -10))];
    const got = [early, { ...late, J: point(exactDecimal(-(2 ** -10) - 2 ** -20)) }];
    expect(correctDigits(got, [early, late], 16)).toEqual([16, -Math.log10(2 ** -20 / 8)]);
  });

  it('is summarised by the worst and the median, or by null', () => {
    expect(summary(7, [3, 1, 2])).toEqual({ steps: 7, worst: 1, median: 2 });
    expect(summary(7, [4, 1, 2, 3])).toEqual({ steps: 7, worst: 1, median: 2.5 });
    expect(summary(7, [1, Number.NaN])).toEqual({ steps: 7, worst: null, median: null });
  });
});
