/** Worlds of the scalar equation of Theorem 4, in the scan and in the snap. */
import fc, { type Arbitrary } from 'fast-check';
import { crossing, readingAt } from '../ladder/clock.ts';
import type { SingleCt } from '../ladder/single-ct.ts';
import { decades } from './problems.ts';

interface PhaseWorld extends SingleCt {
  /** A clock reading x = M h with 0 < t < t0' = K ln(M)/etaY. */
  readonly scan: number;
  /** A clock reading past the crossing x1, where e^x >= (M-1) x; every t >= t0 is past it. */
  readonly snap: number;
}

/** A world with a given kappa x^2 at the snap's reading: C0 follows from it. */
export interface TurnWorld extends PhaseWorld {
  readonly side: 'rising' | 'falling';
}

const clock = fc.record({
  // For M >= 20 the crossing is above 4.
  vocabulary: decades(1.4, 12).map(Math.floor),
  classes: fc.integer({ min: 2, max: 50 }),
  etaY: decades(-2, 1),
  ratio: decades(-1, 6),
});

const phaseWorld = (): Arbitrary<PhaseWorld> =>
  fc
    .record({
      clock,
      C0: decades(-6, 3),
      part: fc.integer({ min: 1, max: 60 }).map((k) => 10 ** ((k - 60) / 15)),
      beyond: decades(0, 3),
    })
    .map(({ clock: { ratio, ...rest }, C0, part, beyond }) => {
      const { vocabulary: M } = rest;
      // In units of K/etaY, t0' is ln M; a millionth less, and more for the crossing, covers the rounding.
      const end = readingAt({ vocabulary: M, classes: 1, etaY: 1, etaZ: 1 }, Math.log(M));
      return {
        ...rest,
        etaZ: rest.etaY / ratio,
        C0,
        scan: end * part * (1 - 1e-6),
        snap: crossing(M) * beyond * (1 + 1e-6),
      };
    });

/** The least x above the crossing with e^x >= 4 (M-1) x^2, times 1 + 1e-6. */
function quiet(M: number): number {
  let x = crossing(M);
  for (let i = 0; i < 100; i++) x = Math.log(4 * (M - 1)) + 2 * Math.log(x);
  return x * (1 + 1e-6);
}

/**
 * Past t0: `falling` with kappa x^2 >= 1, `rising` with kappa x^2 <= 1/4 and e^x >= 4 (M-1) x^2.
 */
export const turnWorld = (): Arbitrary<TurnWorld> =>
  fc
    .record({
      world: phaseWorld(),
      side: fc.constantFrom('rising' as const, 'falling' as const),
      size: decades(0, 6),
      beyond: decades(0, 2),
    })
    .map(({ world, side, size, beyond }) => {
      const { vocabulary: M, classes: K, etaY, etaZ } = world;
      const snap = side === 'rising' ? quiet(M) * beyond : world.snap;
      const square = side === 'rising' ? 1 / (4.001 * size) : 1.001 * size;
      return {
        ...world,
        side,
        snap,
        C0: (2 * K * ((M - 1) / M) ** 2 * etaZ * snap * snap) / (etaY * square),
      };
    });

/** Rates, and a power of two by which both are multiplied, so that etaY/etaZ stays the same double. */
export interface OnsetWorld extends SingleCt {
  readonly factor: number;
}

export const onsetWorld = (): Arbitrary<OnsetWorld> =>
  fc
    .record({ clock, C0: decades(-6, 3), factor: fc.integer({ min: 1, max: 10 }).map((k) => 2 ** k) })
    .map(({ clock: { ratio, ...rest }, C0, factor }) => ({ ...rest, etaZ: rest.etaY / ratio, C0, factor }));
