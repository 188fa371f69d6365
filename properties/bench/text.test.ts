import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { benchBlocks } from '../../fixtures/documents/bench.ts';
import type { BenchDocument, Timing } from '../../src/bench/document.ts';
import { benchText } from '../../src/report/bench.ts';
import { timeText } from '../../src/report/benchGrids.ts';
import { plain } from '../../src/report/colour.ts';

const kept: BenchDocument = JSON.parse(
  readFileSync(new URL('../../bench/results/bench.json', import.meta.url), 'utf8'),
);

const took = (median: number, timerLimited = false): Timing => ({
  median,
  low: median * 0.9,
  high: median * 1.2,
  samples: 9,
  timerLimited,
});

const document: BenchDocument = {
  schema: 1,
  command: 'npx snapcheck bench',
  made: '2026-01-01T00:00:00.000Z',
  machine: { cpu: 'An abacus', cores: 2, memoryGiB: 8, platform: 'linux x64', versions: { node: '20.0.0' } },
  work: 'The work.',
  backends: [
    {
      backend: 'decimal100',
      digits: [{ steps: 1, worst: 99.51, median: 99.7 }],
      secondsPerStep: took(0.0219),
      memory: 58_064,
      worlds: 1,
    },
    {
      backend: 'interval34',
      digits: [
        { steps: 1, worst: 31.7, median: 32 },
        { steps: 100, worst: 0, median: 16.6 },
      ],
      secondsPerStep: took(0.0105),
      memory: 93_833,
      worlds: 5,
      contains: true,
    },
    {
      backend: 'float64',
      digits: [{ steps: 1, worst: null, median: null }],
      secondsPerStep: took(2.6e-6, true),
      memory: null,
      worlds: 5,
      note: 'something to know',
    },
    {
      backend: 'tfjs-webgl',
      digits: [],
      secondsPerStep: null,
      memory: null,
      skipped: 'no Chromium was found',
    },
  ],
  training: [
    {
      backend: 'float64',
      vocabulary: 34,
      classes: 2,
      init: 'uniform',
      secondsPerStep: took(0.001),
      multiple: 10,
    },
    {
      backend: 'float64',
      vocabulary: 34,
      classes: 2,
      init: 'zero',
      secondsPerStep: took(0.0004),
      multiple: 25,
    },
    {
      backend: 'tfjs-wasm',
      vocabulary: 34,
      classes: 2,
      init: 'zero',
      secondsPerStep: took(0.002),
      multiple: 5,
    },
  ],
  population: [
    { backend: 'float64', worlds: 1024, secondsPerStep: took(0.002), worldStepsPerSecond: 512_000 },
  ],
  scaling: [
    {
      backend: 'float64',
      variable: 'T',
      fixed: 'M = 34',
      points: [10, 1000, 1e5].map((at) => ({ at, seconds: took(0.0004) })),
      exponent: { value: 0.046, standardError: 0.03 },
    },
  ],
  seconds: 290,
  interrupted: false,
};

describe('times', () => {
  it.each([
    [2.654e-6, '2.65 µs'],
    [0.0219, '21.9 ms'],
    [12, '12.0 s'],
    [250, '250 s'],
    [0.000999999, '1.00 ms'],
    [3.2e-9, '3.20 ns'],
    [0, '0.00 ns'],
  ])('%f s are %s', (seconds, text) => {
    expect(timeText(seconds)).toBe(text);
  });
});

describe('the report on a terminal', () => {
  const text = benchText(document, 100, plain);

  it('has a line per backend, with aligned columns', () => {
    const lines = text.split('\n');
    const head = lines.find((line) => line.includes('after 1'))!;
    for (const start of ['decimal100', 'interval34', 'float64']) {
      const line = lines.find((l) => l.startsWith(`  ${start} `))!;
      expect(line.length).toBe(head.length);
    }
    expect(text).toMatch(/decimal100 +99\.5 +– +99\.7 +21\.9 ms +19\.7 ms – 26\.3 ms +56\.7 KiB/);
    expect(text).toMatch(/float64 +NaN +– +NaN +2\.60 µs +2\.34 µs – 3\.12 µs\* +–/);
  });

  it('states what was skipped and why, the remarks, and the meaning of the mark', () => {
    expect(text).toContain('tfjs-webgl: skipped, no Chromium was found');
    expect(text).toContain('decimal100: digits of 1 world only');
    expect(text).not.toContain('interval34: digits of');
    expect(text).toContain('interval34: every enclosure contains the reference');
    expect(text).toContain('float64: something to know');
    expect(text).toContain('* the quartiles lie within two ticks of the clock');
  });

  it('has the starts of a problem in order, and a dash for backends that were not run', () => {
    const [zero, uniform] = ['zero', 'uniform'].map((init) =>
      text.split('\n').findIndex((line) => new RegExp(`^ +34 +2 +${init} `).test(line)),
    );
    expect(zero).toBeGreaterThan(0);
    expect(uniform).toBe(zero + 1);
    expect(text).toMatch(/34 +2 +zero +2,500 +25\.0 +500 +5\.00/);
    expect(text).toMatch(/34 +2 +uniform +1,000 +10\.0 +– +–/);
  });

  it('shows exponents with their errors, and the fixed quantities', () => {
    expect(text).toMatch(/T +float64 +10 +100,000 +0\.05 +0\.03/);
    expect(text).toContain('T: M = 34 (float64)');
  });

  it('ends with the backends that none beats in digits and speed at once', () => {
    const said = text.replaceAll(/\s+/g, ' ');
    // float64 left the numbers: it has no digits to offer.
    expect(said).toContain('Which precision? decimal100 keeps 99.5 digits, 21.9 ms a step. Done');
    expect(said.slice(said.indexOf('Which precision?'))).not.toContain('float64');
    const [slow, , , ...others] = document.backends;
    const twice = { ...slow, backend: 'beaten', digits: slow.digits.map((d) => ({ ...d, worst: 50 })) };
    const both = benchText({ ...document, backends: [slow, twice, ...others] }, 100, plain);
    expect(both).toContain('Beaten in both digits and speed: beaten.');
  });

  it('leaves out spread, median and memory where the table is wider than the terminal', () => {
    const narrow = benchText(document, 60, plain);
    const head = narrow.split('\n').find((line) => line.includes('after 1'))!;
    expect(head.length).toBeLessThanOrEqual(60);
    expect(head).toContain('time a step');
  });

  it('fits a terminal of 80 columns, with the kept run of three backends on the published problems', () => {
    // With the notes under the first table, and without any.
    const bare = kept.backends.map(
      ({ note: _note, contains: _contains, worlds: _worlds, ...backend }) => backend,
    );
    const unnoted = { ...kept, backends: bare.filter(({ skipped }) => skipped === undefined) };
    for (const one of [kept, unnoted]) expect(benchText(one, 80, plain)).not.toContain('\n\n\n');
    for (const line of benchText(kept, 80, plain).split('\n'))
      expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it('states if no row was finished', () => {
    const none = { ...document, backends: [], training: [], population: [], scaling: [], interrupted: true };
    const told = benchText(none, 100, plain);
    expect(told).toContain('No row was finished.');
    expect(told).toContain('Interrupted after 4 min 50 s.');
  });
});

describe('the blocks of docs/precision.md', () => {
  const { frontier, training } = benchBlocks(document);

  it('are tables of as many columns in every line', () => {
    for (const block of [frontier, training]) {
      const columns = block.split('\n').map((line) => line.split('|').length);
      expect(new Set(columns).size).toBe(1);
    }
    expect(frontier).toContain('| float64 | NaN | – | NaN | 2.60 µs |');
    expect(training).toContain('| 34 | 2 | zero | 2,500 | 25.0 | 500 | 5.00 |');
  });

  it('omit skipped backends', () => {
    expect(frontier).not.toContain('tfjs-webgl');
  });
});
