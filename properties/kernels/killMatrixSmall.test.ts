/** One bug's rows of the kill matrix, compared with cases run one by one; the whole matrix is in killMatrix.test.ts. */
import { beforeAll, expect, it } from 'vitest';
import { killMatrix } from '../../fixtures/kernels/matrix.ts';
import { regimeCases } from '../../fixtures/kernels/regimeCases.ts';
import { seeded } from '../../fixtures/kernels/seeded.ts';
import { visitWorlds } from '../../src/decide/search.ts';
import { type KernelCase, runCases } from '../../src/kernels/cases/cases.ts';
import { regimes } from '../../src/kernels/cases/regimes.ts';
import { inThread } from '../../src/kernels/hosts/inThread.ts';
import { checkCalls } from '../../src/kernels/judging/checkCalls.ts';
import { referenceFor } from '../../src/kernels/judging/judgeRecord.ts';
import { bug } from './freshHost.ts';
import { usually } from './judging.ts';

/** The cases of each regime and of each seed, with their references: the same for both bugs and both faces. */
const [seed, other, mixed, each] = [5, 8, 6, 1];
type Known = readonly [KernelCase, readonly ReturnType<typeof referenceFor>[]];
const known = (calls: KernelCase): Known => [calls, calls.map((input) => referenceFor('float32', input))];
const mixedCases = (of: number) => Array.from({ length: mixed }, (_, i) => known(runCases('float32', of)(i)));
const ofSeeds = new Map([seed, other].map((of) => [of, mixedCases(of)]));
const ofRegimes: Known[][] = [];
beforeAll(async () => {
  for (const regime of regimes) {
    const only: Known[] = [];
    const worlds = regimeCases([regime], 'float32');
    await visitWorlds(worlds, { runs: each, seed }, (calls) => only.push(known(calls)) > 0);
    ofRegimes.push(only);
  }
});

it.each(['norm-l1', 'rates-swapped'])(
  'gives for %s the first case that kills it, with and without stages, of mixed cases by seed and of each regime',
  async (id) => {
    /** The number of the first case that reveals the bug; null if there is none. */
    const first = async (cases: readonly Known[], face: string) => {
      const kernel = await seeded(bug(id));
      const faced =
        face === 'stages'
          ? kernel
          : {
              ...{ name: kernel.name, dtype: kernel.dtype },
              step: async (input: KernelCase[number]) => ({
                ...(await kernel.step(input)),
                stages: undefined,
              }),
            };
      const host = inThread(faced, { timeLimit: 60_000 });
      for (const [i, [calls, references]] of cases.entries()) {
        const fault = await checkCalls(host, calls, usually('float32'), { twice: i % 4 === 0, references });
        if (fault) return { cases: i + 1, by: fault.kind };
      }
      return { cases: null, by: null };
    };
    const kills = await killMatrix({ mixed, each, seed, others: [other], bugs: [bug(id)] });
    expect(kills.map(({ bug, face }) => [bug, face])).toEqual([
      [id, 'stages'],
      [id, 'outputs'],
    ]);
    for (const { face, cases, others, by, regimes: found, seconds } of kills) {
      expect({ cases, by }).toEqual(await first(ofSeeds.get(seed)!, face));
      expect(others).toEqual([(await first(ofSeeds.get(other)!, face)).cases]);
      expect(seconds).toBeGreaterThan(0);
      let alone = '';
      for (const only of ofRegimes) alone += (await first(only, face)).cases ?? 0;
      expect(found).toEqual(alone);
    }
  },
);
