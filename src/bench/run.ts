/** `snapcheck bench`: every backend on the same work, published training, many worlds, and curves of growth. */
import type { Problem } from '../model/problem.ts';
import { type Entry, entries } from './backends.ts';
import { checkBenchOptions } from './benchChecks.ts';
import type { BenchDocument } from './document.ts';
import { jobsOf, type Rows } from './jobs.ts';
import { machine } from './machine.ts';
import { bestReference, References } from './references.ts';
import { type BenchSizes, FULL } from './sizes.ts';
import { BENCH_RATES, sharedWork, workFor } from './work.ts';

/** What is measured: all backends at full size when left out. */
export interface BenchOptions {
  /** The command line, stored in the document. */
  readonly command: string;
  readonly sizes?: BenchSizes;
  /** By name, or a backend of your own. */
  readonly backends?: readonly (string | Entry)[];
  /** Only this problem, from zero, in place of the shared work; published training and curves of growth are left out. */
  readonly problem?: Problem;
  readonly signal?: AbortSignal;
  /** Called with the estimated finished fraction and the current job. */
  readonly onProgress?: (fraction: number, what: string) => void;
}

/** What was trained, in a sentence: documents are compared where it is the same. */
export const workText = ({
  sizes: { random } = FULL,
  problem,
}: Pick<BenchOptions, 'sizes' | 'problem'>): string =>
  problem
    ? `Population descent (etaY = ${BENCH_RATES.etaY}, etaZ = ${BENCH_RATES.etaZ}, momentum ${BENCH_RATES.momentum}) on one problem (M = ${problem.vocabulary}, K = ${problem.classes.length}, its numbers rounded as each backend does) from zero.`
    : sharedText(random);
const sharedText = (random: number): string =>
  `Population descent (etaY = ${BENCH_RATES.etaY}, etaZ = ${BENCH_RATES.etaZ}, momentum ${BENCH_RATES.momentum}) on the published small problem (M = 34, K = 2) from zero and ${random} random worlds from random starts, every input exact in single precision; times and memory are of the published problem.`;

/**
 * Runs all jobs. After an abort it returns the finished rows.
 * @throws BadInput with every fault of the options; errors of a backend, except Unavailable, which its row reports
 */
export async function runBench(options: BenchOptions): Promise<BenchDocument> {
  checkBenchOptions(options);
  const { command, sizes = FULL, problem, signal, onProgress } = options;
  const backends = (options.backends ?? entries).map((backend) =>
    typeof backend === 'string' ? entries.find(({ id }) => id === backend)! : backend,
  );
  const begun = performance.now();
  const works = problem ? [workFor(problem, BENCH_RATES)] : await sharedWork(sizes.random);
  const references = new References(await bestReference(), works, sizes.steps, signal);
  const jobs = [
    ...jobsOf({ backends, references, timed: works[0], sizes, signal, alone: problem !== undefined }),
  ];
  const total = jobs.reduce((sum, { cost }) => sum + cost, 0);
  const finished: Rows[] = [];
  let behind = 0;
  try {
    for (const { what, cost, run } of jobs) {
      let own = 0;
      const show = () => onProgress?.((behind + Math.min(own, cost)) / total, what);
      show();
      finished.push(
        await run((part) => {
          own += part;
          show();
        }),
      );
      behind += cost;
      // Lets signals be handled between two jobs.
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    }
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
  return {
    schema: 1,
    command,
    made: new Date().toISOString(),
    machine: machine(),
    work: workText(options),
    backends: finished.flatMap((rows) => rows.backends ?? []),
    training: finished.flatMap((rows) => rows.training ?? []),
    population: finished.flatMap((rows) => rows.population ?? []),
    scaling: finished.flatMap((rows) => rows.scaling ?? []),
    seconds: (performance.now() - begun) / 1000,
    interrupted: signal?.aborted ?? false,
  };
}
