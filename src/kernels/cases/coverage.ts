/** What the cases of a run reached: regimes, pairs of them, and sizes. */
import type { KernelCase } from './cases.ts';
import { pairsOf } from './design.ts';
import type { Shape } from './envelope.ts';
import { regimes } from './regimes.ts';

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
