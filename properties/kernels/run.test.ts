// heavy: 8 s
/** Whole runs: passing and failing kernels, shrunk cases, warnings, interruptions. */
import { describe, expect, it } from 'vitest';
import { plainKernel, seeded } from '../../fixtures/kernels/seeded.ts';
import { DEFAULT_ENVELOPE } from '../../src/kernels/cases/envelope.ts';
import { inThread } from '../../src/kernels/hosts/inThread.ts';
import { regimesOf } from '../../src/kernels/judging/judgeCases.ts';
import type { Kernel, KernelHost } from '../../src/kernels/kernel.ts';
import { type KernelOptions, runKernel } from '../../src/kernels/run.ts';
import type { KernelWarningId } from '../../src/kernels/warnings.ts';
import { MATRICES } from '../../src/model/stepInput.ts';
import { bug, buggy, freshHost } from './freshHost.ts';
import { DTYPES, firstCases, PLAIN_STAGES, SMALL, TINY } from './judging.ts';

const SEED = 12;
/** Steps of the two long runs. */
const LONG = 300;
const run = (host: KernelHost, options: KernelOptions = {}) =>
  runKernel(host, { runs: 40, seed: SEED, envelope: SMALL, ...options });
const plain = (dtype: 'float32' | 'float64' = 'float32') => freshHost(() => plainKernel({ dtype }));

/** The example kernel, except for the calls that `spoil` changes. */
async function spoilt(spoil: (call: number) => 'throw' | 'NaN' | 'loss' | undefined): Promise<Kernel> {
  const { step, ...kernel } = await plainKernel();
  let call = 0;
  const kept = Object.assign(await plainKernel(), kernel);
  return {
    name: 'spoilt',
    dtype: 'float32',
    step: async (input) => {
      const what = spoil(call++);
      if (what === 'throw') throw new Error('no such matrix');
      const output = await kept.step(input);
      if (what === 'NaN') output.velocityY.fill(Number.NaN);
      return what === 'loss' ? { ...output, loss: output.loss + 1 } : output;
    },
  };
}

describe('a kernel without fault', () => {
  it.each(DTYPES)(
    'passes in %s at both levels without warnings, and its result lists the regimes',
    async (dtype) => {
      const strict = dtype === 'float64';
      // In double-doubles, large inputs take their time.
      const envelope = dtype === 'float32' ? DEFAULT_ENVELOPE : SMALL;
      const result = await run(await plain(dtype), { strict, envelope });
      expect(result).toMatchObject({
        verdict: 'pass',
        failure: null,
        warnings: [],
        cases: 40,
        interrupted: false,
      });
      expect(result.stages.map(({ stage }) => stage)).toEqual(PLAIN_STAGES);
      for (const { worstRatio, verdict } of result.stages)
        expect([worstRatio < 1, verdict]).toEqual([true, 'pass']);

      const cases = firstCases(dtype, 40, SEED, envelope);
      // Every fourth case makes its calls twice.
      const twice = cases.filter((_, i) => i % 4 === 0);
      expect(result.calls).toBe(cases.flat().length + twice.flat().length + LONG);
      const reached = cases.flatMap(regimesOf);
      const counted = Object.keys(result.regimes).map((id) => [
        id,
        reached.filter((one) => one === id).length,
      ]);
      expect(result.regimes).toEqual(Object.fromEntries(counted));
    },
  );

  it('has the same result for the same seed', async () => {
    const once = async () => ({ ...(await run(await buggy('rates-swapped'))), seconds: 0 });
    expect(await once()).toEqual(await once());
  });
});

describe('a subtraction of alpha_n from 1', () => {
  const subtracting = () => buggy('residual-by-subtraction');

  it('passes at the standard level, with a warning that names the frozen entry, the step and the missed update', async () => {
    const { verdict, warnings } = await run(await subtracting(), { runs: 10 });
    expect([verdict, warnings.map(({ id }) => id)]).toEqual(['pass', ['frozen-residual']]);
    const [{ text, step, run: where }] = warnings;
    expect([where, step > 5 && step < 40]).toEqual(['saturation', true]);
    const [, entry, at, gap, pace, missed] = text.match(
      /freezes (Y\[\d, \d\]) at step (\d+) .*\(gap of logits (.+?)\).* is (\S+) per step, (\S+) in total since then;/,
    )!;
    // 1 - alpha_n is 0 in float32 from 25 ln 2 on; half a unit of the last place rounds to even.
    expect([entry, Number(at)]).toEqual(['Y[0, 3]', step]);
    expect(Number(gap)).toBeGreaterThan(24 * Math.LN2);
    expect(Number(missed)).toBeGreaterThan(10 * Number(pace));
  });

  it('fails at the strict level, in a case with a single sequence of a single token', async () => {
    const { verdict, failure } = await run(await subtracting(), { strict: true, runs: 200 });
    expect([verdict, failure!.fault.kind, failure!.calls.length]).toEqual(['fail', 'gradientY', 1]);
    expect([failure!.calls[0].contextLength, failure!.calls[0].queries.length]).toEqual([1, 1]);
    expect([failure!.repeats, failure!.confirmed]).toEqual([true, true]);
  });

  it('passes there when the warning is accepted, and not when another one is', async () => {
    const accepting = async (accept: KernelWarningId[]) =>
      run(await subtracting(), { runs: 10, strict: true, accept });
    const { verdict, warnings } = await accepting(['frozen-residual']);
    expect([verdict, warnings.map(({ accepted }) => accepted)]).toEqual(['pass', [true]]);
    expect((await accepting(['parts-from-reference'])).verdict).toBe('fail');
  });
});

describe('a failure', () => {
  it.each([
    ['norm-l1', 'features'],
    ['logits-in-float16', 'logits'],
    ['log-of-alpha-clamped-at-1e-7', 'loss'],
    ['gradient-summed-over-batch', 'gradientY'],
    ['momentum-dampened', 'velocityY'],
    ['rates-swapped', 'Y'],
  ])(
    'of %s is reported in %s, with a small case that repeats and is confirmed by decimals',
    async (id, kind) => {
      const { verdict, failure, stages, cases } = await run(await buggy(id), { runs: 200 });
      const { calls, fault, repeats, confirmed, foundAt, regimes } = failure!;
      expect([verdict, fault.kind, repeats, confirmed]).toEqual(['fail', kind, true, true]);
      expect(calls).toHaveLength(1);
      expect(calls[0].vocabulary).toBeLessThanOrEqual(3);
      expect(calls[0].contextLength).toBeLessThanOrEqual(3);
      expect(calls[0].queries.length).toBeLessThanOrEqual(2);
      expect([fault.defect!.ratio > 1, foundAt, regimes]).toEqual([true, cases - 1, regimesOf(calls)]);
      expect(stages.find(({ verdict }) => verdict === 'fail')?.stage).toBe(kind);
    },
  );

  it.each(['v-not-cleared-between-calls', 'stride-of-largest-vocabulary'])(
    'of %s, which keeps state from the call before, keeps both calls',
    async (id) => {
      const { calls, repeats, confirmed, fault } = (await run(await buggy(id), { runs: 100, envelope: TINY }))
        .failure!;
      // Where the same call is made twice, one is enough to show it.
      if (fault.kind === 'not repeatable' && id !== 'stride-of-largest-vocabulary') {
        expect([calls.length, fault.call, repeats, confirmed]).toEqual([1, 0, true, null]);
        return;
      }
      expect([calls.length, fault.call, repeats, confirmed]).toEqual([2, 1, true, true]);
      // Alone, on a restarted kernel, the second call is correct.
      const again = await (await buggy(id)).step(calls[1]);
      const clean = await (await plain()).step(calls[1]);
      for (const name of MATRICES) expect(again[name]).toEqual(clean[name]);
    },
  );

  it('of two unequal outputs for equal inputs is shrunk as well', async () => {
    const { calls, fault, repeats, confirmed } = (await run(await buggy('gradient-y-not-cleared'))).failure!;
    expect([calls.length, fault.kind, repeats, confirmed]).toEqual([1, 'not repeatable', true, null]);
    expect(calls[0].vocabulary).toBeLessThanOrEqual(2);
  });

  it('that occurs by chance is reported as not repeating, with its original case', async () => {
    let lucky = true;
    const kernel = await spoilt((call) => (lucky && call === 20 ? 'loss' : undefined));
    const host = inThread(kernel, { timeLimit: 1000 });
    const { failure, cases } = await run({
      ...host,
      restart: async () => {
        lucky = false;
        return true;
      },
    });
    expect([failure!.fault.kind, failure!.repeats, failure!.confirmed]).toEqual(['loss', false, null]);
    const all = firstCases('float32', cases, SEED, SMALL);
    expect(failure!.calls).toEqual(all[cases - 1]);
  });

  it('may be an exception or NaN', async () => {
    const threw = (await run(await freshHost(() => spoilt(() => 'throw')))).failure!;
    expect([threw.fault.kind, threw.fault.message, threw.fault.defect]).toEqual([
      'threw',
      'no such matrix',
      null,
    ]);
    expect([threw.repeats, threw.confirmed, threw.calls[0].vocabulary]).toEqual([
      true,
      null,
      expect.any(Number),
    ]);
    const { fault, repeats, confirmed } = (await run(await freshHost(() => spoilt(() => 'NaN')))).failure!;
    expect([fault.kind, repeats, confirmed, fault.defect!.ratio]).toEqual([
      'velocityY',
      true,
      true,
      Infinity,
    ]);
    expect(fault.defect!.got).toBeNaN();
  });
});

describe('an interruption', () => {
  it('keeps the results up to then', async () => {
    const stop = new AbortController();
    const host = await plain();
    const result = await run(host, {
      runs: 100,
      signal: stop.signal,
      onProgress: (done) => {
        if (done === 15) stop.abort();
      },
    });
    expect(result).toMatchObject({ interrupted: true, failure: null, warnings: [] });
    // The running case is finished.
    expect([result.cases, result.stages.length]).toEqual([16, PLAIN_STAGES.length]);
    const whole = await run(await plain(), { runs: 16 });
    expect(result.regimes).toEqual(whole.regimes);
  });

  it('of the long runs keeps the random cases, and an earlier failure remains a failure', async () => {
    const stop = new AbortController();
    const abort = (_: number, __: number, what: string) => {
      if (what !== 'random cases') stop.abort();
    };
    const cut = await run(await plain(), { runs: 10, signal: stop.signal, onProgress: abort });
    expect([cut.interrupted, cut.cases, cut.calls < LONG]).toEqual([true, 10, true]);
    const stopped = new AbortController();
    const failing = await run(inThread(await seeded(bug('norm-l1')), { timeLimit: 1000 }), {
      signal: stopped.signal,
      onProgress: (_, __, what) => {
        if (what === 'shrinking the failure') stopped.abort();
      },
    });
    expect([failing.verdict, failing.failure?.fault.kind, failing.interrupted]).toEqual([
      'fail',
      'features',
      true,
    ]);
  });
});
