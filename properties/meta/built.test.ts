/** Tests run what was built, and only where that was made of the sources as they are. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { isBuilt } from './built.ts';

const folder = mkdtempSync(join(tmpdir(), 'snapcheck-built-'));
afterAll(() => rmSync(folder, { recursive: true }));
for (const name of ['src', 'dist']) mkdirSync(join(folder, name));
const source = join(folder, 'src', 'a.ts');
const version = (text: string) => createHash('sha256').update(text).digest('hex');
const keep = (fileInfos: unknown) =>
  writeFileSync(
    join(folder, 'dist', '.tsbuildinfo'),
    JSON.stringify({ fileNames: ['../node_modules/b.d.ts', '../src/a.ts'], fileInfos }),
  );

it('a build is told from one of other sources', () => {
  expect(isBuilt(folder)).toBe(false);
  writeFileSync(source, 'export const a = 1;');
  keep([version('another text'), version('export const a = 1;')]);
  expect(isBuilt(folder)).toBe(true);
  keep(['', { version: version('export const a = 1;') }]);
  expect(isBuilt(folder)).toBe(true);
  writeFileSync(source, 'export const a = 2;');
  expect(isBuilt(folder)).toBe(false);
  rmSync(source);
  expect(isBuilt(folder)).toBe(false);
});

it('TypeScript keeps such a version of each source', () => {
  const { fileNames, fileInfos } = JSON.parse(
    readFileSync(new URL('../../dist/.tsbuildinfo', import.meta.url), 'utf8'),
  );
  const at = fileNames.indexOf('../src/model/seeds.ts');
  expect(fileInfos[at].version ?? fileInfos[at]).toMatch(/^[0-9a-f]{64}$/);
});
