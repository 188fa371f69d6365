import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { clopperPearson } from '../../src/decide/statistics.ts';
import { rateVerdict, violatingLimits } from '../../src/decide/verdict.ts';

describe('limits of the fraction of worlds that violate', () => {
  it('count an undecided world in the upper limit, not in the lower one', () => {
    const counts = { held: 90, violated: 4, undecided: 6 };
    expect(violatingLimits(counts, 0.01)).toEqual({
      low: clopperPearson(4, 100, 0.01).low,
      high: clopperPearson(10, 100, 0.01).high,
    });
    expect(violatingLimits({ held: 0, violated: 0, undecided: 0 }, 0.01)).toEqual({ low: 0, high: 1 });
    expect(violatingLimits({ held: 0, violated: 0, undecided: 5 }, 0.01)).toEqual({ low: 0, high: 1 });
  });
  it('decide a rate: undecided worlds can leave it undecided, and neither hold nor violate', () => {
    const limit = 0.1;
    expect(rateVerdict({ held: 1000, violated: 10, undecided: 0 }, limit)).toBe('holds');
    expect(rateVerdict({ held: 1000, violated: 10, undecided: 200 }, limit)).toBe('undecided');
    expect(rateVerdict({ held: 600, violated: 400, undecided: 0 }, limit)).toBe('violated');
    expect(rateVerdict({ held: 0, violated: 0, undecided: 400 }, limit)).toBe('undecided');
  });
});

describe('the evidence scripts', () => {
  const folder = new URL('../../fixtures/', import.meta.url);
  /** These count signs in closed form, none of which is undecided. */
  const plain = ['true-flow.mjs'];
  const takesItsOwn = (text: string) => /\bclopperPearson\b/.test(text);

  it('compute limits with the module that counts undecided worlds', () => {
    const scripts = readdirSync(folder).filter((name) => name.endsWith('.mjs'));
    expect(scripts).toContain('fresh-seeds.mjs');
    expect(scripts.filter((name) => takesItsOwn(readFileSync(new URL(name, folder), 'utf8')))).toEqual(plain);
  });
});
