/** Records in a folder of .npy files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRun } from '../../src/runs/readRun.ts';
import { ARRAYS, files } from './brokenArrays.ts';
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
  it('an unknown file of a folder, a missing one, and a missing path are refused', () => {
    const path = write(folder, fresh(), sound, 'folder');
    writeFileSync(join(path, 'z.npy'), files['Z.npy']);
    expect(faultsOf(() => readRun(path)).join('\n')).toMatch(/there is no part "z\.npy"/);
    const empty = join(folder, fresh());
    mkdirSync(empty);
    expect(faultsOf(() => readRun(empty)).length).toBeGreaterThan(0);
    expect(faultsOf(() => readRun(join(folder, 'gone'))).join('\n')).toMatch(/no such file/);
  });
});
