/** Repeated time measurements with tinybench, and a check of the clock's resolution. Also runs in browsers. */
import { Bench, type Fn } from 'tinybench';
import type { Timing } from './document.ts';

/** Duration of a measurement: until both limits are reached. */
export interface Budget {
  readonly seconds: number;
  readonly samples: number;
}

/** The clock's resolution in seconds: the smallest difference between consecutive different readings. */
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

/** The q-quantile of sorted numbers, linearly interpolated. */
export function quantile(sorted: readonly number[], q: number): number {
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  return sorted[below] + (at - below) * (sorted[Math.ceil(at)] - sorted[below]);
}

/**
 * Quartiles of durations (seconds).
 *
 * A duration is the difference of two readings, each rounded down to a multiple of the clock's resolution q. Its
 * error is less than q in absolute value, so that samples of the same duration differ by less than 2q. If the
 * quartiles differ by less than that, the clock may cause the spread, and the row is timer-limited.
 */
export function timingOf(seconds: readonly number[], resolution: number): Timing {
  const sorted = [...seconds].sort((a, b) => a - b);
  const [low, median, high] = [0.25, 0.5, 0.75].map((q) => quantile(sorted, q));
  return { median, low, high, samples: sorted.length, timerLimited: high - low < 2 * resolution };
}

/**
 * Repeats `work` after a warm-up of a tenth of the budget. `work` may measure its own duration and return it in
 * tinybench's form (`overriddenDuration`, milliseconds).
 * @throws errors of `work`
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
