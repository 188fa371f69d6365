/** What a session keeps, in bytes. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { quantile } from './timing.ts';

/** Collects garbage; undefined where the engine does not let us. */
function collector(): (() => void) | undefined {
  if (typeof globalThis.gc === 'function') return globalThis.gc as () => void;
  try {
    setFlagsFromString('--expose-gc');
    return runInNewContext('gc') as () => void;
  } catch {
    return undefined;
  }
}

/** So many are made between two counts: what else happens on the heap is then small beside them. */
const MADE = 16;
/** And so often, the median counting: the heap also shrinks by itself. */
const ROUNDS = 5;

/**
 * Bytes that one of `hold`'s holdings keeps on the heap and outside it (`external` includes array buffers), plus `own`,
 * those that the process does not know of; null where garbage cannot be collected on demand.
 * @param hold makes one, and returns how to let it go
 */
export async function bytesHeld(hold: () => Promise<() => void>, own = () => 0): Promise<number | null> {
  const collect = collector();
  if (!collect) return null;
  const used = () => {
    // What a first collection finalises, a second one frees.
    collect();
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external + own();
  };
  const held: (() => void)[] = [];
  const rounds: number[] = [];
  for (let round = 0, last = used(); round < ROUNDS; round++) {
    for (let i = 0; i < MADE; i++) held.push(await hold());
    const now = used();
    rounds.push((now - last) / MADE);
    last = now;
  }
  for (const release of held) release();
  // The first round also loads code, which is not what a holding keeps; the median passes over it.
  return Math.max(
    0,
    quantile(
      rounds.sort((a, b) => a - b),
      0.5,
    ),
  );
}
