import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { link } from '../../src/cli/link.ts';

let clone: string;
let bin: string;
let main: string;

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'snapcheck-'));
  bin = join(clone, 'node_modules', '.bin');
  main = join(clone, 'dist', 'cli', 'main.js');
  mkdirSync(bin, { recursive: true });
  mkdirSync(join(clone, 'dist', 'cli'), { recursive: true });
  writeFileSync(main, '#!/usr/bin/env node\nconsole.log("here");\n');
});
afterEach(() => rmSync(clone, { recursive: true }));

describe("the clone's own command", () => {
  it.skipIf(process.platform === 'win32')('starts the compiled command line, also when linked twice', () => {
    expect(link(bin, main)).toBe(true);
    expect(link(bin, main)).toBe(true);
    expect(spawnSync(join(bin, 'snapcheck'), { encoding: 'utf8' }).stdout).toBe('here\n');
  });

  it('replaces a link that leads nowhere', () => {
    symlinkSync('/nowhere', join(bin, 'snapcheck'));
    expect(link(bin, main)).toBe(true);
    expect(existsSync(join(bin, 'snapcheck'))).toBe(true);
  });

  it('is a shim on Windows', () => {
    expect(link(bin, main, 'win32')).toBe(true);
    expect(readFileSync(join(bin, 'snapcheck.cmd'), 'utf8')).toContain('dist\\cli\\main.js" %*');
  });

  it('is left alone where there is no node_modules/.bin or nothing was built', () => {
    expect(link(join(clone, 'elsewhere'), main)).toBe(false);
    expect(existsSync(join(clone, 'elsewhere'))).toBe(false);
    expect(link(bin, join(clone, 'nothing.js'))).toBe(false);
  });
});
