// heavy: 6 s
/** `--seed random` by the command: what it prints makes the same run again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { here } from '../attack/inProcess.ts';
import { plain, small } from './inProcessKernel.ts';

const folder = mkdtempSync(join(tmpdir(), 'snapcheck-seed-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('--seed random', () => {
  it.each([
    ['kernel', [plain, '--runs', '3', ...small]],
    ['verify', ['conservation', '--rung', 'sgd', '--runs', '2', '--workers', '1']],
  ])('%s: two runs have two seeds, each is printed, and makes the same run again', async (command, words) => {
    const run = async (seed: string) => {
      const { status, stdout, stderr } = await here([command, ...words, '--json', '--seed', seed], folder);
      expect(status, stderr).toBe(0);
      // Times differ, and nothing else.
      const document = JSON.parse(stdout, (key, value) => (/^seconds$/i.test(key) ? 0 : value));
      return { document, stderr };
    };
    const drawn = [await run('random'), await run('random')];
    for (const { document, stderr } of drawn) {
      expect(stderr).toContain(`--seed random: ${document.seed}\n`);
      expect((await run(String(document.seed))).document).toEqual(document);
    }
    const [one, other] = drawn.map(({ document }) => document);
    // Equal by chance once in 2^32 runs.
    expect(one.seed).not.toBe(other.seed);
    expect(one).not.toEqual({ ...other, seed: one.seed });
  });
});
