import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowSeed, shrinkFrom } from '../../src/decide/search.ts';

describe('a seed of a row', () => {
  // FNV-1a, 32 bits: the vectors of its authors (draft-eastlake-fnv, appendix C).
  it.each([
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['foobar', 0xbf9cf968],
  ])('of %j is the published hash', (name, hash) => {
    expect(rowSeed(0, name) >>> 0).toBe(hash);
  });
  it('takes several names with / between them', () => {
    expect(rowSeed(3, 'a', 'b')).toBe(rowSeed(3, 'a/b'));
  });
});

describe('shrinking from a given world', () => {
  it('finds the smallest that fails still', async () => {
    expect(await shrinkFrom(fc.integer({ min: 0, max: 1000 }), (n) => n >= 0)).toBe(0);
  });
  it('finds nothing where the given one does not fail', async () => {
    expect(await shrinkFrom(fc.constant(5), () => false)).toBeNull();
  });
  it('lets an error through', async () => {
    const broken = () => {
      throw new Error('broken');
    };
    await expect(shrinkFrom(fc.constant(5), broken)).rejects.toThrow('broken');
  });
});
