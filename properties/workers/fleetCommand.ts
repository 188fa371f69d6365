/** The commands of a fleet as processes of a test. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dist } from './fleetProcesses.ts';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Its line in the list of processes, once it has begun its work. */
  readonly title: string;
}

interface Options {
  readonly env?: Record<string, string>;
  readonly at?: RegExp | (() => Promise<unknown>);
  readonly build?: string;
}

/** Runs a command in a folder; SIGINT is sent when it has said `at`, or when that has come. */
export function commandIn(folder: string, words: readonly string[], options: Options = {}): Promise<Ended> {
  const { env = {}, at, build = dist } = options;
  const child = spawn(process.execPath, [join(build, 'cli/main.js'), ...words], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', ...env },
  });
  const said = { stdout: '', stderr: '' };
  let title = '';
  let sent = false;
  const send = () => {
    if (sent) return;
    sent = true;
    title = readFileSync(`/proc/${child.pid}/cmdline`, 'utf8');
    child.kill('SIGINT');
  };
  if (typeof at === 'function') void at().then(send);
  const hear = (name: 'stdout' | 'stderr') => (chunk: Buffer) => {
    said[name] += chunk;
    if (at instanceof RegExp && at.test(said.stdout + said.stderr)) send();
  };
  child.stdout.on('data', hear('stdout'));
  child.stderr.on('data', hear('stderr'));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, title, ...said })));
}

/** An atlas of 21 short jobs. */
export const few = ['atlas', '--claims', 'snap', '--slices', 'momentum', '--width', '0.9', '--seed', '3'];
