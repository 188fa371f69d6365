/** The digits that `recommend` measures: against a reference that is far enough ahead, and at every look. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../../src/arithmetic/decimal.ts';
import { ofField, ofTrainer } from '../../src/bench/backend.ts';
import { type Entry, entries } from '../../src/bench/backends.ts';
import { correctDigits, point } from '../../src/bench/digits.ts';
import { recommend as recommendIn } from '../../src/bench/recommend.ts';
import { BENCH_RATES, publishedProblem, workFor } from '../../src/bench/work.ts';
import { float64Trainer } from '../../src/trainers/float64.ts';
import type { Trainer } from '../../src/trainers/trainer.ts';

const named = (id: string): Entry => entries.find((entry) => entry.id === id)!;
/** The looks of 10 steps. */
const LOOKS = [1, 10];
/** Without much of the times, of which nothing is asked. */
const recommend = (options: Parameters<typeof recommendIn>[0], known: readonly Entry[]) =>
  recommendIn({ budget: { seconds: 0.01, samples: 1 }, ...options }, known);

describe('the reference', () => {
  it.each(['float64', 'decimal34', 'decimal50'])(
    'is so far ahead of %s that one with three times the digits measures the same',
    async (id) => {
      const entry = named(id);
      const found = await recommend({ digits: Math.ceil(entry.digits / 2), steps: 10 }, [entry]);
      const work = workFor(publishedProblem(), BENCH_RATES);
      const backend = await entry.open();
      const far = ofField(decimal(Math.max(60, 3 * entry.digits)), point, false);
      const got = correctDigits(await backend.run(work, LOOKS), await far.run(work, LOOKS), backend.digits);
      // A reference with p digits more than the backend changes the measured error by 10^-p of it: far below one ulp of its logarithm.
      const [{ digits }] = found.candidates;
      expect(digits).toBe(Math.min(...got));
      // Some digits are lost, so that a measurement of nothing does not pass.
      expect(digits).toBeLessThan(backend.digits);
    },
  );
});

/** Doubles whose logits are off by a part in 1e9 when they are read after `steps`, and right at every other time. */
const wrongAfter = (steps: number): Trainer => ({
  ...float64Trainer,
  async start(...given) {
    const session = await float64Trainer.start(...given);
    let done = 0;
    const step: typeof session.step = (examples) => {
      done += 1;
      return session.step(examples);
    };
    const read = () => {
      const { Y, Z } = session.read();
      return { Y, Z: done === steps ? Z.map((row) => row.map((z) => z * (1 + 1e-9))) : Z };
    };
    return { ...session, step, read };
  },
});

describe('the digits', () => {
  it.each([10, 30])('are the fewest of all looks: an error after step %i counts', async (steps) => {
    const wrong: Entry = { id: 'wrong', digits: 16, open: async () => ofTrainer(wrongAfter(steps)) };
    const { candidates, recommended } = await recommend({ digits: 12, steps: 30 }, [wrong]);
    // A part in 1e9 is 9 digits.
    expect(candidates[0].digits).toBeGreaterThan(8.9);
    expect(candidates[0].digits).toBeLessThan(9.1);
    expect(recommended).toBeNull();
  });

  it('of the same trainer without an error are enough (control)', async () => {
    const right: Entry = { id: 'right', digits: 16, open: async () => ofTrainer(wrongAfter(-1)) };
    expect((await recommend({ digits: 12, steps: 30 }, [right])).recommended).toBe('right');
  });
});
