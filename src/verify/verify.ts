import { type Arithmetic, ready } from '../decide/arithmetic.ts';
import { defaultPrecision, type Precision } from '../decide/enclosure.ts';
import { replay } from '../decide/search.ts';
import { askCase, keep, localCases, readCase } from '../decide/store.ts';
import { findings as known } from '../findings/findings.ts';
import { counterexampleOf } from './counterexample.ts';
import { decideFinding } from './findings.ts';
import { type Kept, keptIn, nothingKept } from './kept.ts';
import { type ClaimRow, rowsOf } from './registry.ts';
import type { Counterexample, FindingRow, Result, Row, UndecidedWorld } from './result.ts';
import { decideRow, judgeStrictly, seedOf } from './row.ts';
import { DEFAULT_RUNS, DEFAULT_SEED, FULL_RUNS } from './sizes.ts';

export { listFindings } from './findings.ts';
export { listClaims } from './registry.ts';
export { DEFAULT_RUNS, DEFAULT_SEED } from './sizes.ts';

export interface VerifyOptions {
  /** Claim ids; all when absent. */
  readonly claims?: readonly string[];
  /** Rung ids; all when absent. */
  readonly rungs?: readonly string[];
  /**
   * Whether the paper's lines are judged too. By default: when neither claims nor rungs are named. True without either
   * of them: the findings alone.
   */
  readonly findings?: boolean;
  /** Random worlds per row, before the row's own share. */
  readonly runs?: number;
  readonly seed?: number;
  /** The most digits an enclosure may use. */
  readonly digits?: number;
  /** What the enclosures are made of: decimal.js, or MPFR where it is installed. */
  readonly arithmetic?: Arithmetic;
  /** Replays one world of the one row that is asked. */
  readonly path?: string;
  /** A file that keeps what is finished until the run is: the same run goes on from there. */
  readonly resume?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: {
    claim: string;
    /** Empty for a finding. */
    rung: string;
    done: number;
    total: number;
    /** Rows and findings, those of an earlier run included. */
    rowsDone: number;
    rowsTotal: number;
    /** How many of them an earlier run had finished. */
    kept: number;
  }) => void;
}

const precisionOf = ({ digits, arithmetic = 'decimal' }: VerifyOptions): Precision =>
  digits === undefined
    ? { ...defaultPrecision, arithmetic }
    : // An equality is read at p and at 2p digits: both must fit.
      { digits: Math.min(defaultPrecision.digits, Math.floor(digits / 2)), cap: digits, arithmetic };

/** What a run is made of. */
function asked({ claims, rungs, findings, path }: VerifyOptions) {
  const named = claims !== undefined || rungs !== undefined;
  return {
    rows: findings === true && !named ? [] : rowsOf(claims, rungs),
    findings: path === undefined && (findings ?? !named) ? known : [],
  };
}

/**
 * Decides every row and judges every finding that is asked for, and keeps each violation that was not expected for the
 * next run. Interrupting it keeps what was decided so far.
 */
export async function verify(options: VerifyOptions = {}): Promise<Result> {
  const { runs = DEFAULT_RUNS, seed = DEFAULT_SEED, signal, onProgress, resume, path } = options;
  const begun = performance.now();
  const precision = precisionOf(options);
  const wanted = asked(options);
  const { cap, arithmetic = 'decimal' } = precision;
  const kept: Kept = resume === undefined ? nothingKept : keptIn(resume, { runs, seed, cap, arithmetic });
  const total = wanted.rows.length + wanted.findings.length;
  const rows: Row[] = [];
  const counterexamples: Counterexample[] = [];
  const undecided: UndecidedWorld[] = [];
  const findings: FindingRow[] = [];
  let [before, taken] = [0, 0];
  for (const [rowsDone, entry] of wanted.rows.entries()) {
    if (signal?.aborted) break;
    if (path !== undefined) {
      counterexamples.push(...(await replayed(entry, seed, path, precision)));
      continue;
    }
    const { claim, check } = entry;
    const report = (done: number, worlds: number, rowsDone: number) =>
      onProgress?.({
        claim: claim.id,
        rung: check.rung,
        done,
        total: worlds,
        rowsDone,
        rowsTotal: total,
        kept: taken,
      });
    const earlier = kept.rows.find(({ row }) => row.claim === claim.id && row.rung === check.rung);
    const decision =
      earlier ??
      (await decideRow(entry, {
        runs,
        seed,
        precision,
        signal,
        onWorld: (done, worlds) => report(done, worlds, rowsDone),
      }));
    const { row, counterexample } = decision;
    if (earlier) [before, taken] = [before + row.seconds, taken + 1];
    if (row.worlds > 0) rows.push(row);
    undecided.push(...decision.undecided);
    if (counterexample) counterexamples.push(counterexample);
    if (!earlier && !signal?.aborted) {
      kept.addRow(decision);
      if (counterexample && !counterexample.expected && !counterexample.path.endsWith('.json'))
        store(counterexample, seed);
    }
    report(row.worlds, row.worlds, rowsDone + 1);
  }
  for (const [i, finding] of wanted.findings.entries()) {
    if (signal?.aborted) break;
    const earlier = kept.findings.find(({ id }) => id === finding.id);
    const judged = earlier ?? (await decideFinding(finding, runs, seed, arithmetic));
    findings.push(judged);
    if (earlier) [before, taken] = [before + judged.seconds, taken + 1];
    else kept.addFinding(judged);
    const rowsDone = wanted.rows.length + i + 1;
    onProgress?.({
      claim: `finding ${finding.id}`,
      rung: '',
      done: 1,
      total: 1,
      rowsDone,
      rowsTotal: total,
      kept: taken,
    });
  }
  const interrupted = signal?.aborted ?? false;
  if (!interrupted) kept.forget(rows, findings);
  return {
    schema: 1,
    arithmetic,
    seed,
    runs,
    fullRuns: FULL_RUNS,
    rows,
    counterexamples,
    undecided,
    findings,
    seconds: before + (performance.now() - begun) / 1000,
    interrupted,
  };
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
  await ready(precision.arithmetic);
  const world = path.endsWith('.json')
    ? readCase(path, claim.id, check.rung)?.world
    : await replay(check.worlds, seedOf(entry, seed), path);
  if (world === null || world === undefined) return [];
  const ask = () => judgeStrictly(check, world, precision);
  const judgement = path.endsWith('.json') ? await askCase(path, ask) : await ask();
  return [counterexampleOf(entry, world, judgement, path, seed)];
}
