/** References of at least twice a backend's precision, computed once a world. */
import { decimal } from '../arithmetic/decimal.ts';
import { type Backend, ofField } from './backend.ts';
import { point, type Snapshot } from './digits.ts';
import type { Work } from './work.ts';

/**
 * Beyond so many digits a reference in decimals takes minutes a world (a thousand steps, an exponential of 200 digits
 * being a millisecond), and one world, the cheapest, has to do.
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

export class References {
  readonly #kept = new Map<string, Promise<Snapshot[]>>();
  readonly #works: readonly Work[];
  readonly #steps: readonly number[];
  readonly #signal: AbortSignal | undefined;

  constructor(works: readonly Work[], steps: readonly number[], signal?: AbortSignal) {
    this.#works = works;
    this.#steps = steps;
    this.#signal = signal;
  }

  /** The worlds for which there is a reference of so many digits. */
  worlds(digits: number): readonly Work[] {
    if (digits <= LIGHT) return this.#works;
    return [this.#works.reduce((a, b) => (exponentials(b) < exponentials(a) ? b : a))];
  }

  /** Its trajectory on one of the worlds. */
  of(work: Work, digits: number): Promise<Snapshot[]> {
    const key = `${this.#works.indexOf(work)} ${digits}`;
    const kept = this.#kept.get(key) ?? this.#backend(digits).run(work, this.#steps, this.#signal);
    this.#kept.set(key, kept);
    return kept;
  }

  #backend(digits: number): Backend {
    return ofField(decimal(digits), point, false);
  }
}
