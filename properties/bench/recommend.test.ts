import { describe, expect, it } from 'vitest';
import { type BenchBackend, ofTrainer, Unavailable } from '../../src/bench/backend.ts';
import { type Entry, entries } from '../../src/bench/backends.ts';
import { recommend as recommendIn } from '../../src/bench/recommend.ts';
import { runBench } from '../../src/bench/run.ts';
import { QUICK } from '../../src/bench/sizes.ts';
import type { Problem } from '../../src/model/problem.ts';
import { benchText } from '../../src/report/bench.ts';
import { plain } from '../../src/report/colour.ts';
import { recommendText } from '../../src/report/recommend.ts';
import { float64Trainer } from '../../src/trainers/float64.ts';
import type { Trainer } from '../../src/trainers/trainer.ts';

const named = (...ids: string[]): Entry[] => ids.map((id) => entries.find((entry) => entry.id === id)!);
const brief = { seconds: 0.01, samples: 1 };
/** Its times are told, and decide nothing here: backends differ by factors of ten. */
const recommend = (options: Parameters<typeof recommendIn>[0], known?: readonly Entry[]) =>
  recommendIn({ budget: { seconds: 0.01, samples: 3 }, ...options }, known);
const TINY = { ...QUICK, steps: [10], step: brief };
const known = named('float64', 'double-double', 'decimal20', 'decimal34');

/** The start of a trainer of doubles whose logits are changed when they are read. */
const changed =
  (change: (z: number) => number): Trainer['start'] =>
  async (...given) => {
    const session = await float64Trainer.start(...given);
    const read = () => {
      const { Y, Z } = session.read();
      return { Y, Z: Z.map((row) => row.map(change)) };
    };
    return { ...session, step: (examples) => session.step(examples), read };
  };
/** Its logits are off by a part in 1e9. */
const careless: Trainer = { ...float64Trainer, start: changed((z) => z * (1 + 1e-9)) };
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

  const alone = (own: number[], n: number) => ({
    ...{ next: 20 + n, query: 30, tokens: own },
    probabilities: own.map((_, i) => (3 - i) / 6),
  });
  it.each([
    ['a single class', [alone([0, 1, 2], 0)]],
    ['two classes that share no token', [alone([0, 1, 2], 0), alone([3, 4, 5], 1)]],
  ])('%s: attention does not move, and the logits are judged absolutely', async (_, classes) => {
    const problem: Problem = { vocabulary: 40, classes };
    // What is wrong with `careless` is relative to z: it is right to a part in 1e9 of nothing. An absolute error shows.
    const shifted = { ...float64Trainer, start: changed((z) => z + 1e-9) };
    const found = await recommend({ digits: 12, steps: 20, problem }, [
      entryOf('shifted', 15.9, () => ofTrainer(shifted)),
      ...known,
    ]);
    expect(found.recommended).toBe('float64');
    const digits = Object.fromEntries(found.candidates.map((one) => [one.backend, one.digits]));
    expect(Math.abs(digits.shifted! - 9)).toBeLessThan(1e-6);
    for (const one of found.candidates) expect(one.attentionMoves).toBe(false);
    const text = recommendText(found, 80).replaceAll(/\s+/g, ' ');
    expect(text).toContain(
      'Attention does not move over 20 steps, to all digits that were measured: logits are judged absolutely',
    );
    const bench = await runBench({ ...{ command: '', problem }, sizes: TINY, backends: ['float64'] });
    expect(bench.backends[0].attentionMoves).toBe(false);
    expect(bench.backends[0].digits[0].worst).toBeGreaterThan(12);
    expect(benchText(bench, 80, plain).replaceAll(/\s+/g, ' ')).toContain(
      'Attention does not move in this problem',
    );
  });
  it('of a problem in which attention moves, it says nothing of that; where it moves too little for some, it names them', async () => {
    const found = await recommend({ digits: 12, steps: 30 }, named('float64'));
    expect(found.candidates[0].attentionMoves).toBe(true);
    expect(recommendText(found, 80)).not.toContain('absolutely');
    const [one] = found.candidates;
    const mixed = {
      ...found,
      candidates: [
        { ...one, attentionMoves: false },
        { ...one, backend: 'other' },
      ],
    };
    expect(recommendText(mixed, 200)).toContain('Attention moves less than float64 can hold');
  });

  it('fits a screen, also where nothing keeps the digits: the nearest first, the others counted', async () => {
    const found = await recommend({ digits: 12, steps: 3 }, named('float64'));
    const [one] = found.candidates;
    const candidates = Array.from({ length: 9 }, (_, i) => ({
      ...{ ...one, backend: `backend${i}`, digits: i, keeps: false },
    }));
    const skipped = Array.from({ length: 9 }, (_, i) => ({
      ...{
        backend: `absent${i}`,
        why: 'it is not installed here; npm install it, and then run the same again',
      },
    }));
    const text = recommendText({ ...found, candidates, skipped, recommended: null }, 80);
    const lines = text.split('\n');
    expect(lines.length).toBeLessThanOrEqual(23);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines[1]).toBe('Measured:');
    expect(lines[2]).toContain('backend8 keeps 8.0');
    const listed = new Set(text.match(/(backend|absent)\d/g)).size;
    expect(text).toContain(`  and ${18 - listed} more: --json\n`);
    expect(listed).toBeGreaterThan(9);
    expect(recommendText({ ...found, candidates, recommended: null }, 80)).not.toContain('more: --json');
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
