import type { Field } from './field.ts';
import { type Series, series } from './series.ts';

/** A truncated Taylor series c0 + c1 s + ... + ck s^k; c_i is the i-th derivative over i!. */
export type Jet<T> = readonly T[];

/**
 * Taylor arithmetic of a given order over any field: the coefficients of a formula evaluated on
 * `[x, direction, 0, ...]` give its directional derivatives. Over intervals the coefficients are enclosures, and a jet
 * whose constant term is a wide interval encloses the derivatives at every point of it, which bounds remainders.
 * The recurrences are those of `series`.
 */
export function jets<T>(F: Field<T>, order: number): Field<Jet<T>> {
  const S = series(F);
  const zero = F.of(0);
  const cut = (a: Series<T>): Jet<T> => Array.from({ length: order + 1 }, (_, i) => a.at(i));
  const unary = (op: (a: Series<T>) => Series<T>) => (a: Jet<T>) => cut(op(S.from(a)));
  const binary = (op: (a: Series<T>, b: Series<T>) => Series<T>) => (a: Jet<T>, b: Jet<T>) =>
    cut(op(S.from(a), S.from(b)));
  return {
    name: `jet${order}(${F.name})`,
    digits: F.digits,
    of: (x) => Array.from({ length: order + 1 }, (_, i) => (i === 0 ? F.of(x) : zero)),
    add: binary(S.add),
    sub: binary(S.sub),
    neg: unary(S.neg),
    mul: binary(S.mul),
    div: binary(S.div),
    sqrt: unary(S.sqrt),
    exp: unary(S.exp),
    ln: unary(S.ln),
    toNumber: (a) => F.toNumber(a[0]),
    // A jet is 0 only if all coefficients are 0: a formula that skips a zero would also skip its derivatives.
    sign: (a) => {
      const s = F.sign(a[0]);
      return s === 0 && a.some((x) => F.sign(x) !== 0) ? undefined : s;
    },
    radius: (a) => F.radius(a[0]),
  };
}

/** The jet of a point that moves with constant velocity: x + s v. */
export const moving = <T>(F: Field<T>, order: number, x: T, v: T): Jet<T> =>
  Array.from({ length: order + 1 }, (_, i) => (i === 0 ? x : i === 1 ? v : F.of(0)));
