import { type Field, ratio } from '../arithmetic/field.ts';

/**
 * The decoder's clock (Lemma 6), in closed form through x = M h:
 *
 *     e^x + (M - 1) x = M etaY t / K + 1
 *     gamma  = (M-1)^2 h / (M - 1 + e^x)                    speed of attention, Theorem 1
 *     Gamma  = etaZ int_0^t gamma = (etaZ/etaY) K ((M-1)/M)^2 x^2 / 2
 *     rho    = (e^x + (M-1) x - 1) / (M - 1 + e^x)          = dx / d ln t
 */
export interface Clock {
  readonly vocabulary: number;
  readonly classes: number;
  readonly etaY: number;
  readonly etaZ: number;
}

/** t at clock reading x = M h. */
export function timeAt<T>(F: Field<T>, { vocabulary: M, classes: K, etaY }: Clock, x: T): T {
  const reading = F.sub(F.add(F.exp(x), F.mul(F.of(M - 1), x)), F.of(1));
  return F.div(F.mul(F.of(K), reading), F.mul(F.of(M), F.of(etaY)));
}

export function gammaAt<T>(F: Field<T>, { vocabulary: M }: Clock, x: T): T {
  const scale = F.div(F.mul(F.of(M - 1), F.of(M - 1)), F.of(M));
  return F.div(F.mul(scale, x), F.add(F.of(M - 1), F.exp(x)));
}

export function GammaAt<T>(F: Field<T>, { vocabulary: M, classes: K, etaY, etaZ }: Clock, x: T): T {
  const base = F.mul(ratio(F, M - 1, M), x);
  return F.mul(F.div(F.mul(F.of(etaZ), F.of(K)), F.mul(F.of(2), F.of(etaY))), F.mul(base, base));
}

/** dx / d ln t; it is 1 as t -> 0, at most 2 past t0 (where e^x >= (M-1) x, Lemma 9), and 1 in the end. */
export function rhoAt<T>(F: Field<T>, vocabulary: number, x: T): T {
  const e = F.exp(x);
  const rest = F.of(vocabulary - 1);
  return F.div(F.sub(F.add(e, F.mul(rest, x)), F.of(1)), F.add(rest, e));
}

/** The clock reading x = M h at time t >= 0, by Newton's method on the convex left-hand side (float64). */
export function readingAt({ vocabulary: M, classes: K, etaY }: Clock, t: number): number {
  const target = (M * etaY * t) / K;
  // e^x - 1 <= target bounds the root from above, and there Newton descends monotonically on a convex function.
  let above = Math.log1p(target);
  for (let next = -1; ; above = next) {
    next = above - (Math.expm1(above) + (M - 1) * above - target) / (Math.exp(above) + M - 1);
    if (!(next < above)) return Math.max(above, 0);
  }
}
