/** What `snapcheck verify` returns, prints and writes: the shape of its JSON. */

import type { EnclosureLibrary } from '../decide/libraries.ts';
import type { Outcome } from '../decide/margin.ts';
import type { Decided, Verdict } from '../decide/verdict.ts';
import type { Evidence, FindingOutcome } from '../findings/finding.ts';
import type { FindingKind, FindingsByKind } from '../findings/kinds.ts';

export type { Decided, Verdict };

/** One claim on one rung: the counts of its random worlds, and the verdict. */
export interface Row {
  readonly claim: string;
  /** The paper's statement: `Lemma 1`, `Theorem 2`, `section 6`. */
  readonly source: string;
  /** One of the four statements the paper is known for. */
  readonly headline: boolean;
  /** What is checked on this rung, in one sentence. */
  readonly statement: string;
  readonly rung: string;
  readonly decided: Decided;
  readonly verdict: Verdict;
  readonly expected: Verdict;
  /** Random worlds judged; a kept counterexample is not counted. */
  readonly worlds: number;
  /** Further random worlds that never reached the situation of the statement: they hold, but show nothing. */
  readonly idle: number;
  /** False when an interruption cut the row short. */
  readonly complete: boolean;
  readonly held: number;
  readonly violated: number;
  readonly undecided: number;
  /** How many of `worlds` enclosures decided. Along a flow they decide small worlds; the others are searched in float64. */
  readonly certified: number;
  /** The least margin seen (positive: the statement holds there), relative to the sizes compared; null for none. */
  readonly worstMargin: number | null;
  /** Largest number of digits any world needed; null where no decimal arithmetic decided. */
  readonly digits: number | null;
  /**
   * A certified equality says |left - right| <= width times their scale: the largest width of the row's worlds; 0 where every
   * difference was enclosed in the point 0, null where no equality was certified.
   */
  readonly width: number | null;
  /** Of work, in whatever threads: the sum over the row's jobs. */
  readonly seconds: number;
  /** Exact (Clopper-Pearson) limits of the fraction of worlds that violate, and their confidence. */
  readonly limits: { readonly low: number; readonly high: number; readonly confidence: number };
  /** What happened when one hypothesis was dropped: the same check must find a violation. */
  readonly control: 'fails as it must' | 'passes: the check is vacuous' | 'not run';
  /** Which hypothesis the control drops. */
  readonly controlDrops: string;
  /**
   * What happened when the hypothesis that a false statement lacks was restored: the same check must hold. null where the
   * statement is not expected to be false.
   */
  readonly restored: 'holds as it must' | 'fails: the check proves nothing' | 'not run' | null;
  /** How it was restored. */
  readonly restoredBy: string | null;
}

/** A world that violates a claim, as small as was found. */
export interface Counterexample {
  readonly claim: string;
  readonly rung: string;
  /** Whether the violation was expected (a refuted claim) or not. */
  readonly expected: boolean;
  /** What became of it: `violated`, except when a replayed world turns out otherwise. */
  readonly outcome: Outcome;
  /** Whether an enclosure decided that. */
  readonly certified: boolean;
  /** The one hypothesis that the world lacks; null for the smallest world found, which may lack several. */
  readonly isolates: string | null;
  /** The shrunk world, plain JSON. */
  readonly world: unknown;
  /**
   * Present where the world was taken as given from a file: nothing has checked that it satisfies the hypotheses of the
   * statement. Worlds that a run draws satisfy them by construction.
   */
  readonly hypotheses?: 'not checked';
  /** Which margin failed, by how much (relative to its scale), and at which training step. */
  readonly margin: { readonly name: string; readonly value: number; readonly time: number };
  /** The story in a sentence or two: which token, which step, by how much. */
  readonly words: string;
  /** Its fast-check path under the row's seed, or the file it is kept in. */
  readonly path: string;
  /** A command that shows this case again. */
  readonly replay: string;
}

/** A world that no precision up to the cap decided. */
export interface UndecidedWorld {
  readonly claim: string;
  readonly rung: string;
  /** The margin whose enclosure still contains 0, near its middle and relative to its scale. */
  readonly margin: { readonly name: string; readonly value: number; readonly time: number } | null;
  /** Digits of the last attempt; null where no enclosure was computed. */
  readonly digits: number | null;
  /** A command that shows this world again. */
  readonly replay: string;
}

/** A line of the paper with which something is the matter, and what became of the suspicion. */
export interface FindingRow extends Evidence {
  readonly id: string;
  /** The paper's line. */
  readonly place: string;
  readonly kind: FindingKind;
  /** The exact words at issue. */
  readonly words: string;
  /** Why it is of this kind. */
  readonly why: string;
  /** What fails: the line as printed, or that it can not be better. */
  readonly printed: string;
  /** What holds instead. */
  readonly corrected: string;
  readonly expected: FindingOutcome;
  readonly seconds: number;
}

/** What `verify` returns: plain JSON. */
export interface Result {
  /** Version of this shape. */
  readonly schema: 1;
  /** What enclosures were made of. */
  readonly arithmetic: EnclosureLibrary;
  readonly seed: number;
  /** Random worlds per row, before the row's own share, and the same for a thorough run. */
  readonly runs: number;
  readonly fullRuns: number;
  readonly rows: readonly Row[];
  readonly counterexamples: readonly Counterexample[];
  /** Every world of `rows` that stayed undecided. */
  readonly undecided: readonly UndecidedWorld[];
  readonly findings: readonly FindingRow[];
  /** How many of `findings` are of each kind. */
  readonly findingsByKind: FindingsByKind;
  /** From the start to the end of this run, and the work on rows that an earlier one had finished. */
  readonly seconds: number;
  /** True when the run was cut short; rows then hold what was finished. */
  readonly interrupted: boolean;
  /** Present and true when it was cut short because its time was up. */
  readonly timeIsUp?: true;
}

/** A row's controls fail, and with its missing hypothesis restored it holds. */
export const controlled = ({ control, restored }: Row): boolean =>
  control === 'fails as it must' && (restored === null || restored === 'holds as it must');

/**
 * Whether a run is as expected: something was decided, every row has its expected verdict and its controls, no violation
 * was unexpected, and every finding has its expected outcome. False of a run that decided nothing.
 */
export const asExpected = ({ rows, counterexamples, findings }: Result): boolean =>
  rows.length + counterexamples.length + findings.length > 0 &&
  rows.every((row) => row.verdict === row.expected && controlled(row)) &&
  findings.every(({ outcome, expected }) => outcome === expected) &&
  counterexamples.every(({ expected, outcome }) => expected || outcome === 'held');
