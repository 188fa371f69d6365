/** What a run does with answers that may differ: of equal calls, and of one sequence in two batches. */

/** What is demanded of answers to different calls. */
export interface Policy {
  /**
   * Answers to equal calls may differ. Each is judged by its bounds, and how far they lie apart is reported; without it a
   * bit that differs is a failure.
   */
  readonly nondeterministic?: boolean;
  /** The stages of a sequence must not depend on what else is in its batch, bit by bit. */
  readonly batchInvariant?: boolean;
}

/** Calls made beside the first one of an input. */
export interface ExtraCalls {
  /** The same call again. */
  readonly twice?: boolean;
  /** Its sequences in other batches. */
  readonly batches?: boolean;
}

/** In every EXTRA_EVERY-th case there are extra calls. */
const EXTRA_EVERY = 4;

/**
 * The extra calls of a case by its index: the first of four is called twice, and the second, if batches count, in other
 * batches. The second, because the cases of large batches have odd indices. It is called twice as well: only what equal
 * calls agree in can show a batch.
 */
export function extraCalls(index: number, { batchInvariant = false }: Policy): ExtraCalls {
  const turn = index % EXTRA_EVERY;
  const batches = batchInvariant && turn === 1;
  return { twice: turn === 0 || batches, batches };
}
