import { describe, expect, it } from 'vitest';
import { notation } from '../../src/model/notation.ts';

const symbols = notation.flatMap(({ symbol }) => symbol.split(', '));

describe('notation', () => {
  it('gives every symbol one meaning', () => {
    expect(symbols.filter((s, i) => symbols.indexOf(s) !== i)).toEqual([]);
  });
  it('gives the name, shape and source of each', () => {
    for (const entry of notation)
      for (const part of ['symbol', 'name', 'shape', 'source'] as const) {
        expect(entry[part].trim()).toBe(entry[part]);
        expect(entry[part]).not.toBe('');
      }
  });
});
