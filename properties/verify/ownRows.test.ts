/** The jobs of a thread on rows of a module of someone else: its rows, not those of the registry. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { defaultPrecision } from '../../src/decide/enclosure.ts';
import { rowJobs } from '../../src/verify/jobs.ts';
import { ownRow } from '../../src/verify/ownClaims.ts';
import * as thread from '../../src/verify/workerMain.ts';

const folder = mkdtempSync(join(tmpdir(), 'snapcheck-rows-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A module with one claim on sgd: numbers below `limit`. */
function moduleOf(name: string, limit: number): string {
  const file = join(folder, `${name}.mjs`);
  const fastCheck = new URL('../../node_modules/fast-check/lib/fast-check.js', import.meta.url);
  writeFileSync(
    file,
    `import fc from ${JSON.stringify(fastCheck.href)};
    const judge = (world) => ({
      outcome: world < ${limit} ? 'held' : 'violated', certified: true, digits: 20,
      margin: { name: 'below ${limit}', value: (${limit} - world) / 100, time: 0 },
    });
    const worlds = fc.integer({ min: 0, max: 99 });
    export default {
      id: 'small-numbers', source: 'test', statement: 'Numbers are small.', silent: 'Nothing.',
      checks: [{
        rung: 'sgd', statement: 'Below ${limit}.', decided: 'certified', expected: 'holds', worlds, judge, share: 1,
        controls: [{ drops: 'that they are few', worlds, judge }],
      }],
    };`,
  );
  return file;
}
const settings = { runs: 30, seed: 5, precision: defaultPrecision };
const rowOf = (module?: string) => ({ claim: 'small-numbers', rung: 'sgd', ...(module && { module }) });

const what = { from: 0, to: 30 };

describe('a job of a thread on a row of a module', () => {
  it.each([
    ['half', 50],
    ['all', 100],
  ])('is done on the row of that module: %s', async (name, limit) => {
    const module = moduleOf(name, limit);
    const row = await ownRow(rowOf(module));
    expect(row.check.statement).toBe(`Below ${limit}.`);
    const there = await thread.worlds({ row: rowOf(module), settings, what });
    if (!('answer' in there)) throw new Error(there.broken);
    const outcomes = there.answer.judgements.map(({ outcome }) => outcome);
    expect(new Set(outcomes)).toEqual(new Set(limit === 100 ? ['held'] : ['held', 'violated']));
    const here = await rowJobs.worlds(row, settings, what);
    expect(here).toMatchObject({ answer: { judgements: there.answer.judgements } });
  });

  it('is an error where the module, or the registry, has no such row', async () => {
    const module = moduleOf('other', 7);
    const other = { ...rowOf(module), rung: 'flow' };
    await expect(thread.worlds({ row: other, settings, what })).rejects.toThrow(
      `small-numbers on flow: no row of ${module}`,
    );
    await expect(thread.worlds({ row: rowOf(), settings, what })).rejects.toThrow(
      'small-numbers on sgd: no row of the registry',
    );
    // Control: a claim of the registry is found there.
    const gradient = { claim: 'gradient', rung: 'sgd' };
    expect(await thread.worlds({ row: gradient, settings, what: { from: 0, to: 1 } })).toHaveProperty(
      'answer',
    );
  });
});
