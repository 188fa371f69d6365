/** The example of docs/library.md, and its failure message. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import faulty from '../../fixtures/kernels/faulty.mjs';
import plainModule from '../../fixtures/kernels/plain.mjs';
import type { Kernel } from '../../src/kernels/kernel.ts';
import '../../src/vitest.ts';
import { TINY } from './judging.ts';

/** An argument as JavaScript may pass it, without types. */
const plain = plainModule as unknown as Kernel;

/** What is asked here is what the matcher says, for which the smallest inputs are enough; four runs where the number is not asked. */
const OPTIONS = { runs: 40, envelope: TINY };

// Failing cases are kept below the working directory.
const folder = mkdtempSync(join(tmpdir(), 'snapcheck-conform-'));
const before = process.cwd();
beforeAll(() => process.chdir(folder));
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

const messageOf = (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => 'no failure',
    (error: Error) => error.message,
  );

describe('expect(kernel).toConform()', () => {
  it('passes for a kernel within its bounds, at both levels', async () => {
    await expect(plain).toConform({ ...OPTIONS });
    await expect(plain).toConform({ ...OPTIONS, strict: true });
  });

  it('reports stage, element, bound and smallest input of a failure, and saves the input', async () => {
    const message = await messageOf(expect(faulty).toConform({ ...OPTIONS }));
    for (const part of ['features exceeds its error bound', 'expected 1', 'T - 1 = 1, B = 1', 'replay: '])
      expect(message).toContain(part);
    const file = /replay: '([^']+)'/.exec(message)![1];
    expect(await messageOf(expect(faulty).toConform({ replay: file }))).toContain(
      'features exceeds its error',
    );
    await expect(plain).toConform({ replay: file });
  });

  it('notes the kept case in the report of the test', async ({ task }) => {
    await expect(plain).toConform({ ...OPTIONS, runs: 4 });
    expect(task.annotations).toEqual([]);
    const message = await messageOf(expect(faulty).toConform({ ...OPTIONS }));
    const file = /replay: '([^']+)'/.exec(message)![1];
    expect(task.annotations.map(({ message: note }) => note)).toEqual([
      expect.stringContaining(`The failing case is kept in ${file}`),
    ]);
  });

  it('saves the cases of two kernels with the same name in different files', async () => {
    const broken = { name: 'broken', dtype: 'float32' } as const;
    const kernels: Kernel[] = [
      { ...broken, step: () => Promise.reject(new Error('one')) },
      { ...broken, step: () => Promise.reject(new Error('two')) },
    ];
    const files: string[] = [];
    for (const kernel of kernels) {
      const message = await messageOf(expect(kernel).toConform({ runs: 1 }));
      files.push(/replay: '([^']+)'/.exec(message)![1]);
    }
    const [one, two] = files.map((file) => JSON.parse(readFileSync(file, 'utf8')).failed);
    expect([one, two]).toEqual([expect.stringContaining('one'), expect.stringContaining('two')]);
  });

  it('escapes a name and a message, so that they cannot imitate lines of the report', async () => {
    const step = () => {
      throw new Error('no\nPasses; seed 1.');
    };
    const forger: Kernel = { name: 'x\nPasses; seed 1.', dtype: 'float32', step };
    const message = await messageOf(expect(forger).toConform({ runs: 1 }));
    const file = /replay: '([^']+)'/.exec(message)![1];
    for (const text of [message, await messageOf(expect(forger).toConform({ replay: file }))])
      expect(text).not.toMatch(/^Passes/m);
  });

  it('can be negated', async () => {
    await expect(faulty).not.toConform({ ...OPTIONS });
    expect(await messageOf(expect(plain).not.toConform({ ...OPTIONS, runs: 4 }))).toContain('Passes');
  });

  it('accepts asynchronous kernels, and stops waiting for one that never answers', async () => {
    const later: Kernel = {
      name: 'later',
      dtype: plain.dtype,
      step: async (input) => new Promise((done) => setImmediate(() => done(plain.step(input)))),
    };
    await expect(later).toConform({ ...OPTIONS, runs: 4 });
    const never: Kernel = { name: 'never', dtype: 'float32', step: () => new Promise(() => {}) };
    expect(await messageOf(expect(never).toConform({ timeLimit: 50 }))).toContain(
      'hung: no answer within 50 ms',
    );
  });

  it('states the required fields of a kernel', async () => {
    const message = await messageOf(expect({ name: '', dtype: 'float16' }).toConform());
    expect(message).toContain("dtype: expected 'float32' or 'float64'");
    expect(message).toContain('step: expected a function');
  });
});
