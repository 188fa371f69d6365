/**
 * The work on a row, cut into jobs. An answer depends only on the row, the run's settings and the job, not on the thread
 * or the time. Input and answer of a job are plain data.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import type { AnyCheck } from '../claims/claim.ts';
import { confirm, decideAlong, defaultPrecision, type Precision } from '../decide/enclosure.ts';
import { ready, trajectoryFields } from '../decide/enclosureLibrary.ts';
import type { Judgement } from '../decide/margin.ts';
import { rowSeed, shrink, visitWorlds } from '../decide/search.ts';
import { LEVEL } from '../decide/statistics.ts';
import { rateVerdict, tally } from '../decide/verdict.ts';
import { counterexampleOf } from './counterexample.ts';
import { fastTraining } from './fastTraining.ts';
import { BrokenCase, judgeKeptCase, type StoredCase } from './keptCases.ts';
import { brokenText } from './ownClaims.ts';
import type { ClaimRow } from './registry.ts';
import type { Counterexample } from './result.ts';

/** What a run decides all its rows by. */
export interface Settings {
  /** Random worlds per row, before the row's own share. */
  readonly runs: number;
  readonly seed: number;
  readonly precision: Precision;
}

/** An answer, and the seconds of work in it. */
export interface Timed<A> {
  readonly answer: A;
  readonly seconds: number;
}

/** Why a job has no answer: the code of a claim of one's own threw. A text, because a thread does not keep the class of an error. */
export interface NoAnswer {
  readonly broken: string;
}

const since = (begun: number): number => (performance.now() - begun) / 1000;

const timed =
  <W, A>(work: (row: ClaimRow, settings: Settings, what: W, signal?: AbortSignal) => Promise<A>) =>
  async (row: ClaimRow, settings: Settings, what: W, signal?: AbortSignal): Promise<Timed<A> | NoAnswer> => {
    await ready(settings.precision.arithmetic);
    const begun = performance.now();
    try {
      const answer = await work(row, settings, what, signal);
      return { answer, seconds: since(begun) };
    } catch (error) {
      if (row.module === undefined) throw error;
      return { broken: brokenText(row, error) };
    }
  };

export const worldsAsked = (check: AnyCheck, runs: number): number =>
  Math.max(Math.round(runs * check.share), check.least ?? 1);

export const seedOf = ({ claim, check }: ClaimRow, seed: number): number =>
  rowSeed(seed, claim.id, check.rung);

/** Judges a kept, shrunk or replayed world: by enclosures also where a run of many worlds searches in float64. */
export async function judgeStrictly(
  check: AnyCheck,
  world: unknown,
  precision: Precision,
): Promise<Judgement> {
  const strict = check.enclosed && decideAlong(check.enclosed, world, trajectoryFields(precision.arithmetic));
  if (strict && strict.outcome !== 'undecided') return strict;
  const judgement = await check.judge(world, fastTraining, precision);
  if (judgement.certified) return judgement;
  if (!check.margins || judgement.outcome !== 'violated' || !judgement.margin) return judgement;
  // Intervals carried from step to step, with as many digits as it takes: for steps that are too large for the curvature's bounds.
  const confirmed = confirm(check.margins, world, judgement.margin, precision);
  // A margin that holds after all; nothing is known of the others.
  return confirmed.outcome === 'held' ? { ...confirmed, outcome: 'undecided', certified: false } : confirmed;
}

/** The judgements of a row's kept cases. */
export interface Stored {
  /** The first that still fails. */
  readonly refutation: Counterexample | null;
  /** The first that still fails and lacks one hypothesis alone. */
  readonly isolated: Counterexample | null;
  /** Whether one before it could not be decided. */
  readonly open: boolean;
  /** Why a case cannot be judged. A text, because a thread does not keep the class of an error. */
  readonly broken?: string;
}

async function stored(
  row: ClaimRow,
  { precision }: Settings,
  cases: readonly (StoredCase & { readonly file: string })[],
): Promise<Stored> {
  const found: { refutation: Counterexample | null; isolated: Counterexample | null } = {
    refutation: null,
    isolated: null,
  };
  let open = false;
  for (const { file, world, seed, isolates } of cases) {
    const kind = isolates === undefined ? 'refutation' : 'isolated';
    if (found[kind]) continue;
    try {
      const judgement = await judgeKeptCase(file, () => judgeStrictly(row.check, world, precision));
      if (judgement.outcome === 'violated')
        found[kind] = counterexampleOf(row, world, judgement, file, seed, isolates);
      if (!found.refutation) open ||= judgement.outcome === 'undecided';
    } catch (error) {
      if (!(error instanceof BrokenCase)) throw error;
      return { ...found, open, broken: error.message };
    }
  }
  return { ...found, open };
}

/** The random worlds of a row from one place up to before another; fewer when the signal comes. */
export interface Block {
  readonly from: number;
  readonly to: number;
}

export interface Judged {
  readonly judgements: readonly Judgement[];
  /** Seconds until the first world was drawn: those before it are stepped over. */
  readonly startSeconds: number;
}

async function worlds(
  row: ClaimRow,
  { seed, precision }: Settings,
  { from, to }: Block,
  signal?: AbortSignal,
): Promise<Judged> {
  const { check } = row;
  const judgements: Judgement[] = [];
  const begun = performance.now();
  let startSeconds = 0;
  await visitWorlds(check.worlds, { from, runs: to - from, seed: seedOf(row, seed) }, async (world) => {
    if (signal?.aborted) return false;
    if (judgements.length === 0) startSeconds = since(begun);
    judgements.push(await check.judge(world, fastTraining, precision));
    await breathe();
    return true;
  });
  return { judgements, startSeconds };
}

/** Whether a world is one to shrink. */
export const violates = ({ outcome }: Judgement): boolean => outcome === 'violated';

/** Shrinks the world at a place of a row, and judges what is left of it strictly; null when it is not to be shrunk. */
async function shrunk(
  row: ClaimRow,
  { seed, precision }: Settings,
  place: number,
): Promise<Counterexample | null> {
  const { check } = row;
  const fails = async (world: unknown) => violates(await check.judge(world, fastTraining, precision));
  const found = await shrink(check.worlds, fails, { from: place, runs: 1, seed: seedOf(row, seed) });
  if (!found) return null;
  const judgement = await judgeStrictly(check, found.world, precision);
  return counterexampleOf(row, found.world, judgement, found.path, seed);
}

/** Looks at a statistical control after 20, 40, 80, .. worlds, each with an equal part of the level. */
export const CONTROL_LOOKS = 10;
const looked = (n: number) => n % 20 === 0 && Number.isInteger(Math.log2(n / 20));

/** Whether a control's worlds have shown what they must: one violation, or more than the rate allows. */
const alarmed = (check: AnyCheck, judgements: readonly Judgement[], last: boolean): boolean =>
  check.rate === undefined
    ? judgements.some(({ outcome }) => outcome === 'violated')
    : (last || looked(judgements.length)) &&
      rateVerdict(tally(judgements), check.rate, LEVEL / CONTROL_LOOKS) === 'violated';

/** Worlds that a control may take to fail. */
export const controlWorlds = (check: AnyCheck, runs: number): number =>
  Math.max(worldsAsked(check, runs), 200);

/** The stream of a control's worlds. */
export const controlSeed = ({ claim, check }: ClaimRow, place: number, seed: number): number =>
  rowSeed(seed, claim.id, check.rung, `control ${place}`);

/** Whether the control at a place of the row's list fails, as it must; null when the signal came first. */
async function control(
  row: ClaimRow,
  { runs, seed, precision: { arithmetic } }: Settings,
  place: number,
  signal?: AbortSignal,
): Promise<boolean | null> {
  const { check } = row;
  const asked = check.controls[place];
  const stretch = { runs: controlWorlds(check, runs), seed: controlSeed(row, place, seed) };
  const precision = { ...defaultPrecision, arithmetic };
  const judgements: Judgement[] = [];
  await visitWorlds(asked.worlds, stretch, async (world) => {
    if (signal?.aborted) return false;
    judgements.push(await asked.judge(world, fastTraining, precision));
    await breathe();
    return !alarmed(check, judgements, false);
  });
  return signal?.aborted ? null : alarmed(check, judgements, true);
}

/** Worlds of a row's restored hypothesis: a motion that is noise fails in the first few of them. */
export const RESTORED_WORLDS = 12;

/** Whether the statement holds in the worlds that restore its hypothesis, as it must; null when the signal came first. */
async function restored(
  { claim, check }: ClaimRow,
  { seed, precision: { arithmetic } }: Settings,
  _: null,
  signal?: AbortSignal,
): Promise<boolean | null> {
  const { restored: worlds, judge = check.judge } = check.isolates!;
  const stretch = { runs: RESTORED_WORLDS, seed: rowSeed(seed, claim.id, check.rung, 'restored') };
  const precision = { ...defaultPrecision, arithmetic };
  const judgements: Judgement[] = [];
  await visitWorlds(worlds, stretch, async (world) => {
    if (signal?.aborted) return false;
    judgements.push(await judge(world, fastTraining, precision));
    await breathe();
    return judgements.every(({ outcome }) => outcome === 'held');
  });
  if (signal?.aborted) return null;
  return judgements.every(({ outcome }) => outcome === 'held') && judgements.some(({ idle }) => !idle);
}

/** Every job by its name. */
export const rowJobs = {
  stored: timed(stored),
  worlds: timed(worlds),
  shrunk: timed(shrunk),
  control: timed(control),
  restored: timed(restored),
};
export type RowJobs = typeof rowJobs;
