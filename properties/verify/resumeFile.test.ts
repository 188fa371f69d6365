/** The file of a long run by itself; whole runs that go on from it are in resume.test.ts. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { BadInput } from '../../src/io/badInput.ts';
import { Locked } from '../../src/io/lock.ts';
import type { FindingRow } from '../../src/verify/result.ts';
import { type Decision, keptIn } from '../../src/verify/resume.ts';

const folder = mkdtempSync(join(tmpdir(), 'snapcheck-kept-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'kept.json');
beforeEach(() => rmSync(file, { force: true }));

const decision = (claim: string, rung: string) => ({ row: { claim, rung } }) as unknown as Decision;
const finding = (id: string) => ({ id }) as unknown as FindingRow;
const [one, two] = [decision('snap', 'flow'), decision('snap', 'sgd')];
const open = (settings: object = { seed: 1 }, notes: string[] = []) =>
  keptIn(
    file,
    settings,
    (what, error) => {
      throw new Error(what, { cause: error });
    },
    (note) => notes.push(note),
  );

describe('what a run keeps', () => {
  it('is empty at first, and found again by the next one of the same settings', () => {
    const first = open();
    expect([first.rows, first.findings]).toEqual([[], []]);
    expect(existsSync(file)).toBe(false);
    first.addRow(one);
    first.addRow(two);
    first.addFinding(finding('a'));
    first.close();
    const notes: string[] = [];
    const again = open({ seed: 1 }, notes);
    expect([again.rows, again.findings]).toEqual([[one, two], [finding('a')]]);
    expect(notes).toEqual([`Going on with what the same run finished earlier: ${file}`]);
    again.close();
  });

  it('is set aside under other settings, says so, and none of it is lost, however often', () => {
    const texts = [1, 2, 3].map((seed) => {
      const notes: string[] = [];
      const kept = open({ seed }, notes);
      expect([kept.rows, kept.findings]).toEqual([[], []]);
      expect(notes).toEqual(
        seed === 1 ? [] : [expect.stringMatching(`other settings.*${file}\\.${seed - 1} now`)],
      );
      kept.addRow(one);
      kept.close();
      return readFileSync(file, 'utf8');
    });
    expect([`${file}.1`, `${file}.2`, file].map((name) => readFileSync(name, 'utf8'))).toEqual(texts);
  });

  it('is forgotten where it was told, by claim and rung and by id; the file goes with the last', () => {
    const kept = open();
    for (const row of [one, two]) kept.addRow(row);
    for (const id of ['a', 'b']) kept.addFinding(finding(id));
    kept.forget([one.row], [finding('b')]);
    expect([kept.rows, kept.findings]).toEqual([[two], [finding('a')]]);
    kept.forget([two.row], []);
    expect([kept.rows, kept.findings]).toEqual([[], [finding('a')]]);
    expect(existsSync(file)).toBe(true);
    kept.forget([], [finding('a')]);
    expect(existsSync(file)).toBe(false);
    kept.close();
  });

  it('is one run at a time, and of no one once it is closed, also by a refusal', () => {
    const first = open();
    expect(() => open()).toThrow(Locked);
    first.addRow(one);
    first.close();
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('flow', 'flew'));
    expect(() => open()).toThrow(BadInput);
    // Refused for the same reason, not for a lock that was left.
    expect(() => open()).toThrow(BadInput);
    writeFileSync(file, text);
    const again = open();
    expect(again.rows).toEqual([one]);
    again.close();
  });
});
