/** How many cases it takes to kill each seeded bug: mixed cases as a run puts them, and regime by regime. */
import { visitWorlds } from '../../decide/search.ts';
import type { Dtype } from '../../model/stepInput.ts';
import { type KernelCase, kernelCases, regimeCases } from '../cases/cases.ts';
import { regimes } from '../cases/regimes.ts';
import { inThread } from '../hosts/inThread.ts';
import { checkCalls } from '../judging/checkCalls.ts';
import type { ExactReference } from '../judging/judge.ts';
import { referenceFor } from '../judging/judgeRecord.ts';
import { kernelRoundoff } from '../judging/roundoff.ts';
import type { Kernel } from '../kernel.ts';
import type { SeededBug } from './bug.ts';
import { seeded, zoo } from './zoo.ts';

/** With the stages that the clean kernel shows, or by its outputs alone. */
export type Face = 'stages' | 'outputs';

export interface Kill {
  readonly bug: string;
  readonly face: Face;
  /** Mixed cases until the first fault; null: it survived them all. */
  readonly cases: number | null;
  readonly seconds: number;
  /** The stage or the fault that gave it away. */
  readonly by: string | null;
  /** Cases of one regime until the first fault, by regime; absent where it survived them. */
  readonly regimes: Readonly<Record<string, number>>;
}

interface Put {
  readonly calls: KernelCase;
  readonly references: readonly ExactReference<unknown>[];
}

/** Cases with their references, which all bugs share. */
async function collect(
  cases: ReturnType<typeof kernelCases>,
  dtype: Dtype,
  runs: number,
  seed: number,
): Promise<Put[]> {
  const all: Put[] = [];
  await visitWorlds(cases, { runs, seed }, (calls) => {
    all.push({ calls, references: calls.map((input) => referenceFor(dtype, input)) });
    return true;
  });
  return all;
}

const withoutStages = (kernel: Kernel): Kernel => ({
  name: kernel.name,
  dtype: kernel.dtype,
  step: async (input) => ({ ...(await kernel.step(input)), stages: undefined }),
});

/** A fresh instance of the bug against the cases, until one kills it. */
async function hunt(bug: SeededBug, face: Face, cases: readonly Put[]) {
  const kernel = await seeded(bug);
  const host = inThread(face === 'stages' ? kernel : withoutStages(kernel), { timeLimit: 5000 });
  const arithmetic = kernelRoundoff(host.dtype, {}, bug.level === 'strict');
  for (const [i, { calls, references }] of cases.entries()) {
    const fault = await checkCalls(host, calls, arithmetic, { twice: i % 4 === 0, references });
    if (fault) return { cases: i + 1, by: fault.kind };
  }
  return { cases: null, by: null };
}

export interface MatrixSize {
  /** Mixed cases at most. */
  readonly mixed: number;
  /** Cases of each regime; 0 leaves the regimes out. */
  readonly each: number;
  readonly seed: number;
  readonly bugs?: readonly SeededBug[];
}

/** The whole matrix: every bug, with stages and without. */
export async function killMatrix({ mixed, each, seed, bugs = zoo }: MatrixSize): Promise<Kill[]> {
  const kills: Kill[] = [];
  for (const dtype of ['float32', 'float64'] as const) {
    const mine = bugs.filter((bug) => (bug.dtype ?? 'float32') === dtype);
    if (mine.length === 0) continue;
    const cases = await collect(kernelCases(dtype), dtype, mixed, seed);
    const byRegime: [string, Put[]][] = [];
    if (each > 0)
      for (const regime of regimes)
        byRegime.push([regime.id, await collect(regimeCases([regime], dtype), dtype, each, seed)]);
    for (const bug of mine)
      for (const face of ['stages', 'outputs'] as const) {
        const started = performance.now();
        const { cases: number, by } = await hunt(bug, face, cases);
        const seconds = (performance.now() - started) / 1000;
        const found: [string, number][] = [];
        for (const [id, some] of byRegime) {
          const killed = await hunt(bug, face, some);
          if (killed.cases !== null) found.push([id, killed.cases]);
        }
        kills.push({ bug: bug.id, face, cases: number, seconds, by, regimes: Object.fromEntries(found) });
      }
  }
  return kills;
}

/** Cases of the regimes a bug names together until its outputs give it away; null: they do not, or it names none. */
export async function directedCases(bug: SeededBug, cases: number, seed: number): Promise<number | null> {
  const dtype = bug.dtype ?? 'float32';
  const named = regimes.filter(({ id }) => bug.shows?.includes(id));
  if (named.length === 0) return null;
  const put = await collect(regimeCases(named, dtype), dtype, cases, seed);
  return (await hunt(bug, 'outputs', put)).cases;
}

/** The middle number of cases to kill of one face, survivors counted last. */
export function medianCases(kills: readonly Kill[], face: Face): number {
  const numbers = kills.filter((kill) => kill.face === face).map(({ cases }) => cases ?? Infinity);
  return numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
