import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replay, rowSeed, shrink, visitWorlds } from '../../src/decide/search.ts';
import { singleCommon } from '../../src/generators/problems.ts';
import { runWorld } from '../../src/generators/states.ts';
import { caseFile, keep, readCase } from '../../src/verify/keptCases.ts';

const worlds = runWorld(singleCommon(), 1500);
const seed = 6;

describe('drawing', () => {
  const list = async (runs: number, most = runs) => {
    const seen: unknown[] = [];
    await visitWorlds(worlds, { runs, seed }, (world) => seen.push(world) < most);
    return seen;
  };
  it('repeats for a seed, and a longer row starts with the shorter one', async () => {
    expect((await list(20)).slice(0, 5)).toEqual(await list(5));
  });
  it('gives the same world at the same index, for every start of the stretch', async () => {
    const whole = await list(200);
    for (const from of [1, 2, 99, 150]) {
      const seen: unknown[] = [];
      await visitWorlds(worlds, { runs: 7, seed, from }, (world) => seen.push(world) > 0);
      expect(seen).toEqual(whole.slice(from, from + 7));
      expect(await replay(worlds, seed, String(from))).toEqual(whole[from]);
    }
  });
  it('ends when visit returns false, without drawing further worlds', async () => {
    expect(await list(1e9, 3)).toEqual(await list(3));
  });
  it('rethrows an error, and does not count it as a failure', async () => {
    const broken = () => {
      throw new Error('broken');
    };
    await expect(visitWorlds(worlds, { runs: 3, seed }, broken)).rejects.toThrow('broken');
    await expect(shrink(worlds, broken, { runs: 3, seed })).rejects.toThrow('broken');
  });
  it('differs between rows of a run and between seeds', () => {
    const seeds = [rowSeed(1, 'a', 'b'), rowSeed(2, 'a', 'b'), rowSeed(1, 'a', 'c'), rowSeed(1, 'b', 'a')];
    expect(new Set(seeds).size).toBe(4);
  });
});

describe('shrinking and replaying', () => {
  it('finds the smallest failing world, and its path finds it again', async () => {
    const found = await shrink(worlds, ({ steps }) => steps > 100, { runs: 20, seed });
    expect(found?.world.steps).toBe(101);
    expect(await replay(worlds, seed, found!.path)).toEqual(found?.world);
  });
  it('finds the same path from the failing world on as from the first', async () => {
    const first = await replay(worlds, seed, '0');
    const fails = ({ steps }: { steps: number }) => steps > first!.steps;
    const found = await shrink(worlds, fails, { runs: 50, seed });
    const from = Number(found?.path.split(':')[0]);
    expect(from).toBeGreaterThan(0);
    expect(await shrink(worlds, fails, { runs: 1, seed, from })).toEqual(found);
    expect(await shrink(worlds, fails, { runs: 1, seed, from: from - 1 })).toBeNull();
  });
  it('stops after its budget with the smallest so far, the same each time', async () => {
    const options = { runs: 20, seed, budget: 5 };
    const [a, b] = [
      await shrink(worlds, ({ steps }) => steps > 100, options),
      await shrink(worlds, ({ steps }) => steps > 100, options),
    ];
    expect(a?.world.steps).toBeGreaterThan(100);
    expect(a).toEqual(b);
  });
  it('finds nothing where nothing fails', async () => {
    expect(await shrink(worlds, () => false, { runs: 20, seed })).toBeNull();
  });
  it('returns null for a path without a world', async () => {
    expect(await replay(worlds, seed, '0:99999:3')).toBeNull();
    expect(await replay(worlds, seed, 'abc')).toBeNull();
    expect(await replay(fc.constant(1), seed, '0:1:2')).toBeNull();
  });
});

describe('the store', () => {
  it('keeps a case that reads back equal, and ignores other files', () => {
    const folder = mkdtempSync(join(tmpdir(), 'snapcheck-'));
    const [world] = fc.sample(worlds, { seed, numRuns: 1 });
    const margin = { name: 'x', value: -1, time: 2 };
    const stored = {
      claim: 'snap',
      rung: 'population',
      seed,
      path: '1:2',
      world,
      margin,
      digits: 20,
    };
    const row = { claim: 'snap', rung: 'population', worlds };
    expect(readCase(keep(folder, stored), row)).toEqual({ value: { schema: 1, ...stored } });
    const named = Object.assign({ schema: 1 }, stored, { isolates: 'x' });
    expect(readCase(keep(folder, named), row)).toEqual({ value: named });
    expect(readCase(keep(folder, { ...named, isolates: '' }), row)).toHaveProperty('faults');
    expect(readCase(keep(folder, Object.assign({}, named, { schema: 2 })), row)).toHaveProperty('faults');
    expect(readCase(caseFile(folder, stored), { ...row, rung: 'sgd' })).toHaveProperty('faults');
    writeFileSync(join(folder, 'broken.json'), '{"claim": "snap"');
    expect(readCase(join(folder, 'broken.json'), row)).toHaveProperty('faults');
  });

  it('refuses a counterexample whose margin holds, and an invalid path', () => {
    const folder = mkdtempSync(join(tmpdir(), 'snapcheck-'));
    const [world] = fc.sample(worlds, { seed, numRuns: 1 });
    const row = { claim: 'snap', rung: 'population', worlds };
    const stored = { claim: 'snap', rung: 'population', seed, world, digits: 20 };
    const margin = (value: number) => ({ name: 'x', value, time: 2 });
    // A margin of exactly 0, as of 0 = 0, fails where value > 0 is asserted.
    expect(readCase(keep(folder, { ...stored, path: '1', margin: margin(0) }), row)).toHaveProperty('value');
    const read = readCase(keep(folder, { ...stored, path: '::', margin: margin(0.5) }), row);
    expect('faults' in read && read.faults.listed).toEqual([
      expect.stringMatching(/path: expected numbers joined by colons, got "::"$/),
      expect.stringMatching(/margin\.value: expected a number of at most 0, got 0\.5$/),
    ]);
  });
});
