import type { Precision } from '../decide/enclosure.ts';
import type { EnclosedMargins, Judgement, Margin, Margins } from '../decide/margin.ts';
import type { Decided, Verdict } from '../decide/verdict.ts';
import type { Arbitrary } from '../generators/problems.ts';
import type { PublishedRun } from '../generators/states.ts';
import type { Motion } from '../ladder/rung.ts';
import type { ModelWorld, RunWorld, SampledWorld } from '../ladder/worlds.ts';

/** What the caller of a claim can do fast: train in float64. A claim does not know how. */
export interface FastTraining {
  /** The motions of `rung.motions(float64, world)` on a discrete rung, up to rounding. */
  motions(world: RunWorld | ModelWorld | SampledWorld): Promise<Iterable<Motion<number>>>;
  /** Attention c_n over each class's support (aligned with its tokens) before and after a published run, and the run in words. */
  published(world: PublishedRun): Promise<{ before: number[][]; after: number[][]; run: string }>;
}

/** Decides whether a check's statement holds in one world. */
export type Judge<W> = (
  world: W,
  laboratory: FastTraining,
  precision?: Precision,
) => Judgement | Promise<Judgement>;

/**
 * The hypothesis (or two that go together) without which a statement is false on a rung. Its worlds `without` show that no other one is at fault;
 * its worlds `restored` that the check can hold: a motion that is noise violates it in both.
 */
export interface Isolation<W> {
  /** What `without` lacks, in words. */
  readonly hypothesis: string;
  /** Worlds inside every other hypothesis of the statement; a counterexample among them is kept. */
  readonly without: Arbitrary<W>;
  /** How the hypothesis is restored, in words. */
  readonly how: string;
  /** Worlds in which the statement must hold, all of them. */
  readonly restored: Arbitrary<W>;
  /** What is checked in the restored worlds, where it differs from the check. */
  readonly judge?: Judge<W>;
}

/** A statement checked on one rung. */
export interface Check<W> {
  readonly rung: string;
  /** What is checked on this rung, in one sentence. */
  readonly statement: string;
  readonly decided: Decided;
  readonly expected: Verdict;
  /** Of a statement that is false here: why such worlds violate it, in a sentence. */
  readonly why?: string;
  /** Worlds that satisfy the hypotheses by construction. */
  readonly worlds: Arbitrary<W>;
  readonly judge: Judge<W>;
  /** Of a statement that is false here: which hypothesis it needs. */
  readonly isolates?: Isolation<W>;
  /** The margins in any field; not those of a solution of a differential equation. */
  readonly margins?: Margins<W>;
  /** The margins along a trajectory, in enclosures: with them a world that `judge` leaves open is tried with more digits. */
  readonly enclosed?: EnclosedMargins<W>;
  /** The margins along a world's time in float64, unjudged, for a picture. Absent where a world has no time. */
  readonly course?: (world: W) => Iterable<Margin<number>>;
  /** Statistical statements: the fraction of worlds that may violate. Without it the statement is universal. */
  readonly rate?: number;
  /** Worlds that are checked whatever the size of the run: without them exact limits decide nothing, or enclosures may decide no world. */
  readonly least?: number;
  /** Worlds per world of the run's size. Cheap checks take more than 1, expensive ones less. */
  readonly share: number;
  /** The same check with one hypothesis dropped. Each must find a violation. */
  readonly controls: readonly {
    readonly drops: string;
    readonly worlds: Arbitrary<W>;
    readonly judge: Judge<W>;
    /** What the control checks instead, in any field; absent where the check has none. */
    readonly margins?: Margins<W>;
  }[];
}

/** A claim has another type of world on each rung; each check knows its own type. */
// biome-ignore lint/suspicious/noExplicitAny: the existential type that TypeScript has no word for
export type AnyCheck = Check<any>;

/** One statement of the theory. */
export interface Claim {
  readonly id: string;
  /** Numbered as in the paper. */
  readonly source: string;
  /** One of the four statements that the paper is known for; false when left out. */
  readonly headline?: boolean;
  /** The statement in words. */
  readonly statement: string;
  /** What is shown above the formula in place of a `statement` with the same mathematics in ASCII. */
  readonly words?: string;
  /** Its formula in TeX, which the HTML report typesets. */
  readonly formula?: string;
  /** What it does not say. */
  readonly silent: string;
  readonly checks: readonly AnyCheck[];
}
