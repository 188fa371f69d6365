/** The parts of a kernel check, on inputs small enough to compute by hand. */
import { describe, expect, it } from 'vitest';
import { plainKernel } from '../../fixtures/kernels/seeded.ts';
import { float64 } from '../../src/arithmetic/float64.ts';
import { layoutOf } from '../../src/kernels/cases/layoutOf.ts';
import { sequencesOf } from '../../src/kernels/cases/sequences.ts';
import { callLimitOf } from '../../src/kernels/hosts/host.ts';
import {
  elementError,
  elementUnit,
  errorRatio,
  inUnits,
  SECOND_ORDER,
  ulp,
} from '../../src/kernels/judging/defect.ts';
import { GradientMean } from '../../src/kernels/judging/gradientMean.ts';
import { judgeRecord, referenceFor } from '../../src/kernels/judging/judgeRecord.ts';
import { judgeUpdate } from '../../src/kernels/judging/judgeUpdate.ts';
import { atFault, Ledger } from '../../src/kernels/judging/ledger.ts';
import { callRecord, caseRecords } from '../../src/kernels/judging/record.ts';
import { JUDGED } from '../../src/kernels/judging/stages.ts';
import { KernelFault, type StepOutput } from '../../src/kernels/kernel.ts';
import type { StepInput } from '../../src/model/stepInput.ts';
import { worst } from '../trainers/defects.ts';
import { usually } from './judging.ts';

const input = (change: Partial<StepInput> = {}): StepInput =>
  ({
    vocabulary: 4,
    contextLength: 4,
    contexts: Int32Array.from([3, 1, 3, 0, 2, 2, 2, 2]),
    queries: Int32Array.from([1, 2]),
    targets: Int32Array.from([0, 3]),
    ...Object.fromEntries(['Y', 'Z', 'velocityY', 'velocityZ'].map((name) => [name, new Float32Array(16)])),
    ...{ etaY: 0.5, etaZ: 0.25, momentum: 0.5 },
    ...change,
  }) as StepInput;

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

describe('a unit in the last place', () => {
  it('is the distance of neighbours, at powers of two and among subnormal numbers too', () => {
    const next = {
      float32: (x: number) => neighbour(x, Float32Array),
      float64: (x: number) => neighbour(x, Float64Array),
    };
    for (const dtype of ['float32', 'float64'] as const)
      for (const x of [
        1,
        1.5,
        2,
        3,
        1e-3,
        1e30,
        1024,
        1 - 2 ** -20,
        2 ** -126,
        2 ** -130,
        dtype === 'float32' ? 2 ** -149 : 2 ** -1030,
      ]) {
        const held = dtype === 'float32' ? Math.fround(x) : x;
        expect(ulp(held, dtype), `${x}`).toBe(next[dtype](held) - held);
        expect(ulp(-held, dtype)).toBe(ulp(held, dtype));
      }
    expect([ulp(0, 'float32'), ulp(0, 'float64')]).toEqual([2 ** -149, 2 ** -1074]);
    // Of a value between two numbers of the dtype.
    expect(ulp(2 - 2 ** -30, 'float32')).toBe(2 ** -23);
  });
  it('is the unit of an error, or its bound where no digit is certain', () => {
    expect(elementUnit(1, 0.5, 'float32')).toBe(2 ** -23);
    expect([elementUnit(-1, 1, 'float32'), elementUnit(1e-20, 3, 'float32')]).toEqual([1, 3]);
    expect([elementUnit(1, Number.NaN, 'float32'), elementUnit(1, Infinity, 'float32')]).toEqual([
      Infinity,
      Infinity,
    ]);
    expect([
      inUnits(0, 0),
      inUnits(3, 2),
      inUnits(1, 0),
      inUnits(1, Infinity),
      inUnits(Infinity, Infinity),
    ]).toEqual([0, 1.5, Infinity, 0, Infinity]);
  });
  it('of a stage: the worst of its elements, though another has the worst ratio', () => {
    const ledger = new Ledger(float64, input());
    ledger.record('Y', 1 + 3 * 2 ** -23, 1, 2 ** -10, 0, 0);
    ledger.record('Y', 1 + 2 ** -23, 1, 2 ** -23, 0, 1);
    expect(ledger.worst()[0]).toMatchObject({ at: [0, 1], worstUlp: 3 });
  });
});

/** The next larger number. */
function neighbour(x: number, Kind: typeof Float32Array | typeof Float64Array): number {
  const one = new Kind([x]);
  const bits = Kind === Float32Array ? new Uint32Array(one.buffer) : new BigUint64Array(one.buffer);
  if (bits instanceof Uint32Array) bits[0] += 1;
  else bits[0] += 1n;
  return one[0];
}

describe('one element', () => {
  const error = (got: number, exact: number) => elementError(float64, got, exact, 100);
  const ratio = (got: number, exact: number, bound: number) => errorRatio(error(got, exact), bound);
  it('has the ratio error / bound', () => {
    expect([error(3, 2), ratio(3, 2, 4)]).toEqual([1, 0.25]);
    expect(ratio(2, 2, 0)).toBe(0);
    expect(ratio(3, 2, 0)).toBe(Infinity);
    expect(ratio(3, 2, Infinity)).toBe(0);
  });
  it('is a fault if it is not finite, unless the exact value exceeds the range', () => {
    expect(ratio(Number.NaN, 2, 4)).toBe(Infinity);
    expect(ratio(Infinity, 2, Infinity)).toBe(Infinity);
    expect([error(Infinity, 101), ratio(Infinity, 101, 1)]).toEqual([0, 0]);
    expect(ratio(Infinity, -101, 1)).toBe(0);
    expect(ratio(Infinity, 100, 1)).toBe(Infinity);
  });
  it('is the worst of its stage if no other has a greater ratio, and stages are in order', () => {
    const ledger = new Ledger(float64, input());
    ledger.record('Y', 1.5, 1, 1, 0, 1);
    ledger.record('Y', 2, 1, 1, 2, 3);
    ledger.record('Y', 0, 1, 1, 3, 3);
    ledger.record('loss', 1, 1, 0);
    const [loss, Y, ...more] = ledger.worst();
    expect(more).toEqual([]);
    expect(loss).toMatchObject({ stage: 'loss', at: [], ratio: 0 });
    expect(Y).toMatchObject({ stage: 'Y', at: [2, 3], got: 2, bound: SECOND_ORDER, ratio: 1 / SECOND_ORDER });
    expect([0.5, 1, 1.001, Number.NaN].map((ratio) => atFault({ ratio }))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(JUDGED.indexOf('gradientY')).toBeLessThan(JUDGED.indexOf('velocityY'));
    expect(worst([{ ratio: 1 }, { ratio: 3 }, { ratio: 2 }] as never)).toEqual({ ratio: 3 });
  });
  it('may be infinite only if the exact value exceeds the range of float32 or float64', () => {
    const beyond = (x: number, dtype: 'float32' | 'float64') => {
      const wide = dtype === 'float64' ? { Y: new Float64Array(16) } : {};
      const ledger = new Ledger(float64, input(wide as Partial<StepInput>));
      ledger.record('loss', Infinity, x, 1);
      return ledger.worst()[0].ratio === 0;
    };
    expect(beyond(3.5e38, 'float32')).toBe(true);
    expect(beyond(3.4e38, 'float32')).toBe(false);
    expect(beyond(3.5e38, 'float64')).toBe(false);
  });
});

describe('a mean over the batch', () => {
  it("adds the sequences' values and bounds, then divides, with the rounding errors of its terms", () => {
    const mean = new GradientMean(float64, 3, 4);
    mean.add(
      1,
      (j) => [2, -4, 0][j],
      (j) => [0.5, 0.25, 0][j],
    );
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
    near(found.Y.bound, u * ((2 + 3 + off + 5 + off) / 2 + 8 + (5 + off) / 2) + 1.5 * tiny);
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

describe('the record of a call', () => {
  const calls = [input(), input(), input()];
  const failing = (at: number, error: Error) => {
    let call = -1;
    return {
      step: async () => {
        call += 1;
        if (call === at) throw error;
        return { loss: call } as StepOutput;
      },
    };
  };
  it('has the output and the failure; other errors are rethrown', async () => {
    expect(await callRecord(failing(9, new Error()), calls[0])).toEqual({ output: { loss: 0 }, made: 1 });
    expect(await callRecord(failing(9, new Error()), calls[0], { twice: true })).toEqual({
      ...{ output: { loss: 0 }, again: { loss: 1 }, made: 2 },
    });
    const hung = new KernelFault('hung', 'no answer');
    expect(await callRecord(failing(1, hung), calls[0], { twice: true })).toEqual({
      ...{ output: { loss: 0 }, failed: { kind: 'hung', message: 'no answer', shownBy: 'again' }, made: 2 },
    });
    await expect(callRecord(failing(0, new Error('ours')), calls[0])).rejects.toThrow('ours');
  });
  it('ends with the call that failed', async () => {
    const records = await caseRecords(failing(1, new KernelFault('exited', 'gone')), calls, {});
    expect(records).toEqual([
      { output: { loss: 0 }, made: 1 },
      { failed: { kind: 'exited', message: 'gone' }, made: 1 },
    ]);
  });
  it('is not repeatable where one bit of a second answer differs: the first stage in order of computation', async () => {
    const kernel = await plainKernel({ dtype: 'float32' });
    const output = (await kernel.step(input())) as StepOutput;
    const again = (change: Partial<StepOutput>) =>
      judgeRecord({ output, again: { ...output, ...change }, made: 2 }, known, usually('float32')).fault;
    const known = () => referenceFor('float32', input());
    expect(again({})).toBeNull();
    const loss = { stage: 'loss', at: [], first: output.loss, second: output.loss + 1 };
    expect(again({ loss: output.loss + 1 })).toMatchObject({ kind: 'not repeatable', difference: loss });
    const Z = output.Z.map((x, i) => (i === 6 ? (Object.is(x, 0) ? -0 : x + 1) : x)) as Float32Array;
    expect(again({ Z })?.difference).toMatchObject({ stage: 'Z', at: [1, 2], first: output.Z[6] });
    const features = output.stages!.features!.map((x, k) => (k > 4 ? x + 1 : x)) as Float32Array;
    const changed = { Z, loss: output.loss + 1, stages: { ...output.stages, features } };
    expect(again(changed)).toMatchObject({
      ...{ kind: 'not repeatable', shownBy: 'again', difference: { stage: 'features', at: [1, 1] } },
      message: expect.stringContaining('features is the first that differs'),
    });
    const missing = { ...output.stages, logits: undefined };
    expect(again({ stages: missing })?.difference).toMatchObject({ stage: 'logits', at: [0, 0] });
    expect(judgeRecord({ output, again: output, made: 2 }, known, usually('float32')).calls).toBe(2);
    expect(judgeRecord({ output, made: 1 }, known, usually('float32')).calls).toBe(1);
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
