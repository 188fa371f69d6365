/** An error beyond its bound is detected, and reported with the stage and the element of its origin. */
import { describe, expect, it } from 'vitest';
import { otherKernel, showing } from '../../fixtures/kernels/otherKernels.ts';
import { plainKernel, seeded } from '../../fixtures/kernels/seeded.ts';
import { inThread } from '../../src/kernels/hosts/inThread.ts';
import { checkCalls } from '../../src/kernels/judging/checkCalls.ts';
import { judgeCall } from '../../src/kernels/judging/judge.ts';
import { referenceFor } from '../../src/kernels/judging/judgeRecord.ts';
import { atFault, type StageDefect } from '../../src/kernels/judging/ledger.ts';
import { kernelRoundoff } from '../../src/kernels/judging/roundoff.ts';
import { JUDGED, type JudgedStage } from '../../src/kernels/judging/stages.ts';
import type { Stage, StepOutput } from '../../src/kernels/kernel.ts';
import { zoo } from '../../src/kernels/zoo/zoo.ts';
import type { StepInput } from '../../src/model/stepInput.ts';
import { uniformStream } from '../../src/model/uniform.ts';
import { someInput } from './inputs.ts';
import { DTYPES, firstAtFault, firstCases, someCases, strictly, TINY, usually, verdicts } from './judging.ts';

const arrayOf = (output: StepOutput, stage: JudgedStage) =>
  stage === 'loss' ? undefined : stage in output ? output[stage as 'Y'] : output.stages?.[stage as Stage];

/** The output with another value in one element: its index, or its row and column. */
function changed(
  { contextLength, vocabulary }: StepInput,
  output: StepOutput,
  stage: JudgedStage,
  at: number | readonly number[],
  value: number,
): StepOutput {
  if (stage === 'loss') return { ...output, loss: value };
  const array = arrayOf(output, stage)!.slice();
  const columns = stage === 'attention' ? contextLength : vocabulary;
  array[typeof at === 'number' ? at : at[0] * columns + at[1]] = value;
  return stage in output
    ? { ...output, [stage]: array }
    : { ...output, stages: { ...output.stages, [stage]: array } };
}

describe.each(DTYPES)('bounds in %s', (dtype) => {
  it('are exceeded by three times the bound, in any stage: this stage and element are named', async () => {
    const kernel = otherKernel(dtype, {});
    const uniform = uniformStream(11);
    const named = new Map<JudgedStage, number>();
    for (const [input] of await someCases(dtype, 10, 7, TINY)) {
      const output = await kernel.step(input);
      const known = referenceFor(dtype, input);
      for (const { stage, at, exact, bound } of judgeCall(known, output, strictly(dtype))) {
        // Rounding uses at most one of the three. If only underflow is allowed, every digit is too much.
        const away = bound > 1e-30 ? 3 * bound : 1e-25 + Math.abs(exact) * 2 ** -22;
        const value = exact > 0 || (exact === 0 && uniform() < 0.5) ? exact - away : exact + away;
        const defects = judgeCall(known, changed(input, output, stage, at, value), strictly(dtype));
        expect(firstAtFault(defects), `${stage} ${value}`).toBe(stage);
        expect(defects.find(atFault)?.at).toEqual(at);
        named.set(stage, (named.get(stage) ?? 0) + 1);
      }
    }
    expect([...named.keys()]).toEqual([...JUDGED]);
  });

  it('are exceeded by NaN and infinity, in any output or stage', async () => {
    const kernel = otherKernel(dtype, {});
    const uniform = uniformStream(12);
    for (const [input] of await someCases(dtype, 5, 8, TINY)) {
      const output = await kernel.step(input);
      const known = referenceFor(dtype, input);
      for (const stage of JUDGED)
        for (const value of [Number.NaN, Infinity, -Infinity]) {
          const { length } = arrayOf(output, stage) ?? [0];
          // Of g, only the entries of a context's tokens are compared.
          const at = stage === 'backpropagated' ? input.contexts[0] : Math.floor(uniform() * length);
          const defects = judgeCall(known, changed(input, output, stage, at, value), usually(dtype));
          expect(firstAtFault(defects), `${value} in ${stage}`).toBe(stage);
          expect(defects.find(atFault)?.ratio).toBe(Infinity);
        }
    }
  });
});

describe('the stage at fault', () => {
  const firsts: readonly (readonly [bug: string, stage: JudgedStage])[] = [
    ['attention-denominator-plus-1e-5', 'attention'],
    ['attention-in-float16', 'attention'],
    ['norm-plus-1e-3', 'features'],
    ['logits-in-float16', 'logits'],
    ['probabilities-in-bfloat16', 'probabilities'],
    ['log-of-alpha-plus-1e-9', 'loss'],
    ['gradient-summed-over-batch', 'gradientY'],
    ['gradient-z-divided-by-length', 'gradientZ'],
    ['momentum-dampened', 'velocityY'],
    ['momentum-ignored-on-z', 'velocityZ'],
  ];

  /** The cases of all bugs, which float16 can hold, with the references that a check would compute for each of them. */
  const cases = firstCases('float32', 30, 3, TINY, 2 ** 15).map((calls) => ({
    calls,
    references: calls.map((input) => referenceFor('float32', input)),
  }));

  it.each(firsts)('of %s is %s', async (id, stage) => {
    const kernel = await seeded(zoo.find((bug) => bug.id === id)!);
    const [kinds, all] = [new Set<string>(), new Set<string>()];
    const watch = (defects: readonly StageDefect[]) => {
      for (const defect of defects.filter(atFault)) all.add(defect.stage);
    };
    for (const { calls, references } of cases) {
      const host = inThread(kernel, { timeLimit: 10_000 });
      const fault = await checkCalls(host, calls, usually('float32'), { watch, references });
      if (fault) kinds.add(fault.kind);
    }
    expect([...kinds]).toEqual([stage]);
    // Stages that start from the kernel's own attention, features or logits are correct.
    if (['attention', 'features', 'logits', 'loss'].includes(stage)) expect([...all]).toEqual([stage]);
  });

  it('is features, for any excess length', async () => {
    for (const dtype of DTYPES)
      for (const factor of [1.001, 1e3, 1e8]) {
        // All later stages start from the returned features and are correct.
        const kernel = otherKernel(dtype, { scale: factor });
        const [[input]] = await someCases(dtype, 1, 5, TINY);
        expect(firstAtFault(verdicts(input, await kernel.step(input)))).toBe('features');
      }
  });
});

describe('where there is no bound', () => {
  /** A float32 kernel that declares sums in bfloat16: over 2000 positions these have no bound for the logits. */
  const low = { logits: 'bfloat16' } as const;
  const declared = kernelRoundoff('float32', { stagePrecision: low, accumulate: low }, false);

  async function unbounded(): Promise<StepInput> {
    const M = 3;
    const n = 2100;
    const contexts = Int32Array.from({ length: n }, (_, t) => t % M);
    const ids = { contexts, contextLength: n, queries: Int32Array.of(0), targets: Int32Array.of(1) };
    return { ...someInput('float32', M, 0), ...ids, Y: new Float32Array(M * M).fill(1000) };
  }

  it('every finite number is accepted, and NaN is not', async () => {
    const input = await unbounded();
    const output = showing(await (await plainKernel()).step(input), []);
    const loss = (value: number) =>
      verdicts(input, { ...output, loss: value }, declared).find(({ stage }) => stage === 'loss')!;
    expect(loss(output.loss).bound).toBe(Infinity);
    expect(loss(-1e30).ratio).toBe(0);
    expect(loss(Number.NaN).ratio).toBe(Infinity);
    const worse = changed(input, output, 'velocityY', 0, Number.NaN);
    expect(firstAtFault(verdicts(input, worse, declared))).toBe('velocityY');
  });

  it('because the exact value exceeds the largest number of the dtype, infinity is accepted', async () => {
    const input = {
      ...someInput('float32', 5, 0.5),
      Y: new Float32Array(25),
      velocityY: new Float32Array(25),
    };
    const absent = 4 * 5 + 4;
    const after = async (size: number) => {
      input.velocityY[absent] = 2 ** 127;
      input.Y[absent] = size;
      const output = await (await plainKernel()).step({ ...input, etaY: 1 });
      const over = changed(input, output, 'Y', absent, Infinity);
      return [output.Y[absent], firstAtFault(verdicts({ ...input, etaY: 1 }, over))];
    };
    expect(await after(1.9 * 2 ** 127)).toEqual([Infinity, undefined]);
    expect(await after(1.2 * 2 ** 127)).toEqual([Math.fround(1.7 * 2 ** 127), 'Y']);
  });
});
