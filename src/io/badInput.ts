/** How many faults of one input are told; the others are counted. */
export const MOST_TOLD = 20;
/** How many are counted: after a million, in seconds, the search for more ends. */
export const MOST_COUNTED = 1_000_000;

/** Faults in the order they are found: the first are kept, the others counted, so that no input fills the memory. */
export class Faults {
  readonly #told: string[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** The first faults, and how many there are besides. */
  get told(): readonly string[] {
    const more = this.#count - this.#told.length;
    const least = this.full ? 'more than ' : '';
    return more > 0 ? [...this.#told, `and ${least}${more.toLocaleString('en-US')} more`] : this.#told;
  }

  /** Whether there is no use in looking for more. */
  get full(): boolean {
    return this.#count >= MOST_COUNTED;
  }

  /** @param fault its words, which are made only where they are told */
  add(fault: string | (() => string)): void {
    this.#count += 1;
    if (this.#told.length < MOST_TOLD) this.#told.push(typeof fault === 'string' ? fault : fault());
  }

  /** Faults that are counted and not told. */
  addMore(count: number): void {
    this.#count = Math.min(this.#count + count, Math.max(this.#count, MOST_COUNTED));
  }

  /** The faults of a part, each told with its `label`. */
  addAll(part: Faults, label = ''): void {
    for (const fault of part.#told) this.add(label + fault);
    this.addMore(part.#count - part.#told.length);
  }
}

/** Input refused at the boundary: every fault at once, each saying what was expected and what came. Exit code 2. */
export class BadInput extends Error {
  /** The first faults, and a last line that counts the others. */
  readonly faults: readonly string[];
  /** How many there are in all. */
  readonly count: number;

  constructor(faults: readonly string[] | Faults) {
    const all = faults instanceof Faults ? faults : new Faults();
    if (faults !== all) for (const fault of faults as readonly string[]) all.add(fault);
    super(all.told.join('\n'));
    this.name = 'BadInput';
    this.faults = all.told;
    this.count = all.count;
  }
}

/** A value that was checked, or its faults. */
export type Checked<T> = { readonly value: T } | { readonly faults: Faults };
