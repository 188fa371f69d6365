/** A run of the atlas in this thread: its progress, and its continuation of an earlier run. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { atlasChecks } from '../../src/atlas/checks.ts';
import { runAtlas } from '../../src/atlas/run.ts';
import { reducedLayout } from '../../src/model/layout.ts';

const folders: string[] = [];
const folder = () => {
  folders.push(mkdtempSync(join(tmpdir(), 'snapcheck-atlas-')));
  return folders.at(-1)!;
};
afterAll(() => {
  for (const one of folders) rmSync(one, { recursive: true, force: true });
});

describe('a run', () => {
  it('reports its progress, in total and of its own work, and continues from kept cells', async () => {
    // The first 32 worlds suffice for this width, for any counts.
    const scope = { seed: 3, width: 0.9, claims: ['snap'] as const, slices: ['momentum'] };
    const at = folder();
    const seen: { cells: number; total: number; work: number; own: number }[] = [];
    const whole = await runAtlas({ ...scope, folder: at, onProgress: (p) => seen.push(p) });
    expect(whole!.cells).toHaveLength(21);
    expect(seen[0]).toEqual({ cells: 0, total: 21, work: 0, own: 0 });
    expect(seen).toHaveLength(22);
    expect(seen.at(-1)).toEqual({ cells: 21, total: 21, work: 1, own: 1 });
    for (const [i, p] of seen.entries()) {
      expect(p.cells).toBe(i);
      // All settings have the same cost here.
      expect(Math.abs(p.work - i / 21)).toBeLessThan(2 ** -40);
      expect(p.own).toBe(p.work);
    }
    const file = join(at, 'cells.jsonl');
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const cut = lines.slice(0, -7);
    writeFileSync(file, `${cut.join('\n')}\n`);
    const again: typeof seen = [];
    expect(await runAtlas({ ...scope, folder: at, onProgress: (p) => again.push(p) })).toEqual(whole);
    expect(again[0]).toMatchObject({ cells: 14, own: 0 });
    expect(Math.abs(again[0].work - 14 / 21)).toBeLessThan(2 ** -40);
    expect(again).toHaveLength(8);
    expect(Math.abs(again[1].own - 1 / 7)).toBeLessThan(2 ** -40);
    const third: typeof seen = [];
    expect(await runAtlas({ ...scope, folder: at, onProgress: (p) => third.push(p) })).toEqual(whole);
    expect(third).toEqual([{ cells: 21, total: 21, work: 1, own: 1 }]);
  });
});

describe('steps', () => {
  const problem = {
    vocabulary: 20,
    classes: [
      { next: 10, query: 7, tokens: [0, 1, 2], probabilities: [2, 5, 3] },
      { next: 11, query: 7, tokens: [0, 3, 4], probabilities: [1, 4, 4] },
    ],
  };
  const layout = reducedLayout(problem);
  const motion = (time: number, dZ: number[]) => ({
    ...{ problem, layout, time, Z: [[time, time, time, 0, 0]], dZ: [dZ] },
    f: [
      [0.5, 0.75, 0.25],
      [0.5, 0.5, 0.5],
    ],
    rates: { etaY: 1, etaZ: 0.5, momentum: 0 },
  });
  const still = motion(1, [0, 0, 0, 0, 0]);
  const one = motion(2, [0, 0.5, 0, 0, 0]);
  const steps = [still, one, motion(4, [0, 0.25, 0, 0, 0]), motion(8, [0, 0.125, 0, 0, 0])];
  const ask = (claim: string, asked: 'steps' | 'net') =>
    [...atlasChecks.find((q) => q.claim === claim)!.margins({ steps, net: [one] }, asked)].map(
      ({ time }) => time,
    );

  it('are checked for sparsification only if some logit changes', () => {
    expect([...new Set(ask('sparsification', 'steps'))]).toEqual([2, 4, 8]);
    expect(float64.digits).toBeGreaterThan(15);
  });
  it('before all classes have been sampled are not checked for the snap in sampled runs', () => {
    // Octaves begin at 1, 2 and 4; there are two classes.
    expect([...new Set(ask('snap', 'steps'))]).toEqual([1, 2, 4]);
    expect([...new Set(ask('snap', 'net'))]).toEqual([2, 4]);
  });
});
