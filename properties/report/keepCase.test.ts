/** Files of failing cases. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { KernelFailure } from '../../src/kernels/run.ts';
import { keepCase } from '../../src/report/keepCase.ts';
import { someInput } from '../kernels/inputs.ts';

const folder = mkdtempSync(join(tmpdir(), 'snapcheck-kept-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('are apart for kernels apart, whatever these call themselves, and none is hidden', () => {
  const kernels = ['核心', '核心', '心核', '.', '..', '-', '.hidden', 'a/b', 'a-b', 'A-b'];
  const kept = kernels.map((kernel, i) => {
    const fault = { call: 0, kind: 'threw', message: `this is ${i}`, defect: null } as const;
    const failure = { calls: [someInput()], fault } as unknown as KernelFailure;
    return { i, kernel, file: keepCase({ kernel, strict: false }, failure, folder, `named${i}.mjs`) };
  });
  const names = kept.map(({ file }) => basename(file));
  // Some disks do not tell capitals apart.
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^\w[\w.-]*-[0-9a-f]{8}\.threw\.json$/);
  for (const { i, kernel, file } of kept) {
    const saved = JSON.parse(readFileSync(file, 'utf8'));
    expect(saved).toMatchObject({ kernel, failed: expect.stringContaining(`this is ${i}`) });
  }
});
