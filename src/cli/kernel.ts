import type { Command } from 'commander';
import { BadInput } from '../io/badInput.ts';
import { progressStream, tellUnwritten } from '../io/streams.ts';
import { indented, safeLine } from '../io/text.ts';
import { writeFiles } from '../io/write.ts';
import { builtinKernels } from '../kernels/builtin/builtin.ts';
import { inThread } from '../kernels/hosts/inThread.ts';
import { moduleHost } from '../kernels/hosts/module.ts';
import { processHost } from '../kernels/hosts/process.ts';
import { checkCalls } from '../kernels/judging/checkCalls.ts';
import { kernelRoundoff } from '../kernels/judging/roundoff.ts';
import { type KernelHost, NoKernel } from '../kernels/kernel.ts';
import { type KernelResult, runKernel } from '../kernels/run.ts';
import { dtypeOf } from '../model/stepInput.ts';
import { paintFor } from '../report/colour.ts';
import { junit } from '../report/junit.ts';
import { kernelSuites } from '../report/junitSuites.ts';
import { caseFolder, keepCase } from '../report/keepCase.ts';
import { faultText, kernelDocument, kernelText, type Saved } from '../report/kernelReport.ts';
import { EXIT, exitCodes } from './exit.ts';
import { interruptible } from './interrupt.ts';
import { type KernelAsked, type KernelFlags, readKernelOptions } from './kernelOptions.ts';
import { fractionBar } from './progress.ts';

/** Registers `snapcheck kernel`. */
export function registerKernel(program: Command): void {
  program
    .command('kernel')
    .summary('judge a training kernel, stage by stage, by derived error bounds')
    .description(
      'Put a training kernel to random inputs and judge every stage, element by element, by derived error bounds.\nThe kernel is a module with a default export, a command that speaks JSON lines, or a built-in one.',
    )
    .argument('[path]', 'a module whose default export is the kernel')
    .option('--command <command>', 'a command that reads a JSON request a line and answers with a line')
    .option('--builtin <name>', `a built-in kernel: ${builtinKernels.map(({ name }) => name).join(', ')}`)
    .option('--dtype <dtype>', 'number type of a --command: float32 (default) or float64')
    .option('--exp-error <u>', "relative error of a --command's exp, in units of roundoff (default 4)")
    .option('--strict', 'e_n - alpha must keep its digits as alpha_n -> 1, and warnings fail')
    .option('--accept <id...>', 'warnings to accept: frozen-residual, absorbed-updates, parts-from-reference')
    .option('--runs <n>', 'random cases (default 1000)')
    .option('--seed <n>', 'seed of the cases; fixed when left out, so that a run repeats')
    .option('--workers <n>', 'threads that judge; the result does not depend on it (default: one a core)')
    .option('--time-limit <s>', 'seconds for one call (default 5)')
    .option('--memory-limit <MiB>', 'memory of all its processes (default: half the machine, at most 8192)')
    .option('--replay <file>', 'put one saved case again, and nothing else')
    .option('--json', 'one JSON document on standard output, everything else on standard error')
    .option('--report <dir>', 'also write junit.xml, result.json, summary.txt and the failing case there')
    .addHelpText('after', exitCodes('it passes', 'it fails', 'what was found is told'))
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (_path: string | undefined, flags: KernelFlags, command: Command) => {
      const known = command.options.map(({ long }) => long ?? '');
      process.exitCode = await runKernelCommand(command.args, flags, known);
    });
}

/** Milliseconds more than a call's for a start: interpreters take seconds to import. */
const START = 5000;

async function hostFor({
  module,
  command,
  builtin,
  timeLimit,
  memoryLimit,
  dtype,
  expError,
}: KernelAsked): Promise<KernelHost> {
  const limits = { timeLimit, startLimit: timeLimit + START, memoryLimit };
  if (module !== undefined) return moduleHost(module, limits);
  if (command !== undefined)
    return processHost(command, { ...limits, dtype, declares: expError === undefined ? {} : { expError } });
  const { load } = builtinKernels.find(({ name }) => name === builtin)!;
  return inThread(await load(), { timeLimit });
}

/** Quoted for a shell where need be. */
const word = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** Flags that choose cases, or how they are told; every other one decides what becomes of a case. */
const NOT_OF_CASE: readonly string[] = ['runs', 'seed', 'workers', 'json', 'report', 'replay'];

const flagOf = (name: string): string => `--${name.replaceAll(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;

/** The words that name a kernel and how it is judged, as they were given. */
const sameKernel = (module: string | undefined, raw: KernelFlags): string[] => [
  ...(module === undefined ? [] : [word(module)]),
  ...Object.entries(raw)
    .filter(([name]) => !NOT_OF_CASE.includes(name))
    .flatMap(([name, value]) => [flagOf(name), ...(value === true ? [] : [value].flat().map(word))]),
];

/** Keeps a failure's case; a disk that is full must not take the result with it. */
function save(result: KernelResult, asked: KernelAsked, raw: KernelFlags): Saved | null {
  const folder = raw.report ?? caseFolder();
  const { failure } = result;
  if (!failure) return null;
  try {
    const same = sameKernel(asked.module, raw).join(' ');
    const file = keepCase(result, failure, folder, same);
    return { file, replay: `npx snapcheck kernel ${same} --replay ${word(file)}` };
  } catch (error) {
    tellUnwritten(`The failing case in ${folder}`, error);
    return null;
  }
}

async function replayCase(
  host: KernelHost,
  asked: KernelAsked,
  json: boolean,
  signal: AbortSignal,
): Promise<number> {
  const calls = asked.replay!;
  const wrong = calls.find((input) => dtypeOf(input) !== host.dtype);
  if (wrong)
    throw new BadInput([
      `--replay: the case is of ${dtypeOf(wrong)}, and ${safeLine(host.name)} is of ${host.dtype}`,
    ]);
  const demanding = asked.strict && !asked.accept.includes('frozen-residual');
  let judged = 0;
  const fault = await checkCalls(host, calls, kernelRoundoff(host.dtype, host.declares, demanding), {
    twice: true,
    watch: () => judged++,
    signal,
  });
  const interrupted = fault === null && judged < calls.length;
  const text = fault ? faultText(fault, calls[fault.call]) : 'every stage stays within its bound';
  if (json) {
    const verdict = fault ? 'fail' : interrupted ? 'undecided' : 'pass';
    const failure = fault && { stage: fault.kind, call: fault.call, message: text };
    const result = { schema: 1, kernel: host.name, dtype: host.dtype, verdict, interrupted, judged, failure };
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  } else {
    const many = `${calls.length} saved call${calls.length > 1 ? 's' : ''}`;
    const what = interrupted ? `interrupted after ${judged} of ${many}; until then` : `${many}:`;
    process.stdout.write(`${safeLine(host.name)}, ${what} ${indented(text)}.\n`);
  }
  if (interrupted) return EXIT.interrupted;
  return fault ? EXIT.failed : EXIT.expected;
}

/** A bar on a terminal; in a log, a line for each part of the work. */
function progressOf(stream: NodeJS.WriteStream) {
  const bar = stream.isTTY ? fractionBar(stream) : undefined;
  let last = '';
  return {
    show: (done: number, total: number, what: string) => {
      if (bar) bar.show(done / total, what === 'random cases' ? `case ${done} of ${total}` : what);
      else if (what !== last) stream.write(`${what} ..\n`);
      last = what;
    },
    stop: () => bar?.stop(),
  };
}

/**
 * Checks the input, runs, prints.
 * @returns the exit code
 * @throws BadInput with every fault, and where there is no kernel to be had
 */
export async function runKernelCommand(
  operands: readonly string[],
  raw: KernelFlags,
  flags: readonly string[] = [],
): Promise<number> {
  const asked = readKernelOptions(
    operands,
    raw,
    builtinKernels.map(({ name }) => name),
    flags,
  );
  const view = progressOf(progressStream());
  const say = () => {
    view.stop();
    process.stderr.write('Interrupted: stopping after the call in hand (again: at once).\n');
  };
  return interruptible(say, (signal) => judge(asked, raw, view, signal));
}

/** @returns the exit code @throws BadInput where there is no kernel to be had */
async function judge(
  asked: KernelAsked,
  raw: KernelFlags,
  view: ReturnType<typeof progressOf>,
  signal: AbortSignal,
): Promise<number> {
  let host: KernelHost | undefined;
  try {
    host = await hostFor(asked);
    if (asked.replay) return await replayCase(host, asked, raw.json === true, signal);
    const { runs, seed, strict, accept, workers } = asked;
    const result = await runKernel(host, {
      ...{ runs, seed, strict, accept, workers },
      ...{ signal, onProgress: view.show },
    });
    view.stop();
    const saved = save(result, asked, raw);
    const width = Math.max(60, Math.min(process.stdout.columns || 100, 110));
    const document = `${JSON.stringify(kernelDocument(result, saved), null, 2)}\n`;
    const text = (paint = paintFor(process.stdout)) => `${kernelText(result, saved, width, paint)}\n`;
    process.stdout.write(raw.json ? document : text());
    if (raw.report !== undefined) {
      const { failed } = writeFiles(raw.report, {
        'result.json': document,
        'summary.txt': text((plain) => plain),
        'junit.xml': junit(kernelSuites(result), new Date()),
      });
      for (const { file, error } of failed) tellUnwritten(file, error);
    }
    if (result.interrupted) return EXIT.interrupted;
    return result.verdict === 'pass' ? EXIT.expected : EXIT.failed;
  } catch (error) {
    if (error instanceof NoKernel) throw new BadInput([error.message]);
    throw error;
  } finally {
    view.stop();
    await host?.close();
  }
}
