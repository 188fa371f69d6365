/** What the cases of a run reached: regimes, pairs of them, and sizes. */
import type { KernelCase } from './cases.ts';
import { PAIR_NAMES, pairsOf } from './design.ts';
import type { Shape } from './envelope.ts';
import { regimes } from './regimes.ts';

/** What cases reached, as plain JSON. */
export interface PlainCoverage {
  readonly regimes: Readonly<Record<string, number>>;
  /** A bit for each pair of `PAIR_NAMES`, in base64: a list of the names would be a hundred times as long. */
  readonly pairs: string;
  readonly largest: Shape;
}

export class Coverage {
  readonly #regimes = new Map(regimes.map(({ id }) => [id, 0]));
  readonly #pairs = new Set<string>();
  readonly #largest = { vocabulary: 0, contextLength: 0, batch: 0 };

  /** @param reached regimes of the case, in the order of `regimes` */
  count(calls: KernelCase, reached: readonly string[]): void {
    for (const id of reached) this.#regimes.set(id, this.#regimes.get(id)! + 1);
    for (const pair of pairsOf(reached)) this.#pairs.add(pair);
    const largest = this.#largest;
    for (const { vocabulary, contextLength, queries } of calls) {
      largest.vocabulary = Math.max(largest.vocabulary, vocabulary);
      largest.contextLength = Math.max(largest.contextLength, contextLength);
      largest.batch = Math.max(largest.batch, queries.length);
    }
  }

  /** Adds what other cases reached. */
  merge({ regimes: counts, pairs, largest }: PlainCoverage): void {
    for (const [id, n] of Object.entries(counts)) this.#regimes.set(id, this.#regimes.get(id)! + n);
    const bits = Buffer.from(pairs, 'base64');
    for (const [i, pair] of PAIR_NAMES.entries()) if ((bits[i >> 3] >> (i & 7)) & 1) this.#pairs.add(pair);
    for (const size of Object.keys(largest) as (keyof Shape)[])
      this.#largest[size] = Math.max(this.#largest[size], largest[size]);
  }

  /** For `merge` in another process. */
  plain(): PlainCoverage {
    const bits = Buffer.alloc(Math.ceil(PAIR_NAMES.length / 8));
    for (const [i, pair] of PAIR_NAMES.entries()) if (this.#pairs.has(pair)) bits[i >> 3] |= 1 << (i & 7);
    return { regimes: this.regimes, pairs: bits.toString('base64'), largest: this.largest };
  }

  /** Number of cases in each regime. */
  get regimes(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#regimes);
  }

  /** Number of pairs of regimes that occurred together. */
  get pairs(): number {
    return this.#pairs.size;
  }

  /** The largest of each size. */
  get largest(): Shape {
    return { ...this.#largest };
  }
}
