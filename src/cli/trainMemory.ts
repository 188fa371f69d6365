import { needHeap } from '../io/heap.ts';

const MEBI = 2 ** 20;

/**
 * Bytes of heap: of the program with a trainer, for an entry of Y or Z, and for a count of a sequence. Empirical, as is all of this: the least
 * --max-old-space-size with which runs of 1e5 to 1e7 entries come to their end (Node 20), a tenth added.
 */
const TRAINERS = {
  float64: { program: 12 * MEBI, entry: 29, count: 10 },
  fast: { program: 29 * MEBI, entry: 31, count: 10 },
  reference: { program: 20 * MEBI, entry: 160, count: 160 },
} as const;
/** For a token with its rows and its places in classes, for a probability, and for a sequence besides its counts. */
const [TOKEN, PROBABILITY, SEQUENCE] = [1100, 18, 200];
/** For the loss of a step, and for that in JSON. */
const [LOSS, TEXT] = [13, 20];

interface TrainSize {
  readonly trainer: keyof typeof TRAINERS;
  /** Contextual tokens, and entries of Y and Z together. */
  readonly tokens: number;
  readonly entries: number;
  /** Of all classes. */
  readonly probabilities: number;
  /** Sequences a step, and the most counts that one may have. */
  readonly batch: number;
  readonly support: number;
  /** Steps of all runs. */
  readonly losses: number;
  readonly json: boolean;
}

/** @throws NeedsHeap when training of this size takes more memory than there is */
export function needMemory(size: TrainSize): void {
  const { program, entry, count } = TRAINERS[size.trainer];
  const world = entry * size.entries + TOKEN * size.tokens + PROBABILITY * size.probabilities;
  const batch = size.batch * (SEQUENCE + count * size.support);
  const losses = size.losses * (LOSS + (size.json ? TEXT : 0));
  needHeap(program + world + batch + losses, 'training of this size');
}
