// heavy: 6 s
/** A kernel that declares a lower precision gets the corresponding bounds; without the declaration it fails. */
import { beforeAll, describe, expect, it } from 'vitest';
import { showing } from '../../fixtures/kernels/otherKernels.ts';
import { judgeCall } from '../../src/kernels/judging/judge.ts';
import { referenceFor } from '../../src/kernels/judging/judgeRecord.ts';
import { kernelRoundoff } from '../../src/kernels/judging/roundoff.ts';
import {
  type Declaration,
  type KernelHost,
  STAGES,
  type Stage,
  type StepOutput,
} from '../../src/kernels/kernel.ts';
import { runKernel } from '../../src/kernels/run.ts';
import type { Patch } from '../../src/kernels/zoo/bug.ts';
import { buggy, changedPlain } from './freshHost.ts';
import { firstAtFault, firstCases, SMALL } from './judging.ts';

const SHORT = { bfloat16: 2 ** 16, float16: 2 ** 13, tf32: 2 ** 13 };
const EXP = 'this.exp = (x) => this.round(Math.exp(x));';
const crude = (units: number) =>
  changedPlain([
    [EXP, `this.exp = (x) => this.round(Math.exp(x) * (1 + ${units} * 2 ** -24 * Math.cos(1e4 * x)));`],
  ]);
const HEAD = 'export class PlainKernel';
/** The example kernel with `short`, which rounds to fewer bits by Dekker's splitting. */
const kept = (precision: keyof typeof SHORT, ...patches: Patch[]) => {
  const short = `const short = (x) => {
  const c = Math.fround(${SHORT[precision] + 1} * x);
  return Math.fround(c - Math.fround(c - x));
};`;
  return changedPlain([[HEAD, `${short}\n\n${HEAD}`], ...patches]);
};
const SHORT_Z: readonly Patch[] = [
  ['attention({ Z, contexts', 'attention({ Z: exact, contexts'],
  [
    'const { round, scores, terms } = this;\n    const first',
    'const Z = exact.map(short);\n    const { round, scores, terms } = this;\n    const first',
  ],
];
const MAX = 'const max = this.largest(o, first, first + M);';
const SHORT_LOGITS: readonly Patch[] = [
  [MAX, MAX.replace('this.largest(o, first, first + M)', 'short(this.largest(o, first, first + M))')],
  [
    'terms[k] = this.exp(round(o[first + k] - max));',
    'terms[k] = this.exp(round(short(o[first + k]) - max));',
  ],
];
const SHORT_SUMS: readonly Patch[] = [
  ['k + 3 < M; k += 4) {\n        sumY', 'k + 3 < 0; k += 4) {\n        sumY'],
  [
    'for (; k < M; k++) sumY[row + k] += round(share * residual[k]);',
    'for (; k < M; k++) sumY[row + k] = short(sumY[row + k] + round(share * residual[k]));',
  ],
];
const SHORT_MEANS: readonly Patch[] = [['gradient[i] = sums[i] / B;', 'gradient[i] = short(sums[i] / B);']];

/** Kernels, the declaration they need, and the stage that fails without it. */
const coarse: readonly (readonly [name: string, () => Promise<KernelHost>, Declaration, Stage])[] = [
  [
    'features-in-bfloat16',
    () => buggy('features-in-bfloat16'),
    { stagePrecision: { features: 'bfloat16' } },
    'features',
  ],
  [
    'logits-in-float16',
    () => buggy('logits-in-float16'),
    { stagePrecision: { logits: 'float16' } },
    'logits',
  ],
  [
    'probabilities-in-bfloat16',
    () => buggy('probabilities-in-bfloat16'),
    { stagePrecision: { probabilities: 'bfloat16' } },
    'probabilities',
  ],
  [
    'scores-in-bfloat16',
    () => buggy('scores-in-bfloat16'),
    { stagePrecision: { attention: 'bfloat16' } },
    'attention',
  ],
  [
    'attention-in-float16',
    () => buggy('attention-in-float16'),
    { stagePrecision: { attention: 'float16' } },
    'attention',
  ],
  [
    'logits-multiplied-in-tf32',
    () => buggy('logits-multiplied-in-tf32'),
    { stagePrecision: { logits: 'tf32' } },
    'logits',
  ],
  [
    'backpropagation-in-tf32',
    () => buggy('backpropagation-in-tf32'),
    { stagePrecision: { gradientZ: 'tf32' } },
    'gradientZ',
  ],
  [
    'scores in bfloat16 before the shift',
    () => kept('bfloat16', ...SHORT_Z),
    { stagePrecision: { attention: 'bfloat16' } },
    'attention',
  ],
  [
    'logits in bfloat16 before the shift',
    () => kept('bfloat16', ...SHORT_LOGITS),
    { stagePrecision: { probabilities: 'bfloat16' } },
    'probabilities',
  ],
  [
    'sums of dY in bfloat16',
    () => kept('bfloat16', ...SHORT_SUMS),
    { stagePrecision: { gradientY: 'bfloat16' }, accumulate: { gradientY: 'bfloat16' } },
    'gradientY',
  ],
  [
    'gradients in bfloat16',
    () => kept('bfloat16', ...SHORT_MEANS),
    { stagePrecision: { gradientY: 'bfloat16', gradientZ: 'bfloat16' } },
    'gradientY',
  ],
  ['exp of 60 u', () => crude(60), { expError: 64 }, 'attention'],
];

/** Cases whose scores and logits float16 can hold. */
const cases = firstCases('float32', 40, 12, SMALL, 2 ** 15).map((calls) =>
  calls.map((input) => referenceFor('float32', input)),
);

/** What a kernel gives in each call of the cases, each made once. */
const outputsOf = async (host: KernelHost): Promise<StepOutput[][]> => {
  const all: StepOutput[][] = [];
  for (const calls of cases) {
    const outputs: StepOutput[] = [];
    for (const { input } of calls) outputs.push(await host.step(input));
    all.push(outputs);
  }
  return all;
};

/** The stages at fault, one after the other. */
function* faults(
  all: readonly StepOutput[][],
  declares: Declaration,
  shown: readonly Stage[],
  strict: boolean,
) {
  const arithmetic = kernelRoundoff('float32', declares, strict);
  for (const [i, outputs] of all.entries())
    for (const [call, output] of outputs.entries()) {
      const stage = firstAtFault(judgeCall(cases[i][call], showing(output, shown), arithmetic));
      if (stage) yield stage;
    }
}

/** Whether a stage is at fault in some call: the calls after it are not judged. */
function isAtFault(stage: Stage, found: Iterable<string>): boolean {
  for (const one of found) if (one === stage) return true;
  return false;
}

describe.each(coarse)('%s', (_, make, declares, stage) => {
  let outputs: StepOutput[][];
  beforeAll(async () => {
    outputs = await outputsOf(await make());
  });

  it('fails at this stage without the declaration', () => {
    expect(isAtFault(stage, faults(outputs, {}, STAGES, false))).toBe(true);
  });

  it('passes at the strict level with the declaration, with its stages', () => {
    expect([...faults(outputs, declares, STAGES, true)]).toEqual([]);
  });

  it('passes at the strict level with the declaration, by its outputs alone', () => {
    expect([...faults(outputs, declares, [], true)]).toEqual([]);
  });
});

describe('a declaration', () => {
  it('covers no more than it states', async () => {
    // Attention may have one more factor exp at every new maximum; the softmax of logits may not.
    const rough = faults(await outputsOf(await crude(60)), { expError: 16 }, STAGES, false);
    expect(isAtFault('probabilities', rough)).toBe(true);
    const elsewhere: Declaration = { stagePrecision: { logits: 'bfloat16' } };
    const coarser = faults(await outputsOf(await buggy('features-in-bfloat16')), elsewhere, STAGES, false);
    expect(coarser.next().value).toBe('features');
  });

  it('is read from the host by a run, and is part of its result', async () => {
    const declares: Declaration = { stagePrecision: { features: 'bfloat16' } };
    const { verdict, declares: told } = await runKernel(await buggy('features-in-bfloat16', declares), {
      runs: 20,
      envelope: SMALL,
    });
    expect([verdict, told]).toEqual(['pass', declares]);
  });
});
