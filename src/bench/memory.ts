/** Measures the memory of a session. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { quantile } from './timing.ts';

/** A function that collects garbage; undefined if the engine does not provide it. */
function collector(): (() => void) | undefined {
  if (typeof globalThis.gc === 'function') return globalThis.gc as () => void;
  try {
    setFlagsFromString('--expose-gc');
    return runInNewContext('gc') as () => void;
  } catch {
    return undefined;
  }
}

/** Objects created between two measurements, so that other heap activity is small in comparison. */
const MADE = 16;
/** Number of measurements, of which the median is used, because the heap may also shrink. */
const ROUNDS = 5;

/**
 * Bytes that one object of `hold` keeps on the heap and outside it (`external` includes array buffers), plus `own`,
 * bytes that the process does not count; null if garbage cannot be collected on demand.
 * @param hold creates an object and returns a function that releases it
 */
export async function bytesHeld(hold: () => Promise<() => void>, own = () => 0): Promise<number | null> {
  const collect = collector();
  if (!collect) return null;
  const used = () => {
    // The second collection frees what the first one finalised.
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
  // The first round also loads code; the median is robust against it.
  return Math.max(
    0,
    quantile(
      rounds.sort((a, b) => a - b),
      0.5,
    ),
  );
}
