/** What a session keeps, in bytes. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

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

/** So many are held at once, and their sum divided: what else happens on the heap is then small beside them. */
const HELD = 32;

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
  // The first one loads code, which is not what it keeps.
  (await hold())();
  const before = used();
  const held: (() => void)[] = [];
  for (let i = 0; i < HELD; i++) held.push(await hold());
  const after = used();
  for (const release of held) release();
  return Math.max(0, (after - before) / HELD);
}
