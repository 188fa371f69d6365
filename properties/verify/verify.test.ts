// heavy: 9 s
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_SEED } from '../../src/model/seeds.ts';
import { worldsAsked } from '../../src/verify/jobs.ts';
import { rowNamed, rowsOf } from '../../src/verify/registry.ts';
import { asExpected } from '../../src/verify/result.ts';
import { certifiable } from '../../src/verify/row.ts';
import { listClaims, verify } from '../../src/verify/verify.ts';
import { shownAgain, smallestCases } from './shownAgain.ts';

beforeEach(() => {
  // What a run keeps goes to the working directory.
  vi.spyOn(process, 'cwd').mockReturnValue(mkdtempSync(join(tmpdir(), 'snapcheck-')));
});
afterEach(() => vi.restoreAllMocks());

const timeless = (x: Awaited<ReturnType<typeof verify>>) => ({
  ...x,
  seconds: 0,
  rows: x.rows.map((row) => ({ ...row, seconds: 0 })),
});

describe('verify', () => {
  it('tells the seconds from its beginning to its end', async () => {
    let clock = 1000;
    vi.spyOn(performance, 'now').mockImplementation(() => clock);
    const onProgress = () => {
      clock = 8500;
    };
    const { seconds } = await verify({
      claims: ['conservation'],
      rungs: ['population'],
      runs: 1,
      onProgress,
    });
    expect(seconds).toBe(7.5);
  });

  it('gives the same result for the same seed, and other worlds for another', async () => {
    const ask = {
      claims: ['scan-curve', 'gradient', 'conservation'],
      rungs: ['two-timescale', 'sgd'],
      runs: 5,
    };
    const [a, b] = [await verify(ask), await verify(ask)];
    expect(timeless(a)).toEqual(timeless(b));
    const c = await verify({ ...ask, seed: 1 });
    expect(c.rows.map((row) => row.worstMargin)).not.toEqual(a.rows.map((row) => row.worstMargin));
  });

  it('asks only the claims and rungs it is told', async () => {
    const { rows, seed } = await verify({ claims: ['gradient', 'conservation'], rungs: ['sgd'], runs: 5 });
    expect(rows.map(({ claim, rung }) => `${claim} ${rung}`)).toEqual(['gradient sgd', 'conservation sgd']);
    expect(seed).toBe(DEFAULT_SEED);
  });

  it('finds a refuted claim refuted even when few worlds are drawn: stored counterexamples come first', async () => {
    const result = await verify({ claims: ['frequency'], rungs: ['population'], runs: 1 });
    expect(result.rows[0].verdict).toBe('violated');
    expect(result.counterexamples[0]).toMatchObject({ certified: true, outcome: 'violated', expected: true });
    expect(asExpected(result)).toBe(true);
  });

  it('keeps the rows decided before an interruption', async () => {
    const controller = new AbortController();
    const onProgress = ({ rowsDone, done }: { rowsDone: number; done: number }) =>
      rowsDone === 1 && done === 1 && controller.abort();
    const result = await verify({
      claims: ['conservation'],
      runs: 10,
      signal: controller.signal,
      onProgress,
    });
    expect(result.interrupted).toBe(true);
    expect(result.rows).toHaveLength(2);
    const { check } = rowNamed({ claim: 'conservation', rung: 'sgd' });
    expect(result.rows[0].worlds).toBe(worldsAsked(check, 10));
    expect(result.rows[1].worlds).toBe(1);
  });

  it('reports progress up to the number of worlds of each row', async () => {
    const seen: string[] = [];
    await verify({
      claims: ['gradient'],
      // The row asks half of them.
      runs: 6,
      onProgress: ({ done, total, rowsDone, rowsTotal }) =>
        seen.push(`${done}/${total}, ${rowsDone} of ${rowsTotal}`),
    });
    expect(seen).toEqual(['1/3, 0 of 1', '2/3, 0 of 1', '3/3, 0 of 1', '3/3, 1 of 1']);
  });

  it('leaves a world undecided when too few digits are allowed, and says so', async () => {
    const result = await verify({
      // The first world of this seed takes 80 digits.
      claims: ['scan-curve'],
      seed: 2,
      runs: 8,
      digits: 40,
    });
    expect(result.rows[0].verdict).toBe('undecided');
    expect(result.rows[0].undecided).toBeGreaterThan(0);
    expect(asExpected(result)).toBe(false);
  });
});

describe('replaying', () => {
  // The others, which lack one hypothesis alone, are shown again by each run of their row (properties/claims/rows.ts).
  it('shows the smallest counterexample of each row again, certified where enclosures can be had', async () => {
    expect(smallestCases.length).toBeGreaterThan(0);
    for (const file of smallestCases) {
      const [claim, rung] = file.split('.');
      const [{ check }] = rowsOf([claim], [rung]);
      // Enclosed trajectories take half a minute: keptTrajectories.test.ts has them.
      if (check.enclosed === undefined) await shownAgain(file, certifiable(check));
    }
  });

  it('shows a world by its path, whether it fails or holds', async () => {
    const ask = { claims: ['discriminative'], rungs: ['two-timescale'], path: '3' };
    const { counterexamples, rows } = await verify(ask);
    expect(rows).toEqual([]);
    expect(counterexamples[0]).toMatchObject({ outcome: 'held', certified: true });
    expect(counterexamples[0].words).toContain('It holds');
    expect(counterexamples[0].replay).toContain('--path 3');
  });

  it('shows nothing for a path that leads nowhere', async () => {
    const ask = { claims: ['discriminative'], rungs: ['two-timescale'], path: '0:99999' };
    expect((await verify(ask)).counterexamples).toEqual([]);
  });
});

describe('the registry', () => {
  it('has unique claims, unique rows, a statement and a control for each', () => {
    const claims = listClaims();
    expect(new Set(claims.map(({ claim }) => claim)).size).toBe(claims.length);
    for (const { rungs, statement, source } of claims) {
      expect(new Set(rungs.map(({ rung }) => rung)).size).toBe(rungs.length);
      expect(statement.length).toBeGreaterThan(20);
      expect(source).toMatch(/^(Lemma|Theorem|Corollary|section|Appendix|Remark|Figure|own)/);
    }
  });

  it('puts the four headline claims first', () => {
    expect(
      listClaims()
        .slice(0, 4)
        .map(({ claim }) => claim),
    ).toEqual(['discriminative', 'frequency', 'sparsification', 'snap']);
    expect(listClaims().filter(({ headline }) => headline)).toHaveLength(4);
  });
});
