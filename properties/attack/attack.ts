/** Attacks on the command line: each runs a hostile case and returns the rules that the command broke. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export type Kind = 'input' | 'kernel' | 'stream' | 'disk' | 'environment';

export interface Attack {
  readonly kind: Kind;
  readonly name: string;
  /** Why it cannot run on this machine; it is then reported as skipped. */
  readonly skipped?: string;
  /** @returns the broken rules, each in a sentence; empty if the command passed */
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

/**
 * Characters that text from outside must not bring into a terminal: C0 except tab and newline, DEL, C1, and marks
 * that change the text direction.
 */
const UNSAFE = /[^\P{Cc}\t\n]|[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/u;

/**
 * The rules that every command must keep for any input: a documented exit code among `codes`, no stack trace, no
 * control characters, and with --json exactly one document on standard output, or nothing if the input was refused.
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
