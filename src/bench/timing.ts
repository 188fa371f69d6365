/** Repeated measurements of one piece of work, by tinybench, and when the clock is too coarse for them. It runs in browsers too. */
import { Bench, type Fn } from 'tinybench';
import type { Timing } from './document.ts';

/** How long a measurement goes on: until both are reached. */
export interface Budget {
  readonly seconds: number;
  readonly samples: number;
}

/** The least step the clock takes, seconds: the smallest difference seen in so many readings that differ. */
export function clockResolution(now = () => performance.now(), readings = 200): number {
  let least = Number.POSITIVE_INFINITY;
  let last = now();
  for (let seen = 0; seen < readings; ) {
    const at = now();
    if (at === last) continue;
    least = Math.min(least, at - last);
    last = at;
    seen += 1;
  }
  return least / 1000;
}

/** The value below which a share q of the sorted numbers lies, interpolated linearly. */
export function quantile(sorted: readonly number[], q: number): number {
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  return sorted[below] + (at - below) * (sorted[Math.ceil(at)] - sorted[below]);
}

/**
 * Quartiles of durations (seconds).
 *
 * A duration is the difference of two readings, each rounded down to a multiple of the clock's resolution q: it is off by
 * less than q either way, so that samples of one true duration lie within 2q of one another. Quartiles nearer than that
 * may be the clock's doing, and the row is timer-limited.
 */
export function timingOf(seconds: readonly number[], resolution: number): Timing {
  const sorted = [...seconds].sort((a, b) => a - b);
  const [low, median, high] = [0.25, 0.5, 0.75].map((q) => quantile(sorted, q));
  return { median, low, high, samples: sorted.length, timerLimited: high - low < 2 * resolution };
}

/**
 * Repeats `work`, after a tenth of the budget to warm up. Work that knows its own duration returns it as tinybench has it
 * (`overriddenDuration`, milliseconds).
 * @throws what `work` throws
 */
export async function timed(work: Fn, { seconds, samples }: Budget): Promise<Timing> {
  const bench = new Bench({
    time: 1000 * seconds,
    iterations: samples,
    warmupTime: 100 * seconds,
    warmupIterations: 1,
    retainSamples: true,
    throws: true,
  });
  bench.add('work', work);
  const [{ result }] = await bench.run();
  const latency = 'latency' in result ? result.latency.samples : undefined;
  if (!latency) throw new Error(`no sample was taken: ${result.state}`);
  return timingOf(
    latency.map((ms) => ms / 1000),
    clockResolution(),
  );
}
