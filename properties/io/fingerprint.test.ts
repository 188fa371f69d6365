/** The fingerprint of a program. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fingerprint } from '../../src/io/fingerprint.ts';

const folder = mkdtempSync(join(tmpdir(), 'snapcheck-fingerprint-'));
afterAll(() => rmSync(folder, { recursive: true }));
const of = (files: Record<string, string>) => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const found = fingerprint([folder]);
  for (const name of Object.keys(files)) rmSync(join(folder, name));
  return found;
};
const code = { 'a.ts': '1', 'b.js': '2', 'c.json': '3', 'e.cjs': '4' };

describe('the fingerprint of folders', () => {
  it.each([
    ['a changed text', { ...code, 'a.ts': '2' }],
    ['a changed text of a bundle', { ...code, 'e.cjs': '5' }],
    ['a further file', { ...code, 'd.ts': '' }],
    ['another name', { 'd.ts': '1', 'b.js': '2', 'c.json': '3', 'e.cjs': '4' }],
    ['no file', {}],
  ])('changes with %s', (_, files) => {
    expect(of(files)).not.toBe(of(code));
  });

  it('ignores declarations and files that are no code', () => {
    expect(of({ ...code, 'a.d.ts': 'x', 'a.js.map': 'y' })).toBe(of(code));
  });
});
