/** Options that `runAtlas` refuses, as the command line does, with all faults at once. */
import { describe, expect, it } from 'vitest';
import { type RunOptions, runAtlas } from '../../src/atlas/run.ts';
import { BadInput } from '../../src/io/badInput.ts';

const good: RunOptions = {
  ...{ seed: 1, width: 0.5, claims: ['snap'], slices: ['classes'] },
  ...{ folder: 'a-folder-that-is-not-there/atlas', workers: 1 },
};

const REFUSED: [change: object, fault: string][] = [
  [{ claims: ['snpa'] }, 'claims: unknown name "snpa"; did you mean "snap"?'],
  [{ claims: 'snap' }, 'claims: expected a list of texts, got "snap"'],
  [{ claims: [] }, 'claims: expected at least one of discriminative, '],
  [{ slices: ['clases'] }, 'slices: unknown name "clases"; did you mean "classes"?'],
  [{ slices: undefined }, 'slices: expected a value, got nothing'],
  ...[0.5, 2 ** 31, Number.NaN, '1'].map((seed): [object, string] => [
    { seed },
    'seed: expected an integer from -2147483648 to 2147483647, got ',
  ]),
  ...[0, -1, 1.5, Number.NaN, '0.1'].map((width): [object, string] => [
    { width },
    'width: expected a number above 0 and at most 1, got ',
  ]),
  ...[0, -2, 257, 1.5, Number.NaN].map((workers): [object, string] => [
    { workers },
    'workers: expected an integer from 1 to 256, got ',
  ]),
  [{ shard: { i: 3, n: 2 } }, 'shard.i: expected an integer from 1 to 2, got 3'],
  [{ shard: { i: 1, n: 0 } }, 'shard.n: expected an integer from 1 to 1000, got 0'],
  [{ shard: { n: 2 } }, 'shard.i: expected a value, got nothing'],
  [{ folder: '' }, 'folder: expected a directory that can be written, got "": it is empty'],
  [{ folder: 'package.json/atlas' }, 'folder: expected a directory that can be written'],
  [{ folder: 7 }, 'folder: expected the path of a directory, got 7'],
];

const faultsOf = async (change: object): Promise<readonly string[]> => {
  const error = await runAtlas({ ...good, ...change } as RunOptions).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(BadInput);
  return (error as BadInput).faults;
};

describe('runAtlas refuses', () => {
  it.each(REFUSED)('%o', async (change, fault) => {
    expect(await faultsOf(change)).toEqual([expect.stringContaining(fault)]);
  });

  it('with every fault at once', async () => {
    const bad = {
      seed: 0.5,
      width: 2,
      claims: ['x'],
      slices: [],
      workers: 0,
      folder: '',
      shard: { i: 0, n: 1 },
    };
    expect(await faultsOf(bad)).toHaveLength(7);
  });
});
