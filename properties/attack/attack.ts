/** Attacks on the command line: each is a case that does its worst, and says which rules of the house were broken. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export type Kind = 'input' | 'kernel' | 'stream' | 'disk' | 'environment';

export interface Attack {
  readonly kind: Kind;
  readonly name: string;
  /** Why it cannot be done on this machine: it is then counted and told as skipped. */
  readonly skipped?: string;
  /** @returns the rules that were broken, each in a sentence; none where the command stood */
  run(): Promise<readonly string[]>;
}

/** The command as it is installed. */
export const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Ended {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `snapcheck ...args` to its end, or kills it after `seconds`. */
export const snapcheck = (
  args: readonly string[],
  { cwd, seconds = 60, env = process.env }: { cwd: string; seconds?: number; env?: NodeJS.ProcessEnv },
): Ended => {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    ...{ cwd, env, encoding: 'utf8', timeout: 1000 * seconds, killSignal: 'SIGKILL', maxBuffer: 2 ** 28 },
  });
  return { status, signal, stdout, stderr };
};

/** What no outside text may bring into a terminal: C0 but tab and newline, DEL, C1, and marks that turn the text round. */
const UNSAFE = /[^\P{Cc}\t\n]|[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/u;

/**
 * The rules every command keeps, whatever comes in: an exit code of the README and among `codes`, no stack trace, no
 * control characters, and with --json one document, or nothing where the input was refused, on standard output.
 */
export function brokenRules(ended: Ended, args: readonly string[], codes: readonly number[]): string[] {
  const { status, signal, stdout, stderr } = ended;
  const broken: string[] = [];
  if (status === null) broken.push(`ended by ${signal} (killed for time, or aborted)`);
  else if (!codes.includes(status)) broken.push(`exit code ${status}, expected ${codes.join(' or ')}`);
  for (const [name, text] of Object.entries({ stdout, stderr })) {
    if (/^\s+at .*[:(]\d+:\d+\)?$/m.test(text)) broken.push(`a stack trace on ${name}`);
    if (UNSAFE.test(text)) broken.push(`a control character on ${name}`);
  }
  if (args.includes('--json') && stdout !== '') {
    try {
      JSON.parse(stdout);
    } catch {
      broken.push('standard output is not one JSON document');
    }
  }
  return broken;
}
