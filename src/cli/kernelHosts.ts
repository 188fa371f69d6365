/** Which kernels a command line of `snapcheck kernel` names: their faults, and their hosts. */
import { noFile } from '../io/file.ts';
import { shown } from '../io/place.ts';
import { browserKernels } from '../kernels/builtin/builtin.ts';
import type { KernelCase } from '../kernels/cases/cases.ts';
import { type KernelWords, openNamed } from '../kernels/hosts/named.ts';
import type { Declaration, KernelHost } from '../kernels/kernel.ts';
import { dtypeOf } from '../model/stepInput.ts';
import type { CommandInput } from './commands.ts';
import { dumpsAlone } from './kernelDump.ts';
import { flagOf } from './options.ts';

/** Options that declare the arithmetic of a command. */
const DECLARED = ['expError', 'stagePrecision', 'accumulate'] as const satisfies (keyof Declaration)[];

/** What the command line declares of a command's arithmetic. */
export const declaredBy = ({ values }: CommandInput<'kernel'>): Declaration =>
  Object.fromEntries(DECLARED.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])));

/** Options that name a kernel, as a module's path does. */
const NAMING = ['command', 'builtin'] as const;

/** Adds the faults of which kernel is meant, or which two. */
export function checkNamed(input: CommandInput<'kernel'>): void {
  const { operands, values, words, checks } = input;
  const alone = dumpsAlone(input);
  const named = operands.length + NAMING.filter((name) => words.has(name)).length;
  if ((named < 1 || named > 2) && !alone)
    checks.fault(
      `expected one kernel or two to compare: a module's path, --command or --builtin; got ${named === 0 ? 'none' : named}`,
    );
  if (named === 2)
    for (const name of ['replay', 'dump'] as const)
      if (words.has(name)) checks.fault(`${flagOf(name)}: it goes with one kernel, got two`);
  for (const module of operands) {
    const fault = noFile(module);
    if (fault) checks.fault(`kernel module ${shown(module)}: ${fault}`);
  }
  if (values.command?.trim() === '') checks.fault('--command: expected a command, got an empty text');
  for (const name of ['dtype', ...DECLARED] as const)
    if (words.has(name) && !words.has('command') && !alone) {
      const field = name === 'dtype' ? name : `declares.${name}`;
      checks.fault(`${flagOf(name)}: it goes with --command; a module has it in its field ${field}`);
    }
  if (words.has('frames') && !words.has('command'))
    checks.fault('--frames: it goes with --command; a module gets arrays');
  if (words.has('shapes'))
    for (const name of ['maxVocabulary', 'maxLength', 'maxBatch'] as const)
      if (words.has(name)) checks.fault(`${flagOf(name)}: --shapes gives every size`);
  if (words.has('memoryLimit') && words.has('builtin'))
    checks.fault(
      '--memory-limit: it goes with a module or --command; a built-in kernel has no limit of its own',
    );
}

/** Options of a run that a fleet does not do. */
const NOT_OF_FLEET = ['for', 'workers', 'replay', 'dump', 'bench'] as const;

/** Adds the faults of a run whose cases a fleet shares. */
export function checkFleet(input: CommandInput<'kernel'>): void {
  const { operands, values, words, checks } = input;
  if (!words.has('queue') && !words.has('campaign')) return;
  const flag = words.has('queue') ? '--queue' : '--campaign';
  for (const name of NOT_OF_FLEET)
    if (words.has(name)) checks.fault(`${flagOf(name)}: a fleet runs random cases, as many as --runs`);
  if (operands.length + NAMING.filter((name) => words.has(name)).length > 1)
    checks.fault(`${flag}: it goes with one kernel`);
  if (browserKernels.some(({ name }) => name === values.builtin))
    checks.fault(`${flag}: a worker has no browser for --builtin ${values.builtin}`);
}

/** Milliseconds more than a call's for a start: interpreters take seconds to import. */
const START = 5000;
const MEBI = 2 ** 20;

/** The command line of each kernel alone. */
export function inputsOf(input: CommandInput<'kernel'>): CommandInput<'kernel'>[] {
  const of = (operands: readonly string[], own: readonly (typeof NAMING)[number][]) => {
    const others = NAMING.filter((name) => !own.includes(name));
    const words = new Map(
      [...input.words].filter(([name]) => !others.includes(name as (typeof NAMING)[number])),
    );
    const without = Object.fromEntries(others.map((name) => [name, undefined]));
    return { ...input, operands, words, values: { ...input.values, ...without } };
  };
  return [
    ...input.operands.map((module) => of([module], [])),
    ...NAMING.filter((name) => input.words.has(name)).map((name) => of([], [name])),
  ];
}

/**
 * The kernel of a command line that names one, by its words; undefined for one in a page of a browser.
 * @param saved the case of `--replay`, which knows the number type
 */
export function wordsOf(input: CommandInput<'kernel'>, saved?: KernelCase): KernelWords | undefined {
  const { operands, values } = input;
  const { command, frames, builtin } = values;
  const timeLimit = 1000 * values.timeLimit;
  const memoryLimit = values.memoryLimit === undefined ? undefined : MEBI * values.memoryLimit;
  const limits = { timeLimit, startLimit: timeLimit + START, memoryLimit };
  if (command !== undefined) {
    // A saved case knows its dtype.
    const dtype = values.dtype ?? (saved ? dtypeOf(saved[0]) : 'float32');
    return { limits, command, frames, dtype, declares: declaredBy(input) };
  }
  if (browserKernels.some(({ name }) => name === builtin)) return undefined;
  return builtin === undefined ? { limits, module: operands[0] } : { limits, builtin };
}

/**
 * The kernel of a command line that names one.
 * @param saved the case of `--replay`, which knows the number type
 * @throws NoKernel where a module holds none
 */
export async function hostFor(
  input: CommandInput<'kernel'>,
  saved: KernelCase | undefined,
): Promise<KernelHost> {
  const words = wordsOf(input, saved);
  if (words) return openNamed(words);
  const { builtin, timeLimit } = input.values;
  const limits = { timeLimit: 1000 * timeLimit, startLimit: 1000 * timeLimit + START };
  return browserKernels.find(({ name }) => name === builtin)!.open(limits);
}
