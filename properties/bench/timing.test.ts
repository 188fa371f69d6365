import { describe, expect, it } from 'vitest';
import { clockResolution, quantile, timed, timingOf } from '../../src/bench/timing.ts';
import { uniformStream } from '../../src/model/uniform.ts';

describe('quartiles', () => {
  it('are interpolated between the samples', () => {
    expect(quantile([1, 2, 3, 4, 5], 0.25)).toBe(2);
    expect(quantile([1, 2], 0.5)).toBe(1.5);
    expect(quantile([7], 0.75)).toBe(7);
  });

  it('come with the number of samples, for any order of the samples', () => {
    expect(timingOf([5, 1, 4, 2, 3], 0)).toEqual({
      median: 3,
      low: 2,
      high: 4,
      samples: 5,
      timerLimited: false,
    });
  });
});

describe('a coarse clock', () => {
  const TICK = 1e-6;
  /** Durations measured by a coarse clock: readings are rounded down to a tick. */
  const told = (duration: (i: number) => number): number[] => {
    const phase = uniformStream(1);
    return Array.from({ length: 1000 }, (_, i) => {
      const begun = phase();
      return (Math.floor(begun + duration(i) / TICK) - Math.floor(begun)) * TICK;
    });
  };

  it.each([0, 0.3, 1, 3.2, 250.5])('marks work that always takes %f ticks as timer-limited', (ticks) => {
    expect(
      timingOf(
        told(() => ticks * TICK),
        TICK,
      ).timerLimited,
    ).toBe(true);
  });

  it('does not mark work whose spread exceeds the resolution', () => {
    const varied = uniformStream(2);
    // Uniform on [0, 20] ticks: quartiles 10 ticks apart.
    expect(
      timingOf(
        told(() => 20 * varied() * TICK),
        TICK,
      ).timerLimited,
    ).toBe(false);
  });

  it('has the measured resolution', () => {
    let calls = 0;
    // Milliseconds; three readings a tick, and now and then one takes several ticks.
    const now = () => {
      calls += calls % 7 === 0 ? 5 : 1;
      return Math.floor(calls / 3) * 0.25;
    };
    expect(clockResolution(now)).toBe(0.25e-3);
  });
});

describe('timed work', () => {
  it('has at least the requested number of samples, with the durations that it returns', async () => {
    const timing = await timed(() => ({ overriddenDuration: 2000, overriddenIterationCost: 1e6 }), {
      seconds: 0.001,
      samples: 5,
    });
    expect(timing).toMatchObject({ median: 2, low: 2, high: 2, samples: 5 });
  });

  it('rethrows its errors', async () => {
    const work = () => {
      throw new Error('no such thing');
    };
    await expect(timed(work, { seconds: 0.001, samples: 1 })).rejects.toThrow('no such thing');
  });
});
