import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unwritable, writeFiles, writeWhole } from '../../src/io/write.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'snapcheck-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('a file', () => {
  it('is written with its folder, safe, and nothing else is left', () => {
    const file = join(dir, 'a', 'b', 'text.md');
    writeWhole(file, 'one\u001b[31m\u202e\ntwo\n');
    expect(readFileSync(file, 'utf8')).toBe('one\\u001b[31m\\u202e\ntwo\n');
    expect(readdirSync(join(dir, 'a', 'b'))).toEqual(['text.md']);
  });

  it('keeps its old content when the new one cannot be written', () => {
    const file = join(dir, 'taken');
    mkdirSync(file);
    writeFileSync(join(file, 'old'), 'old');
    expect(() => writeWhole(file, 'new')).toThrow('it is a directory');
    expect(readdirSync(dir)).toEqual(['taken']);
    expect(readFileSync(join(file, 'old'), 'utf8')).toBe('old');
  });

  it('keeps its permissions, and a link to it stays a link', () => {
    const [file, link] = [join(dir, 'file'), join(dir, 'link')];
    writeFileSync(file, 'old');
    chmodSync(file, 0o600);
    symlinkSync(file, link);
    writeWhole(link, 'new');
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(dir).sort()).toEqual(['file', 'link']);
  });

  it('is made where a link leads, by whatever way, and the links stay', () => {
    mkdirSync(join(dir, 'deep', 'er'), { recursive: true });
    symlinkSync('deep/er', join(dir, 'folder'));
    symlinkSync('../there', join(dir, 'folder', 'second'));
    symlinkSync('folder/second', join(dir, 'first'));
    for (const text of ['new', 'newer']) {
      writeWhole(join(dir, 'first'), text);
      expect(readFileSync(join(dir, 'deep', 'there'), 'utf8')).toBe(text);
    }
    expect(lstatSync(join(dir, 'first')).isSymbolicLink()).toBe(true);
    symlinkSync('loop', join(dir, 'loop'));
    expect(() => writeWhole(join(dir, 'loop'), 'new')).toThrow('ELOOP');
  });

  it.skipIf(process.platform === 'win32')('replaces nothing but a regular file, behind a link either', () => {
    const [pipe, link] = [join(dir, 'pipe'), join(dir, 'link')];
    spawnSync('mkfifo', [pipe]);
    symlinkSync('pipe', link);
    expect(() => writeWhole(pipe, 'new')).toThrow('it is not a regular file');
    expect(() => writeWhole(link, 'new')).toThrow(`it leads to ${pipe}: it is not a regular file`);
    expect(lstatSync(pipe).isFIFO()).toBe(true);
    expect(readdirSync(dir).sort()).toEqual(['link', 'pipe']);
  });

  it.skipIf(process.platform === 'win32')('is written through nothing that has the name of its draft', () => {
    const draft = join(dir, `.snapcheck-${process.pid}.part`);
    spawnSync('mkfifo', [draft]);
    writeWhole(join(dir, 'file'), 'new');
    writeFileSync(join(dir, 'other'), 'old');
    symlinkSync('other', draft);
    writeWhole(join(dir, 'file'), 'newer');
    expect(readFileSync(join(dir, 'other'), 'utf8')).toBe('old');
    expect(readdirSync(dir).sort()).toEqual(['file', 'other']);
  });

  it('that fails does not keep others from being written, and is named', () => {
    mkdirSync(join(dir, 'b', 'c'), { recursive: true });
    const { written, failed } = writeFiles(dir, { a: '1', b: '2', c: '3' });
    expect(written).toEqual([join(dir, 'a'), join(dir, 'c')]);
    expect(failed.map(({ file }) => file)).toEqual([join(dir, 'b')]);
  });
});

describe('a folder that nothing can be written into', () => {
  it('is found out by trying, and nothing is left behind', () => {
    writeFileSync(join(dir, 'file'), '');
    symlinkSync(join(dir, 'loop'), join(dir, 'loop'));
    expect(unwritable(join(dir, 'new', 'deep'))).toBeUndefined();
    expect(unwritable(dir)).toBeUndefined();
    expect(unwritable(join(dir, 'file'))).toContain('is a file');
    expect(unwritable(join(dir, 'file', 'deep'))).toContain('is a file');
    expect(unwritable(join(dir, 'loop', 'deep'))).toMatch(/ELOOP|ENOENT/);
    expect(unwritable(join(dir, 'x'.repeat(300)))).toContain('ENAMETOOLONG');
    expect(readdirSync(dir).sort()).toEqual(['file', 'loop']);
  });
});
