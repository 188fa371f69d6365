import { describe, expect, it } from 'vitest';
import { type BenchBackend, ofTrainer, Unavailable } from '../../src/bench/backend.ts';
import { type Entry, entries } from '../../src/bench/backends.ts';
import { recommend } from '../../src/bench/recommend.ts';
import { recommendText } from '../../src/report/recommend.ts';
import { float64Trainer } from '../../src/trainers/float64.ts';
import type { Trainer } from '../../src/trainers/trainer.ts';

const named = (...ids: string[]): Entry[] => ids.map((id) => entries.find((entry) => entry.id === id)!);
const known = named('float64', 'double-double', 'decimal20', 'decimal34');

/** A trainer of doubles whose logits are off by a part in 1e9 when they are read. */
const careless: Trainer = {
  ...float64Trainer,
  async start(...given) {
    const session = await float64Trainer.start(...given);
    const read = () => {
      const { Y, Z } = session.read();
      return { Y, Z: Z.map((row) => row.map((z) => z * (1 + 1e-9))) };
    };
    return { ...session, step: (examples) => session.step(examples), read };
  },
};
const entryOf = (id: string, digits: number, open: () => BenchBackend): Entry => ({
  id,
  digits,
  open: async () => open(),
});

describe('recommend', () => {
  it('names the fastest that keeps the digits, with the runners-up in the order of their times', async () => {
    const found = await recommend({ digits: 12, steps: 30 }, known);
    expect(found.recommended).toBe('float64');
    expect(found.candidates.map(({ backend }) => backend)).toEqual(['float64', 'double-double', 'decimal20']);
    for (const { digits, keeps } of found.candidates) {
      expect(digits).toBeGreaterThan(12);
      expect(keeps).toBe(true);
    }
    const text = recommendText(found, 80);
    expect(text).toMatch(/^float64 keeps \d+\.\d digits, .* a step: \d\.\d more than the 12 asked for/);
    expect(text).toContain('Runners-up:\n  double-double keeps');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('leaves out what cannot carry the digits, and takes more digits where rounding has cost some', async () => {
    const found = await recommend({ digits: 31, steps: 30 }, known);
    expect(found.candidates.find(({ backend }) => backend === 'double-double')).toMatchObject({
      keeps: false,
    });
    expect(found.recommended).toBe('decimal34');
    expect(found.candidates.map(({ backend }) => backend)).not.toContain('float64');
  });

  it('does not believe a backend', async () => {
    const wrong = entryOf('careless', 16, () => ofTrainer(careless));
    const found = await recommend({ digits: 12, steps: 10 }, [wrong, ...named('decimal20')]);
    const [measured] = found.candidates.filter(({ backend }) => backend === 'careless');
    expect(measured.digits).toBeGreaterThan(8.5);
    expect(measured.digits).toBeLessThan(9.5);
    expect(found.recommended).toBe('decimal20');
  });

  it('names none where none is fast enough, and says what could not run', async () => {
    const none: Entry = {
      ...entryOf('none', 17, () => ofTrainer(float64Trainer)),
      open: async () => {
        throw new Unavailable('it is not installed');
      },
    };
    const found = await recommend({ digits: 12, steps: 3, within: 1e-9 }, [none, ...named('float64')]);
    expect(found.recommended).toBeNull();
    expect(found.skipped).toEqual([{ backend: 'none', why: 'it is not installed' }]);
    const text = recommendText(found, 100);
    expect(text).toMatch(/^Nothing here keeps 12 digits over 3 steps within 1\.00 ns a step\.\nMeasured:/);
    expect(text).toContain('(too slow)');
  });

  it('keeps what was measured when it is interrupted', async () => {
    const controller = new AbortController();
    const stop = (_: number, what: string) => what.startsWith('decimal20') && controller.abort();
    const { signal } = controller;
    const found = await recommend({ digits: 12, steps: 3, signal, onProgress: stop }, known);
    expect(found.interrupted).toBe(true);
    expect(found.candidates.map(({ backend }) => backend)).toEqual(['float64']);
  });

  it('refuses with every fault', async () => {
    const wrong = { digits: 91, steps: 0, within: 0, rates: { etaY: -1, etaZ: 1, momentum: 1 } };
    await expect(recommend(wrong)).rejects.toMatchObject({
      faults: ['digits', 'steps', 'within', 'etaY', 'momentum'].map((name) =>
        expect.stringMatching(`^${name}: `),
      ),
    });
  });
});
