import { attentionDynamics } from '../claims/attention-dynamics.ts';
import { backprop } from '../claims/backprop.ts';
import { brake } from '../claims/brake.ts';
import type { AnyCheck, Claim } from '../claims/claim.ts';
import { clockGap } from '../claims/clock-gap.ts';
import { commonTokensLose } from '../claims/common-tokens-lose.ts';
import { concentration } from '../claims/concentration.ts';
import { conservation } from '../claims/conservation.ts';
import { correlationClaim } from '../claims/correlation.ts';
import { decoder } from '../claims/decoder.ts';
import { decoderClock } from '../claims/decoder-clock.ts';
import { decoderSolution } from '../claims/decoder-solution.ts';
import { discriminative } from '../claims/discriminative.ts';
import { discriminativeAssumption2 } from '../claims/discriminative-assumption2.ts';
import { discriminativeSymmetric, discriminativeSymmetricSteps } from '../claims/discriminative-symmetric.ts';
import { distinctTokensGain } from '../claims/distinct-tokens-gain.ts';
import { effectiveRate } from '../claims/effective-rate.ts';
import { fate } from '../claims/fate.ts';
import { fateEarly } from '../claims/fate-early.ts';
import { fateTwoClasses } from '../claims/fate-two-classes.ts';
import { frequency } from '../claims/frequency.ts';
import { gradientClaim } from '../claims/gradient.ts';
import { growthAtOnset } from '../claims/growth-at-onset.ts';
import { headsAsOne } from '../claims/heads-as-one.ts';
import { headsByStart } from '../claims/heads-by-start.ts';
import { kernelAttention } from '../claims/kernel-attention.ts';
import { learningRates, learningRatesTogether } from '../claims/learning-rates.ts';
import { longSequence } from '../claims/long-sequence.ts';
import { orderKeptClaim } from '../claims/order-kept.ts';
import { phase } from '../claims/phase.ts';
import { rowBalance } from '../claims/row-balance.ts';
import { sandwich } from '../claims/sandwich.ts';
import { scanCurve } from '../claims/scan-curve.ts';
import { signedAscent } from '../claims/signed-ascent.ts';
import { slowing } from '../claims/slowing.ts';
import { snap } from '../claims/snap.ts';
import { sparsification } from '../claims/sparsification.ts';
import { speed } from '../claims/speed.ts';
import { winner } from '../claims/winner.ts';
import { xiPositive } from '../claims/xi-positive.ts';
import type { Decided, Verdict } from './result.ts';

/** Every claim, the four headline ones first. */
export const claims: readonly Claim[] = [
  discriminative,
  frequency,
  sparsification,
  snap,
  gradientClaim,
  conservation,
  longSequence,
  decoder,
  effectiveRate,
  decoderClock,
  speed,
  concentration,
  decoderSolution,
  correlationClaim,
  backprop,
  attentionDynamics,
  discriminativeAssumption2,
  discriminativeSymmetric,
  discriminativeSymmetricSteps,
  sandwich,
  phase,
  growthAtOnset,
  slowing,
  learningRates,
  learningRatesTogether,
  // Beyond the paper.
  fate,
  fateTwoClasses,
  fateEarly,
  commonTokensLose,
  distinctTokensGain,
  xiPositive,
  clockGap,
  brake,
  winner,
  scanCurve,
  orderKeptClaim,
  rowBalance,
  // Other models.
  kernelAttention,
  headsAsOne,
  headsByStart,
  signedAscent,
];

/** A claim in a module of someone else. */
export interface OwnClaim {
  readonly claim: Claim;
  /** The path of the module, as it was given. */
  readonly module: string;
}

export interface ClaimRow {
  readonly claim: Claim;
  readonly check: AnyCheck;
  /** The module of a claim that is not of the registry. */
  readonly module?: string;
}

const withOwn = (own: readonly OwnClaim[]): readonly (OwnClaim | { readonly claim: Claim })[] => [
  ...claims.map((claim) => ({ claim })),
  ...own,
];

/** The rows of a run: claims x rungs, restricted to the given ids. */
export const rowsOf = (
  ids?: readonly string[],
  rungs?: readonly string[],
  own: readonly OwnClaim[] = [],
): ClaimRow[] =>
  withOwn(own)
    .filter(({ claim }) => ids?.includes(claim.id) ?? true)
    .flatMap((entry) =>
      entry.claim.checks
        .filter(({ rung }) => rungs?.includes(rung) ?? true)
        .map((check) => ({ ...entry, check })),
    );

/**
 * The claims that a run decides: those that are named, and of each module of which no claim is named all. Without names and
 * modules: undefined, which means all of the registry.
 */
export function chosenClaims(
  ids: readonly string[] | undefined,
  own: readonly OwnClaim[],
): readonly string[] | undefined {
  if (own.length === 0) return ids;
  const named = new Set(ids);
  const picked = new Set(own.filter(({ claim }) => named.has(claim.id)).map(({ module }) => module));
  const whole = own.filter(({ module }) => !picked.has(module));
  return [...named, ...whole.map(({ claim }) => claim.id)];
}

/** A row by its names, which can be sent to a thread. */
export interface RowName {
  readonly claim: string;
  readonly rung: string;
  readonly module?: string;
}

/** @throws Error where there is no such row */
export function rowNamed({ claim, rung }: RowName): ClaimRow {
  const [row] = rowsOf([claim], [rung]);
  if (!row) throw new Error(`${claim} on ${rung}: no row of the registry`);
  return row;
}

/** What there is to verify, before anything runs. */
export const listClaims = (own: readonly OwnClaim[] = []) =>
  withOwn(own).map(({ claim: { id, source, headline = false, statement, words, formula, checks } }) => ({
    claim: id,
    source,
    headline,
    statement,
    words,
    formula,
    rungs: checks.map((check) => ({
      rung: check.rung,
      decided: check.decided as Decided,
      expected: check.expected as Verdict,
      statement: check.statement,
    })),
  }));
