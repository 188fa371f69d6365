import type { Field } from '../arithmetic/field.ts';
import { decide, type Precision } from '../decide/enclosure.ts';
import type { Judgement, Margin, Margins } from '../decide/margin.ts';
import type { Decided, Verdict } from '../decide/verdict.ts';
import type { Arbitrary } from '../generators/problems.ts';
import type { PublishedRun } from '../generators/states.ts';
import type { Motion, Rung } from '../ladder/rung.ts';
import type { RunWorld, SampledWorld } from '../ladder/worlds.ts';

/** What the caller of a claim can do fast: train in float64. A claim does not know how. */
export interface FastTraining {
  /** The motions of `rung.motions(float64, world)` on a discrete rung, up to rounding. */
  motions(world: RunWorld | SampledWorld): Promise<Iterable<Motion<number>>>;
  /** Attention c_n over each class's support (aligned with its tokens) before and after a published run. */
  published(world: PublishedRun): Promise<{ before: number[][]; after: number[][] }>;
}

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
  /** What is asked of the restored worlds, where it is not what the check asks. */
  readonly judge?: Judge<W>;
}

/** A statement put to one rung. */
export interface Check<W> {
  readonly rung: string;
  /** What is asked on this rung, in one sentence. */
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
  /** The margins in any field, where enclosures can confirm what `judge` measured. */
  readonly margins?: Margins<W>;
  /** The margins along a world's time in float64, unjudged, for a picture. Absent where a world has no time. */
  readonly course?: (world: W) => Iterable<Margin<number>>;
  /** Statistical statements: the fraction of worlds that may violate. Without it the statement is universal. */
  readonly rate?: number;
  /** Statistical statements: worlds without which exact limits decide nothing, whatever the size of the run. */
  readonly least?: number;
  /** Worlds asked per world of the run's size: cheap checks ask more. */
  readonly share: number;
  /** The same question with one hypothesis dropped: each must be answered by a violation. */
  readonly controls: readonly {
    readonly drops: string;
    readonly worlds: Arbitrary<W>;
    readonly judge: Judge<W>;
  }[];
}

/** A claim asks different kinds of worlds on different rungs; each check is closed over its own kind. */
// biome-ignore lint/suspicious/noExplicitAny: the existential type that TypeScript has no word for
export type AnyCheck = Check<any>;

/** One statement of the theory. */
export interface Claim {
  readonly id: string;
  /** Numbered as in the paper. */
  readonly source: string;
  /** One of the four statements that the paper is known for. */
  readonly headline: boolean;
  /** The statement in words. */
  readonly statement: string;
  /** Its formula in TeX, which the HTML report typesets. */
  readonly formula?: string;
  /** What it does not say. */
  readonly silent: string;
  readonly checks: readonly AnyCheck[];
}

interface Control<W> {
  readonly drops: string;
  readonly worlds?: Arbitrary<W>;
  readonly margins?: Margins<W>;
}

export type Common<W> = Pick<Check<W>, 'rung' | 'statement' | 'expected' | 'why' | 'worlds' | 'isolates'> & {
  share?: number;
};

/** A check decided by enclosures. A control changes the worlds, the margins, or both. */
export function certified<W>(
  options: Common<W> & { margins: Margins<W>; controls: readonly Control<W>[] },
): AnyCheck {
  const { margins, controls, worlds, share = 1 } = options;
  const check: Check<W> = {
    ...options,
    decided: 'certified',
    share,
    judge: (world, _, precision) => decide(margins, world, precision),
    controls: controls.map((control) => ({
      drops: control.drops,
      worlds: control.worlds ?? worlds,
      judge: (world, _, precision) => decide(control.margins ?? margins, world, precision),
    })),
  };
  return check;
}

/** What a claim asks of one motion. */
export type Along = <T>(F: Field<T>, motion: Motion<T>) => Iterable<Margin<T>>;

/** Turns questions about motions into margins of a world of a rung. */
export const margins = <W>(rung: Rung<W>, along: Along, through: Through = each): Margins<W> =>
  function* <T>(F: Field<T>, world: W) {
    for (const motion of through(F, rung.motions(F, world))) yield* along(F, motion);
  };

/** Which motions of a run are asked: every step, or its net displacement. */
export type Through = <T>(F: Field<T>, motions: Iterable<Motion<T>>) => Iterable<Motion<T>>;

export const each: Through = (_, motions) => motions;

/** The displacement from the first motion of a run to the end of another: Z and f where it starts to move. */
const displaced = <T>(F: Field<T>, first: Motion<T>, last: Motion<T>): Motion<T> => ({
  ...first,
  dZ: first.Z.map((row, m) => row.map((z, l) => F.sub(F.add(last.Z[m][l], last.dZ[m][l]), z))),
});

/** The whole run as one motion: dZ is the sum of all steps. */
export const net: Through = function* <T>(F: Field<T>, motions: Iterable<Motion<T>>) {
  let first: Motion<T> | undefined;
  let last: Motion<T> | undefined;
  for (const motion of motions) {
    first ??= motion;
    last = motion;
  }
  if (first && last) yield { ...displaced(F, first, last), time: 0 };
};

/** The run up to every step as one motion: what `net` would be there. */
export const soFar: Through = function* <T>(F: Field<T>, motions: Iterable<Motion<T>>) {
  let first: Motion<T> | undefined;
  for (const motion of motions) {
    first ??= motion;
    yield { ...displaced(F, first, motion), time: motion.time };
  }
};
