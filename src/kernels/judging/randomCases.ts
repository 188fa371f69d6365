/**
 * Random cases put to a kernel and judged, chunk by chunk: while one chunk is judged, on as many threads as there are,
 * the kernel is called for the next. It is never more than one chunk ahead, and chunks do not depend on threads: so the
 * kernel sees the same calls in the same order, whoever judges, also after the one that gives it away.
 */
import { visitWorlds } from '../../decide/search.ts';
import type { Crew } from '../../workers/crew.ts';
import { type KernelCase, kernelCases } from '../cases/cases.ts';
import { regimes } from '../cases/regimes.ts';
import type { KernelHost } from '../kernel.ts';
import type { DefectObserver } from './askKernel.ts';
import { type JudgedCase, judgeCases, type PutCase } from './judgeCases.ts';
import type { CallFault } from './judgeRecord.ts';
import { caseRecords } from './record.ts';
import type { Roundoff } from './roundoff.ts';

/** Every so many cases the calls are made twice, to see whether they repeat. */
const TWICE_EVERY = 4;
/** Earlier calls that a failure is blamed on if it does not repeat without them. */
const REMEMBERED = 6;
/** Chunks grow from one case by doubling: a kernel that fails at its first case, or is slow, is told soon. */
const CHUNK = 32;
/** Cases of a job: some milliseconds of work, far above the cost of sending them. */
const PART = 4;

export interface RandomCases {
  /** Cases judged, up to the first that fails, and the calls made for them. */
  readonly cases: number;
  readonly calls: number;
  /** How many of the cases were of each regime. */
  readonly coverage: ReadonlyMap<string, number>;
  /** The first case that fails, and its place; null where none does. */
  readonly failing: {
    readonly calls: KernelCase;
    readonly fault: CallFault;
    readonly foundAt: number;
  } | null;
  /** The last calls before it, latest last. */
  readonly earlier: KernelCase;
}

interface Settings {
  readonly runs: number;
  readonly seed: number;
  readonly watch: DefectObserver;
  readonly signal?: AbortSignal;
  /** Before a case is put: how many have been. */
  readonly onCase: (put: number) => void;
}

/** Interrupted, it judges what was put by then. @throws what is not the kernel's fault */
export async function randomCases(
  host: KernelHost,
  arithmetic: Roundoff,
  crew: Crew,
  { runs, seed, watch, signal, onCase }: Settings,
): Promise<RandomCases> {
  const { dtype } = host;
  const coverage = new Map(regimes.map(({ id }) => [id, 0]));
  let [cases, calls] = [0, 0];
  let earlier: KernelCase = [];
  let failing: RandomCases['failing'] = null;

  const judged = async (chunk: readonly PutCase[]): Promise<JudgedCase[]> => {
    const parts: Promise<JudgedCase[] | undefined>[] = [];
    for (let i = 0; i < chunk.length; i += PART) {
      const task = { dtype, arithmetic, cases: chunk.slice(i, i + PART) };
      parts.push(crew.run(0, { name: 'judgeCasesJob', task, here: async () => judgeCases(task) }));
    }
    return (await Promise.all(parts)).flatMap((part) => part ?? []);
  };
  /** Counts a chunk's cases in their order, up to the first fault: what was put after it is as if it had not been. */
  const count = (chunk: readonly PutCase[], verdicts: readonly JudgedCase[]) => {
    for (const [i, { fault, made, defects, regimes: of }] of verdicts.entries()) {
      const put = chunk[i].calls;
      defects.forEach(watch);
      calls += made;
      cases += 1;
      for (const id of of) coverage.set(id, coverage.get(id)! + 1);
      if (fault) {
        failing = { calls: put, fault, foundAt: cases - 1 };
        return;
      }
      earlier = [...earlier, ...put].slice(-REMEMBERED);
    }
  };

  let [put, size] = [0, 1];
  let chunk: PutCase[] = [];
  let underJudgement: { chunk: readonly PutCase[]; verdicts: Promise<JudgedCase[]> } | undefined;
  const settle = async () => {
    if (underJudgement) count(underJudgement.chunk, await underJudgement.verdicts);
    underJudgement = undefined;
  };
  const handOver = async () => {
    await settle();
    if (failing) return;
    underJudgement = { chunk, verdicts: judged(chunk) };
    // Looked at when the next chunk is full: until then an error is nobody's.
    underJudgement.verdicts.catch(() => {});
    chunk = [];
    size = Math.min(2 * size, CHUNK);
  };
  await visitWorlds(kernelCases(dtype), { runs, seed }, async (given) => {
    if (signal?.aborted) return false;
    onCase(put);
    const records = await caseRecords(host, given, put % TWICE_EVERY === 0);
    put += 1;
    chunk.push({ calls: given, records });
    const failed = records.at(-1)?.failed !== undefined;
    if (!failed && chunk.length < size) return true;
    await handOver();
    return !failed && !failing;
  });
  if (!failing && chunk.length > 0) await handOver();
  await settle();
  return { cases, calls, coverage, failing, earlier };
}
