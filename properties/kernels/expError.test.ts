// heavy: 5 s
/** An exp whose error grows with its argument: a + b |x| units in the last place, as WGSL permits 3 + 2 |x|. */
import { describe, expect, it } from 'vitest';
import { showing } from '../../fixtures/kernels/otherKernels.ts';
import { seeded } from '../../fixtures/kernels/seeded.ts';
import { checkCalls } from '../../src/kernels/judging/checkCalls.ts';
import { referenceFor } from '../../src/kernels/judging/judgeRecord.ts';
import { kernelRoundoff } from '../../src/kernels/judging/roundoff.ts';
import { type Declaration, STAGES, type Stage } from '../../src/kernels/kernel.ts';
import type { SumOrder } from '../../src/kernels/zoo/bug.ts';
import { someInput } from './inputs.ts';
import { firstAtFault, firstCases, SMALL, verdicts } from './judging.ts';

/** The example kernel with an exp that uses all of ulps + perUnit |x|, in either direction. */
const steep = (ulps: number, perUnit: number, order: SumOrder = 'forward') =>
  seeded({
    ...{ id: 'steep', class: '', what: '', options: { order } },
    patches: [
      [
        'this.exp = (x) => this.round(Math.exp(x));',
        `this.exp = (x) => {
          const y = Math.exp(x);
          if (y < 2 ** -126) return this.round(y);
          const ulp = 2 ** (Math.floor(Math.log2(y)) - 23);
          const most = (${ulps} + ${perUnit} * Math.abs(x)) * ulp;
          const sign = Math.cos(1e4 * x) < 0 ? -1 : 1;
          const z = this.round(y + sign * most);
          return Math.abs(z - y) <= most ? z : z - sign * ulp;
        };`,
      ],
    ],
  });

const cases = firstCases('float32', 60, 3, SMALL).map((calls) => ({
  calls,
  references: calls.map((input) => referenceFor('float32', input)),
}));

async function faults(
  kernel: Awaited<ReturnType<typeof steep>>,
  declares: Declaration,
  shown: readonly Stage[] = STAGES,
) {
  const found = new Set<string>();
  const step = async (input: Parameters<typeof kernel.step>[0]) => showing(await kernel.step(input), shown);
  for (const { calls, references } of cases) {
    const arithmetic = kernelRoundoff('float32', declares, true);
    const fault = await checkCalls({ dtype: 'float32', step }, calls, arithmetic, { references });
    if (fault) found.add(fault.kind);
  }
  return [...found];
}

const WGSL: Declaration = { expError: { ulps: 3, perUnit: 2 } };

describe('an exp within 3 + 2 |x| units in the last place', () => {
  it.each(['forward', 'online'] as const)('passes where it is declared, %s', async (order) => {
    for (const shown of [STAGES, []]) expect(await faults(await steep(3, 2, order), WGSL, shown)).toEqual([]);
  });
  it('fails where only its error at 0 is declared, a unit being at most 2 u', async () => {
    for (const declares of [{}, { expError: 6 }, { expError: { ulps: 3, perUnit: 0 } }])
      expect(await faults(await steep(3, 2), declares)).toContain('probabilities');
  });
  it('declares no more than it says: twice the growth fails in both softmaxes', async () => {
    expect(await faults(await steep(3, 4), WGSL)).toContain('probabilities');
    // Two scores, the larger one first, so that no maximum changes. The bound has 4 |x| u of exp and 2 |x| u of its
    // argument; the kernel uses 8 |x| u, or half of that where the result is nearly twice a power of two.
    const found = async (perUnit: number) => {
      const kernel = await steep(3, perUnit);
      const stages = new Set<string | undefined>();
      for (let depth = 60; depth < 80; depth += 1 / 4) {
        const input = { ...someInput('float32', 2, 0), contextLength: 2, contexts: Int32Array.of(0, 1) };
        const Z = Float32Array.of(0, -depth, 0, -depth);
        const one = { ...input, Z, queries: Int32Array.of(0), targets: Int32Array.of(1) };
        const arithmetic = kernelRoundoff('float32', WGSL, true);
        stages.add(firstAtFault(verdicts(one, await kernel.step(one), arithmetic)));
      }
      return [...stages];
    };
    expect(await found(2)).toEqual([undefined]);
    expect(await found(4)).toContain('attention');
  });
});

describe('units', () => {
  it('of the last place are at most 2 u, in each format', () => {
    const { exp, expPerUnit, stages } = kernelRoundoff(
      'float64',
      { ...WGSL, stagePrecision: { logits: 'float16' } },
      true,
    );
    expect([exp, expPerUnit]).toEqual([6 * 2 ** -53, 4 * 2 ** -53]);
    expect(stages!.logits).toMatchObject({ exp: 6 * 2 ** -11, expPerUnit: 4 * 2 ** -11 });
  });
});
