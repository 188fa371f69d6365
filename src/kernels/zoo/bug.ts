/** A seeded bug: a small change of the source text of the correct kernel, fixtures/kernels/plain.mjs. */
import type { Dtype } from '../../model/stepInput.ts';

/** Order of summation; `online` sums forward, with a one-pass softmax over positions. */
export type SumOrder = 'forward' | 'pairwise' | 'blocked' | 'online';

/** Options of the correct kernel's constructor; default: float32 and forward. */
export interface PlainOptions {
  readonly dtype?: Dtype;
  readonly order?: SumOrder;
}

/** A piece of the correct kernel's text, which occurs exactly once, and its replacement. */
export type Patch = readonly [from: string, to: string];

export interface SeededBug {
  readonly id: string;
  readonly class: string;
  /** One sentence: the effect, and how such a bug arises. */
  readonly what: string;
  readonly patches: readonly Patch[];
  /** Options of the patched kernel, if the bug is in one of its variants. */
  readonly options?: PlainOptions;
  /** Set if the bug exists only in this dtype, or is within rounding errors in the other. */
  readonly dtype?: Dtype;
  /** Set if a kernel with this bug is accepted at the standard level. */
  readonly level?: 'strict';
  /**
   * Ids of regimes whose combination reveals the bug in the outputs alone, if mixed cases seldom combine them.
   */
  readonly shows?: readonly string[];
  /** One sentence: why the outputs without stages stay within their bounds. */
  readonly stagesOnly?: string;
}

export type Unclassed = Omit<SeededBug, 'class'>;

export const ofClass = (name: string, bugs: readonly Unclassed[]): SeededBug[] =>
  bugs.map((bug) => ({ ...bug, class: name }));
