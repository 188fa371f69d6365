/** Checks V8's heap before memory is used: when it runs out, V8 aborts the process (exit code 134). */
import { getHeapStatistics } from 'node:v8';

const MEBI = 2 ** 20;
const text = (bytes: number): string => `${Math.ceil(bytes / MEBI).toLocaleString('en-US')} MiB`;

/** The part of the limit for young objects: three half spaces of 16 MiB, Node's default. The rest is --max-old-space-size. */
const YOUNG = 3 * 16 * MEBI;

/** There is less heap than the work needs. */
export class NeedsHeap extends Error {}

/**
 * @param bytes of heap that the work needs, with the program itself
 * @throws NeedsHeap if there are fewer
 */
export function needHeap(bytes: number, what: string): void {
  const has = Math.max(getHeapStatistics().heap_size_limit - YOUNG, 0);
  if (bytes <= has) return;
  throw new NeedsHeap(
    `${what} takes about ${text(bytes)} of memory, and Node has ${text(has)} (NODE_OPTIONS=--max-old-space-size=${Math.ceil(bytes / MEBI)} gives it more)`,
  );
}
