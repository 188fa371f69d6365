/** Entropy of attention over distinct tokens, in any field. */
import { dot, type Field, sum } from '../arithmetic/field.ts';
import { type Motion, populationAttention } from '../ladder/rung.ts';
import { kinds } from './tokens.ts';

/** Entropy of attention over tokens that have the attention `shares`; the largest possible where none is left to them. */
export function entropyOver<T>(F: Field<T>, shares: readonly T[]): T {
  const total = sum(F, shares);
  if (F.sign(total) === 0) return F.ln(F.of(shares.length));
  const p = shares.filter((x) => F.sign(x) !== 0).map((x) => F.div(x, total));
  return F.neg(dot(F, p, p.map(F.ln)));
}

/** Entropy (nats) of attention over the distinct tokens of a class, averaged over the classes that have any: `distinctEntropy` in any field. */
export function distinctEntropyOf<T>(
  F: Field<T>,
  { problem, layout, Z }: Pick<Motion<T>, 'problem' | 'layout' | 'Z'>,
): T {
  const { distinct } = kinds(problem, layout);
  const entropies = problem.classes.flatMap((c, n) => {
    if (distinct[n].length === 0) return [];
    const attention = populationAttention(F, c, layout, Z, n);
    return [
      entropyOver(
        F,
        distinct[n].map((l) => attention[layout.classes[n].support.indexOf(l)]),
      ),
    ];
  });
  return F.div(sum(F, entropies), F.of(entropies.length));
}
