// heavy: 7 s
import fc, { type Arbitrary } from 'fast-check';
import { expect, it } from 'vitest';
import { rowSeed, visitWorlds } from '../../src/decide/search.ts';
import { type Uniform, uniformStream } from '../../src/model/uniform.ts';
import { rowsOf } from '../../src/verify/registry.ts';
import { misfit } from '../model/statistics.ts';

/**
 * Exact limits of a rate require worlds that are draws of one distribution, for every index in the row. The test compares
 * the first indices of a row with late ones, over many seeds, by the length of a world as text, which any change of
 * distribution is likely to change.
 */
const EARLY = [0, 1, 2];
const LATE = [300, 301, 302];
const SEEDS = 40;
const CELLS = 4;
const PERMUTATIONS = 499;

interface Drawn {
  readonly late: boolean;
  readonly length: number;
}

async function drawnFrom(worlds: Arbitrary<unknown>, name: string, edges: boolean): Promise<Drawn[]> {
  const drawn: Drawn[] = [];
  for (let seed = 0; seed < SEEDS; seed++)
    for (const late of [false, true]) {
      const [from, runs] = late ? [LATE[0], LATE.length] : [EARLY[0], EARLY.length];
      const stretch = { from, runs, seed: rowSeed(seed, name), edges };
      await visitWorlds(
        worlds,
        stretch,
        (world) => drawn.push({ late, length: JSON.stringify(world).length }) > 0,
      );
    }
  return drawn;
}

/** The cell of each world: cells of equal size by increasing length; equal lengths share a cell. */
function cellsOf(drawn: readonly Drawn[]): Uint8Array {
  const sorted = drawn.map(({ length }) => length).sort((a, b) => a - b);
  const bounds = Array.from(
    { length: CELLS - 1 },
    (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / CELLS)],
  );
  return Uint8Array.from(drawn, ({ length }) => bounds.filter((bound) => length >= bound).length);
}

/** Pearson's statistic of a 2 x CELLS table: early or late, cell. */
function pearson(late: Uint8Array, cell: Uint8Array): number {
  const [inCell, lateInCell] = [new Float64Array(CELLS), new Float64Array(CELLS)];
  let lates = 0;
  for (let i = 0; i < late.length; i++) {
    inCell[cell[i]] += 1;
    lateInCell[cell[i]] += late[i];
    lates += late[i];
  }
  let statistic = 0;
  for (let c = 0; c < CELLS; c++) {
    const expected = (lates * inCell[c]) / late.length;
    const rest = inCell[c] - expected;
    if (expected > 0) statistic += (lateInCell[c] - expected) ** 2 / expected;
    if (rest > 0) statistic += (inCell[c] - lateInCell[c] - rest) ** 2 / rest;
  }
  return statistic;
}

function shuffled(xs: Uint8Array, uniform: Uniform): Uint8Array {
  const out = xs.slice();
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    const x = out[i];
    out[i] = out[j];
    out[j] = x;
  }
  return out;
}

/**
 * The exact p-value of "early and late worlds have one distribution in every row": the rank of Pearson's statistic, summed
 * over rows, among those of random permutations of early and late within each row.
 */
async function pValue(rows: readonly { name: string; worlds: Arbitrary<unknown> }[], edges: boolean) {
  const uniform = uniformStream(12);
  const data: { late: Uint8Array; cell: Uint8Array }[] = [];
  for (const { name, worlds } of rows) {
    const drawn = await drawnFrom(worlds, name, edges);
    data.push({ late: Uint8Array.from(drawn, ({ late }) => Number(late)), cell: cellsOf(drawn) });
  }
  const total = (order: (late: Uint8Array) => Uint8Array) =>
    data.reduce((sum, { late, cell }) => sum + pearson(order(late), cell), 0);
  const seen = total((late) => late);
  let asFar = 1;
  for (let i = 0; i < PERMUTATIONS; i++) if (total((late) => shuffled(late, uniform)) >= seen) asFar++;
  return asFar / (PERMUTATIONS + 1);
}

const rows = rowsOf().map(({ claim, check }) => ({
  name: `${claim.id} ${check.rung}`,
  worlds: check.worlds as Arbitrary<unknown>,
}));

it('draws the worlds of every row from one distribution, for every index', async () => {
  expect(await pValue(rows, false)).toBeGreaterThan(0.01);
}, 60_000);

it('control: finds the bias to extremes of searches without statistics', async () => {
  expect(await pValue(rows, true)).toBe(1 / (PERMUTATIONS + 1));
}, 60_000);

it('draws small integers uniformly at the first index, as at every other', async () => {
  const counts = new Map<number, number>();
  for (let seed = 0; seed < 2000; seed++)
    await visitWorlds(fc.integer({ min: 0, max: 40 }), { runs: 1, seed: rowSeed(seed, 'integers') }, (k) => {
      counts.set(k, (counts.get(k) ?? 0) + 1);
      return true;
    });
  expect(misfit(counts, new Map(Array.from({ length: 41 }, (_, k) => [k, 1 / 41])), 2000)).toBeLessThan(1);
});
