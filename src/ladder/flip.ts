import type { Field } from '../arithmetic/field.ts';

/**
 * (M-1) x - 2 - (x-2) e^x. At a fixed time and a fixed etaZ, Gamma = (etaZ/etaY) K ((M-1)/M)^2 x^2/2 with
 * dx/d ln etaY = rho, so d ln Gamma/d ln etaY = 2 rho/x - 1, which has the sign of this function: a faster decoder makes
 * attention faster while it is positive, and slower afterwards.
 */
export const flip = <T>(F: Field<T>, vocabulary: number, x: T): T => {
  const rising = F.sub(F.mul(F.of(vocabulary - 1), x), F.of(2));
  return F.sub(rising, F.mul(F.sub(x, F.of(2)), F.exp(x)));
};

/**
 * The only reading x > 0 at which `flip` is 0 (float64): `flip` is 0 at 0, where its slope is positive, and concave. The
 * reading is 2 for M = 2 and lies between ln M and ln M + 2; for large M, etaY t/K is near ln M + 1 at this reading.
 */
export function flipReading(vocabulary: number): number {
  const value = (x: number) => (vocabulary - 1) * x - 2 - (x - 2) * Math.exp(x);
  // Positive at 1 (M - 3 + e > 0) for every M >= 2, negative at ln M + 2.
  let [low, high] = [1, Math.log(vocabulary) + 2];
  for (let middle = (low + high) / 2; low < middle && middle < high; middle = (low + high) / 2)
    if (value(middle) > 0) low = middle;
    else high = middle;
  return low;
}
