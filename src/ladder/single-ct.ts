import { type Field, ratio } from '../arithmetic/field.ts';
import { type Clock, GammaAt } from './clock.ts';
import { rungInfo } from './tree.ts';

/**
 * The scalar equation of Theorem 4, with the 1/K of one class a step: z is the logit of the single common token,
 *
 *     z' = -etaZ gamma e^(4z) / C0,   z(0) = 0,   xi = gamma e^(4z) / C0,   B' = (etaZ/K) xi,   C0 = rho0^4/(K-1).
 *
 * rho0^2 = 1/(f_n.f_n') at z = 0; xi has K - 1 terms, where Eq. 13 has K. Since Gamma' = etaZ gamma, the solution is
 * z = -ln(1 + 4 Gamma/C0)/4 and B = -z/K. At the reading x = M h of the decoder's clock, 4 Gamma/C0 = kappa x^2
 * with kappa = 2 K ((M-1)/M)^2 / (nu C0), nu = etaY/etaZ.
 */
export interface SingleCt extends Clock {
  readonly C0: number;
}

export const singleCt = {
  ...rungInfo('single-ct'),
} as const;

/** kappa = 2 K ((M-1)/M)^2 / (nu C0). */
export function kappaOf<T>(F: Field<T>, { vocabulary: M, classes: K, etaY, etaZ, C0 }: SingleCt): T {
  const share = ratio(F, M - 1, M);
  const top = F.mul(F.mul(F.of(2 * K), F.of(etaZ)), F.mul(share, share));
  return F.div(top, F.mul(F.of(etaY), F.of(C0)));
}

/** z at reading x. */
export function logitAt<T>(F: Field<T>, world: SingleCt, x: T): T {
  const spent = F.div(F.mul(F.of(4), GammaAt(F, world, x)), F.of(world.C0));
  return F.neg(F.div(F.ln(F.add(F.of(1), spent)), F.of(4)));
}

/** B = ln(1 + kappa x^2) / (4K) at reading x. */
export function growthAt<T>(F: Field<T>, K: number, kappa: T, x: T): T {
  return F.div(F.ln(F.add(F.of(1), F.mul(kappa, F.mul(x, x)))), F.of(4 * K));
}
