import { type Field, sum } from '../../src/arithmetic/field.ts';

/**
 * The token-by-token path: attention over positions b = softmax_t(Z[m, x_t]), gathered into v = sum_t b_t onehot(x_t).
 * The result equals that of `attention` from counts; a user's kernel computes it in this way.
 *
 * @param z logits Z[m, l] aligned with `tokens`
 * @param tokens the class's support
 * @param contexts x_1 .. x_{T-1}, each one of `tokens`
 */
export function attentionOverPositions<T>(
  F: Field<T>,
  z: readonly T[],
  tokens: readonly number[],
  contexts: readonly number[],
): { b: T[]; v: T[] } {
  const index = new Map(tokens.map((l, i) => [l, i]));
  const at = contexts.map((x) => index.get(x)!);
  const shift = F.of(at.reduce((top, i) => Math.max(top, F.toNumber(z[i])), -Infinity));
  const e = at.map((i) => F.exp(F.sub(z[i], shift)));
  const total = sum(F, e);
  const b = e.map((x) => F.div(x, total));
  const v = tokens.map(() => F.of(0));
  at.forEach((i, t) => {
    v[i] = F.add(v[i], b[t]);
  });
  return { b, v };
}
