/** References of at least twice a backend's precision, computed once per world. */
import { decimal } from '../arithmetic/decimal.ts';
import { type BenchBackend, ofField, Unavailable } from './backend.ts';
import { point, type Snapshot } from './digits.ts';
import type { Work } from './work.ts';

/**
 * Above this many digits a reference in decimals takes minutes per world (a thousand steps, at a millisecond per
 * exponential of 200 digits), so that only the cheapest world is used. With MPFR it takes seconds, and all worlds are
 * used.
 */
const LIGHT = 100;

/** Exponentials in a step, which dominate the time of decimals: one for each token and column of each example. */
export const exponentials = ({ layout, examples }: Work): number =>
  examples.reduce((n, { cls }) => n + layout.classes[cls].support.length + layout.columns.length, 0);

/** The digits of the reference of a backend. @param carried digits of all backends of the run */
export function referenceDigits(digits: number, carried: readonly number[]): number {
  const light = 2 * digits <= LIGHT;
  // One reference for all backends of at most LIGHT digits, one for the others.
  return Math.max(...carried.map((p) => 2 * p).filter((p) => light === p <= LIGHT));
}

/** The arithmetic of the references. */
interface BenchReference {
  /** Whether it is fast enough for all worlds at every precision. */
  readonly fast: boolean;
  open(digits: number): Promise<BenchBackend>;
}

/** MPFR if it is installed, otherwise decimals. */
export async function bestReference(): Promise<BenchReference> {
  const slow: BenchReference = {
    fast: false,
    open: async (digits) => ofField(decimal(digits), point, false),
  };
  const { openMpfr } = await import('./mpfr.ts');
  return openMpfr(LIGHT).then(
    () => ({ fast: true, open: openMpfr }),
    (error) => {
      if (error instanceof Unavailable) return slow;
      throw error;
    },
  );
}

export class References {
  readonly #kept = new Map<string, Promise<Snapshot[]>>();
  readonly #reference: BenchReference;
  readonly #works: readonly Work[];
  readonly #steps: readonly number[];
  readonly #signal: AbortSignal | undefined;

  constructor(
    reference: BenchReference,
    works: readonly Work[],
    steps: readonly number[],
    signal?: AbortSignal,
  ) {
    this.#reference = reference;
    this.#works = works;
    this.#steps = steps;
    this.#signal = signal;
  }

  get fast(): boolean {
    return this.#reference.fast;
  }

  /** The worlds that have a reference of this precision. */
  worlds(digits: number): readonly Work[] {
    if (digits <= LIGHT || this.fast) return this.#works;
    return [this.#works.reduce((a, b) => (exponentials(b) < exponentials(a) ? b : a))];
  }

  /** The reference trajectory of a world. */
  of(work: Work, digits: number): Promise<Snapshot[]> {
    const key = `${this.#works.indexOf(work)} ${digits}`;
    const kept = this.#kept.get(key) ?? this.#run(work, digits);
    this.#kept.set(key, kept);
    return kept;
  }

  async #run(work: Work, digits: number): Promise<Snapshot[]> {
    return (await this.#reference.open(digits)).run(work, this.#steps, this.#signal);
  }
}
