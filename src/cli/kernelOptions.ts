import { existsSync, statSync } from 'node:fs';
import type { KernelCase } from '../generators/kernelCases.ts';
import { BadInput } from '../io/badInput.ts';
import { unwritable } from '../io/write.ts';
import { FINDINGS, type FindingId } from '../kernels/longRun.ts';
import { DEFAULT_RUNS, DEFAULT_SEED } from '../kernels/run.ts';
import { readCase } from '../kernels/saved.ts';
import { type Dtype, dtypeOf } from '../model/stepInput.ts';
import { MOST_WORKERS } from '../workers/crew.ts';
import { suggestion } from './suggest.ts';

/** What commander hands over: everything still a string. */
export interface KernelFlags {
  readonly command?: string;
  readonly builtin?: string;
  readonly dtype?: string;
  readonly expError?: string;
  readonly strict?: boolean;
  readonly runs?: string;
  readonly seed?: string;
  readonly timeLimit?: string;
  readonly memoryLimit?: string;
  readonly workers?: string;
  readonly json?: boolean;
  readonly report?: string;
  readonly replay?: string;
  readonly accept?: readonly string[];
}

export interface KernelAsked {
  /** Exactly one of the three. */
  readonly module?: string;
  readonly command?: string;
  readonly builtin?: string;
  readonly dtype: Dtype;
  readonly expError?: number;
  readonly strict: boolean;
  readonly runs: number;
  readonly seed: number;
  /** Milliseconds for a call. */
  readonly timeLimit: number;
  /** Bytes. */
  readonly memoryLimit?: number;
  readonly workers?: number;
  readonly accept: readonly FindingId[];
  readonly replay?: KernelCase;
}

const INT32 = 2 ** 31;

/**
 * Every operand and flag of `kernel`, checked together.
 * @param builtins names of the built-in kernels
 * @throws BadInput with every fault
 */
export function readKernelOptions(
  operands: readonly string[],
  raw: KernelFlags,
  builtins: readonly string[],
  flags: readonly string[],
): KernelAsked {
  const faults: string[] = [];
  const number = (
    flag: string,
    text: string | undefined,
    fallback: number,
    low: number,
    high: number,
    whole = true,
  ) => {
    if (text === undefined) return fallback;
    const value = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
    if (value >= low && value <= high && (!whole || Number.isInteger(value))) return value;
    faults.push(
      `${flag}: expected ${whole ? 'an integer' : 'a number'} from ${low} to ${high}, got "${text}"`,
    );
    return fallback;
  };
  for (const flag of operands.filter((text) => text.startsWith('-')))
    faults.push(`unknown option ${flag}${suggestion(flag.split('=')[0], flags)}`);
  const paths = operands.filter((text) => !text.startsWith('-'));
  const named = [
    ...paths,
    ...(raw.command === undefined ? [] : [raw.command]),
    ...(raw.builtin === undefined ? [] : [raw.builtin]),
  ];
  if (named.length !== 1)
    faults.push(
      `expected one kernel: a module's path, --command or --builtin; got ${named.length === 0 ? 'none' : named.length}`,
    );
  const [module] = paths;
  if (module !== undefined && !(existsSync(module) && statSync(module).isFile()))
    faults.push(`kernel module: there is no file "${module}"`);
  if (raw.command?.trim() === '') faults.push('--command: expected a command, got an empty text');
  if (raw.builtin !== undefined && !builtins.includes(raw.builtin))
    faults.push(
      `--builtin: unknown kernel "${raw.builtin}"${suggestion(raw.builtin, builtins) || `; there are ${builtins.join(', ')}`}`,
    );
  for (const [flag, value] of [
    ['--dtype', raw.dtype],
    ['--exp-error', raw.expError],
  ])
    if (value !== undefined && raw.command === undefined)
      faults.push(
        `${flag}: a module says it itself (${flag === '--dtype' ? 'dtype' : 'declares.expError'}); it goes with --command`,
      );
  if (raw.dtype !== undefined && raw.dtype !== 'float32' && raw.dtype !== 'float64')
    faults.push(`--dtype: expected float32 or float64, got "${raw.dtype}"`);
  for (const id of raw.accept ?? [])
    if (!(FINDINGS as readonly string[]).includes(id))
      faults.push(
        `--accept: unknown finding "${id}"${suggestion(id, FINDINGS) || `; there are ${FINDINGS.join(', ')}`}`,
      );
  const runs = number('--runs', raw.runs, DEFAULT_RUNS, 1, 1e7);
  const seed = number('--seed', raw.seed, DEFAULT_SEED, -INT32, INT32 - 1);
  const timeLimit = number('--time-limit', raw.timeLimit, 5, 0.05, 3600, false);
  const memoryLimit =
    raw.memoryLimit === undefined
      ? undefined
      : 2 ** 20 * number('--memory-limit', raw.memoryLimit, 1, 64, 2 ** 20);
  if (raw.memoryLimit !== undefined && raw.builtin !== undefined)
    faults.push('--memory-limit: a built-in kernel runs in this process; it goes with a module or --command');
  const workers =
    raw.workers === undefined ? undefined : number('--workers', raw.workers, 1, 1, MOST_WORKERS);
  const expError =
    raw.expError === undefined ? undefined : number('--exp-error', raw.expError, 4, 0.5, 2 ** 23, false);
  const fault =
    raw.report === undefined ? undefined : raw.report === '' ? 'it is empty' : unwritable(raw.report);
  if (fault) faults.push(`--report: expected a directory that can be written, got "${raw.report}": ${fault}`);
  let replay: KernelCase | undefined;
  if (raw.replay !== undefined) {
    if (raw.runs !== undefined || raw.seed !== undefined)
      faults.push('--replay asks one saved case: leave out --runs and --seed');
    try {
      replay = readCase(raw.replay);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      faults.push(`--replay ${raw.replay}: ${code === 'ENOENT' ? 'no such file' : message}`);
    }
  }
  if (faults.length > 0) throw new BadInput(faults);
  return {
    module,
    command: raw.command,
    builtin: raw.builtin,
    // A saved case knows its dtype.
    dtype: (raw.dtype as Dtype) ?? (replay ? dtypeOf(replay[0]) : 'float32'),
    expError,
    strict: raw.strict ?? false,
    runs,
    seed,
    timeLimit: 1000 * timeLimit,
    memoryLimit,
    workers,
    accept: (raw.accept ?? []) as FindingId[],
    replay,
  };
}
