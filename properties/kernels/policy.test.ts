// heavy: 5 s
/** Answers that may differ: of equal calls, and of a sequence in another batch. */
import { describe, expect, it } from 'vitest';
import { plainKernel, seeded } from '../../fixtures/kernels/seeded.ts';
import { inThread } from '../../src/kernels/hosts/inThread.ts';
import { checkCalls } from '../../src/kernels/judging/checkCalls.ts';
import { expectedOf } from '../../src/kernels/judging/expected.ts';
import { referenceFor } from '../../src/kernels/judging/judgeRecord.ts';
import { otherBatches } from '../../src/kernels/judging/otherBatches.ts';
import { extraCalls } from '../../src/kernels/judging/policy.ts';
import { spreadOf } from '../../src/kernels/judging/spread.ts';
import { OWN_STAGES, valuesOf } from '../../src/kernels/judging/stages.ts';
import type { Kernel, StepOutput } from '../../src/kernels/kernel.ts';
import { type KernelOptions, runKernel } from '../../src/kernels/run.ts';
import type { StepInput } from '../../src/model/stepInput.ts';
import { plain } from '../../src/report/colour.ts';
import { kernelDocument, kernelText } from '../../src/report/kernelReport.ts';
import { bug, freshHost } from './freshHost.ts';
import { someInput } from './inputs.ts';
import { PLAIN_STAGES, SMALL, TINY, usually } from './judging.ts';
import { ATOMIC, BY_CHANCE, patchedPlain, SECOND_CALL, SPLIT, withoutStages } from './policyKernels.ts';

const run = async (make: () => Promise<Kernel>, options: KernelOptions = {}) =>
  runKernel(await freshHost(make), { runs: 40, seed: 12, envelope: TINY, ...options });
const both = { nondeterministic: true, batchInvariant: true };

describe('equal calls that differ', () => {
  it('fail with the first stage, of a kernel that adds in random order', async () => {
    const result = await run(() => patchedPlain(ATOMIC), { envelope: SMALL });
    const { verdict, failure } = result;
    expect([verdict, failure!.fault.kind, failure!.repeats]).toEqual(['fail', 'not repeatable', true]);
    // Which it is depends on the lengths of the sums: one or two terms have one order.
    const { stage, at, first, second } = failure!.fault.difference!;
    // If no sequence has such a sum, the batch has.
    expect([...OWN_STAGES, 'gradientY']).toContain(stage);
    expect(first).not.toBe(second);
    const text = kernelText(result, null, 1000, plain);
    const place = stage === 'gradientY' ? `[${at[0]}, ${at[1]}]` : `sequence ${at[0]}, `;
    expect(text).toContain(`${stage} is the first that differs, at ${place}`);
    expect(text).toContain(`: ${first}, then ${second}.`);
  });

  it('fail in gradientY, not in what follows from it', async () => {
    const { failure } = await run(() => seeded(bug('gradient-y-not-cleared')));
    expect(failure!.fault.difference!.stage).toBe('gradientY');
  });

  it('pass if they may, and their spread is told for each stage', async () => {
    const result = await run(() => patchedPlain(ATOMIC), { runs: 20, nondeterministic: true });
    expect([result.verdict, result.nondeterministic]).toEqual(['pass', true]);
    const spread = new Map(result.stages.map((stage) => [stage.stage, stage.spread!]));
    for (const [stage, { ratio }] of spread) expect(ratio, stage).toBeLessThan(2);
    for (const stage of ['attention', 'features', 'logits', 'gradientY', 'velocityY'] as const)
      expect(spread.get(stage)!.ulp, stage).toBeGreaterThanOrEqual(0.5);
    expect(kernelText(result, null, 100, plain)).toContain('spread of equal calls in ulp');
    const { stages } = kernelDocument(result, null) as { stages: { spread: unknown }[] };
    expect(stages.map((stage) => stage.spread)).toEqual([...spread.values()]);
  });

  it('have no spread where they are equal, and none is told where they must be', async () => {
    const free = await run(() => plainKernel(), { runs: 8, nondeterministic: true });
    expect(free.stages.map(({ spread }) => spread)).toEqual(free.stages.map(() => ({ ulp: 0, ratio: 0 })));
    const bound = await run(() => plainKernel(), { runs: 8 });
    for (const stage of bound.stages) expect(stage).not.toHaveProperty('spread');
  });

  it('fail all the same where the second answer exceeds its bound', async () => {
    const { verdict, failure, stages } = await run(() => patchedPlain(SECOND_CALL), {
      nondeterministic: true,
    });
    const { kind, shownBy, defect } = failure!.fault;
    expect([verdict, kind, shownBy, failure!.confirmed]).toEqual(['fail', 'features', 'again', true]);
    expect(defect!.ratio).toBeGreaterThan(1);
    expect(stages.find(({ stage }) => stage === 'features')?.verdict).toBe('fail');
    const strictly = (await run(() => patchedPlain(SECOND_CALL))).failure!.fault;
    expect([strictly.kind, strictly.difference?.stage]).toEqual(['not repeatable', 'features']);
  });

  it('fail where a bug by chance exceeds its bound, whatever the policy', async () => {
    for (const policy of [{}, { nondeterministic: true }]) {
      const { verdict, failure } = await run(() => patchedPlain(BY_CHANCE), {
        shrinkSeconds: 1,
        ...policy,
      });
      expect([verdict, failure!.fault.defect?.stage ?? failure!.fault.difference!.stage]).toEqual([
        ...['fail', 'features'],
      ]);
      expect(failure!.confirmed).not.toBe(false);
    }
  });
});

/** A number of ulps away from an output in one element of a matrix. */
async function zSpread(change: (Z: Float32Array) => void) {
  const input = someInput();
  const output = await (await plainKernel()).step(input);
  const Z = output.Z.slice() as Float32Array;
  change(Z);
  const known = referenceFor('float32', input);
  const spreads = spreadOf(known, output, { ...output, Z }, usually('float32'));
  return {
    ...spreads,
    apart: (k: number) => Math.abs(Z[k] - output.Z[k]) / expectedOf(known, usually('float32')).Z.bound[k],
  };
}

it('the spread of one element is told in units in the last place', async () => {
  const { Z, Y, features, apart } = await zSpread((Z) => {
    // Neighbours of float32: the next integers of their bits.
    new Int32Array(Z.buffer)[5] += 3;
  });
  expect(Z).toEqual({ ulp: 3, ratio: apart(5) });
  expect(apart(5)).toBeGreaterThan(0);
  expect([Y, features]).toEqual([
    { ulp: 0, ratio: 0 },
    { ulp: 0, ratio: 0 },
  ]);
});

describe('other batches', () => {
  const input = someInput();
  const output = { loss: 1, stages: { logits: new Float32Array(8) } } as unknown as StepOutput;
  const alone: StepInput = {
    ...input,
    ...{ queries: input.queries.slice(0, 1), targets: input.targets.slice(0, 1) },
    contexts: input.contexts.slice(0, 3),
  };

  it('are the last sequence alone, all in other places, and all beside another one', () => {
    const batches = otherBatches(input, output);
    expect(batches.map(({ how, rows, sameLoss }) => [how, rows, sameLoss])).toEqual([
      ['alone', [1], false],
      ['in another place of its batch', [1, 0], false],
      ['with another sequence beside it', [0, 1, null], false],
    ]);
    for (const { input: other, rows } of batches) {
      expect([other.queries.length, other.targets.length, other.contexts.length]).toEqual([
        ...[rows.length, rows.length, 3 * rows.length],
      ]);
      for (const [i, row] of rows.entries()) {
        if (row === null) continue;
        expect(other.queries[i]).toBe(input.queries[row]);
        expect(other.targets[i]).toBe(input.targets[row]);
        expect(other.contexts.slice(3 * i, 3 * i + 3)).toEqual(input.contexts.slice(3 * row, 3 * row + 3));
      }
      expect([...other.contexts].every((id) => id >= 0 && id < 4)).toBe(true);
    }
    expect([...batches[2].input.contexts.slice(6)]).toEqual([1, 2, 2]);
    expect([batches[2].input.queries[2], batches[2].input.targets[2]]).toEqual([0, 1]);
  });

  it('of a single sequence: twice, with the same loss unless halves of it are rounded', () => {
    const hows = (loss: number, stages: object | undefined) =>
      otherBatches(alone, { ...output, loss, stages }).map(({ how, sameLoss }) => [how, sameLoss]);
    const beside = ['with another sequence beside it', false];
    expect(hows(1, output.stages)).toEqual([['twice in one batch', true], beside]);
    expect(hows(2 ** -140, output.stages)).toEqual([['twice in one batch', false], beside]);
    expect(hows(1, undefined)).toEqual([['twice in one batch', true]]);
    expect(hows(2 ** -140, undefined)).toEqual([]);
    expect(otherBatches(input, { ...output, stages: undefined })).toEqual([]);
  });

  it('are called in every fourth case, among them those of large batches, and equal calls beside them', () => {
    const extra = [...Array(5).keys()].map((index) => extraCalls(index, { batchInvariant: true }));
    const none = { twice: false, batches: false };
    const twice = { twice: true, batches: false };
    expect(extra).toEqual([twice, { twice: true, batches: true }, none, none, twice]);
    expect([0, 1, 2].map((index) => extraCalls(index, {}))).toEqual([twice, none, none]);
  });
});

describe('a kernel whose order of summation depends on its batch', () => {
  const split = () => patchedPlain(SPLIT);

  it('passes unless that is demanded', async () => {
    expect(await run(split)).toMatchObject({ verdict: 'pass', batchInvariant: false, batches: null });
  });

  it('fails then, in the first stage, in a small case', async () => {
    const { failure } = await run(split, { batchInvariant: true });
    const { fault, calls, repeats, confirmed } = failure!;
    expect([fault.kind, fault.shownBy, repeats, confirmed]).toEqual([
      'depends on its batch',
      'batch',
      true,
      null,
    ]);
    expect(OWN_STAGES).toContain(fault.difference!.stage);
    expect(calls).toHaveLength(1);
    // Three terms have one split: it takes a sum of four, over the context or the vocabulary.
    const [{ contextLength, vocabulary, queries }] = calls;
    expect([Math.max(contextLength, vocabulary) >= 4, queries.length <= 2]).toEqual([true, true]);
    expect(fault.message).toMatch(/^\w+ of a sequence changed when it was called /);
    // A replay calls the same batches.
    const again = await checkCalls(inThread(await split(), { timeLimit: 1000 }), calls, usually('float32'), {
      ...{ twice: true, batches: true, policy: { batchInvariant: true } },
    });
    expect(again).toEqual(fault);
  });

  it('without stages: fails by the loss of a single sequence', async () => {
    const { failure } = await run(async () => withoutStages(await split()), {
      batchInvariant: true,
      runs: 200,
    });
    expect(failure!.fault).toMatchObject({
      ...{ kind: 'depends on its batch', difference: { stage: 'loss', at: [] } },
      message: 'the loss of a single sequence changed when it was called twice in one batch',
    });
    expect(failure!.calls[0].queries).toHaveLength(1);
  });
});

describe('a kernel whose sequences do not see their batch', () => {
  it('passes, and the result says what was compared', async () => {
    const result = await run(() => plainKernel(), both);
    expect([result.verdict, result.batches!.stages]).toEqual(['pass', PLAIN_STAGES.slice(0, 5)]);
    expect(result.batches!.sequences).toBeGreaterThan(20);
    expect(kernelText(result, null, 1000, plain)).toMatch(
      /Batches: [\d,]+ sequences compared with themselves in another batch, by attention, features, logits, probabilities, loss\./,
    );
  });

  it('without stages: passes by the loss of single sequences alone, and the report says so', async () => {
    const result = await run(async () => withoutStages(await plainKernel()), { batchInvariant: true });
    expect([result.verdict, result.batches!.stages]).toEqual(['pass', ['loss']]);
    expect(kernelText(result, null, 1000, plain)).toContain('by loss alone, of single sequences');
  });

  it('but whose own stages differ between equal calls, fails as that', async () => {
    const { failure } = await run(() => patchedPlain(ATOMIC), both);
    expect(failure!.fault.kind).toBe('not repeatable');
    expect(OWN_STAGES).toContain(failure!.fault.difference!.stage);
  });

  it('and sums over the batch in random order, passes both', async () => {
    const noisy = async (): Promise<Kernel> => {
      const kernel = await plainKernel();
      let call = 0;
      return {
        ...{ name: 'noisy', dtype: 'float32' },
        step: async (input) => {
          const out = await kernel.step(input);
          // One bit of the loss, within its bound; the sum of two has one order.
          const bits = new Int32Array(Float32Array.of(out.loss).buffer);
          if (input.queries.length > 2 && out.loss > 0) bits[0] += call++ % 2;
          return { ...out, loss: new Float32Array(bits.buffer)[0] };
        },
      };
    };
    const { verdict, stages } = await run(noisy, both);
    expect([verdict, stages.find(({ stage }) => stage === 'loss')!.spread!.ulp]).toEqual(['pass', 1]);
    const strictly = await run(noisy, { batchInvariant: true });
    expect(strictly.failure!.fault).toMatchObject({ kind: 'not repeatable', difference: { stage: 'loss' } });
  });
});

it('the numbers of a stage are found by its name', async () => {
  const output = await (await plainKernel()).step(someInput());
  expect(valuesOf(output, 'loss')).toEqual([output.loss]);
  expect(valuesOf(output, 'Z')).toBe(output.Z);
  expect(valuesOf(output, 'logits')).toBe(output.stages!.logits);
  expect(valuesOf({ ...output, stages: undefined }, 'logits')).toBeUndefined();
});
