import { defaultPrecision, type Precision } from '../decide/enclosure.ts';
import { replay } from '../decide/search.ts';
import { keep, localCases, readCase } from '../decide/store.ts';
import { counterexampleOf } from './counterexample.ts';
import { type ClaimRow, rowsOf } from './registry.ts';
import type { Counterexample, Result, Row } from './result.ts';
import { decideRow, judgeStrictly, seedOf } from './row.ts';

export { listClaims } from './registry.ts';

export interface VerifyOptions {
  /** Claim ids; all when absent. */
  readonly claims?: readonly string[];
  /** Rung ids; all when absent. */
  readonly rungs?: readonly string[];
  /** Random worlds per row, before the row's own share. */
  readonly runs?: number;
  readonly seed?: number;
  /** The most digits an enclosure may use. */
  readonly digits?: number;
  /** Replays one world of the one row that is asked. */
  readonly path?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: {
    claim: string;
    rung: string;
    done: number;
    total: number;
    rowsDone: number;
    rowsTotal: number;
  }) => void;
}

/** The paper's arXiv number, so that a run repeats unless it is asked not to. */
export const DEFAULT_SEED = 230516380;
export const DEFAULT_RUNS = 100;

const precisionOf = (digits: number | undefined): Precision =>
  digits === undefined
    ? defaultPrecision
    : { digits: Math.min(defaultPrecision.digits, digits), cap: digits };

/**
 * Decides every row that is asked for, and keeps each violation that was not expected for the next run.
 * Interrupting it keeps the rows decided so far.
 */
export async function verify(options: VerifyOptions = {}): Promise<Result> {
  const { runs = DEFAULT_RUNS, seed = DEFAULT_SEED, signal, onProgress } = options;
  const begun = performance.now();
  const asked = rowsOf(options.claims, options.rungs);
  const precision = precisionOf(options.digits);
  const rows: Row[] = [];
  const counterexamples: Counterexample[] = [];
  for (const [rowsDone, entry] of asked.entries()) {
    if (signal?.aborted) break;
    if (options.path !== undefined) {
      counterexamples.push(...(await replayed(entry, seed, options.path, precision)));
      continue;
    }
    const { claim, check } = entry;
    const report = (done: number, total: number, rowsDone: number) =>
      onProgress?.({ claim: claim.id, rung: check.rung, done, total, rowsDone, rowsTotal: asked.length });
    const { row, counterexample } = await decideRow(entry, {
      runs,
      seed,
      precision,
      signal,
      onWorld: (done, total) => report(done, total, rowsDone),
    });
    if (row.worlds > 0) rows.push(row);
    report(row.worlds, row.worlds, rowsDone + 1);
    if (!counterexample) continue;
    counterexamples.push(counterexample);
    if (!counterexample.expected && counterexample.path && !counterexample.path.endsWith('.json'))
      store(counterexample, seed);
  }
  const seconds = (performance.now() - begun) / 1000;
  return { schema: 1, seed, rows, counterexamples, seconds, interrupted: signal?.aborted ?? false };
}

function store({ claim, rung, world, margin, path }: Counterexample, seed: number): void {
  keep(localCases(), { claim, rung, seed, path, world, margin, digits: null });
}

/** One world again, from its path or its file, judged as strictly as the row can. Holding worlds are told too. */
async function replayed(
  entry: ClaimRow,
  seed: number,
  path: string,
  precision: Precision,
): Promise<Counterexample[]> {
  const { claim, check } = entry;
  const world = path.endsWith('.json')
    ? readCase(path, claim.id, check.rung)?.world
    : await replay(check.worlds, seedOf(entry, seed), path);
  if (world === null || world === undefined) return [];
  return [counterexampleOf(entry, world, await judgeStrictly(check, world, precision), path, seed)];
}
