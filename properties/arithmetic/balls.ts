/** Random balls of double-doubles, their points, and what they contain, in exact rationals. */
import fc, { type Arbitrary } from 'fast-check';
import type { DoubleDoubleBall } from '../../src/arithmetic/doubleDoubleInterval.ts';
import { rational as Q, type Rational } from '../exact/rational.ts';
import { hardDouble, hardPair } from './doubles.ts';

export const ball = (hi: number, lo: number, radius: number): DoubleDoubleBall => ({ hi, lo, radius });
/** A double-double next to x: the sum of x and a part of half its last digit, or x. */
export const centre = (x: number): Arbitrary<[hi: number, lo: number]> =>
  fc.oneof(fc.constant(0), fc.double({ min: -1, max: 1, noNaN: true })).map((part) => {
    // Half a digit below a power of 2 is a quarter above it.
    const lo = x * part * 2 ** -54;
    return [x, Number.isFinite(lo) && x + lo === x ? lo : 0];
  });
/** A ball and one of its points as the part of the radius by which it is off the centre, from -1 to 1. */
export interface Sample {
  readonly a: DoubleDoubleBall;
  readonly share: number;
}
export const sampleAt = (x: number): Arbitrary<Sample> =>
  fc
    .record({
      middle: centre(x),
      radius: fc.oneof(
        fc.constant(0),
        fc.integer({ min: -2, max: 110 }).map((k) => Math.abs(x) * 2 ** -k),
        hardDouble.map(Math.abs),
      ),
      share: fc.oneof(fc.constantFrom(-1, 1), fc.double({ min: -1, max: 1, noNaN: true })),
    })
    .map(({ middle: [hi, lo], radius, share }) => ({
      a: ball(hi, lo, Number.isFinite(Math.abs(hi) + radius) ? radius : 0),
      share,
    }));
export const pair: Arbitrary<[Sample, Sample]> = hardPair.chain(([x, y]) =>
  fc.tuple(sampleAt(x), sampleAt(y)),
);

export const middleOf = ({ hi, lo }: DoubleDoubleBall) => Q.add(Q.of(hi), Q.of(lo));
export const pointOf = ({ a, share }: Sample): Rational =>
  Q.add(middleOf(a), Q.mul(Q.of(share), Q.of(a.radius)));
export const size = (x: Rational): Rational => (Q.sign(x) === -1 ? Q.neg(x) : x);
export const isAtMost = (x: Rational, y: Rational) => Q.sign(Q.sub(x, y)) !== 1;
export const contains = (b: DoubleDoubleBall, x: Rational) =>
  b.radius === Infinity || isAtMost(size(Q.sub(x, middleOf(b))), Q.of(b.radius));
export const isNormalised = ({ hi, lo, radius }: DoubleDoubleBall) => hi + lo === hi && radius >= 0;
