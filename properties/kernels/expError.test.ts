/** An exp whose error grows with its argument: a + b |x| units in the last place, as WGSL permits 3 + 2 |x|. */
import { describe, expect, it } from 'vitest';
import { showing } from '../../fixtures/kernels/otherKernels.ts';
import { seeded } from '../../fixtures/kernels/seeded.ts';
import { judgeCall } from '../../src/kernels/judging/judge.ts';
import { referenceFor } from '../../src/kernels/judging/judgeRecord.ts';
import { kernelRoundoff } from '../../src/kernels/judging/roundoff.ts';
import {
  type Declaration,
  type Kernel,
  STAGES,
  type Stage,
  type StepOutput,
} from '../../src/kernels/kernel.ts';
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

const calls = firstCases('float32', 60, 3, SMALL)
  .flat()
  .map((input) => referenceFor('float32', input));

/** What a kernel gives in each call, each made once. */
async function outputsOf(kernel: Kernel): Promise<StepOutput[]> {
  const all: StepOutput[] = [];
  for (const { input } of calls) all.push(await kernel.step(input));
  return all;
}

/** The stages at fault, one after the other. */
function* faults(
  outputs: readonly StepOutput[],
  declares: Declaration,
  shown: readonly Stage[] = STAGES,
): Generator<string> {
  const arithmetic = kernelRoundoff('float32', declares, true);
  for (const [i, output] of outputs.entries()) {
    const stage = firstAtFault(judgeCall(calls[i], showing(output, shown), arithmetic));
    if (stage) yield stage;
  }
}

/** Whether a stage is at fault in some call: the calls after it are not judged. */
function failsIn(stage: string, found: Iterable<string>): boolean {
  for (const one of found) if (one === stage) return true;
  return false;
}

const WGSL: Declaration = { expError: { ulps: 3, perUnit: 2 } };

describe('an exp within 3 + 2 |x| units in the last place', () => {
  it.each(['forward', 'online'] as const)('passes where it is declared, %s', async (order) => {
    const outputs = await outputsOf(await steep(3, 2, order));
    for (const shown of [STAGES, []]) expect([...faults(outputs, WGSL, shown)]).toEqual([]);
  });
  it('fails where only its error at 0 is declared, a unit being at most 2 u', async () => {
    const outputs = await outputsOf(await steep(3, 2));
    for (const declares of [{}, { expError: 6 }, { expError: { ulps: 3, perUnit: 0 } }])
      expect(failsIn('probabilities', faults(outputs, declares))).toBe(true);
  });
  it('declares no more than it says: twice the growth fails in both softmaxes', async () => {
    expect(failsIn('probabilities', faults(await outputsOf(await steep(3, 4)), WGSL))).toBe(true);
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
