import { defaultPrecision, type Precision } from '../decide/enclosure.ts';
import type { EnclosureLibrary } from '../decide/libraries.ts';
import { findings as known } from '../findings/findings.ts';
import { findingsByKind } from '../findings/kinds.ts';
import { type OnUnwritten, warnUnwritten } from '../io/write.ts';
import { DEFAULT_SEED } from '../model/seeds.ts';
import { type Engine, openEngine, type QueueOptions } from '../workers/engine.ts';
import { decideFinding } from './findings.ts';
import type { Settings } from './jobs.ts';
import { keep, localCases } from './keptCases.ts';
import { ownClaims } from './ownClaims.ts';
import { type Progress, ProgressTracker } from './progress.ts';
import { type ClaimRow, chosenClaims, listClaims, type OwnClaim, rowsOf } from './registry.ts';
import { replayWorld } from './replay.ts';
import { isCaseFile } from './replayPath.ts';
import type { Counterexample, FindingRow, Result } from './result.ts';
import { type Decision, type Kept, keptIn, nothingKept } from './resume.ts';
import { decideRow } from './row.ts';
import { DEFAULT_RUNS, FULL_RUNS } from './sizes.ts';
import { checkModules, checkVerifyOptions } from './verifyChecks.ts';
import type { FindingTask } from './workerMain.ts';

export { listFindings } from './findings.ts';
export { listClaims } from './registry.ts';

/** What is verified, and how. Everything may be left out. */
export interface VerifyOptions {
  /**
   * Paths of modules that export claims made with `check`; of a module of which no claim is named in `claims`, all are decided.
   * With modules, other claims are decided only if they are named.
   */
  readonly modules?: readonly string[];
  /** Claim ids; all when absent. */
  readonly claims?: readonly string[];
  /** Rung ids; all when absent. */
  readonly rungs?: readonly string[];
  /**
   * Whether the findings are judged too. By default: when neither claims nor rungs are named. True without either
   * of them: only the findings.
   */
  readonly findings?: boolean;
  /** Random worlds per row, before the row's own share. */
  readonly runs?: number;
  readonly seed?: number;
  /** The most digits an enclosure may use; LEAST_CAP (40) or more. */
  readonly digits?: number;
  /** What the enclosures are made of: decimal.js, or MPFR where it is installed. */
  readonly arithmetic?: EnclosureLibrary;
  /** Replays one world of the one row that is named. */
  readonly path?: string;
  /** A file that keeps what is finished until the run is: the same run goes on from there. */
  readonly resume?: string;
  /**
   * Threads; the result is the same for any number, but for seconds. When left out: this thread, and one thread a core
   * for a run of more than a moment.
   */
  readonly workers?: number;
  readonly signal?: AbortSignal;
  /** Called when a world or a finding is done. */
  readonly onProgress?: (progress: Progress) => void;
  /** Called when a file of the run cannot be written; the run goes on without it. By default: a warning of the process. */
  readonly onUnwritten?: OnUnwritten;
  /** Called with what became of the results in `resume`. */
  readonly onNote?: (note: string) => void;
}

const precisionOf = ({
  digits: cap = defaultPrecision.cap,
  arithmetic = 'decimal',
}: VerifyOptions): Precision => ({ ...defaultPrecision, cap, arithmetic });

/** The rows and findings of a run. */
function asked({ claims: ids, rungs, findings, path }: VerifyOptions, own: readonly OwnClaim[]) {
  const claims = chosenClaims(ids, own);
  const named = claims !== undefined || rungs !== undefined;
  return {
    rows: findings === true && !named ? [] : rowsOf(claims, rungs, own),
    findings: path === undefined && (findings ?? !named) ? known : [],
  };
}

/** Rows and findings in their order; absent: an interruption came first. */
interface Decided {
  readonly rows: readonly (Decision | undefined)[];
  readonly findings: readonly (FindingRow | undefined)[];
}

/** Decides all rows at once, as many jobs at a time as there are threads; each finished row is kept at once. */
async function decideAll(
  wanted: ReturnType<typeof asked>,
  kept: Kept,
  crew: Engine,
  options: Settings & { signal?: AbortSignal; onUnwritten: OnUnwritten },
  standing: ProgressTracker,
): Promise<Decided> {
  const { runs, seed, precision, onUnwritten } = options;
  const row = async (entry: ClaimRow, place: number): Promise<Decision | undefined> => {
    const [claim, rung] = [entry.claim.id, entry.check.rung];
    const told = { place, claim, rung };
    // A module of one's own may import others: whether it has changed is not known, and its rows are not kept.
    const isKept = entry.module === undefined;
    const earlier = isKept
      ? kept.rows.find((old) => old.row.claim === claim && old.row.rung === rung)
      : undefined;
    const onWorld = (done: number, total: number) => standing.worlds(told, done, total);
    const decision = earlier ?? (await decideRow(entry, { ...options, crew, place, onWorld }));
    if (!earlier) {
      if (crew.aborted()) return decision;
      if (isKept) kept.addRow(decision);
      const { counterexample } = decision;
      if (
        counterexample &&
        !counterexample.expected &&
        !isCaseFile(counterexample.path) &&
        counterexample.outcome === 'violated'
      )
        store(counterexample, seed, onUnwritten);
    }
    standing.finished(told, decision.row.worlds, earlier !== undefined);
    return decision;
  };
  const finding = async (one: (typeof known)[number], i: number): Promise<FindingRow | undefined> => {
    const place = wanted.rows.length + i;
    const earlier = kept.findings.find(({ id }) => id === one.id);
    const { arithmetic } = precision;
    const task: FindingTask = { id: one.id, runs, seed, arithmetic };
    const here = () => decideFinding(one, runs, seed, arithmetic);
    const judged = earlier ?? (await crew.run(place, { name: 'finding', task, here }));
    if (!judged) return undefined;
    if (!earlier) kept.addFinding(judged);
    standing.finished({ place, claim: `finding ${one.id}`, rung: '' }, 1, earlier !== undefined);
    return judged;
  };
  const [rows, findings] = await Promise.all([
    Promise.all(wanted.rows.map(row)),
    Promise.all(wanted.findings.map(finding)),
  ]);
  return { rows, findings };
}

/**
 * Decides every named row and finding, and keeps each violation that was not expected for the
 * next run. Interrupting it keeps what was decided so far.
 * @throws BadInput with every fault of the options: no such claim or rung, a number out of its range, a module without a claim ..
 */
export async function verify(options: VerifyOptions = {}): Promise<Result> {
  const { result, release } = await verifyAndHold(options);
  release(true);
  return result;
}

/** @property queue has a fleet do the work */
export type FleetOptions = VerifyOptions & { readonly queue?: QueueOptions };

/** A result that is still kept in the file `resume`, which is locked. */
export interface Held {
  readonly result: Result;
  /** Ends the lock. @param reported whether the result has been printed or written; then the file forgets a whole run's */
  release(reported: boolean): void;
}

/** As `verify`, for a caller whose output may fail: the results of hours of work are kept until they are printed. */
export async function verifyAndHold(options: FleetOptions): Promise<Held> {
  const own = await ownClaims(checkModules(options.modules));
  checkVerifyOptions(options, listClaims(own));
  const { runs = DEFAULT_RUNS, seed = DEFAULT_SEED, workers, signal, onProgress, resume, path } = options;
  const { onUnwritten = warnUnwritten } = options;
  const begun = performance.now();
  const precision = precisionOf(options);
  const { cap, arithmetic = 'decimal' } = precision;
  const wanted = asked(options, own);
  const interrupted = () => signal?.aborted ?? false;
  const since = () => (performance.now() - begun) / 1000;
  const result = { schema: 1, arithmetic, seed, runs, fullRuns: FULL_RUNS } as const;
  if (path !== undefined) {
    const shown = await Promise.all(wanted.rows.map((entry) => replayWorld(entry, seed, path, precision)));
    const none = { rows: [], undecided: [], findings: [], findingsByKind: findingsByKind([]) };
    const counterexamples = shown.flat();
    const shownAgain = { ...result, ...none, counterexamples, seconds: since(), interrupted: interrupted() };
    return { result: shownAgain, release: () => {} };
  }

  const kept =
    resume === undefined
      ? nothingKept
      : keptIn(resume, { runs, seed, cap, arithmetic }, onUnwritten, options.onNote);
  const earlier = new Set<Decision | FindingRow>([...kept.rows, ...kept.findings]);
  let decided: Decided;
  try {
    const crew = await openEngine('verify', { workers, signal, queue: options.queue });
    const standing = new ProgressTracker(wanted.rows.length, wanted.findings.length, (progress) => {
      crew.tell(progress.work);
      onProgress?.(progress);
    });
    const settings = { runs, seed, precision, signal, onUnwritten };
    decided = await decideAll(wanted, kept, crew, settings, standing).finally(crew.end);
  } catch (error) {
    kept.close();
    throw error;
  }
  const told = decided.rows.filter((decision) => decision !== undefined);
  // A row that an interruption kept from its first world says nothing; one that ran to its end and checked no world is a fault.
  const rows = told.map(({ row }) => row).filter(({ worlds, complete }) => worlds > 0 || complete);
  const findings = decided.findings.filter((finding) => finding !== undefined);
  const cut = interrupted();
  const before = [
    ...told.filter((d) => earlier.has(d)).map(({ row }) => row),
    ...findings.filter((f) => earlier.has(f)),
  ];
  const release = (wasTold: boolean) => {
    if (wasTold && !cut) kept.forget(rows, findings);
    kept.close();
  };
  const whole: Result = {
    ...result,
    rows,
    counterexamples: told.flatMap(({ counterexample, isolated }) =>
      [counterexample ?? [], isolated ?? []].flat(),
    ),
    undecided: told.flatMap(({ undecided }) => undecided),
    findings,
    findingsByKind: findingsByKind(findings),
    seconds: since() + before.reduce((sum, { seconds }) => sum + seconds, 0),
    interrupted: cut,
  };
  return { result: whole, release };
}

function store(
  { claim, rung, world, margin, path }: Counterexample,
  seed: number,
  onUnwritten: OnUnwritten,
): void {
  try {
    keep(localCases(), { claim, rung, seed, path, world, margin, digits: null });
  } catch (error) {
    onUnwritten(`The counterexample of ${claim} on ${rung}`, error);
  }
}
