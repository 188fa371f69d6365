import { noFile } from '../io/file.ts';
import { shown } from '../io/place.ts';
import type { KernelCase } from '../kernels/cases/cases.ts';
import { readSavedCase } from '../kernels/cases/saved.ts';
import { KERNEL_WARNINGS, type KernelWarningId } from '../kernels/longRuns/longRun.ts';
import { DEFAULT_CASES } from '../kernels/run.ts';
import { DEFAULT_SEED, SEEDS } from '../model/seeds.ts';
import { type Dtype, dtypeOf } from '../model/stepInput.ts';
import { MOST_WORKERS } from '../workers/crew.ts';
import { OptionReader } from './options.ts';

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
  readonly accept: readonly KernelWarningId[];
  readonly replay?: KernelCase;
}

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
  const read = new OptionReader();
  const number = (flag: string, text: string | undefined, fallback: number, low: number, high: number) =>
    read.number(flag, text, fallback, (x) => x >= low && x <= high, `a number from ${low} to ${high}`);
  read.unknownFlags(operands, flags);
  const paths = operands.filter((text) => !text.startsWith('-'));
  const named = [
    ...paths,
    ...(raw.command === undefined ? [] : [raw.command]),
    ...(raw.builtin === undefined ? [] : [raw.builtin]),
  ];
  if (named.length !== 1)
    read.fault(
      `expected one kernel: a module's path, --command or --builtin; got ${named.length === 0 ? 'none' : named.length}`,
    );
  const [module] = paths;
  const fault = module === undefined ? undefined : noFile(module);
  if (fault) read.fault(`kernel module ${shown(module)}: ${fault}`);
  if (raw.command?.trim() === '') read.fault('--command: expected a command, got an empty text');
  if (raw.builtin !== undefined) read.names('--builtin: unknown kernel', [raw.builtin], builtins);
  for (const [flag, value] of [
    ['--dtype', raw.dtype],
    ['--exp-error', raw.expError],
  ])
    if (value !== undefined && raw.command === undefined)
      read.fault(
        `${flag}: a module says it itself (${flag === '--dtype' ? 'dtype' : 'declares.expError'}); it goes with --command`,
      );
  const dtype = read.choice('--dtype', raw.dtype, undefined, ['float32', 'float64'] as const);
  read.names('--accept: unknown warning', raw.accept, KERNEL_WARNINGS);
  const runs = read.integer('--runs', raw.runs, DEFAULT_CASES, { low: 1, high: 1e7 });
  const seed = read.integer('--seed', raw.seed, DEFAULT_SEED, SEEDS);
  const timeLimit = number('--time-limit', raw.timeLimit, 5, 0.05, 3600);
  const workers = read.integer('--workers', raw.workers, undefined, { low: 1, high: MOST_WORKERS });
  const memoryLimit =
    raw.memoryLimit === undefined
      ? undefined
      : 2 ** 20 * read.integer('--memory-limit', raw.memoryLimit, 1, { low: 64, high: 2 ** 20 });
  if (raw.memoryLimit !== undefined && raw.builtin !== undefined)
    read.fault('--memory-limit: a built-in kernel runs in this process; it goes with a module or --command');
  const expError =
    raw.expError === undefined ? undefined : number('--exp-error', raw.expError, 4, 0.5, 2 ** 23);
  read.directory('--report', raw.report);
  let replay: KernelCase | undefined;
  if (raw.replay !== undefined) {
    if (raw.runs !== undefined || raw.seed !== undefined)
      read.fault('--replay asks one saved case: leave out --runs and --seed');
    for (const name of ['workers', 'report'] as const)
      if (raw[name] !== undefined) read.fault(`--${name}: --replay puts one saved case and nothing else`);
    const saved = readSavedCase(raw.replay);
    if ('faults' in saved) read.faults.addAll(saved.faults, `--replay ${shown(raw.replay, false)}: `);
    else replay = saved.value;
  }
  read.refuse();
  return {
    module,
    command: raw.command,
    builtin: raw.builtin,
    // A saved case knows its dtype.
    dtype: dtype ?? (replay ? dtypeOf(replay[0]) : 'float32'),
    expError,
    strict: raw.strict ?? false,
    runs,
    seed,
    timeLimit: 1000 * timeLimit,
    memoryLimit,
    workers,
    accept: (raw.accept ?? []) as KernelWarningId[],
    replay,
  };
}
