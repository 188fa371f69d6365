/**
 * Runs random cases on a kernel in chunks. While all threads check one chunk, the kernel computes the next. The
 * kernel is at most one chunk ahead, and chunks do not depend on the number of threads: the kernel receives the same
 * calls in the same order for any number of threads, including calls after the first fault.
 */
import type { Crew } from '../../workers/crew.ts';
import { type KernelCase, runCases } from '../cases/cases.ts';
import type { Coverage } from '../cases/coverage.ts';
import type { Envelope } from '../cases/envelope.ts';
import type { KernelHost } from '../kernel.ts';
import { type BatchCoverage, CaseTally } from './caseTally.ts';
import type { DefectObserver } from './checkCalls.ts';
import { type CalledCase, type JudgedCase, judgeCases } from './judgeCases.ts';
import type { CallFault } from './judgeRecord.ts';
import { extraCalls, type Policy } from './policy.ts';
import { caseRecords } from './record.ts';
import { largestDeclared, type Roundoff } from './roundoff.ts';

/** Number of earlier calls that are kept, for a failure that depends on them. */
export const REMEMBERED = 6;
/** Most cases in a chunk. Chunk sizes double from 1, so that an early failure is reported early. */
const CHUNK = 32;
/** Cases in a job: a few milliseconds of work, much more than the cost of sending them. */
const PART = 4;

export interface RandomCases {
  /** Number of cases checked up to the first failure, and of the calls made in them. */
  readonly cases: number;
  readonly calls: number;
  /** What the checked cases reached. */
  readonly coverage: Coverage;
  /** The first case that fails, and its index; null if none fails. */
  readonly failing: {
    readonly calls: KernelCase;
    readonly fault: CallFault;
    readonly foundAt: number;
  } | null;
  /** What was compared in other batches. */
  readonly batches: BatchCoverage;
  /** The last calls before it, in order. */
  readonly earlier: KernelCase;
}

interface Settings {
  readonly runs: number;
  readonly seed: number;
  readonly envelope: Envelope;
  readonly policy?: Policy;
  readonly watch: DefectObserver;
  readonly signal?: AbortSignal;
  /** The reading of `performance.now()` after which no further case begins. */
  readonly until?: number;
  /** Called before each case with the number of cases run so far. */
  readonly onCase: (called: number) => void;
}

/** After an interruption, checks the calls made so far. @throws errors other than KernelFault */
export async function randomCases(
  host: KernelHost,
  arithmetic: Roundoff,
  crew: Crew,
  { runs, seed, envelope, policy = {}, watch, signal, until = Number.POSITIVE_INFINITY, onCase }: Settings,
): Promise<RandomCases> {
  const { dtype } = host;
  const tally = new CaseTally();
  let earlier: KernelCase = [];
  let failing: RandomCases['failing'] = null;

  const judged = async (chunk: readonly CalledCase[]): Promise<JudgedCase[]> => {
    const parts: Promise<JudgedCase[] | undefined>[] = [];
    for (let i = 0; i < chunk.length; i += PART) {
      const task = { dtype, arithmetic, policy, cases: chunk.slice(i, i + PART) };
      parts.push(crew.run(0, { name: 'judgeCasesJob', task, here: async () => judgeCases(task) }));
    }
    return (await Promise.all(parts)).flatMap((part) => part ?? []);
  };
  /** Counts a chunk's cases in order, up to the first fault; later cases are ignored. */
  const count = (chunk: readonly CalledCase[], verdicts: readonly JudgedCase[]) => {
    for (const [i, one] of verdicts.entries()) {
      const inputs = chunk[i].calls;
      one.defects.forEach(watch);
      tally.count(inputs, one);
      if (one.fault) {
        failing = { calls: inputs, fault: one.fault, foundAt: tally.cases - 1 };
        return;
      }
      earlier = [...earlier, ...inputs].slice(-REMEMBERED);
    }
  };

  let [called, size] = [0, 1];
  let chunk: CalledCase[] = [];
  let inProgress: { chunk: readonly CalledCase[]; verdicts: Promise<JudgedCase[]> } | undefined;
  const settle = async () => {
    if (inProgress) count(inProgress.chunk, await inProgress.verdicts);
    inProgress = undefined;
  };
  const startJudging = async () => {
    await settle();
    if (failing) return;
    inProgress = { chunk, verdicts: judged(chunk) };
    // Avoids an unhandled rejection; awaited when the next chunk is full.
    inProgress.verdicts.catch(() => {});
    chunk = [];
    size = Math.min(2 * size, CHUNK);
  };
  const caseAt = runCases(dtype, seed, envelope, largestDeclared(host.declares));
  let failed = false;
  const goesOn = () => called < runs && (called === 0 || performance.now() < until);
  while (goesOn() && !failed && !failing && !signal?.aborted) {
    onCase(called);
    const given = caseAt(called);
    const records = await caseRecords(host, given, extraCalls(called, policy));
    called += 1;
    chunk.push({ calls: given, records });
    failed = records.at(-1)?.failed !== undefined;
    if (failed || chunk.length >= size) await startJudging();
  }
  if (!failing && chunk.length > 0) await startJudging();
  await settle();
  const { cases, calls, coverage, batches } = tally;
  return { cases, calls, coverage, failing, batches, earlier };
}
