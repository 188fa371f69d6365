/** `snapcheck kernel`: its input, checked together, and the run. */

import { BadInput } from '../io/badInput.ts';
import { noFile } from '../io/file.ts';
import { shown } from '../io/place.ts';
import { tellUnwritten } from '../io/streams.ts';
import { writeFiles } from '../io/write.ts';
import { builtinKernels } from '../kernels/builtin/builtin.ts';
import type { KernelCase } from '../kernels/cases/cases.ts';
import { readSavedCase } from '../kernels/cases/saved.ts';
import { inThread } from '../kernels/hosts/inThread.ts';
import { moduleHost } from '../kernels/hosts/module.ts';
import { processHost } from '../kernels/hosts/process.ts';
import { type Declaration, type KernelHost, NoKernel } from '../kernels/kernel.ts';
import { type KernelResult, runKernel } from '../kernels/run.ts';
import { dtypeOf } from '../model/stepInput.ts';
import { paintFor } from '../report/colour.ts';
import { junit } from '../report/junit.ts';
import { kernelSuites } from '../report/junitSuites.ts';
import { caseFolder, keepCase } from '../report/keepCase.ts';
import { kernelDocument, kernelText, type Saved } from '../report/kernelReport.ts';
import type { CommandInput } from './commands.ts';
import { EXIT } from './exit.ts';
import { interruptible, type Watch } from './interrupt.ts';
import { dump, dumpsAlone } from './kernelDump.ts';
import { replayCase } from './kernelReplay.ts';
import { flagOf, quoted, sameWords } from './options.ts';
import { widthOf } from './width.ts';

/** Options that declare the arithmetic of a command. */
const DECLARED = ['expError', 'stagePrecision', 'accumulate'] as const satisfies (keyof Declaration)[];

const declaredBy = ({ values }: CommandInput<'kernel'>): Declaration =>
  Object.fromEntries(DECLARED.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])));

/** Faults of which kernel is meant. */
function checkKernel(input: CommandInput<'kernel'>): void {
  const { operands, values, words, checks } = input;
  const alone = dumpsAlone(input);
  const named =
    operands.length + ['command', 'builtin'].filter((name) => words.has(name as 'command')).length;
  if (named !== 1 && !alone)
    checks.fault(
      `expected one kernel: a module's path, --command or --builtin; got ${named === 0 ? 'none' : named}`,
    );
  const [module] = operands;
  const fault = module === undefined ? undefined : noFile(module);
  if (fault) checks.fault(`kernel module ${shown(module)}: ${fault}`);
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
      '--memory-limit: a built-in kernel runs in this process; it goes with a module or --command',
    );
}

/** Options that choose the sizes of cases. */
const SIZES = ['maxVocabulary', 'maxLength', 'maxBatch', 'shapes'] as const;

/** The saved case of `--replay`; undefined where there is none, or it has faults. */
function savedCaseOf({ values: { replay }, words, checks }: CommandInput<'kernel'>): KernelCase | undefined {
  if (replay === undefined) return undefined;
  for (const name of [...SIZES, 'runs', 'seed', 'workers', 'report', 'dump'] as const)
    if (words.has(name)) checks.fault(`${flagOf(name)}: --replay tests one saved case and nothing else`);
  const saved = readSavedCase(replay);
  if ('value' in saved) return saved.value;
  checks.faults.addAll(saved.faults, `--replay ${shown(replay, false)}: `);
  return undefined;
}

/** Milliseconds more than a call's for a start: interpreters take seconds to import. */
const START = 5000;
const MEBI = 2 ** 20;

async function hostFor(input: CommandInput<'kernel'>, saved: KernelCase | undefined): Promise<KernelHost> {
  const { operands, values } = input;
  const { command, frames, builtin } = values;
  const timeLimit = 1000 * values.timeLimit;
  const memoryLimit = values.memoryLimit === undefined ? undefined : MEBI * values.memoryLimit;
  const limits = { timeLimit, startLimit: timeLimit + START, memoryLimit };
  if (command !== undefined) {
    // A saved case knows its dtype.
    const dtype = values.dtype ?? (saved ? dtypeOf(saved[0]) : 'float32');
    return processHost(command, { ...limits, frames, dtype, declares: declaredBy(input) });
  }
  const known = builtinKernels.find(({ name }) => name === builtin);
  return known ? inThread(await known.load(), { timeLimit }) : moduleHost(operands[0], limits);
}

/** Options that choose cases, or how they are reported; every other one decides what becomes of a case. */
const NOT_OF_CASE = [...SIZES, 'runs', 'seed', 'workers', 'json', 'report', 'replay', 'dump'];

/** Keeps a failure's case; a disk that is full must not take the result with it. */
function save(result: KernelResult, input: CommandInput<'kernel'>): Saved | null {
  const folder = input.values.report ?? caseFolder();
  const { failure } = result;
  if (!failure) return null;
  try {
    const same = sameWords(input, NOT_OF_CASE);
    const file = keepCase(result, failure, folder, same);
    return { file, replay: `npx snapcheck kernel ${same} --replay ${quoted(file)}` };
  } catch (error) {
    tellUnwritten(`The failing case in ${folder}`, error);
    return null;
  }
}

/**
 * Checks the input, runs, prints.
 * @returns the exit code
 * @throws BadInput with every fault, and where there is no kernel to be had
 */
export async function runKernelCommand(input: CommandInput<'kernel'>): Promise<number> {
  checkKernel(input);
  const saved = savedCaseOf(input);
  input.checks.refuse();
  return await interruptible(
    () => 'stopping after the current call; what was found is printed',
    async (watch) => {
      let host: KernelHost | undefined;
      try {
        if (dumpsAlone(input)) {
          const { dtype = 'float32' } = input.values;
          await dump(input, { dtype, declares: declaredBy(input) }, watch);
          return watch.signal.aborted ? EXIT.interrupted : EXIT.expected;
        }
        host = await hostFor(input, saved);
        await host.ready?.();
        await dump(input, host, watch);
        return saved ? await replay(host, input, saved, watch) : await judge(host, input, watch);
      } catch (error) {
        if (error instanceof NoKernel) throw new BadInput([error.message]);
        throw error;
      } finally {
        watch.progress.stop();
        await host?.close();
      }
    },
  );
}

const replay = (
  host: KernelHost,
  { values }: CommandInput<'kernel'>,
  calls: KernelCase,
  { signal }: Watch,
) => {
  const demanding = values.strict && !values.accept?.includes('frozen-residual');
  return replayCase(host, { calls, demanding, policy: values, json: values.json, signal });
};

/** Runs the kernel on random cases and prints what was found; @returns the exit code. */
async function judge(
  host: KernelHost,
  input: CommandInput<'kernel'>,
  { signal, progress }: Watch,
): Promise<number> {
  const { runs, seed, strict, accept, workers, json, report, shapes } = input.values;
  const { nondeterministic, batchInvariant } = input.values;
  const { maxVocabulary: vocabulary, maxLength, maxBatch: batch } = input.values;
  const result = await runKernel(host, {
    envelope: { vocabulary, contextLength: maxLength - 1, batch, shapes },
    ...{ runs, seed, strict, nondeterministic, batchInvariant, accept: accept ?? [], workers, signal },
    onProgress: (done, total, what) => {
      const now = what === 'random cases' ? `case ${done} of ${total}` : what;
      progress.show({ work: done / total, now, line: what });
    },
  });
  progress.stop();
  const saved = save(result, input);
  const width = Math.min(widthOf(process.stdout), 110);
  const document = `${JSON.stringify(kernelDocument(result, saved), null, 2)}\n`;
  const text = (paint = paintFor(process.stdout)) => `${kernelText(result, saved, width, paint)}\n`;
  process.stdout.write(json ? document : text());
  if (report !== undefined) {
    const { failed } = writeFiles(report, {
      'result.json': document,
      'summary.txt': text((plain) => plain),
      'junit.xml': junit(kernelSuites(result), new Date()),
    });
    for (const { file, error } of failed) tellUnwritten(file, error);
  }
  if (result.interrupted) return EXIT.interrupted;
  return result.verdict === 'pass' ? EXIT.expected : EXIT.failed;
}
