// heavy: 7 s
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decimal } from '../../src/arithmetic/decimal.ts';
import { ofField, ofTrainer, Unavailable } from '../../src/bench/backend.ts';
import { type Entry, entries } from '../../src/bench/backends.ts';
import { point } from '../../src/bench/digits.ts';
import { referenceDigits } from '../../src/bench/references.ts';
import { runBench } from '../../src/bench/run.ts';
import type { BenchSizes } from '../../src/bench/sizes.ts';
import { brokenTrainer } from '../trainers/broken.ts';
import { documentShape } from './shape.ts';

/** The smallest possible run. */
const budget = { seconds: 0.001, samples: 1 };
const TINY: BenchSizes = {
  random: 1,
  steps: [1, 3],
  step: budget,
  training: budget,
  point: budget,
  worlds: 2,
  coarse: true,
};
const entry = (id: string): Entry => entries.find((known) => known.id === id)!;
const missing: Entry = {
  id: 'tfjs-wasm',
  digits: 8,
  open: async () => {
    throw new Unavailable('it is not here');
  },
};

describe('a run', () => {
  it('gives a document of the right shape, with all rows of its backends', async () => {
    const fractions: number[] = [];
    const document = await runBench({
      command: 'npx snapcheck bench',
      sizes: TINY,
      backends: [entry('decimal20'), entry('interval34'), entry('float64'), missing],
      onProgress: (fraction) => fractions.push(fraction),
    });
    expect(documentShape.safeParse(JSON.parse(JSON.stringify(document))).error).toBeUndefined();
    expect(document.backends.map(({ backend }) => backend)).toEqual([
      'decimal20',
      'interval34',
      'float64',
      'tfjs-wasm',
    ]);
    expect(document.backends[1]).toMatchObject({ contains: true, worlds: 2 });
    expect(document.backends[3]).toMatchObject({
      skipped: 'it is not here',
      secondsPerStep: null,
      digits: [],
    });
    // Three problems from two starts each; a missing trainer has only a row with the reason.
    expect(
      document.training.map(({ backend, vocabulary, init }) => `${backend} ${vocabulary} ${init}`),
    ).toEqual([34, 240, 1002].flatMap((M) => [`float64 ${M} zero`, `float64 ${M} uniform`]));
    expect(document.population).toMatchObject([{ backend: 'float64', worlds: 2 }]);
    expect(document.scaling.map(({ variable }) => variable)).toEqual(['M', 'K', 'T', 'worlds']);
    expect(document.interrupted).toBe(false);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions[0]).toBe(0);
    expect(Math.max(...fractions)).toBeLessThanOrEqual(1);
  });

  it('shows a wrong step of a backend in its digits (control)', async () => {
    const named = (id: string, fault: 'none' | 'multiplicity ignored'): Entry => ({
      id,
      digits: 16,
      open: async () => ofTrainer(brokenTrainer(fault)),
    });
    const { backends } = await runBench({
      command: 'npx snapcheck bench',
      sizes: TINY,
      backends: [named('sound', 'none'), named('broken', 'multiplicity ignored')],
    });
    const [sound, broken] = backends.map(({ digits }) => digits.map(({ worst }) => worst!));
    // A correct step in float64 keeps more than half of its digits; a wrong one has an error in the first three.
    sound.forEach((digits, i) => {
      expect(digits).toBeGreaterThan(8);
      expect(broken[i]).toBeLessThan(3);
    });
  });

  it('returns the finished rows after an interruption', async () => {
    const controller = new AbortController();
    const document = await runBench({
      command: 'npx snapcheck bench',
      sizes: TINY,
      backends: [entry('float64'), entry('decimal20')],
      signal: controller.signal,
      onProgress: (_, what) => {
        if (what.startsWith('decimal20')) controller.abort();
      },
    });
    expect(document.interrupted).toBe(true);
    expect(document.backends.map(({ backend }) => backend)).toEqual(['float64']);
    expect(document.training).toEqual([]);
    expect(documentShape.safeParse(document).error).toBeUndefined();
  });

  it('closes its backends, and rethrows errors other than Unavailable', async () => {
    let closed = 0;
    const failing: Entry = {
      id: 'failing',
      digits: 20,
      open: async () => ({
        ...ofField(decimal(20), point, false),
        run: async () => {
          throw new Error('a fault of ours');
        },
        close: async () => {
          closed += 1;
        },
      }),
    };
    const run = runBench({ command: 'npx snapcheck bench', sizes: TINY, backends: [failing] });
    await expect(run).rejects.toThrow('a fault of ours');
    expect(closed).toBe(1);
  });
});

describe('a reference', () => {
  it('has at least twice the digits of each of its backends', () => {
    const carried = entries.map(({ digits }) => digits);
    for (const digits of carried) expect(referenceDigits(digits, carried)).toBeGreaterThanOrEqual(2 * digits);
    // One for all backends of at most 50 digits, which need not wait for the longer one.
    expect(new Set(carried.map((digits) => referenceDigits(digits, carried)))).toEqual(new Set([100, 200]));
    expect(referenceDigits(16, [16, 8])).toBe(32);
  });

  it('is chosen by the digits of the backend', async () => {
    for (const { id, digits, open } of entries.filter(({ id }) => !/mpfr|webgl/.test(id))) {
      const backend = await open();
      expect(digits, id).toBeGreaterThanOrEqual(backend.digits);
    }
  });
});

describe('the kept run', () => {
  it('has the shape of a document, and is complete', () => {
    const kept = JSON.parse(readFileSync(new URL('../../bench/results/bench.json', import.meta.url), 'utf8'));
    expect(documentShape.safeParse(kept).error).toBeUndefined();
    expect(kept.interrupted).toBe(false);
  });
});
