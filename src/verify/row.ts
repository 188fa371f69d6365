/** Decides one row of the table: stored counterexamples, random worlds, the shrunk counterexample, the controls. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { AnyCheck } from '../claims/claim.ts';
import { ready } from '../decide/arithmetic.ts';
import { confirm, defaultPrecision, type Precision } from '../decide/enclosure.ts';
import type { Judgement } from '../decide/margin.ts';
import { rowSeed, shrink, visitWorlds } from '../decide/search.ts';
import { clopperPearson, LEVEL } from '../decide/statistics.ts';
import { askCase, storedCases } from '../decide/store.ts';
import { rateVerdict, type Tally, tally, universalVerdict, type Verdict } from '../decide/verdict.ts';
import { counterexampleOf, replayCommand } from './counterexample.ts';
import type { Decision } from './kept.ts';
import { laboratory } from './laboratory.ts';
import type { ClaimRow } from './registry.ts';
import type { Counterexample, Row, UndecidedWorld } from './result.ts';

export interface RowOptions {
  readonly runs: number;
  readonly seed: number;
  readonly precision?: Precision;
  readonly signal?: AbortSignal;
  readonly onWorld?: (done: number, total: number) => void;
}

/** Confidence of the limits that a row reports. */
const CONFIDENCE = 0.99;

/** A search accepts a float64 violation as worth shrinking only well above rounding; enclosures then decide it. */
const CLEAR = 1e-6;

export const worldsAsked = (check: AnyCheck, runs: number): number =>
  Math.max(Math.round(runs * check.share), check.least ?? 1);

export const seedOf = ({ claim, check }: ClaimRow, seed: number): number =>
  rowSeed(seed, claim.id, check.rung);

/** Whether a violation can be certified: by the check's own enclosures, or by confirming what it measured. */
export const certifiable = (check: AnyCheck): boolean =>
  check.decided === 'certified' || check.margins !== undefined;

/** Judges a stored or shrunk world as strictly as the check can: by enclosures where it has margins for them. */
export async function judgeStrictly(
  check: AnyCheck,
  world: unknown,
  precision: Precision,
): Promise<Judgement> {
  const judgement = await check.judge(world, laboratory, precision);
  if (judgement.certified || !check.margins || judgement.outcome !== 'violated' || !judgement.margin)
    return judgement;
  return confirm(check.margins, world, judgement.margin, precision);
}

/** Looks at a statistical control after 20, 40, 80, .. worlds, each with an equal part of the level. */
const LOOKS = 10;
const looked = (n: number) => n % 20 === 0 && Number.isInteger(Math.log2(n / 20));

/** Whether a control's worlds have shown what they must: one violation, or more than the rate allows. */
const alarmed = (check: AnyCheck, judgements: readonly Judgement[], last: boolean): boolean =>
  check.rate === undefined
    ? judgements.some(({ outcome }) => outcome === 'violated')
    : (last || looked(judgements.length)) &&
      rateVerdict(tally(judgements), check.rate, LEVEL / LOOKS) === 'violated';

async function runControls({ claim, check }: ClaimRow, options: RowOptions): Promise<Row['control']> {
  const worlds = Math.max(worldsAsked(check, options.runs), 200);
  const precision = { ...defaultPrecision, arithmetic: options.precision?.arithmetic };
  for (const [i, control] of check.controls.entries()) {
    const judgements: Judgement[] = [];
    const seed = rowSeed(options.seed, claim.id, check.rung, `control ${i}`);
    await visitWorlds(control.worlds, { runs: worlds, seed }, async (world) => {
      if (options.signal?.aborted) return false;
      judgements.push(await control.judge(world, laboratory, precision));
      await breathe();
      return !alarmed(check, judgements, false);
    });
    if (options.signal?.aborted) return 'not run';
    if (!alarmed(check, judgements, true)) return 'passes: the check is vacuous';
  }
  return 'fails as it must';
}

/** What the stored cases of a row say: the first that still fails, and whether one could not be decided. */
async function askStored(row: ClaimRow, precision: Precision) {
  let open = false;
  if (row.check.rate === undefined)
    for (const stored of storedCases(row.claim.id, row.check.rung)) {
      const ask = () => judgeStrictly(row.check, stored.world, precision);
      const judgement = await askCase(stored.file, ask);
      if (judgement.outcome === 'violated')
        return { refutation: counterexampleOf(row, stored.world, judgement, stored.file, stored.seed), open };
      open ||= judgement.outcome === 'undecided';
    }
  return { refutation: null, open };
}

/** Shrinks the first violation of a row's random worlds and judges what is left of it strictly. */
async function shrunkCase(
  row: ClaimRow,
  options: RowOptions,
  precision: Precision,
): Promise<Counterexample | null> {
  const { check } = row;
  const fails = async (world: unknown) => {
    const { outcome, margin, certified } = await check.judge(world, laboratory, precision);
    return outcome === 'violated' && (certified || check.rate !== undefined || (margin?.value ?? 0) < -CLEAR);
  };
  const seed = seedOf(row, options.seed);
  const found = await shrink(check.worlds, fails, { runs: worldsAsked(check, options.runs), seed });
  if (!found) return null;
  const judgement = await judgeStrictly(check, found.world, precision);
  return counterexampleOf(row, found.world, judgement, found.path, options.seed);
}

const least = (judgements: readonly Judgement[]): number | null => {
  const values = judgements.flatMap(({ margin }) => (margin ? [margin.value] : []));
  return values.length > 0 ? Math.min(...values) : null;
};

/**
 * The verdict of a row. A refutation decides a universal statement; a float64 violation that no enclosure confirms, a
 * stored case that stays open, and a row cut short leave it undecided.
 */
function verdictOf(
  { rate }: AnyCheck,
  counts: Tally,
  { refuted, open, complete }: { refuted: boolean; open: boolean; complete: boolean },
): Verdict {
  if (rate !== undefined) return complete ? rateVerdict(counts, rate) : 'undecided';
  if (refuted) return 'violated';
  return open || !complete || counts.violated > 0 ? 'undecided' : universalVerdict(counts);
}

/** Decides a row: stored cases first, then random worlds, then the controls. */
export async function decideRow(row: ClaimRow, options: RowOptions): Promise<Decision> {
  const { claim, check } = row;
  const precision = options.precision ?? defaultPrecision;
  await ready(precision.arithmetic);
  const begun = performance.now();
  const { refutation, open } = await askStored(row, precision);
  const total = worldsAsked(check, options.runs);
  const visited: Judgement[] = [];
  await visitWorlds(check.worlds, { runs: total, seed: seedOf(row, options.seed) }, async (world) => {
    if (options.signal?.aborted) return false;
    visited.push(await check.judge(world, laboratory, precision));
    options.onWorld?.(visited.length, total);
    await breathe();
    return true;
  });
  const complete = visited.length === total;
  const judgements = visited.filter(({ idle }) => !idle);
  const counts = tally(judgements);
  const unexpected = check.rate === undefined || rateVerdict(counts, check.rate) === 'violated';
  const counterexample =
    refutation ??
    (counts.violated > 0 && unexpected && !options.signal?.aborted
      ? await shrunkCase(row, options, precision)
      : null);
  const refuted = counterexample?.outcome === 'violated' && (counterexample.certified || !certifiable(check));
  const control = await runControls(row, options);
  // A world's place in its row is its path.
  const undecided = visited.flatMap(({ outcome, margin, digits }, i): UndecidedWorld[] => {
    if (outcome !== 'undecided') return [];
    const replay = replayCommand(row, String(i), options.seed, precision);
    return [{ claim: claim.id, rung: check.rung, margin, digits, replay }];
  });
  const digits = judgements.flatMap((j) => (j.digits === null ? [] : [j.digits]));
  return {
    counterexample,
    undecided,
    row: {
      claim: claim.id,
      source: claim.source,
      headline: claim.headline,
      statement: check.statement,
      rung: check.rung,
      decided: check.decided,
      verdict: verdictOf(check, counts, { refuted, open, complete }),
      expected: check.expected,
      worlds: judgements.length,
      idle: visited.length - judgements.length,
      complete,
      ...counts,
      worstMargin: least(judgements),
      digits: digits.length > 0 ? Math.max(...digits) : null,
      seconds: (performance.now() - begun) / 1000,
      limits: {
        ...(judgements.length > 0
          ? clopperPearson(counts.violated, judgements.length, 1 - CONFIDENCE)
          : { low: 0, high: 1 }),
        confidence: CONFIDENCE,
      },
      control,
      controlDrops: check.controls.map(({ drops }) => drops).join('; '),
    },
  };
}
