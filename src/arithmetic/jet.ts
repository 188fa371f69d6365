import { dot, type Field } from './field.ts';

/** A truncated Taylor series c0 + c1 s + ... + ck s^k; c_i is the i-th derivative over i!. */
export type Jet<T> = readonly T[];

/**
 * Taylor arithmetic of a given order over any field: the coefficients of a formula evaluated on
 * `[x, direction, 0, ...]` give its directional derivatives. Over intervals the coefficients are enclosures, and a jet
 * whose constant term is a wide interval encloses the derivatives at every point of it, which bounds remainders.
 *
 * Recurrences (Griewank & Walther, Evaluating Derivatives, table 13.2): for v = exp u, i v_i = sum_j j u_j v_{i-j};
 * for v = ln u, u_0 i v_i = i u_i - sum_{0<j<i} j v_j u_{i-j}; for v = sqrt u, 2 v_0 v_i = u_i - sum_{0<j<i} v_j v_{i-j}.
 */
export function jets<T>(F: Field<T>, order: number): Field<Jet<T>> {
  const zero = F.of(0);
  const build = (next: (i: number, done: T[]) => T): T[] => {
    const c: T[] = [];
    for (let i = 0; i <= order; i++) c.push(next(i, c));
    return c;
  };
  /** sum over j in [from, to] of weight(j) a_j b_{i-j} */
  const convolve = (
    a: Jet<T>,
    b: Jet<T>,
    i: number,
    from: number,
    to: number,
    weight?: (j: number) => number,
  ): T => {
    const js = Array.from({ length: Math.max(0, to - from + 1) }, (_, k) => from + k);
    return dot(
      F,
      js.map((j) => (weight ? F.mul(F.of(weight(j)), a[j]) : a[j])),
      js.map((j) => b[i - j]),
    );
  };
  return {
    name: `jet${order}(${F.name})`,
    digits: F.digits,
    of: (x) => build((i) => (i === 0 ? F.of(x) : zero)),
    add: (a, b) => a.map((x, i) => F.add(x, b[i])),
    sub: (a, b) => a.map((x, i) => F.sub(x, b[i])),
    neg: (a) => a.map((x) => F.neg(x)),
    mul: (a, b) => build((i) => convolve(a, b, i, 0, i)),
    div: (a, b) => build((i, q) => F.div(F.sub(a[i], convolve(q, b, i, 0, i - 1)), b[0])),
    sqrt: (a) =>
      build((i, v) =>
        i === 0 ? F.sqrt(a[0]) : F.div(F.sub(a[i], convolve(v, v, i, 1, i - 1)), F.mul(F.of(2), v[0])),
      ),
    exp: (a) =>
      build((i, v) =>
        i === 0
          ? F.exp(a[0])
          : F.div(
              convolve(a, v, i, 1, i, (j) => j),
              F.of(i),
            ),
      ),
    ln: (a) =>
      build((i, v) =>
        i === 0
          ? F.ln(a[0])
          : F.div(
              F.sub(
                a[i],
                F.div(
                  convolve(v, a, i, 1, i - 1, (j) => j),
                  F.of(i),
                ),
              ),
              a[0],
            ),
      ),
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
