/** Doubles by their bits, so that neighbours and directed roundings do not depend on the arithmetic under test; and hard ones. */
import type { Decimal } from 'decimal.js';
import fc, { type Arbitrary } from 'fast-check';
import { exactDecimal } from '../../src/arithmetic/decimal.ts';

const view = new DataView(new ArrayBuffer(8));
/** The place of a double in their order: neighbours differ by 1, 0 and -0 are 0. */
export function ordinal(x: number): bigint {
  view.setFloat64(0, x);
  const bits = view.getBigInt64(0);
  return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits;
}
/** The double of a place. */
export function atOrdinal(n: bigint): number {
  view.setBigInt64(0, n < 0n ? -n : n);
  const size = view.getFloat64(0);
  return n < 0n ? -size : size;
}
/** The largest double that is at most x, or the least that is at least x; `compare` gives the sign of a double minus x. */
function towards(near: number, side: -1n | 1n, compare: (d: number) => number): number {
  let n = ordinal(near);
  const isBeyond = (k: bigint) => Number(side) * compare(atOrdinal(k)) >= 0;
  while (!isBeyond(n)) n += side;
  while (isBeyond(n - side)) n -= side;
  return atOrdinal(n);
}
/** The doubles around a number that is given by a double near it and by its comparison with doubles, which may be infinite. */
export const around = (near: number, compare: (d: number) => number): [low: number, high: number] => [
  towards(near, -1n, compare),
  towards(near, 1n, compare),
];
/** The doubles around a decimal. */
export const aroundDecimal = (x: Decimal): [low: number, high: number] =>
  around(Number(x.toString()), (d) => exactDecimal(d).comparedTo(x));

const MOST = ordinal(Number.MAX_VALUE);
const signed = (size: Arbitrary<number>) =>
  fc.tuple(size, fc.boolean()).map(([x, minus]) => (minus ? -x : x));

/** Finite doubles: any bits, simple ones, few bits, next to powers of 2, subnormal, and at the ends of the range. */
export const hardDouble: Arbitrary<number> = fc.oneof(
  { weight: 3, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 3, arbitrary: fc.double({ min: -8, max: 8, noNaN: true }) },
  { weight: 3, arbitrary: fc.integer({ min: -100, max: 100 }).map((k) => k / 8) },
  {
    weight: 3,
    arbitrary: signed(
      fc
        .tuple(fc.integer({ min: -1074, max: 1023 }), fc.bigInt({ min: -3n, max: 3n }))
        .map(([k, step]) => Math.abs(atOrdinal(ordinal(2 ** k) + step))),
    ),
  },
  { weight: 1, arbitrary: signed(fc.bigInt({ min: 0n, max: 1n << 54n }).map(atOrdinal)) },
  { weight: 1, arbitrary: signed(fc.bigInt({ min: 0n, max: 9n }).map((k) => atOrdinal(MOST - k))) },
);

/** A few doubles away from x, or as many as x's relative 2^-bits. */
const neighbour = (x: number): Arbitrary<number> =>
  fc.tuple(fc.bigInt({ min: -3n, max: 3n }), fc.integer({ min: 0, max: 50 })).map(([step, bits]) => {
    const n = ordinal(x) + (step << BigInt(bits));
    return atOrdinal(n > MOST ? MOST : n < -MOST ? -MOST : n);
  });
/** Two doubles, often of nearly equal modulus: sums cancel, quotients are near 1. */
export const hardPair: Arbitrary<[number, number]> = hardDouble.chain((x) =>
  fc.tuple(fc.constant(x), fc.oneof(hardDouble, signed(neighbour(x)))),
);
/** The ends of an interval, often the same, sometimes infinite, and a finite point in it. */
export interface Range {
  readonly low: number;
  readonly high: number;
  readonly point: number;
}
export const rangeFrom = (x: number): Arbitrary<Range> =>
  fc.oneof(fc.constant(x), fc.constant(x), hardDouble, neighbour(x), signed(fc.constant(x))).chain((y) => {
    const [low, high] = x < y ? [x, y] : [y, x];
    return fc
      .tuple(fc.bigInt({ min: 0n, max: ordinal(high) - ordinal(low) }), fc.integer({ min: 0, max: 5 }))
      .map(([step, kind]) => ({
        low: kind === 4 ? -Infinity : low,
        high: kind === 5 ? Infinity : high,
        point: kind === 0 ? low : kind === 1 ? high : atOrdinal(ordinal(low) + step),
      }));
  });
