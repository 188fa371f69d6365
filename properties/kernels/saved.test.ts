import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { BadInput } from '../../src/io/badInput.ts';
import { kernelCases } from '../../src/kernels/cases/cases.ts';
import { readSavedCase, savedCase } from '../../src/kernels/cases/saved.ts';
import { SMALL } from './judging.ts';

const folder = mkdtempSync(join(tmpdir(), 'snapcheck-saved-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'case.json');
const read = (text: string) => {
  writeFileSync(file, text);
  const read = readSavedCase(file);
  if ('faults' in read) throw new BadInput(read.faults);
  return read.value;
};

describe('a saved case', () => {
  it.each(['float32', 'float64'] as const)('is read back unchanged: %s', (dtype) => {
    fc.assert(
      fc.property(kernelCases(dtype, SMALL), (calls) => {
        // toEqual takes a hundred times as long over large arrays.
        expect(isDeepStrictEqual(read(savedCase(calls, { kernel: 'some' })), calls)).toBe(true);
      }),
      { seed: 1, numRuns: 20 },
    );
  });

  it('keeps every bit of extreme numbers', () => {
    const [[input]] = fc.sample(kernelCases('float64', SMALL), { seed: 2, numRuns: 1 });
    input.Y.set([-0, Number.MIN_VALUE, Number.MAX_VALUE / 2 ** 30, 0.1].slice(0, input.Y.length));
    expect(isDeepStrictEqual(read(savedCase([input], {}))[0].Y, input.Y)).toBe(true);
  });

  it.each([
    ['{}', 'schema: expected 1, got nothing'],
    ['{"schema": 1, "calls": []}', 'calls: expected a list of at least 1 items, got an empty list'],
    [
      '{"schema": 1, "calls": [{"contexts": [0], "queries": ["x"]}]}',
      'calls[0].queries[0]: expected a number, got "x"',
    ],
    ['{', 'JSON'],
  ])('that is damaged is refused with a message: %s', (text, words) => {
    expect(() => read(text)).toThrow(words);
  });

  it('with ids out of range is refused', () => {
    const [[input]] = fc.sample(kernelCases('float32', SMALL), { seed: 3, numRuns: 1 });
    const text = savedCase([{ ...input, targets: input.targets.map(() => input.vocabulary) }], {});
    expect(() => read(text)).toThrow('targets');
  });

  describe('of one call at M = 2', () => {
    const good = {
      ...{ dtype: 'float32', vocabulary: 2, contextLength: 2 },
      ...{ contexts: [0, 1, 1, 0], queries: [0, 1], targets: [1, 0] },
      ...{ Y: [0, 1, 2, 3], Z: [0, 0, 0, 0.5], velocityY: [0, 0, 0, 0], velocityZ: [0, 0, 0, 0] },
      ...{ etaY: 1, etaZ: 0.5, momentum: 0 },
    };
    const textOf = (...calls: unknown[]) => JSON.stringify({ schema: 1, calls });
    it('is read if lengths, ids and numbers are consistent', () => {
      expect(read(textOf(good))).toHaveLength(1);
      // Up to the largest id of 32 bits.
      expect(() => read(textOf({ ...good, vocabulary: 2 ** 31 - 1 }))).not.toThrow(/vocabulary: expected/);
    });
    const float64 = { ...good, dtype: 'float64' };
    it.each([
      [[null], 'calls[0]: expected'],
      [[7], 'calls[0]: expected'],
      [[{ ...good, contexts: [0, 1, 1] }], 'contexts: expected 4 numbers, got 3'],
      [[{ ...good, targets: [1] }], 'targets: expected 2 numbers, got 1'],
      [[{ ...good, Y: [0, 1, 2] }], 'Y: expected 4 numbers, got 3'],
      [[{ ...good, velocityZ: [0, 0, 0, 0, 0] }], 'velocityZ: expected 4 numbers, got 5'],
      [[{ ...good, queries: [0, 2] }], 'queries[1]: expected a token id below the vocabulary 2, got 2'],
      [[{ ...good, contexts: [0, 1, 1, -1] }], 'contexts[3]: expected'],
      [[{ ...good, vocabulary: 2 ** 31 }], 'vocabulary: expected a number of at most 2147483647'],
      [[{ ...good, Z: [0, 0, 0.1, 0] }], 'Z[2]: expected a number that float32 can hold, got 0.1'],
      [[{ ...good, etaZ: 0.1 }], 'etaZ: expected a number that float32 can hold, got 0.1'],
      [[{ ...good, momentum: 1 }], 'momentum: expected'],
      [[{ ...good, Y: [0, 2 ** 127, 0, 0] }], 'calls[0]: expected a step within the range of float32'],
      [
        [{ ...good, velocityY: [0, 2 ** 127, 0, 0] }],
        'calls[0]: expected velocities up to half of the largest',
      ],
      [[good, float64], 'calls[1].dtype: expected float32 as in the first call, got float64'],
    ])('is refused: %j', (calls, words) => {
      expect(() => read(textOf(...calls))).toThrow(words);
    });
    it('may have numbers beyond float32 in float64', () => {
      expect(read(textOf({ ...float64, etaZ: 0.1 }))[0].etaZ).toBe(0.1);
    });
    it('may have all numbers for which the step stays within the range of its dtype', () => {
      // 8 * 2 sequences * 2 tokens = 2^5, and the largest float32 is just below 2^128. Parameters may overflow.
      const large = { Y: [0, 2 ** 122, 0, 0], velocityZ: [0, 2 ** 126, 0, 0], etaY: 2 ** 122 };
      expect(() => read(textOf({ ...good, ...large }))).not.toThrow();
      expect(() => read(textOf({ ...good, Y: [0, 2 ** 123, 0, 0] }))).toThrow();
      expect(() => read(textOf({ ...float64, Y: [0, 2 ** 127, 0, 0] }))).not.toThrow();
    });
    it('is refused without reading above 256 MiB', () => {
      writeFileSync(file, textOf(good));
      truncateSync(file, 2 ** 28 + 1);
      const refused = readSavedCase(file);
      expect('faults' in refused && refused.faults.listed.join()).toMatch(/256 MiB|268435456|268,435,456/);
    });
  });
});
