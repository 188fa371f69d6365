/** Records in a folder of .npy files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRun } from '../../src/runs/readRun.ts';
import { ARRAYS } from './brokenArrays.ts';
import { faultsOf, recordFolder, sound } from './records.ts';
import { write } from './writeRun.ts';

const { folder, fresh } = recordFolder();

describe('a broken Z in a folder is refused', () => {
  it.each(ARRAYS)('%s', (_, bytes, fault) => {
    const path = write(folder, fresh(), sound, 'folder');
    writeFileSync(join(path, 'Z.npy'), bytes);
    expect(faultsOf(() => readRun(path)).join('\n')).toMatch(fault);
  });
});

describe('files', () => {
  it('of a folder that are no part of the record are not read', () => {
    const path = write(folder, fresh(), sound, 'folder');
    const plain = readRun(path);
    for (const name of ['.DS_Store', 'loss.npy', 'z.npy', 'readme.txt'])
      writeFileSync(join(path, name), 'no array');
    mkdirSync(join(path, 'plots'));
    expect(readRun(path)).toEqual(plain);
  });
  it('that are missing, and a missing path, are refused', () => {
    const empty = join(folder, fresh());
    mkdirSync(empty);
    const [first, ...rest] = faultsOf(() => readRun(empty));
    expect(first).toMatch(/problem: expected the problem/);
    expect(rest.map((fault) => fault.replace(/^run .*?: /, ''))).toEqual([
      'steps: expected this part, got nothing',
      'Z: expected this part, got nothing',
    ]);
    expect(faultsOf(() => readRun(join(folder, 'gone'))).join('\n')).toMatch(/no such file/);
  });
});
