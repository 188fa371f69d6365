/** Decides one row of the table: stored counterexamples, controls, random worlds, the shrunk counterexample. */
import type { AnyCheck } from '../claims/claim.ts';
import { defaultPrecision, type Precision } from '../decide/enclosure.ts';
import type { Judgement } from '../decide/margin.ts';
import {
  rateVerdict,
  type Tally,
  tally,
  universalVerdict,
  type Verdict,
  violatingLimits,
} from '../decide/verdict.ts';
import { type Crew, openCrew } from '../workers/crew.ts';
import type { Engine } from '../workers/engine.ts';
import { judgeBlocks, judgeOnFleet } from './blocks.ts';
import { replayCommand } from './counterexample.ts';
import { type NoAnswer, type RowJobs, rowJobs, violates, worldsAsked } from './jobs.ts';
import { BrokenCase, caseRowOf, storedCases } from './keptCases.ts';
import { BrokenClaim } from './ownClaims.ts';
import type { ClaimRow } from './registry.ts';
import type { Row, UndecidedWorld } from './result.ts';
import type { Decision } from './resume.ts';

interface RowOptions {
  readonly runs: number;
  readonly seed: number;
  readonly precision?: Precision;
  readonly signal?: AbortSignal;
  readonly onWorld?: (done: number, total: number) => void;
  /** Who does the jobs; this thread when left out, and always where the row is not one of the registry. */
  readonly crew?: Crew & Partial<Engine>;
  /** The row's place among those of the run: earlier ones are worked on first. */
  readonly place?: number;
}

/** Confidence of the limits that a row reports. */
const CONFIDENCE = 0.99;

/** Whether a violation can be certified. */
export const certifiable = ({ decided }: AnyCheck): boolean =>
  decided === 'certified' || decided === 'proved';

const least = (judgements: readonly Judgement[]): number | null => {
  const values = judgements.flatMap(({ margin }) => (margin ? [margin.value] : []));
  return values.length > 0 ? Math.min(...values) : null;
};

/**
 * The verdict of a row. A refutation decides a universal statement; a float64 violation that no enclosure confirms, a
 * stored case that stays open, a row cut short, and one of which enclosures decided no world leave it undecided.
 */
function verdictOf(
  { rate, decided }: AnyCheck,
  counts: Tally,
  {
    refuted,
    open,
    complete,
    certified,
  }: { refuted: boolean; open: boolean; complete: boolean; certified: boolean },
): Verdict {
  const none = counts.held + counts.violated + counts.undecided === 0;
  // Of no world even a rate of 1 would hold.
  if (rate !== undefined) return complete && !none ? rateVerdict(counts, rate) : 'undecided';
  if (refuted) return 'violated';
  const measured = decided !== 'measured' && !certified;
  return open || !complete || measured || counts.violated > 0 ? 'undecided' : universalVerdict(counts);
}

/** The controls together; one without an answer was interrupted. */
function controlOf(failed: readonly (boolean | null | undefined)[]): Row['control'] {
  if (failed.includes(false)) return 'passes: the check is vacuous';
  return failed.every(Boolean) ? 'fails as it must' : 'not run';
}

/** The worlds that restore the missing hypothesis, together; null where none is missing. */
const restoredOf = ({ isolates }: AnyCheck, held: boolean | null | undefined): Row['restored'] =>
  !isolates
    ? null
    : held
      ? 'holds as it must'
      : held === false
        ? 'fails: the check proves nothing'
        : 'not run';

type What<N extends keyof RowJobs> = Parameters<RowJobs[N]>[2];
type Done<N extends keyof RowJobs> = Exclude<Awaited<ReturnType<RowJobs[N]>>, NoAnswer>;

/** Decides a row. Results are ordered by world, so they do not depend on thread scheduling. */
export async function decideRow(row: ClaimRow, options: RowOptions): Promise<Decision> {
  const { claim, check } = row;
  const { runs, seed, precision = defaultPrecision, signal, onWorld, place: rank = 0 } = options;
  const crew: NonNullable<RowOptions['crew']> = options.crew ?? openCrew(null);
  const settings = { runs, seed, precision };
  let worked = 0;
  const job = async <N extends keyof RowJobs>(name: N, what: What<N>): Promise<Done<N> | undefined> => {
    const task = { row: { claim: claim.id, rung: check.rung, module: row.module }, settings, what };
    // The name picks function and arguments together, which TypeScript does not see.
    const work = rowJobs[name] as (...given: unknown[]) => Promise<Done<N> | NoAnswer>;
    const done = await crew
      .run(rank, { name, task, here: () => work(row, settings, what, signal) })
      .catch((error: Error) => {
        if (row.module === undefined || !/^worker exited/i.test(error.message)) throw error;
        throw new BrokenClaim(`${claim.id} on ${check.rung}: its code ended the thread (process.exit?)`);
      });
    if (done && 'broken' in done) throw new BrokenClaim(done.broken);
    worked += done?.seconds ?? 0;
    return done;
  };

  const total = worldsAsked(check, runs);
  const cases = check.rate === undefined ? storedCases(caseRowOf(row)) : [];
  // What cannot be cut into pieces goes first, so that it does not hold up the end.
  const [said, controls, restored, visited] = await Promise.all([
    cases.length > 0 ? job('stored', cases) : undefined,
    Promise.all(check.controls.map((_, i) => job('control', i))),
    check.isolates ? job('restored', null) : undefined,
    (crew.fleet ? judgeOnFleet : judgeBlocks)(total, crew.size, (block) => job('worlds', block), onWorld),
  ]);
  const { refutation = null, isolated = null, open = false, broken } = said?.answer ?? {};
  if (broken !== undefined) throw new BrokenCase(broken);

  const judged = visited.filter((judgement) => judgement !== undefined);
  const complete = judged.length === total;
  const judgements = judged.filter(({ idle }) => !idle);
  const counts = tally(judgements);
  const unexpected = check.rate === undefined || rateVerdict(counts, check.rate) === 'violated';
  const failing = visited.findIndex((judgement) => judgement && violates(judgement));
  const counterexample =
    refutation ??
    (failing >= 0 && unexpected && !signal?.aborted
      ? ((await job('shrunk', failing))?.answer ?? null)
      : null);
  const refuted = counterexample?.outcome === 'violated' && (counterexample.certified || !certifiable(check));
  // A world's place in its row is its path.
  const undecided = visited.flatMap((judgement, i): UndecidedWorld[] => {
    if (judgement?.outcome !== 'undecided') return [];
    const { margin, digits } = judgement;
    const replay = replayCommand(row, String(i), seed, precision);
    return [{ claim: claim.id, rung: check.rung, margin, digits, replay }];
  });
  const widths = judgements.flatMap(({ width }) => (width === undefined ? [] : [width]));
  const digits = judgements.flatMap((j) => (j.digits === null ? [] : [j.digits]));
  return {
    counterexample,
    isolated,
    undecided,
    row: {
      claim: claim.id,
      source: claim.source,
      headline: claim.headline ?? false,
      statement: check.statement,
      rung: check.rung,
      decided: check.decided,
      verdict: verdictOf(check, counts, {
        ...{ refuted, open, complete },
        certified: judgements.some((judgement) => judgement.certified),
      }),
      expected: check.expected,
      worlds: judgements.length,
      idle: judged.length - judgements.length,
      complete,
      ...counts,
      certified: judgements.filter((judgement) => judgement.certified).length,
      worstMargin: least(judgements),
      digits: digits.length > 0 ? Math.max(...digits) : null,
      width: widths.length > 0 ? Math.max(...widths) : null,
      seconds: worked,
      limits: { ...violatingLimits(counts, 1 - CONFIDENCE), confidence: CONFIDENCE },
      control: controlOf(controls.map((done) => done?.answer)),
      controlDrops: check.controls.map(({ drops }) => drops).join('; '),
      restored: restoredOf(check, restored?.answer),
      restoredBy: check.isolates?.how ?? null,
    },
  };
}
