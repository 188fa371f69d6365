/** Regimes combined pair by pair: a covering design over their aspects. */
import type { Uniform } from '../../model/uniform.ts';
import { pick } from './draft.ts';
import type { Regime } from './regime.ts';
import { regimes } from './regimes.ts';

/** The aspect of a regime: `scores`, `decoder`, ... */
const aspectOf = (id: string) => id.split(':')[0];
/** The regimes of each aspect; a case has at most one of them by plan. */
export type Aspects = readonly (readonly Regime[])[];

/** All aspects, with the regimes whose scores and logits are of this size at most. */
export const aspectsWithin = (largest = Number.POSITIVE_INFINITY): Aspects =>
  [...new Set(regimes.map(({ id }) => aspectOf(id)))].map((aspect) =>
    regimes.filter(({ id, size = 0 }) => aspectOf(id) === aspect && size <= largest),
  );

/** The name of a pair of regimes, in the order of `regimes`. */
const pairName = (a: string, b: string) => `${a} + ${b}`;

/** The pairs of regimes of different aspects among these ids, which are in the order of `regimes`. */
export function* pairsOf(ids: readonly string[]): Generator<string> {
  for (const [i, a] of ids.entries())
    for (const b of ids.slice(i + 1)) if (aspectOf(a) !== aspectOf(b)) yield pairName(a, b);
}

/** The names of all pairs. Some exclude each other: a context of length 1 has no ties. */
export const PAIR_NAMES: readonly string[] = [...pairsOf(regimes.map(({ id }) => id))];
/** Number of all pairs. */
export const PAIRS = PAIR_NAMES.length;

/**
 * Rows of at most one regime of each aspect, such that any two choices of two aspects, the default included, occur
 * together in a row. Greedy: a row takes for each aspect, in random order, a choice that adds the most new pairs.
 * Each row is made when it is asked for: a short run needs few of them.
 */
export function* pairDesign(aspects: Aspects, uniform: Uniform): Generator<Regime[], undefined> {
  const choices = aspects.map((aspect) => [undefined, ...aspect]);
  // open[a][i][b] has a 1 for each choice of aspect b that has not yet met choice i of aspect a; left[a][i][b] is their number.
  const open = choices.map((mine, a) =>
    mine.map(() => choices.map((other, b) => new Uint8Array(other.length).fill(a === b ? 0 : 1))),
  );
  const left = choices.map((mine, a) =>
    mine.map(() => choices.map((other, b) => (a === b ? 0 : other.length))),
  );
  let pairs = left.flat(2).reduce((sum, n) => sum + n, 0);
  const gain = (a: number, i: number, row: readonly (number | undefined)[]): number => {
    let sum = 0;
    for (let b = 0; b < row.length; b++) {
      if (b === a) continue;
      const k = row[b];
      // A pair with a choice already made counts in full; one with a choice still to come, by its chance.
      sum += k === undefined ? left[a][i][b] / (choices[b].length + 1) : open[a][i][b][k];
    }
    return sum;
  };
  while (pairs > 0) {
    const row: (number | undefined)[] = choices.map(() => undefined);
    const order = choices.map((_, a) => ({ a, key: uniform() })).sort((x, y) => x.key - y.key);
    for (const { a } of order) {
      const gains = choices[a].map((_, i) => gain(a, i, row));
      const best = Math.max(...gains);
      row[a] = pick(
        uniform,
        [...gains.keys()].filter((i) => gains[i] === best),
      );
    }
    for (const [a, i] of row.entries())
      for (const [b, k] of row.entries()) {
        const met = open[a][i!][b][k!];
        left[a][i!][b] -= met;
        pairs -= met;
        open[a][i!][b][k!] = 0;
      }
    yield row.flatMap((i, a) => choices[a][i!] ?? []);
  }
}
