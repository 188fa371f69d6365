/** Cases that need a shell: closed or full streams, limits, unusual folders, separate file systems. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Attack, brokenRules, type Ended, type Kind, main } from './attack.ts';

/**
 * Runs a script of bash, in which `snapcheck` is the command, `bounded` the same but killed after a minute (137);
 * `kernel.mjs` and `world.json` are at hand in $FILES.
 */
export function shell(
  script: string,
  { cwd, seconds = 120, env = {} }: { cwd: string; seconds?: number; env?: NodeJS.ProcessEnv },
): Ended {
  const prelude = `snapcheck() { "${process.execPath}" "${main}" "$@"; }\nbounded() { timeout -s KILL 60 "${process.execPath}" "${main}" "$@"; }\n`;
  const { status, signal, stdout, stderr } = spawnSync('bash', ['-c', prelude + script], {
    ...{ cwd, encoding: 'utf8', timeout: 1000 * seconds, killSignal: 'SIGKILL', maxBuffer: 2 ** 28 },
    env: { ...process.env, FILES: files(), ...env },
  });
  return { status, signal, stdout, stderr };
}

let shared: string | undefined;

/** A folder with a problem and a kernel that fails. */
function files(): string {
  if (shared === undefined) {
    shared = mkdtempSync(join(tmpdir(), 'snapcheck-'));
    process.on('exit', () => rmSync(shared!, { recursive: true, force: true }));
    const classes = [
      { next: 6, query: 5, tokens: [0, 1, 2], probabilities: [0.5, 0.3, 0.2] },
      { next: 7, query: 5, tokens: [0, 3, 4], probabilities: [0.4, 0.4, 0.2] },
    ];
    writeFileSync(join(shared, 'world.json'), JSON.stringify({ vocabulary: 8, classes }));
    const kernel = { name: 'broken', dtype: 'float32' };
    writeFileSync(
      join(shared, 'kernel.mjs'),
      `export default { ...${JSON.stringify(kernel)}, step() { throw new Error('it does not work'); } };\n`,
    );
  }
  return shared;
}

export interface Case {
  readonly name: string;
  readonly script: string;
  readonly codes: readonly number[];
  /** What must be reported on a remaining stream; not checked if absent. */
  readonly told?: RegExp;
  readonly stdout?: RegExp;
  readonly stderr?: RegExp;
  readonly json?: boolean;
  readonly env?: NodeJS.ProcessEnv;
  readonly seconds?: number;
}

/** A case as an attack, in its own folder. */
export const inShell = (kind: Kind, one: Case, skipped?: string): Attack => ({
  kind,
  name: one.name,
  ...(skipped === undefined ? {} : { skipped }),
  async run() {
    const cwd = mkdtempSync(join(tmpdir(), 'snapcheck-'));
    try {
      const ended = shell(one.script, { cwd, env: one.env, seconds: one.seconds });
      const broken = brokenRules(ended, one.json ? ['--json'] : [], one.codes);
      const told: [string, string, RegExp | undefined][] = [
        ['the streams', ended.stdout + ended.stderr, one.told],
        ['standard output', ended.stdout, one.stdout],
        ['standard error', ended.stderr, one.stderr],
      ];
      for (const [where, text, expected] of told)
        if (expected && !expected.test(text))
          broken.push(`${expected} is not on ${where}, which say: ${text.slice(-500) || 'nothing'}`);
      return broken;
    } finally {
      spawnSync('umount', ['-q', join(cwd, 'disk')]);
      spawnSync('chmod', ['-R', 'u+rwx', cwd]);
      rmSync(cwd, { recursive: true, force: true });
    }
  },
});

/** Undefined if a small file system can be mounted here; otherwise the reason. */
export const mountFault: string | undefined = (() => {
  const at = mkdtempSync(join(tmpdir(), 'snapcheck-'));
  try {
    mkdirSync(join(at, 'disk'));
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', join(at, 'disk')]);
    if (status !== 0) return 'no file system can be mounted here';
    return spawnSync('umount', [join(at, 'disk')]).status === 0 ? undefined : 'a mount cannot be undone here';
  } finally {
    rmSync(at, { recursive: true, force: true });
  }
})();
