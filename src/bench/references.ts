/** References of at least twice a backend's precision, computed once a world. */
import { decimal } from '../arithmetic/decimal.ts';
import { type BenchBackend, ofField, Unavailable } from './backend.ts';
import { point, type Snapshot } from './digits.ts';
import type { Work } from './work.ts';

/**
 * Beyond so many digits a reference in decimals takes minutes a world (a thousand steps, an exponential of 200 digits
 * being a millisecond), and one world, the cheapest, has to do. MPFR takes seconds, and has them all.
 */
const LIGHT = 100;

/** Exponentials of a step: of every token and every column of every example. They are what decimals spend their time on. */
export const exponentials = ({ layout, examples }: Work): number =>
  examples.reduce((n, { cls }) => n + layout.classes[cls].support.length + layout.columns.length, 0);

/** The digits that the reference of a backend needs among `carried`, those of all backends of the run. */
export function referenceDigits(digits: number, carried: readonly number[]): number {
  const light = 2 * digits <= LIGHT;
  // One for all the light ones, one for all the others.
  return Math.max(...carried.map((p) => 2 * p).filter((p) => light === p <= LIGHT));
}

/** What references are computed with. */
export interface BenchReference {
  /** Whether it is fast enough for all worlds at any number of digits. */
  readonly fast: boolean;
  open(digits: number): Promise<BenchBackend>;
}

/** MPFR where it is installed, else decimals. */
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

  /** The worlds for which there is a reference of so many digits. */
  worlds(digits: number): readonly Work[] {
    if (digits <= LIGHT || this.fast) return this.#works;
    return [this.#works.reduce((a, b) => (exponentials(b) < exponentials(a) ? b : a))];
  }

  /** Its trajectory on one of the worlds. */
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
