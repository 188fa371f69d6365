// heavy: 5 s
/** Checking in threads. Threads use the build, so build first. */
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { plainKernel, seeded } from '../../fixtures/kernels/seeded.ts';
import type { KernelCase } from '../../src/kernels/cases/cases.ts';
import { inThread } from '../../src/kernels/hosts/inThread.ts';
import { checkCalls } from '../../src/kernels/judging/checkCalls.ts';
import { regimesOf } from '../../src/kernels/judging/judgeCases.ts';
import type { CallFault } from '../../src/kernels/judging/judgeRecord.ts';
import { randomCases } from '../../src/kernels/judging/randomCases.ts';
import { kernelRoundoff } from '../../src/kernels/judging/roundoff.ts';
import type { KernelHost } from '../../src/kernels/kernel.ts';
import { type KernelOptions, runKernel } from '../../src/kernels/run.ts';
import type { StepInput } from '../../src/model/stepInput.ts';
import { openCrew } from '../../src/workers/crew.ts';
import { bug, buggy, freshHost } from './freshHost.ts';
import { firstCases, SMALL } from './judging.ts';

/** The result of a run, and the calls that its kernel received before shrinking. */
async function run(given: Promise<KernelHost>, options: KernelOptions) {
  const host = await given;
  const seen: StepInput[] = [];
  let small = false;
  const stop = new AbortController();
  const step: KernelHost['step'] = (input) => {
    if (!small) seen.push(input);
    return host.step(input);
  };
  const onProgress = (_: number, __: number, what: string) => {
    small ||= what === 'shrinking the failure';
    // Long runs are checked in this thread, step by step.
    if (what === 'long runs') stop.abort();
  };
  const settings = {
    runs: 20,
    seed: 12,
    envelope: SMALL,
    shrinkSeconds: 60,
    onProgress,
    signal: stop.signal,
  };
  const result = await runKernel({ ...host, step }, { ...settings, ...options });
  return { result: { ...result, seconds: 0 }, seen };
}

describe('a kernel that is checked in threads', () => {
  it.each([
    ['is without fault', undefined, () => freshHost(() => plainKernel())],
    ['leaves a bound', 'velocityY', () => buggy('momentum-dampened')],
    ['carries something over', 'features', () => buggy('v-not-cleared-between-calls')],
    ['does not repeat', 'not repeatable', () => buggy('gradient-y-not-cleared')],
  ])(
    'and %s receives the same calls and gives the same result, for any number of threads',
    async (_, fault, host) => {
      const here = await run(host(), {});
      expect(here.result.failure?.fault.kind).toBe(fault);
      for (const workers of [1, 3]) {
        const there = await run(host(), { workers });
        expect(there.result).toEqual(here.result);
        // Of arrays with thousands of numbers: toEqual would take ten times as long as the run.
        expect(isDeepStrictEqual(there.seen, here.seen)).toBe(true);
      }
    },
  );

  it('stops the run when a thread fails', async () => {
    const file = new URL('../workers/handy.mjs', import.meta.url);
    const crew = openCrew(file, { workers: 2 });
    try {
      const host = inThread(await plainKernel(), { timeLimit: 60_000 });
      const arithmetic = kernelRoundoff('float32', {}, false);
      const settings = { runs: 40, seed: 12, envelope: SMALL, watch: () => {}, onCase: () => {} };
      await expect(randomCases(host, arithmetic, crew, settings)).rejects.toThrow('No handler');
    } finally {
      await crew.end();
    }
  });
});

describe('random cases', () => {
  /** A kernel with a bug, and the number of cases run before its first fault was detected. */
  async function put(id: string) {
    const host = inThread(await seeded(bug(id)), { timeLimit: 60_000 });
    let most = 0;
    const arithmetic = kernelRoundoff('float32', {}, false);
    const onCase = (before: number) => {
      most = before + 1;
    };
    const settings = { runs: 1000, seed: 12, envelope: SMALL, watch: () => {}, onCase };
    const found = await randomCases(host, arithmetic, openCrew(null), settings);
    return { ...found, most };
  }

  it.each(['norm-l1', 'momentum-dampened', 'rates-swapped', 'v-not-cleared-between-calls'])(
    'of %s end at the first fault that a sequential check finds',
    async (id) => {
      const cases = firstCases('float32', 60, 12, SMALL);
      const alone = inThread(await seeded(bug(id)), { timeLimit: 60_000 });
      const arithmetic = kernelRoundoff('float32', {}, false);
      let first: { calls: KernelCase; fault: CallFault; foundAt: number } | undefined;
      for (const [foundAt, calls] of cases.entries()) {
        const fault = await checkCalls(alone, calls, arithmetic, { twice: foundAt % 4 === 0 });
        if (fault) {
          first = { calls, fault, foundAt };
          break;
        }
      }
      const found = await put(id);
      expect(found.failing).toEqual(first);
      const before = cases.slice(0, first!.foundAt);
      expect(found.earlier).toEqual(before.flat().slice(-6));
      const reached = cases.slice(0, found.cases).flatMap(regimesOf);
      for (const [regime, n] of Object.entries(found.coverage.regimes))
        expect(n, regime).toBe(reached.filter((one) => one === regime).length);
    },
  );

  it('keep the last six calls before a failure', async () => {
    const kernel = await plainKernel();
    let call = 0;
    const late = inThread(
      {
        ...{ name: 'late', dtype: 'float32' },
        step: (input) => {
          call += 1;
          if (call === 30) throw new Error('late');
          return kernel.step(input);
        },
      },
      { timeLimit: 60_000 },
    );
    const settings = { runs: 60, seed: 12, envelope: SMALL, watch: () => {}, onCase: () => {} };
    const arithmetic = kernelRoundoff('float32', {}, false);
    const { failing, earlier } = await randomCases(late, arithmetic, openCrew(null), settings);
    const before = firstCases('float32', failing!.foundAt, 12, SMALL).flat();
    expect(before.length).toBeGreaterThan(6);
    expect(isDeepStrictEqual(earlier, before.slice(-6))).toBe(true);
  });

  it('run one chunk ahead, in chunks of 1, 2, 4, .. cases, and cases after the fault do not count', async () => {
    const { failing, cases, most, coverage } = await put('norm-l1');
    expect(failing?.foundAt).toBe(cases - 1);
    // The chunk of the fault, and the one after it.
    let [end, size] = [1, 1];
    while (end < cases) end += size *= 2;
    expect(most).toBe(end + 2 * size);
    for (const [, n] of Object.entries(coverage.regimes)) expect(n).toBeLessThanOrEqual(cases);
  });
});
