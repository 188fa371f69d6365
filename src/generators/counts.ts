/** Worlds of class counts: the number of draws of each class in N steps, and two counts to compare. */
import fc, { type Arbitrary } from 'fast-check';
import { vocabularySize } from './decoder.ts';
import { decades } from './problems.ts';
import { failure } from './sequences.ts';

/** N steps of K equally likely classes, a decoder's clock, and the failure probability d. */
export interface CountsWorld {
  readonly vocabulary: number;
  readonly etaY: number;
  readonly classes: number;
  /** N, from K to 200. */
  readonly steps: number;
  readonly delta: number;
}

export const countsWorld = (): Arbitrary<CountsWorld> =>
  fc.integer({ min: 2, max: 12 }).chain((classes) =>
    fc.record({
      vocabulary: vocabularySize(),
      etaY: decades(-2, 0),
      classes: fc.constant(classes),
      steps: decades(Math.log10(classes), 2.4).map((x) => Math.min(200, Math.ceil(x))),
      delta: failure(),
    }),
  );

/** Two counts of one clock, Nbar and N_n, from the start to far past t0. */
export interface CountPair {
  readonly vocabulary: number;
  readonly etaY: number;
  readonly mean: number;
  readonly count: number;
}

/** M >= 4; half of the means are near exp(Mh) = M - 1, half anywhere in four decades; counts below and above the mean. */
export const countPair = (): Arbitrary<CountPair> =>
  fc
    .record({
      vocabulary: vocabularySize().map((M) => Math.max(M, 4)),
      etaY: decades(-1, 0),
      place: fc.oneof(
        fc.integer({ min: 6, max: 24 }).map((k) => ({ turn: k / 12 })),
        decades(0, 4).map((mean) => ({ mean })),
      ),
      factor: fc.integer({ min: 1, max: 80 }).map((k) => k / 32),
    })
    .map(({ vocabulary, etaY, place, factor }) => {
      const mean = Math.max(
        1,
        Math.round('mean' in place ? place.mean : (place.turn * Math.log(vocabulary)) / etaY),
      );
      const count = Math.max(1, Math.round(mean * factor));
      return { vocabulary, etaY, mean, count: count === mean ? mean + 1 : count };
    });
