// heavy: 8 s
/** Error bounds: no correct kernel exceeds them, in any way of writing it, and they are not wider than necessary. */
import { describe, expect, it } from 'vitest';
import { otherKernel, showing, type Ways } from '../../fixtures/kernels/otherKernels.ts';
import { plainKernel } from '../../fixtures/kernels/seeded.ts';
import type { KernelCase } from '../../src/kernels/cases/cases.ts';
import { draft, plainPlan } from '../../src/kernels/cases/draft.ts';
import { judgeCall } from '../../src/kernels/judging/judge.ts';
import { referenceFor } from '../../src/kernels/judging/judgeRecord.ts';
import { atFault } from '../../src/kernels/judging/ledger.ts';
import { type Kernel, STAGES, type Stage } from '../../src/kernels/kernel.ts';
import type { SumOrder } from '../../src/kernels/zoo/bug.ts';
import type { Dtype } from '../../src/model/stepInput.ts';
import { uniformStream } from '../../src/model/uniform.ts';
import {
  beyondSmall,
  DTYPES,
  firstAtFault,
  SMALL,
  someCases,
  strictly,
  TINY,
  usually,
  verdicts,
} from './judging.ts';

/** Which stages a kernel returns: all stages in every case, other selections in turn. */
const SHOWN: readonly (readonly Stage[])[] = [
  STAGES,
  [],
  ['features'],
  ['logits'],
  ['attention'],
  ['gradientY', 'gradientZ'],
  ['attention', 'logits'],
  ['probabilities'],
  ['attention', 'features'],
  ['features', 'logits', 'gradientZ'],
];

interface Entry {
  readonly kernel: Kernel;
  readonly shown: readonly (readonly Stage[])[];
  /** Whether it satisfies the strict bounds, which are narrower than the standard ones. */
  readonly strict: boolean;
}

/** A kernel returns only stages that it uses: one that does not use f does not return it. */
const other = (dtype: Dtype, ways: Ways): Entry => ({
  kernel: otherKernel(dtype, ways),
  shown:
    ways.logits === 'positions'
      ? [
          STAGES.filter((stage) => stage !== 'features'),
          ...SHOWN.filter((shown) => !shown.includes('features')),
        ]
      : SHOWN,
  strict: ways.backward !== 'chain rule' && ways.residual !== 'subtraction',
});

async function entries(dtype: Dtype): Promise<Entry[]> {
  const orders: readonly SumOrder[] = ['forward', 'pairwise', 'blocked', 'online'];
  const plain = orders.map(async (order) => ({
    kernel: await plainKernel({ dtype, order }),
    shown: SHOWN,
    strict: true,
  }));
  const ways: readonly Ways[] = [
    { logits: 'positions' },
    { softmax: 'log', mean: 'weight' },
    { backward: 'logits' },
    { softmax: 'log', logits: 'positions', backward: 'logits' },
    { backward: 'chain rule' },
    { softmax: 'log', backward: 'chain rule', residual: 'subtraction', mean: 'weight' },
    { subnormals: 'flushed', mean: 'weight' },
    { subnormals: 'flushed', mean: 'weight first' },
    { subnormals: 'flushed', mean: 'weight first', residual: 'subtraction', backward: 'chain rule' },
    { update: 'fused' },
    { precision: 'stage', update: 'fused' },
  ];
  return [...(await Promise.all(plain)), ...ways.map((way) => other(dtype, way))];
}

describe.each(DTYPES)('bounds in %s', (dtype) => {
  /** Defects of some kernels over many cases: those at fault, and the largest ratio. */
  async function judged(
    cases: readonly KernelCase[],
    some: (all: readonly Entry[], turn: number) => Entry[],
  ) {
    const all = await entries(dtype);
    const found: string[] = [];
    let most = 0;
    for (const [turn, calls] of cases.entries()) {
      // One call of each case: the first, or the last, which has another shape or state.
      const input = calls[turn % calls.length];
      const known = referenceFor(dtype, input);
      for (const entry of some(all, turn)) {
        const { kernel, shown, strict } = entry;
        const output = await kernel.step(input);
        const arithmetic = strict ? strictly(dtype) : usually(dtype);
        const next = (turn + all.indexOf(entry)) % (shown.length - 1);
        for (const stages of [shown[0], shown[1 + next]])
          for (const defect of judgeCall(known, showing(output, stages), arithmetic)) {
            most = Math.max(most, defect.ratio);
            if (atFault(defect)) found.push(`${kernel.name} showing [${stages}]: ${JSON.stringify(defect)}`);
          }
      }
    }
    return { found, most };
  }
  const runs = dtype === 'float32' ? 60 : 30;

  it('hold for every correct kernel, for any returned stages', async () => {
    // Every kernel meets every second case, and every second kernel each case: 900 judgements in float32 and 450 in float64. A bound
    // that one in a hundred exceeds passes with a probability of 10^-4, and of 10^-2. Of tiny inputs, where it is most likely: with
    // the number n of terms the bound of a sum grows as n, and most errors as its root. Large inputs follow.
    const { found, most } = await judged(await someCases(dtype, runs, 20260701, TINY), (all, turn) =>
      all.filter((_, i) => (turn + i) % 2 === 0),
    );
    expect(found).toEqual([]);
    // The bounds are not vacuous: the last rounding alone can use all of its bound, except the factor for second
    // order.
    expect(most).toBeGreaterThan(0.8);
  });

  it('hold for large inputs, in each of which some of the kernels take turns', async () => {
    const large = (await someCases(dtype, runs, 20260701)).filter((calls) => calls.some(beyondSmall));
    // Three of the fifteen: every kernel meets every fifth input.
    const { found } = await judged(large, (all, turn) => all.filter((_, i) => (turn + i) % 5 === 0));
    expect(found).toEqual([]);
    expect(large.length).toBeGreaterThan(runs / 4);
  });

  it.each(['weight', 'weight first'] as const)(
    'hold where each share of a large batch is flushed to 0: %s',
    async (mean) => {
      const ways = ['flushed', 'kept'] as const;
      const [kernel, other] = ways.map((subnormals) => otherKernel(dtype, { subnormals, mean }));
      // Every wrong token has a probability near the smallest normal number; its shares of the mean are below that.
      const gap = { float32: 86, float64: 707 }[dtype];
      let flushed = 0;
      for (const seed of [1, 2, 3, 4, 5, 6]) {
        const uniform = uniformStream(seed);
        const plan = { ...plainPlan(uniform), vocabulary: 4, batch: 64, context: 'one token' } as const;
        const input = draft(plan, dtype, uniform);
        input.targets.fill(0);
        for (let l = 0; l < 4; l++) input.Y[4 * l] = gap;
        const output = await kernel.step(input);
        const { stages } = await other.step(input);
        flushed += output.stages!.gradientY!.filter((g, k) => g === 0 && stages!.gradientY![k] !== 0).length;
        for (const shown of [STAGES, []] as const)
          expect(verdicts(input, showing(output, shown), strictly(dtype)).filter(atFault)).toEqual([]);
      }
      expect(flushed).toBeGreaterThan(10);
    },
  );

  it('of the standard level contain those of the strict one', async () => {
    const kernel = await plainKernel({ dtype });
    for (const [input] of await someCases(dtype, 30, 4, SMALL)) {
      const output = await kernel.step(input);
      for (const stages of [STAGES, []] as const) {
        const shown = showing(output, stages);
        const strict = verdicts(input, shown, strictly(dtype));
        const wider = verdicts(input, shown);
        expect(wider.filter(({ ratio }, i) => !(ratio <= strict[i].ratio))).toEqual([]);
        expect(wider.map(({ stage }) => stage)).toEqual(strict.map(({ stage }) => stage));
      }
    }
  });

  it('of the strict level are exceeded by a subtraction if alpha_n is near 1; those of the standard level are not', async () => {
    const kernel = otherKernel(dtype, { residual: 'subtraction' });
    let denied = 0;
    for (const [input] of await someCases(dtype, 30, 4, 'decoder: saturated, gap of 10 to 40')) {
      const output = await kernel.step(input);
      expect(firstAtFault(verdicts(input, output))).toBeUndefined();
      const stage = firstAtFault(verdicts(input, output, strictly(dtype)));
      if (stage) denied += 1;
      expect([undefined, 'residual']).toContain(stage);
      const hidden = showing(
        output,
        STAGES.filter((one) => one !== 'residual' && one !== 'backpropagated'),
      );
      const first = firstAtFault(verdicts(input, hidden, strictly(dtype)));
      expect([undefined, 'gradientY', 'gradientZ']).toContain(first);
    }
    expect(denied).toBeGreaterThan(10);
  });
});
