// heavy: 16 s
/** A run in threads: they work on the build, so build first. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { findings as known } from '../../src/findings/findings.ts';
import { rowJobs } from '../../src/verify/jobs.ts';
import * as cases from '../../src/verify/keptCases.ts';
import { BrokenCase } from '../../src/verify/keptCases.ts';
import type { Progress } from '../../src/verify/progress.ts';
import { rowNamed } from '../../src/verify/registry.ts';
import type { Result } from '../../src/verify/result.ts';
import { decideRow } from '../../src/verify/row.ts';
import { type VerifyOptions, verify } from '../../src/verify/verify.ts';
import { beside, openCrew } from '../../src/workers/crew.ts';
import { timeless } from './timeless.ts';

/** One finding in six: each is a job of its own, of one kind. A thread finds it by its id among all of them. */
vi.mock('../../src/findings/findings.ts', async (original) => {
  const { findings } = await original<{ findings: readonly unknown[] }>();
  return { findings: findings.filter((_, i) => i % 6 === 0) };
});
vi.mock('../../src/verify/keptCases.ts', async (original) => ({ ...(await original<typeof cases>()) }));

const elsewhere = () => {
  vi.spyOn(process, 'cwd').mockReturnValue(mkdtempSync(join(tmpdir(), 'snapcheck-')));
};
beforeEach(elsewhere);
afterEach(() => vi.restoreAllMocks());

const threads = (workers: number) =>
  openCrew(beside(new URL('../../src/verify/verify.ts', import.meta.url).href, './workerMain.js'), {
    workers,
  });

/** Certified and measured rows, refuted ones, a world that too few digits leave undecided. */
const ask: VerifyOptions = {
  claims: ['common-tokens-lose', 'gradient', 'conservation', 'scan-curve'],
  seed: 2,
  rungs: ['two-timescale', 'sgd'],
  runs: 5,
  digits: 40,
};

let here: Result;
let inThreads: Result;
const seen: Progress[] = [];
beforeAll(async () => {
  elsewhere();
  here = timeless(await verify(ask));
  inThreads = timeless(await verify({ ...ask, workers: 3, onProgress: (progress) => seen.push(progress) }));
});

describe('a run in threads', () => {
  it('finds every job there is in the file of a thread', async () => {
    const served = await import('../../src/verify/workerMain.ts');
    expect(Object.keys(served).sort()).toEqual([...Object.keys(rowJobs), 'finding'].sort());
  });

  it('comes to the result of this thread, whatever their number', async () => {
    expect(here.rows.length).toBe(4);
    expect(here.undecided.length).toBeGreaterThan(0);
    expect(here.counterexamples.length).toBeGreaterThan(0);
    expect(inThreads).toEqual(here);
    expect(timeless(await verify({ ...ask, workers: 1 }))).toEqual(here);
  });

  it('judges the findings alike', async () => {
    const findings = { findings: true, runs: 1 };
    const judged = timeless(await verify(findings));
    expect(judged.findings.map(({ id }) => id)).toEqual(known.map(({ id }) => id));
    expect(judged.findings.length).toBeGreaterThan(3);
    expect(timeless(await verify({ ...findings, workers: 2 }))).toEqual(judged);
  });

  it('shrinks the first world that fails to the same one, by the same path', async () => {
    vi.spyOn(cases, 'storedCases').mockReturnValue([]);
    const row = rowNamed({ claim: 'common-tokens-lose', rung: 'two-timescale' });
    const settings = { runs: 10, seed: 5 };
    const crew = threads(2);
    try {
      const [one, other] = [await decideRow(row, settings), await decideRow(row, { ...settings, crew })];
      expect(one.counterexample?.path).toMatch(/^\d+:/);
      expect(other.counterexample).toEqual(one.counterexample);
    } finally {
      await crew.end();
    }
  });

  it('tells progress that never falls, up to the whole', () => {
    for (const part of ['work', 'own', 'rowsDone'] as const) {
      const told = seen.map((progress) => progress[part]);
      expect(told).toEqual([...told].sort((a, b) => a - b));
    }
    expect(seen.at(-1)).toMatchObject({ work: 1, own: 1, rowsDone: 4, rowsTotal: 4, kept: 0 });
    for (const { done, total } of seen) expect(done).toBeLessThanOrEqual(total);
  });

  it('that is interrupted keeps what was decided, and goes on from there', async () => {
    const stop = new AbortController();
    const resume = join(process.cwd(), 'kept.json');
    const cut = await verify({
      ...ask,
      workers: 2,
      resume,
      signal: stop.signal,
      onProgress: ({ rowsDone, rowsTotal }) => rowsDone >= 2 && rowsDone < rowsTotal && stop.abort(),
    });
    expect(cut.interrupted).toBe(true);
    const finished = cut.rows.filter(({ complete, control }) => complete && control !== 'not run');
    expect(finished.length).toBeGreaterThanOrEqual(2);
    for (const { held, violated, undecided, worlds } of cut.rows)
      expect([held + violated + undecided, worlds > 0]).toEqual([worlds, true]);
    expect(cut.rows.some(({ complete, verdict }) => !complete && verdict === 'holds')).toBe(false);
    const kept: number[] = [];
    const rest = await verify({ ...ask, workers: 1, resume, onProgress: (p) => kept.push(p.kept) });
    expect(kept.at(-1)).toBeGreaterThanOrEqual(2);
    // As JSON has it: a margin that is not a number is kept as null.
    expect(JSON.stringify(timeless(rest))).toBe(JSON.stringify(here));
  });
});

describe('an error in a thread', () => {
  it('is one of the run: of a row that no thread knows', async () => {
    const { claim, check } = rowNamed({ claim: 'gradient', rung: 'sgd' });
    const unknown = { claim: { ...claim, id: 'made-up' }, check: { ...check, worlds: fc.constant(1) } };
    const crew = threads(2);
    try {
      const decision = decideRow(unknown, { runs: 5, seed: 1, crew });
      await expect(decision).rejects.toThrow('made-up on sgd: no row of the registry');
    } finally {
      await crew.end();
    }
  });

  it('is the broken case that it met, and leaves nothing kept as finished', async () => {
    // A world that its reader lets pass and that no check can be put to: such a file is not made here, but by whoever edits one.
    const stored = {
      ...{ claim: 'conservation', rung: 'sgd', seed: 1, path: '0', world: { steps: 'many' }, digits: null },
      ...{ margin: { name: '', value: -1, time: 0 }, file: 'edited.json' },
    };
    const met = vi
      .spyOn(cases, 'storedCases')
      .mockImplementation(({ claim, rung }) =>
        claim === stored.claim && rung === stored.rung ? [stored] : [],
      );
    const resume = join(mkdtempSync(join(tmpdir(), 'snapcheck-')), 'kept.json');
    const failed = await verify({ ...ask, workers: 2, resume }).catch((e) => e);
    expect(failed).toBeInstanceOf(BrokenCase);
    expect(failed.message).toContain('the world kept in edited.json cannot be judged');
    // Whatever rows were finished by then are whole.
    met.mockRestore();
    const rest = await verify({ ...ask, resume });
    expect(rest.rows.every(({ complete }) => complete)).toBe(true);
  });
});
