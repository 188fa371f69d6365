/** Decides one row of the table: stored counterexamples, random worlds, the shrunk counterexample, the controls. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { AnyCheck } from '../claims/claim.ts';
import { confirm, defaultPrecision, type Precision } from '../decide/enclosure.ts';
import type { Judgement } from '../decide/margin.ts';
import { rowSeed, shrink, visitWorlds } from '../decide/search.ts';
import { clopperPearson } from '../decide/statistics.ts';
import { storedCases } from '../decide/store.ts';
import { rateVerdict, tally, universalVerdict } from '../decide/verdict.ts';
import { counterexampleOf } from './counterexample.ts';
import { laboratory } from './laboratory.ts';
import type { ClaimRow } from './registry.ts';
import type { Counterexample, Row } from './result.ts';

export interface RowOptions {
  readonly runs: number;
  readonly seed: number;
  readonly precision?: Precision;
  readonly signal?: AbortSignal;
  readonly onWorld?: (done: number, total: number) => void;
}

/** Statistical rows need this many worlds to be decided at all at the suite's level, whatever `runs` is. */
const LEAST_FOR_RATE = 80;

/** Confidence of the limits that a row reports. */
const CONFIDENCE = 0.99;

/** A search accepts a float64 violation as worth shrinking only well above rounding; enclosures then decide it. */
const CLEAR = 1e-6;

export const worldsAsked = (check: AnyCheck, runs: number): number =>
  Math.max(Math.round(runs * check.share), check.rate === undefined ? 1 : LEAST_FOR_RATE);

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

async function runControls({ claim, check }: ClaimRow, options: RowOptions): Promise<Row['control']> {
  const worlds = Math.max(worldsAsked(check, options.runs), 200);
  for (const [i, control] of check.controls.entries()) {
    const judgements: Judgement[] = [];
    const enough = () =>
      check.rate === undefined
        ? judgements.some(({ outcome }) => outcome === 'violated')
        : rateVerdict(tally(judgements), check.rate) === 'violated';
    const seed = rowSeed(options.seed, claim.id, check.rung, `control ${i}`);
    await visitWorlds(control.worlds, { runs: worlds, seed }, async (world) => {
      if (options.signal?.aborted) return false;
      judgements.push(await control.judge(world, laboratory));
      await breathe();
      return !enough();
    });
    if (options.signal?.aborted) return 'not run';
    if (!enough()) return 'passes: the check is vacuous';
  }
  return 'fails as it must';
}

/** The counterexample to show: a stored one where there is one, else the shrunk one of this run. */
async function showCase(
  row: ClaimRow,
  options: RowOptions,
  precision: Precision,
  violations: number,
): Promise<Counterexample | null> {
  const { claim, check } = row;
  const seed = seedOf(row, options.seed);
  for (const stored of storedCases(claim.id, check.rung)) {
    const judgement = await judgeStrictly(check, stored.world, precision);
    if (judgement.outcome === 'violated')
      return counterexampleOf(row, stored.world, judgement, stored.file, stored.seed);
  }
  if (violations === 0) return null;
  const fails = async (world: unknown) => {
    const { outcome, margin, certified } = await check.judge(world, laboratory, precision);
    return outcome === 'violated' && (certified || check.rate !== undefined || (margin?.value ?? 0) < -CLEAR);
  };
  const found = await shrink(check.worlds, fails, { runs: worldsAsked(check, options.runs), seed });
  if (!found) return null;
  const judgement = await judgeStrictly(check, found.world, precision);
  return counterexampleOf(row, found.world, judgement, found.path, options.seed);
}

const least = (judgements: readonly Judgement[]): number | null => {
  const values = judgements.flatMap(({ margin }) => (margin ? [margin.value] : []));
  return values.length > 0 ? Math.min(...values) : null;
};

/** Decides a row; when interrupted, from the worlds asked so far. */
export async function decideRow(
  row: ClaimRow,
  options: RowOptions,
): Promise<{ row: Row; counterexample: Counterexample | null }> {
  const { claim, check } = row;
  const precision = options.precision ?? defaultPrecision;
  const begun = performance.now();
  const total = worldsAsked(check, options.runs);
  const judgements: Judgement[] = [];
  await visitWorlds(check.worlds, { runs: total, seed: seedOf(row, options.seed) }, async (world) => {
    if (options.signal?.aborted) return false;
    judgements.push(await check.judge(world, laboratory, precision));
    options.onWorld?.(judgements.length, total);
    await breathe();
    return true;
  });
  const counts = tally(judgements);
  const control = await runControls(row, options);

  let verdict = check.rate === undefined ? universalVerdict(counts) : rateVerdict(counts, check.rate);
  let counterexample: Counterexample | null = null;
  const stored = check.rate === undefined && storedCases(claim.id, check.rung).length > 0;
  if (!options.signal?.aborted && (verdict === 'violated' || stored)) {
    counterexample = await showCase(row, options, precision, counts.violated);
    // A float64 violation that no enclosure confirms refutes nothing; a stored case that still fails does.
    if (counterexample && check.margins && check.rate === undefined)
      verdict = counterexample.certified ? 'violated' : 'undecided';
    else if (!counterexample && verdict === 'violated' && check.rate === undefined) verdict = 'undecided';
  }
  const digits = judgements.flatMap((j) => (j.digits === null ? [] : [j.digits]));
  return {
    counterexample,
    row: {
      claim: claim.id,
      source: claim.source,
      headline: claim.headline,
      statement: check.statement,
      rung: check.rung,
      decided: check.decided,
      verdict,
      expected: check.expected,
      worlds: judgements.length,
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
