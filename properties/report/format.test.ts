import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { duration, grouped, limits, short, wrap } from '../../src/report/format.ts';

describe('numbers as the reports print them', () => {
  it.each([
    [0, '0'],
    [3.4e-12, '3.4e-12'],
    [-0.01234, '-0.012'],
    [12.34, '12'],
    [123456, '1.2e+5'],
    [Infinity, 'Infinity'],
  ])('%d is %s', (x, text) => expect(short(x)).toBe(text));

  it.each([
    [{ low: 0, high: 1 }, '0–100 %'],
    [{ low: 0, high: 0.0262 }, '≤ 2.7 %'],
    [{ low: 0, high: 0.00051 }, '≤ 0.06 %'],
    [{ low: 0.9738, high: 1 }, '≥ 97.3 %'],
    [{ low: 0.185, high: 0.9999 }, '18–100 %'],
    [{ low: 0.46, high: 0.65 }, '46–65 %'],
    [{ low: 0.4567, high: 0.501 }, '45.6–50.1 %'],
  ])('limits %o are %s', (x, text) => expect(limits(x)).toBe(text));

  it('integers are grouped as Intl groups them', () => {
    expect([7, 999, 1000, -1234567].map(grouped)).toEqual(['7', '999', '1,000', '-1,234,567']);
    fc.assert(
      fc.property(fc.maxSafeInteger(), (n) => {
        expect(grouped(n)).toBe(n.toLocaleString('en-US'));
      }),
    );
  });

  it.each([
    [0.04, '0.0 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [41.3, '41 s'],
    [200, '3 min 20 s'],
  ])('%d seconds are %s', (x, text) => expect(duration(x)).toBe(text));
});

describe('wrapping', () => {
  it('keeps every word, in lines no longer than asked', () => {
    const text = 'every distinct token gains attention and a single common token loses it';
    const lines = wrap(text, 20, '  ');
    expect(lines.map((line) => line.trim()).join(' ')).toBe(text);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(20);
  });

  it('gives a word longer than the width a line of its own', () => {
    expect(wrap('a incomprehensibilities b', 6)).toEqual(['a', 'incomprehensibilities', 'b']);
  });

  it('makes no line of nothing', () => expect(wrap('  ', 10, '  ')).toEqual([]));
});
