import type { Field } from '../../src/arithmetic/field.ts';

/** P(from <= Binomial(n, p) <= to), summed term by term. */
export function binomialTail<T>(F: Field<T>, n: number, p: number, from: number, to: number): number {
  const [yes, no] = [F.of(p), F.sub(F.of(1), F.of(p))];
  const power = (x: T, k: number): T =>
    k === 0 ? F.of(1) : k % 2 === 1 ? F.mul(x, power(x, k - 1)) : power(F.mul(x, x), k / 2);
  let choose = F.of(1);
  let total = F.of(0);
  for (let k = 0; k <= to; k++) {
    if (k >= from) total = F.add(total, F.mul(choose, F.mul(power(yes, k), power(no, n - k))));
    choose = F.div(F.mul(choose, F.of(n - k)), F.of(k + 1));
  }
  return F.toNumber(total);
}
