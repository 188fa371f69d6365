import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowSeed, shrink, shrinkFrom } from '../../src/decide/search.ts';

describe('a seed of a row', () => {
  // FNV-1a, 32 bits: the vectors of its authors (draft-eastlake-fnv, appendix C).
  it.each([
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['foobar', 0xbf9cf968],
  ])('of %j is the published hash', (name, hash) => {
    expect(rowSeed(0, name) >>> 0).toBe(hash);
  });
  it('joins several names with /', () => {
    expect(rowSeed(3, 'a', 'b')).toBe(rowSeed(3, 'a/b'));
  });
});

describe('shrinking from a given world', () => {
  it('finds the smallest world that still fails', async () => {
    expect(await shrinkFrom(fc.integer({ min: 0, max: 1000 }), (n) => n >= 0)).toBe(0);
  });
  it('finds nothing where the given world does not fail', async () => {
    expect(await shrinkFrom(fc.constant(5), () => false)).toBeNull();
  });
  it('rethrows an error', async () => {
    const broken = () => {
      throw new Error('broken');
    };
    await expect(shrinkFrom(fc.constant(5), broken)).rejects.toThrow('broken');
  });
});

describe('the budget of shrinking', () => {
  it('counts from the first failure on', async () => {
    const visited: number[] = [];
    const fails = (n: number) => {
      visited.push(n);
      return n > 900;
    };
    const options = { runs: 200, seed: 3, budget: 4 };
    const found = await shrink(fc.integer({ min: 0, max: 1000 }), fails, options);
    const first = visited.findIndex((n) => n > 900);
    expect(first).toBeGreaterThan(0);
    expect(visited.length).toBe(first + 1 + 4);
    expect(found!.world).toBe(visited.filter((n) => n > 900).at(-1));
  });
  it('of 0 returns the world that was found', async () => {
    const found = await shrink(fc.integer({ min: 0, max: 1000 }), (n) => n > 500, {
      runs: 50,
      seed: 3,
      budget: 0,
    });
    expect(found!.path).toMatch(/^[0-9]+$/);
  });
});
