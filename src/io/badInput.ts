/** How many faults of one input are listed; the others are counted. */
export const MOST_LISTED = 20;
/** How many are counted: after a million, which takes seconds, the search for more ends. */
export const MOST_COUNTED = 1_000_000;

/** Faults in the order they are found: the first are kept, the others counted, so that no input fills the memory. */
export class Faults {
  readonly #listed: string[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** The first faults, and how many there are besides. */
  get listed(): readonly string[] {
    const more = this.#count - this.#listed.length;
    const least = this.full ? 'more than ' : '';
    return more > 0 ? [...this.#listed, `and ${least}${more.toLocaleString('en-US')} more`] : this.#listed;
  }

  /** Whether the search for more should end. */
  get full(): boolean {
    return this.#count >= MOST_COUNTED;
  }

  /** @param fault its text; a function is called only if the fault is listed */
  add(fault: string | (() => string)): void {
    this.#count += 1;
    if (this.#listed.length < MOST_LISTED) this.#listed.push(typeof fault === 'string' ? fault : fault());
  }

  /** Faults that are counted and not listed. */
  addMore(count: number): void {
    this.#count = Math.min(this.#count + count, Math.max(this.#count, MOST_COUNTED));
  }

  /** The faults of a part, each with `label` before it. */
  addAll(part: Faults, label = ''): void {
    for (const fault of part.#listed) this.add(label + fault);
    this.addMore(part.#count - part.#listed.length);
  }
}

/** Input that is refused: all faults at once, each with what was expected and what was given. Exit code 2. */
export class BadInput extends Error {
  /** The first faults, and a last line that counts the others. */
  readonly faults: readonly string[];
  /** How many there are in all. */
  readonly count: number;

  constructor(faults: readonly string[] | Faults) {
    const all = faults instanceof Faults ? faults : new Faults();
    if (faults !== all) for (const fault of faults as readonly string[]) all.add(fault);
    super(all.listed.join('\n'));
    this.name = 'BadInput';
    this.faults = all.listed;
    this.count = all.count;
  }
}

/** A value that was checked, or its faults. */
export type Checked<T> = { readonly value: T } | { readonly faults: Faults };
