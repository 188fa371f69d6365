/**
 * The distance of a decimal result from the true value, by MPFR on scaled integers: 10^K x, 10^K y, 10^K r and 10^K ulp are
 * integers, exact in 1000 digits, and so are their sums and products. Irrational values have an error of 1e-999.
 */
import type { Decimal } from 'decimal.js';
import type { Field } from '../../src/arithmetic/field.ts';
import { mpfr, NEAREST } from '../../src/arithmetic/mpfr.ts';
import type { Address } from '../../src/arithmetic/mpfrArena.ts';
import { Exact } from './exact.ts';
import { setText } from './mpfrText.ts';
import type { Operation } from './oracle.ts';

/** (truth - r) / ulp: its sign, and the signs of its modulus minus 1/2 and minus 1. */
export interface Off {
  readonly sign: number;
  readonly half: number;
  readonly one: number;
  /** An approximation, for messages. */
  readonly ulps: number;
}

const integer = (F: Field<Address>, x: Decimal, places: number): Address => {
  const text = x.times(new Exact(`1e${places}`)).toFixed();
  const value = F.of(0);
  setText(value, text, NEAREST);
  return value;
};

/** Numerator and positive denominator of (truth - r) / ulp. */
function fraction(F: Field<Address>, op: Operation, x: Decimal, y: Decimal, r: Decimal, ulp: Decimal) {
  const K = Math.max(0, ...[x, y, r, ulp].map((z) => z.decimalPlaces()));
  const [X, Y, R, U, one] = [x, y, r, ulp, new Exact(1)].map((z) => integer(F, z, K));
  switch (op) {
    case 'add':
      return [F.sub(F.add(X, Y), R), U];
    case 'sub':
      return [F.sub(F.sub(X, Y), R), U];
    case 'mul':
      return [F.sub(F.mul(X, Y), F.mul(R, one)), F.mul(U, one)];
    case 'div': {
      const off = F.sub(F.mul(X, one), F.mul(R, Y));
      const size = F.mul(U, Y);
      return F.sign(size) === 1 ? [off, size] : [F.neg(off), F.neg(size)];
    }
    case 'sqrt':
      return [F.sub(F.sqrt(F.mul(X, one)), R), U];
    case 'exp':
    case 'ln':
      return [F.sub(F.mul(F[op](F.div(X, one)), one), R), U];
    default:
      throw new Error(`${op} is not rounded`);
  }
}

/**
 * The distance of r, of p digits and not 0, from the value of `op`. The ulp is the one on the value's side of r: below a
 * power of ten it is a tenth.
 */
export function off(op: Operation, p: number, x: Decimal, y: Decimal, r: Decimal): Off {
  const F = mpfr(1000);
  const measure = (ulp: Decimal): Off =>
    F.memory!.scope(() => {
      const [numerator, denominator] = fraction(F, op, x, y, r, ulp);
      const size = F.sign(numerator) === -1 ? F.neg(numerator) : numerator;
      return {
        sign: F.sign(numerator)!,
        half: F.sign(F.sub(F.add(size, size), denominator))!,
        one: F.sign(F.sub(size, denominator))!,
        ulps: F.toNumber(F.div(numerator, denominator)),
      };
    });
  const ulp = new Exact(`1e${r.e - p + 1}`);
  const first = measure(ulp);
  const power = r.abs().equals(new Exact(`1e${r.e}`));
  const inward = first.sign === (r.isNegative() ? 1 : -1);
  return power && inward ? measure(ulp.times(new Exact('0.1'))) : first;
}
