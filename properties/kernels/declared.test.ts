// heavy: 10 s
/** A kernel that declares a lower precision gets the corresponding bounds; without the declaration it fails. */
import { describe, expect, it } from 'vitest';
import { showing } from '../../fixtures/kernels/otherKernels.ts';
import { type CheckOptions, checkCalls } from '../../src/kernels/judging/checkCalls.ts';
import { referenceFor } from '../../src/kernels/judging/judgeRecord.ts';
import { kernelRoundoff } from '../../src/kernels/judging/roundoff.ts';
import { type Declaration, type KernelHost, STAGES, type Stage } from '../../src/kernels/kernel.ts';
import { runKernel } from '../../src/kernels/run.ts';
import type { Patch } from '../../src/kernels/zoo/bug.ts';
import { buggy, changedPlain } from './freshHost.ts';
import { firstCases, SMALL } from './judging.ts';

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

/** The stages at fault over many cases. */
async function faults(host: KernelHost, declares: Declaration, shown: readonly Stage[], strict: boolean) {
  const arithmetic = kernelRoundoff(host.dtype, declares, strict);
  const found = new Set<string>();
  const step: KernelHost['step'] = async (input) => showing(await host.step(input), shown);
  for (const [calls, options] of cases) {
    const fault = await checkCalls({ dtype: host.dtype, step }, calls, arithmetic, options);
    if (fault) found.add(fault.kind);
  }
  return [...found];
}

/** Cases whose scores and logits float16 can hold. */
const cases = firstCases('float32', 40, 12, SMALL, 2 ** 15).map((calls): [typeof calls, CheckOptions] => [
  calls,
  { references: calls.map((input) => referenceFor('float32', input)) },
]);

describe.each(coarse)('%s', (_, make, declares, stage) => {
  it('fails at this stage without the declaration', async () => {
    expect(await faults(await make(), {}, STAGES, false)).toContain(stage);
  });

  it('passes at the strict level with the declaration, with its stages', async () => {
    expect(await faults(await make(), declares, STAGES, true)).toEqual([]);
  });

  it('passes at the strict level with the declaration, by its outputs alone', async () => {
    expect(await faults(await make(), declares, [], true)).toEqual([]);
  });
});

describe('a declaration', () => {
  it('covers no more than it states', async () => {
    // Attention may have one more factor exp at every new maximum; the softmax of logits may not.
    expect(await faults(await crude(60), { expError: 16 }, STAGES, false)).toContain('probabilities');
    const elsewhere: Declaration = { stagePrecision: { logits: 'bfloat16' } };
    expect((await faults(await buggy('features-in-bfloat16'), elsewhere, STAGES, false))[0]).toBe('features');
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
