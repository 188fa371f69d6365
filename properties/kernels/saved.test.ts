import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { kernelCases } from '../../src/generators/kernelCases.ts';
import { BadInput } from '../../src/io/badInput.ts';
import { readSavedCase, savedCase } from '../../src/kernels/saved.ts';

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
  it.each(['float32', 'float64'] as const)('is read back as it was: %s', (dtype) => {
    fc.assert(
      fc.property(kernelCases(dtype), (calls) => {
        expect(read(savedCase(calls, { kernel: 'some' }))).toEqual(calls);
      }),
      { seed: 1, numRuns: 20 },
    );
  });

  it('keeps every bit of extreme numbers', () => {
    const [[input]] = fc.sample(kernelCases('float64'), { seed: 2, numRuns: 1 });
    input.Y.set([Number.MIN_VALUE, Number.MAX_VALUE, 0.1, 1 / 3].slice(0, input.Y.length));
    expect(read(savedCase([input], {}))[0].Y).toEqual(input.Y);
  });

  it.each([
    ['{}', 'schema: expected 1, got nothing'],
    ['{"schema": 1, "calls": []}', 'calls: expected a list of at least 1 items, got an empty list'],
    [
      '{"schema": 1, "calls": [{"contexts": [0], "queries": ["x"]}]}',
      'calls[0].queries[0]: expected a number, got "x"',
    ],
    ['{', 'JSON'],
  ])('that is damaged is refused in words: %s', (text, words) => {
    expect(() => read(text)).toThrow(words);
  });

  it('with ids out of range is refused', () => {
    const [[input]] = fc.sample(kernelCases('float32'), { seed: 3, numRuns: 1 });
    const text = savedCase([{ ...input, targets: input.targets.map(() => input.vocabulary) }], {});
    expect(() => read(text)).toThrow('targets');
  });
});
