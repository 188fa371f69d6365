/**
 * All attacks on the command line, or a part of them.
 *
 *     node properties/attack/run.mjs [--part k/n] [input | kernel | stream | disk | environment ...]
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const [first, second, ...rest] = process.argv.slice(2);
const asked = first === '--part' ? [second, ...rest] : ['all', ...process.argv.slice(2)];
const root = fileURLToPath(new URL('../../', import.meta.url));
const { status } = spawnSync(
  process.execPath,
  [
    ...['node_modules/vitest/vitest.mjs', 'run', '--mode', 'evidence'],
    ...['properties/attack/attack.test.ts', '--maxWorkers', '1'],
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, SNAPCHECK_ATTACK: asked.join(' ') } },
);
process.exitCode = status ?? 1;
