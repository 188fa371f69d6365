// heavy: 9 s
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { findings as known } from '../../src/findings/findings.ts';
import { BadInput } from '../../src/io/badInput.ts';
import { Locked } from '../../src/io/lock.ts';
import type { Result } from '../../src/verify/result.ts';
import { type VerifyOptions, verify, verifyAndHold } from '../../src/verify/verify.ts';
import { timeless } from './timeless.ts';

/** One finding in four, without Figure 5, which takes longer than all others: they are kept one by one, in one way. */
vi.mock('../../src/findings/findings.ts', async (original) => {
  const { findings } = await original<{ findings: readonly { id: string }[] }>();
  return { findings: findings.filter(({ id }, i) => i % 4 === 0 && id !== 'figure-5') };
});

let folder = '';
const elsewhere = () => {
  folder = mkdtempSync(join(tmpdir(), 'snapcheck-'));
  vi.spyOn(process, 'cwd').mockReturnValue(folder);
};
beforeEach(elsewhere);
afterEach(() => vi.restoreAllMocks());

/** Runs until `rowsDone` rows and findings are done, and stops in the midst of the next. */
async function cut(options: VerifyOptions, rowsDone: number): Promise<Result> {
  const controller = new AbortController();
  return verify({
    ...options,
    signal: controller.signal,
    onProgress: (p) => p.rowsDone >= rowsDone && controller.abort(),
  });
}

describe('a run that is kept', () => {
  // Too few digits for a world of this seed: undecided ones must come back too.
  const ask = {
    claims: ['common-tokens-lose', 'scan-curve', 'gradient', 'conservation'],
    rungs: ['two-timescale', 'sgd'],
    runs: 6,
    seed: 2,
    digits: 40,
  };

  /** For tests in which no result is compared. */
  const cheap = { ...ask, claims: ['gradient', 'conservation', 'scan-curve'], runs: 2 };

  let whole: Result;
  beforeAll(async () => {
    elsewhere();
    whole = timeless(await verify(ask));
  });

  it.each([1, 2])('goes on after %i finished rows and comes to the same result', async (rowsDone) => {
    const resume = join(folder, 'deep', 'kept.json');
    expect(whole.rows.length).toBe(4);
    expect(whole.undecided.length).toBeGreaterThan(0);
    const first = await cut({ ...ask, resume }, rowsDone);
    expect(first.interrupted).toBe(true);
    const starts: [number, number][] = [];
    const second = await verify({ ...ask, resume, onProgress: (p) => starts.push([p.rowsDone, p.kept]) });
    expect(timeless(second)).toEqual(whole);
    // The row that was cut short is done anew, the ones before it are not.
    expect(starts[0][0]).toBe(1);
    expect(starts.at(-1)?.[1]).toBeGreaterThan(0);
    expect(existsSync(resume)).toBe(false);
  });

  it('takes nothing from a run of another seed, size or precision, or of another program', async () => {
    const resume = join(folder, 'kept.json');
    await cut({ ...cheap, resume }, 2);
    const text = readFileSync(resume, 'utf8');
    for (const change of [{ seed: 8 }, { runs: 7 }, { digits: 41 }]) {
      writeFileSync(resume, text);
      const kept: number[] = [];
      await verify({ ...cheap, ...change, resume, onProgress: (p) => kept.push(p.kept) });
      expect(Math.max(...kept)).toBe(0);
    }
  });

  it('is refused, and left as it is, when it is damaged in whatever way', async () => {
    const resume = join(folder, 'kept.json');
    await cut({ ...cheap, resume }, 2);
    const text = readFileSync(resume, 'utf8');
    const kept = JSON.parse(text);
    const [decision] = kept.rows;
    const damaged = [
      ...[text.slice(0, 100), '', `${text}x`, text.replace('"rows":[', '"rows":[{},'), '{}', '[]'],
      JSON.stringify({ ...kept, of: 'other' }),
      JSON.stringify({
        ...kept,
        rows: [{ ...decision, row: { ...decision.row, verdict: 'holds', held: 9 } }],
      }),
      JSON.stringify({ ...kept, rows: [...kept.rows, ...kept.rows] }),
      JSON.stringify({ ...kept, extra: 1 }),
    ];
    for (const broken of damaged) {
      writeFileSync(resume, broken);
      await expect(verify({ ...cheap, resume })).rejects.toBeInstanceOf(BadInput);
      expect(readFileSync(resume, 'utf8')).toBe(broken);
    }
  });

  it('leaves what another run of the same settings has kept', async () => {
    const resume = join(folder, 'kept.json');
    await cut({ ...cheap, resume }, 2);
    await verify({ ...cheap, claims: ['conservation'], rungs: ['population'], resume });
    expect(existsSync(resume)).toBe(true);
    const kept: number[] = [];
    await verify({ ...cheap, resume, onProgress: (p) => kept.push(p.kept) });
    expect(kept.at(-1)).toBeGreaterThan(0);
  });

  it('is kept, and locked, until its result is told', async () => {
    const resume = join(folder, 'kept.json');
    const one = { claims: ['conservation'], rungs: ['population'], runs: 2, resume };
    const untold = await verifyAndHold(one);
    expect(existsSync(resume)).toBe(true);
    await expect(verifyAndHold(one)).rejects.toBeInstanceOf(Locked);
    untold.release(false);
    const kept: number[] = [];
    const told = await verifyAndHold({ ...one, onProgress: (p) => kept.push(p.kept) });
    expect(kept).toEqual([1]);
    expect(timeless(told.result)).toEqual(timeless(untold.result));
    told.release(true);
    expect(existsSync(resume)).toBe(false);
  });

  it('is locked no longer by a run that is refused', async () => {
    const resume = join(folder, 'kept.json');
    await expect(verify({ ...ask, resume, workers: 0 })).rejects.toThrow(BadInput);
    const free = await verifyAndHold({ claims: ['conservation'], rungs: ['population'], runs: 2, resume });
    free.release(true);
  });

  it('keeps findings too', async () => {
    const resume = join(folder, 'kept.json');
    const findings = { findings: true, runs: 1 };
    const whole = await verify(findings);
    expect(whole.rows).toEqual([]);
    expect(whole.findings.length).toBe(known.length);
    const first = await cut({ ...findings, resume }, 3);
    expect(first.findings.length).toBe(3);
    expect(known.length).toBeGreaterThan(3);
    expect(timeless(await verify({ ...findings, resume }))).toEqual(timeless(whole));
  });
});

describe('findings in a run', () => {
  it('are left out when claims or rungs are named, unless they are asked for', async () => {
    const named = { claims: ['conservation'], rungs: ['sgd'], runs: 2 };
    expect((await verify(named)).findings).toEqual([]);
    const both = await verify({ ...named, findings: true });
    expect(both.rows).toHaveLength(1);
    expect(both.findings.length).toBe(known.length);
  });
});

describe('undecided worlds', () => {
  it('are listed one by one, and their command leads back to them', async () => {
    const ask = { claims: ['scan-curve'], rungs: ['two-timescale'], seed: 2, digits: 40 };
    const { rows, undecided } = await verify({ ...ask, runs: 8 });
    expect(undecided).toHaveLength(rows[0].undecided);
    expect(undecided.length).toBeGreaterThan(0);
    for (const { margin, digits, replay } of undecided) {
      expect(digits).toBe(40);
      const path = /--path (\d+) --digits 40$/.exec(replay)?.[1];
      const { counterexamples } = await verify({ ...ask, path });
      expect(counterexamples[0]).toMatchObject({ outcome: 'undecided', margin: { name: margin?.name } });
    }
  });
});
