/** The parts of a kernel check, on inputs small enough to compute by hand. */
import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { layoutOf } from '../../src/kernels/cases/layoutOf.ts';
import { sequencesOf } from '../../src/kernels/cases/sequences.ts';
import { callLimitOf } from '../../src/kernels/hosts/host.ts';
import { SECOND_ORDER } from '../../src/kernels/judging/defect.ts';
import { GradientMean } from '../../src/kernels/judging/gradientMean.ts';
import { judgeUpdate } from '../../src/kernels/judging/judgeUpdate.ts';
import { Ledger } from '../../src/kernels/judging/ledger.ts';
import type { StepOutput } from '../../src/kernels/kernel.ts';
import { input } from './smallInput.ts';

describe('sequences by their counts', () => {
  it('have ascending tokens, their counts and their positions', () => {
    const [a, b] = sequencesOf(input());
    expect(a).toMatchObject({ tokens: [0, 1, 3], counts: [1, 1, 2], query: 1, target: 0 });
    expect([...a.positions]).toEqual([2, 1, 2, 0]);
    expect(b).toMatchObject({ tokens: [2], counts: [4], query: 2, target: 3, records: 0 });
    expect(layoutOf(input())).toEqual({
      layout: {
        vocabulary: 4,
        ...{ tokens: [0, 1, 2, 3], columns: [0, 1, 2, 3], queries: [0, 1, 2, 3], multiplicity: [1, 1, 1, 1] },
        classes: [
          { support: [0, 1, 3], row: 1, target: 0 },
          { support: [2], row: 2, target: 3 },
        ],
      },
      counts: [[1, 1, 2], [4]],
    });
  });
  it('bound the changes of a running maximum: one more than its increases, in the direction with more of them', () => {
    const records = (scores: number[]) => {
      const Z = new Float32Array(16);
      Z.set(scores, 4);
      return sequencesOf(
        input({
          Z,
          contexts: Int32Array.from([0, 1, 2, 3]),
          queries: Int32Array.from([1]),
          targets: Int32Array.from([0]),
        }),
      )[0].records;
    };
    expect(records([5, 5, 5, 5])).toBe(0);
    expect(records([1, 2, 3, 4])).toBe(4);
    expect(records([4, 3, 2, 1])).toBe(4);
    expect(records([1, 3, 2, 3])).toBe(2);
    expect(records([3, 1, 2, 4])).toBe(2);
  });
});

describe('a mean over the batch', () => {
  it("adds the sequences' values and bounds, then divides, with the rounding errors of its terms", () => {
    const mean = new GradientMean(float64, 3, 4);
    mean.add(1, 2, [1, -2, 0], (j) => [0.5, 0.25, 0][j]);
    mean.addAt(1, [1, 2], [8, 0], [0.25, 1]);
    expect(mean.row(0)).toBeUndefined();
    expect(mean.row(1)).toEqual({ exact: [2, 4, 0], bound: [0.5, 0.5, 1], size: [2, 12, 0] });
    mean.close(0.125, 1 / 64);
    expect(mean.row(1)).toMatchObject({
      exact: [0.5, 1, 0],
      bound: [0.75 / 4 + 1 / 64, 2 / 4 + 1 / 64, 1 / 4 + 1 / 64],
    });
  });
  it('does not change untouched columns', () => {
    const mean = new GradientMean(float64, 2, 2);
    mean.addAt(0, [1], [4], [1]);
    mean.close(0.5, 1);
    expect(mean.row(0)).toMatchObject({ exact: [0, 2], bound: [0, (1 + 0.5 * 4) / 2 + 1] });
  });
});

describe('an update', () => {
  const [u, tiny] = [2 ** -24, 2 ** -126];
  const arithmetic = { u, tiny, exp: 0, input: u, subtracts: false };
  const M = 4;
  /** Only entry [0, 0] is nonzero: gradient 3 over a batch of 2, velocity 4 before the step, parameter 8. */
  const judged = (change: { gradient?: number; velocity: number; Y: number; before?: number }) => {
    const { before = 4 } = change;
    const velocityY = new Float32Array(16);
    velocityY[0] = before;
    const Y = new Float32Array(16);
    Y[0] = 8;
    const given = input({ Y, velocityY });
    const mean = new GradientMean(float64, M, 2);
    mean.addAt(0, [0], [6], [2 ** -10]);
    const out = (x: number, from: Float32Array) => Float32Array.from(from, (v, i) => (i === 0 ? x : v));
    const still = new Float32Array(16);
    const output = {
      ...{
        Y: out(change.Y, still),
        Z: still,
        velocityY: out(change.velocity, still),
        velocityZ: still,
        loss: 0,
      },
      ...(change.gradient === undefined ? {} : { stages: { gradientY: out(change.gradient, still) } }),
    } as unknown as StepOutput;
    const ledger = new Ledger(float64, given);
    judgeUpdate(float64, given, output, 'Y', mean, arithmetic, ledger);
    return Object.fromEntries(ledger.worst().map((d) => [d.stage, d]));
  };
  // The mean: its bound, the weight and B + 1 further roundings of 6, an underflow.
  const mean = (2 ** -10 + (u + 4 * u) * 6) / 2 + tiny;
  const near = (got: number, value: number) =>
    expect(Math.abs(got / (SECOND_ORDER * value) - 1)).toBeLessThan(2 ** -40);

  it("end to end: the velocity from the exact gradient, the parameter from the kernel's own velocity", () => {
    const off = 2 ** -8;
    const found = judged({ velocity: 5 + off, Y: 11 });
    expect(found.velocityY).toMatchObject({ at: [0, 0], got: 5 + off, exact: 5 });
    // mu v = 2: the product, and a sum of 5.
    near(found.velocityY.bound, mean + u * (2 + 5) + tiny);
    expect(found.Y).toMatchObject({ got: 11, exact: 8 + (5 + off) / 2 });
    // eta v', or eta mu v and eta d separately: |2| + |3| + |5|, halved; the sum.
    near(found.Y.bound, u * ((2 + 3 + off + 5 + off) / 2 + 8 + (5 + off) / 2) + 4 * tiny);
  });
  it('of a kernel that returns its gradient: the velocity from this gradient', () => {
    const found = judged({ gradient: 3.5, velocity: 6, Y: 11 });
    expect(found.gradientY).toMatchObject({ got: 3.5, exact: 3 });
    near(found.gradientY.bound, mean);
    expect(found.velocityY).toMatchObject({ got: 6, exact: 5.5 });
    near(found.velocityY.bound, u * 5.5 + tiny + u * (2 + 5.5) + tiny);
  });
  it('with velocity 0 before the step: the velocity equals the gradient exactly', () => {
    const found = judged({ gradient: 3, velocity: 3.5, Y: 11, before: 0 });
    near(found.velocityY.bound, u * 3 + tiny);
  });
  it('of 0: the parameter is unchanged', () => {
    const found = judged({ gradient: 0, velocity: 0, Y: 8.5, before: 0 });
    expect(found.Y).toMatchObject({ got: 8.5, exact: 8, bound: 0, ratio: Infinity });
  });
});

describe('the time limit of a call', () => {
  it('is as given up to M = 1024 in float32, and in proportion to the matrices beyond', () => {
    const at = (M: number, Floats: typeof Float32Array | typeof Float64Array) =>
      callLimitOf({ timeLimit: 5000 }, { Y: new Floats(M * M) });
    expect([at(4, Float64Array), at(1024, Float32Array)]).toEqual([5000, 5000]);
    expect([at(2048, Float32Array), at(1024, Float64Array)]).toEqual([20_000, 10_000]);
  });
});
