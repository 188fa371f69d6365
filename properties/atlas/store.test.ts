/** Saving and reading the cells of an atlas run. */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { settingsOfPart } from '../../src/atlas/document.ts';
import { LOOKS, stageLimits } from '../../src/atlas/plan.ts';
import { OtherRun } from '../../src/atlas/resume.ts';
import { nameOf } from '../../src/atlas/settings.ts';
import { openStore } from '../../src/atlas/store.ts';
import { BadInput } from '../../src/io/badInput.ts';
import { Locked } from '../../src/io/lock.ts';
import { here } from '../attack/inProcess.ts';

const folder = mkdtempSync(join(tmpdir(), 'snapcheck-store-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'cells.jsonl');
const settings = { seed: 1, width: 0.9, claims: ['snap'] as const, slices: ['momentum'], shard: null };
const open = (change: object = {}) =>
  openStore(file, { ...settings, ...change }, (what, error) => {
    throw new Error(what, { cause: error });
  });

describe('the store of a run', () => {
  beforeEach(() => rmSync(file, { force: true }));

  it('begins with the run: its settings and a hash of the program, which is not the hash of nothing', () => {
    open().close();
    const { program, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
    expect(rest).toEqual({ schema: 1, ...settings });
    expect(program).toMatch(/^[0-9a-f]{16}$/);
    expect(createHash('sha256').digest('hex').startsWith(program)).toBe(false);
  });

  it('allows one run at a time, and the next one after close', () => {
    const first = open();
    expect(() => open()).toThrow(Locked);
    first.close();
    open().close();
  });

  it('of a run is refused to a second one in the same folder', async () => {
    const first = open();
    const { status, stderr } = await here(
      ['atlas', '--out', dirname(file), '--slices', 'momentum'],
      tmpdir(),
    );
    expect([status, stderr]).toEqual([2, expect.stringContaining('--out: ')]);
    expect(stderr).toContain('cells.jsonl');
    first.close();
  });

  it('refuses the cells of another run, and releases the lock', () => {
    open().close();
    const text = readFileSync(file, 'utf8');
    for (const change of [{ seed: 2 }, { width: 0.5 }, { shard: '1/2' }])
      expect(() => open(change)).toThrow(OtherRun);
    expect(readFileSync(file, 'utf8')).toBe(text);
    // Not Locked: no run is using it.
    open().close();
  });

  it('refuses a damaged line with its number, does not change the file, and releases the lock', () => {
    open().close();
    appendFileSync(file, '{"claim":"snap"}\n');
    const text = readFileSync(file, 'utf8');
    for (let i = 0; i < 2; i++) {
      expect(() => open()).toThrow(BadInput);
      expect(() => open()).toThrow(/line 2: /);
    }
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(existsSync(file)).toBe(true);
  });

  const [setting] = settingsOfPart(settings, null);
  const [worlds] = LOOKS;
  const cell = {
    claim: 'snap',
    setting: nameOf(setting),
    worlds,
    violated: 0,
    ...stageLimits(0, worlds),
  } as const;

  it('keeps all cells after a byte order mark, which an editor may have added', () => {
    const store = open();
    store.add([cell]);
    store.close();
    const marked = `\ufeff${readFileSync(file, 'utf8')}`;
    for (const half of ['', '{"claim":"é']) {
      writeFileSync(file, marked + half);
      const again = open();
      expect(again.cells).toEqual([cell]);
      again.close();
      expect(readFileSync(file, 'utf8')).toBe(marked);
    }
    writeFileSync(file, '\ufeff');
    open().close();
    expect(readFileSync(file, 'utf8')).toMatch(/^\{.*\}\n$/);
  });

  it('drops an incomplete last line, and continues after the complete ones', () => {
    const store = open();
    store.close();
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, before + JSON.stringify(cell));
    const again = open();
    expect(again.cells).toEqual([]);
    again.close();
    expect(readFileSync(file, 'utf8')).toBe(before);
  });
});
