/** The closed forms of Appendix D that several findings use, in the clock's reading x = M h and in tau = etaY t / K. */
import { type Field, sum } from '../arithmetic/field.ts';

/** M tau + 1 = e^x + (M - 1) x (Lemma 6). M may be above 2^53, where M - 1 is no double. */
export const tauAt = <T>(F: Field<T>, M: number, x: T): T => {
  const reading = F.add(F.exp(x), F.mul(F.sub(F.of(M), F.of(1)), x));
  return F.div(F.sub(reading, F.of(1)), F.of(M));
};

/** M - 1 + e^x. */
export const pace = <T>(F: Field<T>, M: number, x: T): T => F.add(F.sub(F.of(M), F.of(1)), F.exp(x));

/** gamma = (M-1)^2 h / (M - 1 + e^x). */
export const gammaOf = <T>(F: Field<T>, M: number, x: T): T => {
  const rest = F.sub(F.of(M), F.of(1));
  return F.div(F.mul(F.mul(rest, rest), x), F.mul(F.of(M), pace(F, M, x)));
};

/** M h*(s): x(0) = 0, x(s) = x(s-1) + M etaY / (M - 1 + e^x(s-1)) (Lemma 5). */
export function discreteReading<T>(F: Field<T>, M: number, etaY: number, s: number): T {
  const rate = F.mul(F.of(M), F.of(etaY));
  let x = F.of(0);
  for (let i = 0; i < s; i++) x = F.add(x, F.div(rate, pace(F, M, x)));
  return x;
}

/** c(s) with h*(s) = h(s + c(s)): the time at which the continuous clock reads x, minus s. */
export const delay = <T>(F: Field<T>, M: number, etaY: number, x: T, s: number): T =>
  F.sub(F.div(tauAt(F, M, x), F.of(etaY)), F.of(s));

/** The larger root of e^x = (M - 1) x, which is (1 + omega_1) ln M of Lemma 8 (float64). */
export function upperRoot(M: number): number {
  let x = 2 * Math.log(M);
  for (let i = 0; i < 200; i++) x = Math.log((M - 1) * x);
  return x;
}

/** A matrix times a vector. */
export const times = <T>(F: Field<T>, A: readonly (readonly T[])[], v: readonly T[]): T[] =>
  A.map((row) =>
    sum(
      F,
      row.map((a, i) => F.mul(a, v[i])),
    ),
  );
