/** What the page and its workers send each other: plain data. */
import type { ClaimId } from '../atlas/settings.ts';
import type { ClassState } from '../runs/course.ts';
import type { Setup } from './setup.ts';

/** The arithmetic of a training: `decimal20` has 20 digits. */
export type Format =
  | 'float64'
  | 'float32'
  | 'float32-subtracting'
  | 'tfjs-wasm'
  | 'tfjs-webgl'
  | 'double-double'
  | `decimal${number}`;

/** A claim at one step of a training: over the whole run so far, as `snapcheck check` asks it of a recorded run. */
export interface Lamp {
  readonly claim: ClaimId;
  /** `waits`: nothing that the claim speaks of has moved, or (snap) attention is still fast. */
  readonly state: 'holds' | 'waits' | 'violated';
  /** What does not hold, in words. */
  readonly failed: readonly string[];
}

/** A training after some step. */
export interface Frame {
  readonly step: number;
  /** Before the last step, nats; null at the start. */
  readonly loss: number | null;
  /** By class, in the problem's order. Over several heads attention is their mean, and chi null. */
  readonly classes: readonly ClassState[];
  /** Z, row after row. */
  readonly logits: readonly number[];
  readonly lamps: readonly Lamp[];
  /** The marked step since which no logit has changed by a single bit; null while they change. */
  readonly stillSince: number | null;
}

/** A point of the two-timescale curve from the same start. */
export interface TheoryPoint {
  readonly step: number;
  readonly classes: readonly ClassState[];
}

/** What is fixed about a training once it is set up. */
export interface LabClass {
  readonly next: number;
  readonly query: number;
  readonly tokens: readonly number[];
  /** By token: whether it is distinct (of this class alone). */
  readonly distinct: readonly boolean[];
  readonly probabilities: readonly number[];
  /** The distinct token that chi is of; null where there is none. */
  readonly dominant: number | null;
}
export interface Started {
  readonly vocabulary: number;
  readonly classes: readonly LabClass[];
  /** t0 in steps; null where the theory gives none. */
  readonly onset: number | null;
}

/** From the page to a worker. A worker has one training. */
export type Request =
  /** Answered by `started` and `frames` with the start, or `failed`. `base` is the page's address, where the file of tfjs lies. */
  | { readonly kind: 'start'; readonly setup: Setup; readonly format: Format; readonly base: string }
  /** Trains to `to`, or for about `milliseconds`. Answered by `frames`, or `failed`. */
  | { readonly kind: 'advance'; readonly to: number; readonly milliseconds: number }
  /** The theory's curve at the marks up to a step. Answered by `theory`; needs no training. */
  | { readonly kind: 'theory'; readonly setup: Setup; readonly to: number };

/** From a worker to the page. */
export type Answer =
  | ({ readonly kind: 'started' } & Started)
  | {
      readonly kind: 'frames';
      /** The marks (see marks.ts) that were passed, in order; all trainings have the same. */
      readonly marks: readonly Frame[];
      /** Where the training is. */
      readonly now: Frame;
      /** Seconds that the steps of this answer took, and how many they were. */
      readonly seconds: number;
      readonly steps: number;
    }
  /** `points` is null where the theory has no curve, and `why` says why. */
  | { readonly kind: 'theory'; readonly points: readonly TheoryPoint[] | null; readonly why: string }
  | { readonly kind: 'failed'; readonly message: string };
