/** Worlds of the decoder's clock: vocabularies, learning rates, times. */
import fc, { type Arbitrary } from 'fast-check';
import { decades } from './problems.ts';

/** One class alone: M, etaY and the number of steps. */
export interface OneClassClock {
  readonly vocabulary: number;
  readonly etaY: number;
  readonly steps: number;
}

/** M from 2 to 10^6. */
export const vocabularySize = (): Arbitrary<number> => decades(0.4, 6).map(Math.floor);

/** Any etaY in [0.01, 10], and as often one below 1 that is large enough to reach the late stage. */
export const oneClassClock = (maxSteps: number): Arbitrary<OneClassClock> =>
  fc.record({
    vocabulary: vocabularySize(),
    etaY: fc.oneof(decades(-2, 1), decades(-0.6, 0)),
    steps: fc.integer({ min: 1, max: maxSteps }),
  });

/** Small M, and etaY in [10, 1000]: at s = 1 the discrete clock is ahead by nearly all of its step. */
export const quickClock = (): Arbitrary<OneClassClock> =>
  fc.record({
    vocabulary: fc.integer({ min: 2, max: 10 }),
    etaY: decades(1, 3),
    steps: fc.integer({ min: 1, max: 3 }),
  });

/** A moment t of the clock of K classes, and a later one t + gap. */
export interface MomentWorld {
  readonly vocabulary: number;
  readonly classes: number;
  readonly etaY: number;
  readonly t: number;
  readonly gap: number;
}

export const momentWorld = (): Arbitrary<MomentWorld> =>
  fc.record({
    vocabulary: vocabularySize(),
    classes: fc.integer({ min: 1, max: 50 }),
    etaY: decades(-2, 1),
    t: decades(-2, 9),
    gap: decades(-3, 3),
  });

/** The number of steps that a class needs to reach the residual epsilon. */
export interface CostWorld {
  readonly vocabulary: number;
  readonly etaY: number;
  readonly epsilon: number;
}

/**
 * M from 100 to 10^9, etaY from 0.05 to 0.99, eps from 1/1000 to 1/4, at most 2100 steps: every etaY with eps >= 1/60,
 * smaller eps with etaY >= 1/2.
 */
export const costWorld = (): Arbitrary<CostWorld> =>
  fc
    .oneof(
      fc.record({
        percent: fc.integer({ min: 5, max: 99 }),
        parts: fc.integer({ min: 4, max: 60 }),
      }),
      fc.record({
        percent: fc.integer({ min: 50, max: 99 }),
        parts: decades(Math.log10(4), 3).map(Math.floor),
      }),
    )
    .chain(({ percent, parts }) =>
      decades(2, 9).map((M) => ({ vocabulary: Math.floor(M), etaY: percent / 100, epsilon: 1 / parts })),
    );

/** A moment of one of Lemma 9's two stages, with M from 100 to 8e15 (M - 1 is exact). */
export interface StageMoment {
  readonly vocabulary: number;
  readonly classes: number;
  readonly etaY: number;
  readonly stage: 'first' | 'second';
  /** Position in the stage, in [0, 1] on a logarithmic scale: to ln M in the first, over nine decades in the second. */
  readonly at: number;
}

export const stageMoment = (): Arbitrary<StageMoment> =>
  fc.record({
    vocabulary: decades(2, 15.9).map(Math.floor),
    classes: fc.integer({ min: 1, max: 50 }),
    etaY: decades(-2, -0.1),
    stage: fc.constantFrom('first' as const, 'second' as const),
    at: fc.integer({ min: 0, max: 64 }).map((k) => k / 64),
  });
