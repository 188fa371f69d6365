/** Hostile kernels: each must end as a failure of the kernel in a short run, and leave no process or file. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { savedCase } from '../../src/kernels/cases/saved.ts';
import type { StepInput } from '../../src/model/stepInput.ts';
import { type Attack, brokenRules, type Ended, snapcheck } from './attack.ts';
import { children } from './hostileChildren.ts';
import { hostileCommands } from './hostileCommands.ts';
import { descriptors } from './hostileDescriptors.ts';
import { ends } from './hostileEnds.ts';
import { forgeries } from './hostileForgeries.ts';
import { hostileStarts } from './hostileStarts.ts';

export interface Hostile {
  readonly name: string;
  /**
   * Body of `step(input)`, where `super.step(input)` is a correct answer; or the text of a whole module, or a
   * command.
   */
  readonly step?: string;
  /** Code before the class. */
  readonly before?: string;
  readonly module?: string;
  readonly command?: string;
  /** 0 if it is harmless and correct, 1 if it fails, 2 if there is no kernel. */
  readonly code: 0 | 1 | 2;
  /** What the message of the failure or refusal must match. */
  readonly says?: RegExp;
  readonly args?: readonly string[];
}

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const plain = at('../../fixtures/kernels/plain.mjs');

/** File for the ids of processes that only the kernel knows. */
export const PIDS = 'pids';
/**
 * A mark of the attack in addition to Snapcheck's: every process started in an attack has it, unless it cleared its
 * environment.
 */
const MARK = 'SNAPCHECK_ATTACK';

/** A batch of two sequences of three tokens, with a vocabulary of four. */
const input: StepInput = {
  vocabulary: 4,
  contextLength: 3,
  contexts: Int32Array.of(0, 1, 1, 2, 3, 0),
  queries: Int32Array.of(2, 3),
  targets: Int32Array.of(1, 3),
  Y: Float32Array.from({ length: 16 }, (_, i) => ((i * 7) % 5) / 4 - 0.5),
  Z: Float32Array.from({ length: 16 }, (_, i) => ((i * 5) % 7) / 8),
  velocityY: new Float32Array(16),
  velocityZ: new Float32Array(16),
  etaY: 0.5,
  etaZ: 0.25,
  momentum: 0.5,
};
const CALLS = [input, { ...input, etaY: 1 }];
const CASE = { kernel: 'hostile', strict: false, failed: 'nothing yet' };

const moduleText = ({ step, before = '', module }: Hostile): string =>
  module ??
  `import { PlainKernel } from ${JSON.stringify(plain)};
${before}
export default class extends PlainKernel { calls = 0; step(input) { this.calls += 1; ${step} } }`;

function lives(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

const marked = (pid: number, mark: string): boolean => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`${MARK}=${mark}`);
  } catch {
    return false;
  }
};

/** Ends the remaining processes of an attack. @returns their ids */
function leftovers(folder: string, mark: string): number[] {
  const told = existsSync(join(folder, PIDS)) ? readFileSync(join(folder, PIDS), 'utf8').split(/\s+/) : [];
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && marked(Number(name), mark));
  const left = [...new Set([...told.filter(Boolean).map(Number).filter(lives), ...all.map(Number)])];
  for (const pid of left)
    try {
      process.kill(pid, 'SIGKILL');
    } catch {}
  return left;
}

/** The message of the failure or refusal. */
function said({ stdout, stderr }: Ended): string {
  try {
    return JSON.parse(stdout).failure?.message ?? '';
  } catch {
    return stderr;
  }
}

/** Upper bound of the length of a result of three small cases. */
const LONGEST = 200_000;

function put(hostile: Hostile): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'snapcheck-attack-'));
  const temporary = join(folder, 'tmp');
  const mark = folder.slice(-6);
  try {
    mkdirSync(temporary);
    writeFileSync(join(folder, 'victim'), 'unharmed');
    if (hostile.command === undefined) writeFileSync(join(folder, 'kernel.mjs'), moduleText(hostile));
    const kernel = hostile.command === undefined ? ['kernel.mjs'] : ['--command', hostile.command];
    // A saved case: no time is spent on shrinking.
    writeFileSync(join(folder, 'case.json'), savedCase(CALLS, CASE));
    const args = ['kernel', ...kernel, '--replay', 'case.json', '--json', ...(hostile.args ?? [])];
    const limit = args.includes('--time-limit') ? [] : ['--time-limit', '30'];
    const env = { ...process.env, TMPDIR: temporary, [MARK]: mark };
    const ended = snapcheck([...args, ...limit], { cwd: folder, env });
    const broken = brokenRules(ended, args, [hostile.code]);
    if (hostile.says && !hostile.says.test(said(ended)))
      broken.push(`expected ${hostile.says}, got ${JSON.stringify(said(ended).slice(0, 500))}`);
    for (const name of ['stdout', 'stderr'] as const)
      if (ended[name].length > LONGEST) broken.push(`${ended[name].length} characters on ${name}`);
    const left = leftovers(folder, mark);
    if (left.length > 0) broken.push(`processes that are left: ${left.join(' ')}`);
    const files = readdirSync(temporary);
    if (files.length > 0) broken.push(`temporary files that are left: ${files.join(' ')}`);
    if (readFileSync(join(folder, 'victim'), 'utf8') !== 'unharmed') broken.push('a file was harmed');
    return broken;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const kernelAttacks: readonly Attack[] = [
  ...ends,
  ...descriptors,
  ...forgeries,
  ...children,
  ...hostileStarts,
  ...hostileCommands,
].map((hostile) => ({ kind: 'kernel', name: hostile.name, run: async () => put(hostile) }));
