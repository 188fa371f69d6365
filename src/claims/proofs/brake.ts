import type { Field } from '../../arithmetic/field.ts';
import type { Formula } from '../../decide/proof.ts';
import type { Proved } from './proved.ts';

/**
 * The brake of `snap` in every world of one query token and one common token c, d(1/S)/dGamma > 2 (1 - u), S = -dz_c/dGamma, u = max f_nc^2.
 *
 * c_n = f_nc, a_n = 1 - c_n^2, y_n = c_n^2/a_n (the square of the attention to c over that of all distinct tokens of class n), v = 1/(M-1), Y = sum y, s = 1/(1+Y).
 * With one common token Phi^T Phi = diag(a) + c c^T, and Sherman and Morrison give
 *
 *     xi_n = q1 X_n,  X_n = s (y_n (Y - y_n) + v p_n (P - p_n)),  p_n = c_n/a_n,  P = sum p;      K S = q1 F,  F = sum a_n X_n.
 *
 * Along the flow d ln y_n/dGamma = -2 S - 2 xi_n D_n/K, D_n = sum_l f_nl^4/a_n over distinct tokens, in (0, a_n]. So with F_n = dF/d ln y_n
 *
 *     brake/2 = sum_n F_n (F + X_n D_n)/F^2.                                                                        (1)
 *
 * **M to infinity, any number of classes.** v = 0: F = s sum_{n != k} y_n y_k a_n, and d ln(s y_n y_k a_n) along all ln y alike is a_n + s, so the part of (1)
 * without D is a mean of a_n + s, above min a_n = 1 - u. The rest is positive, since F_n = s^2 y_n (Y - y_n) a_n (a_n (1+Y) + 1) > 0 (`slope`, written for three classes; the
 * derivation is the same for more: c_k^2 (1 + y_k) = y_k).
 *
 * **Any number of classes, M >= K + 1, many distinct tokens (D -> 0).** Not a step below, as it needs no box. With T_k = sum_{n != k} c_n^2, U_k = sum_{n != k} c_n, y_1 the largest,
 * a_1 the least, R = Y - y_1 and L = sum y_k T_k: the terms s c_n p_k of F have the slope (a_n - a_k)/2 + s, and their pairs n, k add up to at least s, so
 *
 *     sum F_n - a_1 F >= s^2 (L - v a_1 R sum p_k U_k),      a_1 - s = s a_1 R.
 *
 * U_k^2 <= (K-1) T_k and Cauchy and Schwarz bound the sum of p_k U_k by sqrt((K-1) L (K+Y)), as p_k^2 = y_k/a_k. So L > v^2 (K-1) (K+Y) a_1^2 R^2 is enough, and with v <= 1/K,
 * Y <= K y_1: L > (1 - 1/K) a_1 R^2. But L >= a_1 y_1 R (k != 1, n = 1) + a_1 y_1 R (k = 1) + a_1 (R^2 - y_1 R) (the rest) = a_1 R (R + y_1).
 *
 * **Two classes, M >= 3.** X_1 = X_2 = r (r+v)/(1-r^2), r = c_1 c_2, F = (a_1 + a_2) X_1. Let a_1 <= a_2, A = a_1 + a_2, t = a_1/A in (0, 1/2], e = c_2^2, B = (1-r^2)/A =
 * 1 - t + t e, so that a_1 = t A, A = (1-e)/(1-t), c_1^2 = (1 - 2t + t e)/(1-t), R = r/(r+v). From (1), with Q = t^2 e/B,
 *
 *     brake/2 = A sum_i t_i A H_i (1 + D_i/A)/A,   H_1 = R/2 - 1/2 + 2t - Q,   H_2 = R/2 + 1/2 - Q  (>0: `second`),
 *     (brake/2 - a_1)/A = T + t H_1 D_1/A + (1-t) H_2 D_2/A,   T = R/2 + 2 (1/2 - t)^2 - Q.
 *
 * It is linear in D_1, in [0, a_1], and grows with D_2. At D = 0: Q = (c_2/c_1) (c_1 c_2) t^2/B, so T >= (r/(r+v)) (1/2 - (r+v) t^2 k/B), k = c_2/c_1 in (0, 1], r <= c_2: `slow`, over k, c_2, v
 * and t as independent numbers. At D_1 = a_1: T + t^2 H_1 > 0, `fast`; it grows with R, and R >= c_2^2/(c_2^2 + 1/2), because c_1 >= c_2 and v <= 1/2.
 */
const B = <T>(F: Field<T>, t: T, e: T): T => F.add(F.sub(F.of(1), t), F.mul(t, e));
const square = <T>(F: Field<T>, x: T): T => F.mul(x, x);
/** Q = t^2 e/B. */
const Q = <T>(F: Field<T>, t: T, e: T): T => F.div(F.mul(F.mul(t, t), e), B(F, t, e));
/** T at R/2. */
export const T0 = <T>(F: Field<T>, halfR: T, t: T, e: T): T => {
  const away = F.sub(F.of(0.5), t);
  return F.sub(F.add(halfR, F.mul(F.of(2), square(F, away))), Q(F, t, e));
};
/** H_1 at R/2. */
export const H1 = <T>(F: Field<T>, halfR: T, t: T, e: T): T =>
  F.sub(F.add(F.sub(halfR, F.of(0.5)), F.mul(F.of(2), t)), Q(F, t, e));

/** c_1 = sqrt((1 - 2t + t e)/(1-t)). */
export const larger = <T>(F: Field<T>, t: T, e: T): T => {
  const square = F.add(F.sub(F.of(1), F.mul(F.of(2), t)), F.mul(t, e));
  return F.sqrt(F.div(square, F.sub(F.of(1), t)));
};

/** F_1 - s^2 y_1 (Y - y_1) a_1 (a_1 (1+Y) + 1), times (1+Y)^2 (1+y_1)^2 (1+y_2) (1+y_3)/y_1. */
const slope: Formula = (F, [x, y, z]) => {
  const one = F.of(1);
  const [x1, y1, z1] = [x, y, z].map((n) => F.add(one, n));
  const [rest, all] = [F.add(y, z), F.add(x1, F.add(y, z))];
  // N = F (1+Y) = sum y_n (Y - y_n)/(1 + y_n), and dN/dy_1
  const share = (n: typeof x, n1: typeof x, others: typeof x) => F.div(F.mul(n, others), n1);
  const N = [share(x, x1, rest), share(y, y1, F.add(x, z)), share(z, z1, F.add(x, y))].reduce((a, b) =>
    F.add(a, b),
  );
  const dN = F.add(F.div(rest, F.mul(x1, x1)), F.add(F.div(y, y1), F.div(z, z1)));
  const a = F.div(one, x1);
  const right = F.mul(F.mul(rest, a), F.add(F.mul(a, all), one));
  const scale = F.mul(F.mul(x1, x1), F.mul(y1, z1));
  return F.mul(scale, F.sub(F.sub(F.mul(dN, all), N), right));
};

const t = [0, 0.5] as const;
const unit = [0, 1] as const;

export const brakeProof: Proved = {
  id: 'brake',
  proof: [
    {
      id: 'slope',
      says: 'F_1 (1+Y)^2 = y_1 (Y - y_1) a_1 (a_1 (1+Y) + 1) at M = infinity, three classes',
      variables: ['y_1', 'y_2', 'y_3'],
      grid: [
        { from: 1, degree: 4 },
        { from: 1, degree: 4 },
        { from: 1, degree: 4 },
      ],
      value: slope,
    },
    {
      id: 'second',
      says: 'H_2 > 0',
      variables: ['t', 'c_2'],
      box: [t, unit],
      value: (F, [t, c]) => F.sub(F.of(0.5), Q(F, t, square(F, c))),
    },
    {
      id: 'slow',
      says: 'T > 0: many distinct tokens',
      variables: ['t', 'c_2', 'c_2/c_1', '1/(M-1)'],
      box: [t, unit, unit, [0, 0.5]],
      value(F, [t, c, k, v]) {
        const pull = F.mul(F.mul(F.add(c, v), square(F, t)), k);
        return F.sub(F.of(0.5), F.div(pull, B(F, t, square(F, c))));
      },
    },
    {
      id: 'fast',
      says: 'T + t^2 H_1 > 0: one distinct token',
      variables: ['t', 'c_2'],
      box: [t, unit],
      value(F, [t, c]) {
        const e = square(F, c);
        const halfR = F.div(e, F.add(F.mul(F.of(2), e), F.of(1)));
        return F.add(T0(F, halfR, t, e), F.mul(square(F, t), H1(F, halfR, t, e)));
      },
    },
  ],
  controls: [
    {
      id: 'stronger',
      drops: 'the constant 2 of the brake: 2.1',
      proof: [
        {
          id: 'slow',
          says: '(brake/2 - 1.05 a_1)/A > 0',
          variables: ['t', 'c_2', '1/(M-1)'],
          box: [
            [0.01, 0.49],
            [0.01, 0.99],
            [0.01, 0.5],
          ],
          value(F, [t, c, v]) {
            const e = square(F, c);
            const r = F.mul(larger(F, t, e), c);
            const halfR = F.div(r, F.mul(F.of(2), F.add(r, v)));
            return F.sub(T0(F, halfR, t, e), F.mul(F.of(0.05), t));
          },
        },
      ],
    },
  ],
};
