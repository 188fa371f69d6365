/** The inclusion property as a function, so that the controls can check it on fields that are wrong by construction. */
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { type Interval, interval, type OutwardRounding } from '../../src/arithmetic/decimal.ts';
import type { Field } from '../../src/arithmetic/field.ts';
import { decimalsOf } from './exact.ts';
import { type Sample, samples } from './operands.ts';
import { type Operation, truth } from './oracle.ts';

export const apply = (F: Field<Interval>, op: Operation, a: Interval, b: Interval): Interval => {
  switch (op) {
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
      return F[op](a, b);
    default:
      return F[op](a);
  }
};

const show = (a: Interval) => `[${a.lo}, ${a.hi}]`;

/** The fault of the field's `op` on the sampled intervals, judged at the sampled points; undefined where there is none. */
export function fault(
  F: Field<Interval>,
  op: Operation,
  a: Sample,
  b: Sample,
  oracleDigits: number,
): string | undefined {
  const result = apply(F, op, a.range, b.range);
  const { lo, hi } = result;
  const at = () => `${op} of ${show(a.range)}, ${show(b.range)} gives ${show(result)}`;
  if (lo.isNaN() || hi.isNaN() || lo.greaterThan(hi)) return `${at()}: not an interval`;
  if (lo.equals(Infinity) || hi.equals(-Infinity)) return `${at()}: contains no number`;
  const value = truth(op, a.point, b.point, oracleDigits);
  if (!value) return undefined;
  const { low, high, sign } = value;
  const where = () => `${at()} at ${a.point}, ${b.point}: the value lies in [${low}, ${high}]`;
  if (lo.greaterThan(high) || hi.lessThan(low)) return `${where()}, outside`;
  if ((sign > 0 && !hi.greaterThan(0)) || (sign < 0 && !lo.lessThan(0)))
    return `${where()}, sign ${sign}, outside`;
  if (sign === 0 && (lo.greaterThan(0) || hi.lessThan(0))) return `${where()}, 0, outside`;
  const claimed = F.sign(result);
  if (claimed !== undefined && claimed !== sign) return `${where()}: sign ${claimed} is claimed`;
  return undefined;
}

/** Intervals of decimal.js with the given rounding. */
export const rounded =
  (rounding: (digits: number) => OutwardRounding) =>
  (digits: number): Field<Interval> =>
    interval(digits, rounding(digits));

/** Inclusion of `op` over hard operands at precisions 4 to 60, against the true value at `factor` times the digits. */
export const inclusion = (
  op: Operation,
  factor: number,
  field: (digits: number) => Field<Interval> = (digits) => interval(digits),
) =>
  fc.property(
    fc
      .record({ digits: fc.integer({ min: 4, max: 60 }), excess: fc.boolean() })
      .chain(({ digits, excess }) =>
        fc.record({ digits: fc.constant(digits), operands: samples(digits, excess, op) }),
      ),
    ({ digits, operands: [a, b] }) => {
      const found = fault(field(digits), op, a, b, factor * digits);
      if (found) throw new Error(found);
    },
  );

const clone = (precision: number, rounding: Decimal.Rounding) => decimalsOf(precision, rounding);

/** Wrong outward roundings. */
export const broken: Record<string, (digits: number) => OutwardRounding> = {
  'lower ends rounded to nearest': (p) => ({
    down: clone(p, Decimal.ROUND_HALF_EVEN),
    up: clone(p, Decimal.ROUND_CEIL),
    guardUlps: 0,
  }),
  'upper ends rounded to nearest': (p) => ({
    down: clone(p, Decimal.ROUND_FLOOR),
    up: clone(p, Decimal.ROUND_HALF_EVEN),
    guardUlps: 0,
  }),
  'directions exchanged': (p) => ({
    down: clone(p, Decimal.ROUND_CEIL),
    up: clone(p, Decimal.ROUND_FLOOR),
    guardUlps: 0,
  }),
};

/** Correct directions, but exp and ln as they are computed, not widened. */
export const unguarded = (p: number): OutwardRounding => ({
  down: clone(p, Decimal.ROUND_FLOOR),
  up: clone(p, Decimal.ROUND_CEIL),
  guardUlps: 0,
});
