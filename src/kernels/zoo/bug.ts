/** What a seeded bug is: a small change to the text of the clean kernel, fixtures/kernels/plain.mjs. */
import type { Dtype } from '../../model/stepInput.ts';

/** How sums are taken; `online` sums forward, with the one-pass softmax over positions. */
export type SumOrder = 'forward' | 'pairwise' | 'blocked' | 'online';

/** What the clean kernel's constructor takes; float32 and forward when left out. */
export interface PlainOptions {
  readonly dtype?: Dtype;
  readonly order?: SumOrder;
}

/** A piece of the clean kernel's text, found there exactly once, and what stands in its place. */
export type Patch = readonly [from: string, to: string];

export interface SeededBug {
  readonly id: string;
  readonly class: string;
  /** One sentence: what it does, and where such bugs come from. */
  readonly what: string;
  readonly patches: readonly Patch[];
  /** Options of the patched kernel, where the bug lies in a variant of it. */
  readonly options?: PlainOptions;
  /** Set when the bug only exists in this number type, or is within rounding in the other. */
  readonly dtype?: Dtype;
  /** Set when a kernel that does this is accepted at the standard level. */
  readonly level?: 'strict';
  /**
   * Regimes that show it by outputs alone when they come together, and that mixed cases seldom bring together: ids of
   * `regimes`.
   */
  readonly shows?: readonly string[];
  /** Why outputs without stages stay within their bounds, in a sentence. */
  readonly stagesOnly?: string;
}

export type Unclassed = Omit<SeededBug, 'class'>;

export const ofClass = (name: string, bugs: readonly Unclassed[]): SeededBug[] =>
  bugs.map((bug) => ({ ...bug, class: name }));
