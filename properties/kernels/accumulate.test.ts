// heavy: 6 s
/** What accumulates: sums in float32 unless a kernel declares otherwise. */
import { describe, expect, it } from 'vitest';
import { otherKernel, roundTo, showing, type Ways } from '../../fixtures/kernels/otherKernels.ts';
import { plainKernel } from '../../fixtures/kernels/seeded.ts';
import { judgeCall } from '../../src/kernels/judging/judge.ts';
import { referenceFor } from '../../src/kernels/judging/judgeRecord.ts';
import { atFault } from '../../src/kernels/judging/ledger.ts';
import { kernelRoundoff, stageArithmetic, summing } from '../../src/kernels/judging/roundoff.ts';
import { type Declaration, type LowPrecision, STAGES, type Stage } from '../../src/kernels/kernel.ts';
import type { StepInput } from '../../src/model/stepInput.ts';
import { firstAtFault, firstCases, TINY } from './judging.ts';

const ZEROS = { etaY: 1, etaZ: 1, momentum: 0, queries: Int32Array.of(0), targets: Int32Array.of(1) };
/** One sequence, all scores 0. @param y the value of every entry of Y */
function even(M: number, contexts: Int32Array, y: number): StepInput {
  const zeros = () => new Float32Array(M * M);
  const matrices = { Y: zeros().fill(y), Z: zeros(), velocityY: zeros(), velocityZ: zeros() };
  return { ...ZEROS, vocabulary: M, contextLength: contexts.length, contexts, ...matrices };
}
/** More terms than the 256 at which a sum of equal terms in bfloat16 stays where it is. */
const MANY = 600;
const oneToken = even(2, new Int32Array(MANY), 0);
/** f depends on v only where there are two tokens. */
const twoTokens = even(
  2,
  Int32Array.from({ length: MANY }, (_, t) => Number(t >= MANY - 50)),
  0,
);
const everyToken = (M: number) =>
  even(
    M,
    Int32Array.from({ length: M }, (_, l) => l),
    1,
  );
const allTokens = everyToken(MANY);
/** Enough where the bound is the smaller: a call takes half the time. */
const fewerTokens = everyToken(400);
const batch = {
  ...even(2, new Int32Array(MANY), 0),
  contextLength: 1,
  queries: new Int32Array(MANY),
  targets: new Int32Array(MANY),
};

/** A sum of many equal terms in each stage: alpha is even, so the terms of g are all but one. */
const STUCK: readonly (readonly [Stage, StepInput])[] = [
  ['attention', oneToken],
  ['features', twoTokens],
  ['features', fewerTokens],
  ['logits', fewerTokens],
  ['probabilities', allTokens],
  ['gradientY', batch],
];

describe('sums that are stuck in bfloat16', () => {
  it('add nothing from 256 equal terms on', () => {
    const short = roundTo('bfloat16');
    const sum = (n: number) => Array.from({ length: n }, () => 1).reduce((a, b) => short(a + b), 0);
    expect([sum(255), sum(256), sum(MANY)]).toEqual([255, 256, 256]);
  });

  it.each(STUCK)('of %s pass only where bfloat16 is declared to accumulate', async (stage, input) => {
    const formats = { [stage]: 'bfloat16' } as const;
    const stuck = await otherKernel('float32', { formats, sums: formats }).step(input);
    const known = referenceFor('float32', input);
    const judged = (output: typeof stuck, declares: Declaration) =>
      firstAtFault(judgeCall(known, output, kernelRoundoff('float32', declares, false)));
    expect(judged(stuck, { stagePrecision: formats })).toBe(stage);
    expect(judged(stuck, { stagePrecision: formats, accumulate: formats })).toBeUndefined();
    // Nor is it the operands and results that fail.
    const summed = await otherKernel('float32', { formats }).step(input);
    expect(judged(summed, { stagePrecision: formats })).toBeUndefined();
    const onlySums = await otherKernel('float32', { sums: formats }).step(input);
    expect(judged(onlySums, {})).toBe(stage);
    expect(judged(onlySums, { accumulate: formats })).toBeUndefined();
  });

  it('of gradientZ, whose terms are not equal, pass by the same rule', async () => {
    // g_l = Y_l (e_n - alpha): from a Y with two values, terms of one sign which add up.
    const input = {
      ...allTokens,
      Y: allTokens.Y.map((_, i) => (i % MANY === 1 ? 0 : (i / MANY) & 1 ? 1 : 2)),
    };
    const formats = { gradientZ: 'bfloat16' } as const;
    const stuck = await otherKernel('float32', { formats, sums: formats }).step(input);
    const known = referenceFor('float32', input);
    const judged = (declares: Declaration, output = stuck) =>
      firstAtFault(judgeCall(known, output, kernelRoundoff('float32', declares, false)));
    expect(judged({ stagePrecision: formats })).toBe('backpropagated');
    expect(judged({ stagePrecision: formats }, showing(stuck, ['probabilities', 'gradientZ']))).toBe(
      'gradientZ',
    );
    expect(judged({ stagePrecision: formats, accumulate: formats })).toBeUndefined();
  });
});

const everywhere = <F>(format: F) => Object.fromEntries(STAGES.map((s) => [s, format])) as Record<Stage, F>;
/** Whether each operation of a stage is rounded to its format: what a declaration has to admit. */
const CORRECT: readonly (readonly [name: string, Ways])[] = [
  ...STAGES.flatMap((stage) =>
    (['bfloat16', 'float16', 'tf32'] as const).map((format): [string, Ways] => [
      `${stage} in ${format}`,
      { formats: { [stage]: format } },
    ]),
  ),
  ...STAGES.map((stage): [string, Ways] => [
    `${stage} in bfloat16, sums too`,
    { formats: { [stage]: 'bfloat16' }, sums: { [stage]: 'bfloat16' } },
  ]),
  ...(['bfloat16', 'float16', 'tf32'] as LowPrecision[]).map((format): [string, Ways] => [
    `everything in ${format}`,
    { formats: everywhere(format) },
  ]),
  ['everything in bfloat16, sums too', { formats: everywhere('bfloat16'), sums: everywhere('bfloat16') }],
  [
    'everything in bfloat16, as automatic differentiation',
    { formats: everywhere('bfloat16'), softmax: 'log', backward: 'chain rule', residual: 'subtraction' },
  ],
  ['sums in float64', { sums: everywhere('float64') }],
];
// Few terms: with their number n the bound of a sum grows as n, and most errors as its root, so that bounds are tight where sums are short.
const cases = firstCases('float32', 40, 7, TINY, 2 ** 15)
  .map((calls) => calls[0])
  .map((input) => referenceFor('float32', input));

/** Returned beside all stages, in turn. */
const OTHERS: readonly (readonly Stage[])[] = [[], ['features'], ['logits', 'gradientZ']];

describe('a kernel that rounds every operation of a stage', () => {
  it.each(CORRECT)('%s: passes by what it declares', async (_, ways) => {
    const kernel = otherKernel('float32', ways);
    const strict = ways.residual !== 'subtraction';
    const declares = { stagePrecision: ways.formats, accumulate: ways.sums };
    const arithmetic = kernelRoundoff('float32', declares, strict);
    const found: string[] = [];
    for (const [turn, known] of cases.entries()) {
      const output = await kernel.step(known.input);
      for (const shown of [STAGES, OTHERS[turn % OTHERS.length]])
        for (const defect of judgeCall(known, showing(output, shown), arithmetic).filter(atFault))
          found.push(`showing [${shown}]: ${JSON.stringify(defect)}`);
    }
    expect(found).toEqual([]);
  });
});

describe('the bound of a sum', () => {
  const of = (declares: Declaration) => stageArithmetic(kernelRoundoff('float32', declares, true), 'logits');
  const [low, single] = [2 ** -8, 2 ** -24];
  it.each([
    ['n - 1 additions, without a declaration', {}, 99 * single],
    ['in float32, and stored', { stagePrecision: { logits: 'bfloat16' } }, 99 * single + low],
    ['in bfloat16', { stagePrecision: { logits: 'bfloat16' }, accumulate: { logits: 'bfloat16' } }, 99 * low],
    ['in bfloat16, of an ordinary stage', { accumulate: { logits: 'bfloat16' } }, 99 * low],
    ['in float64, and stored', { accumulate: { logits: 'float64' } }, 99 * 2 ** -53 + single],
    ['of another stage', { accumulate: { features: 'bfloat16' } }, 99 * single],
  ] as const)('%s', (_, declares, error) => {
    expect(summing(of(declares), 100)).toBe(error);
  });
});

it('a declaration without low precision changes nothing', async () => {
  const kernel = await plainKernel();
  for (const known of cases.slice(0, 10)) {
    const output = await kernel.step(known.input);
    const by = (declares: Declaration) => judgeCall(known, output, kernelRoundoff('float32', declares, true));
    expect(by({ accumulate: everywhere('float32') })).toEqual(by({}));
  }
});
