/** What is kept of a call, and when two answers to it differ. */
import { describe, expect, it } from 'vitest';
import { plainKernel } from '../../fixtures/kernels/seeded.ts';
import { judgeRecord, referenceFor } from '../../src/kernels/judging/judgeRecord.ts';
import { callRecord, caseRecords } from '../../src/kernels/judging/record.ts';
import { KernelFault, type StepOutput } from '../../src/kernels/kernel.ts';
import { usually } from './judging.ts';
import { input } from './smallInput.ts';

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
