/** `snapcheck kernel`: its input, checked together, and the run. */

import type { BenchDocument } from '../bench/document.ts';
import { BadInput } from '../io/badInput.ts';
import { shown } from '../io/place.ts';
import { tellUnwritten } from '../io/streams.ts';
import { quoted } from '../io/text.ts';
import { writeFiles } from '../io/write.ts';
import { builtinKernels } from '../kernels/builtin/builtin.ts';
import type { KernelCase } from '../kernels/cases/cases.ts';
import { readSavedCase } from '../kernels/cases/saved.ts';
import { compareKernels, type KernelComparison } from '../kernels/compare.ts';
import { inThread } from '../kernels/hosts/inThread.ts';
import { type KernelHost, NoKernel } from '../kernels/kernel.ts';
import { type KernelOptions, type KernelResult, runKernel, runKernelCampaign } from '../kernels/run.ts';
import { TIME_LIMITS } from '../kernels/sizes.ts';
import { benchText } from '../report/bench.ts';
import { type Paint, paintFor } from '../report/colour.ts';
import { annotationText, kernelAnnotations, onGitHub } from '../report/github.ts';
import { junit } from '../report/junit.ts';
import { kernelSuites } from '../report/junitSuites.ts';
import { caseFolder, keepCase } from '../report/keepCase.ts';
import { comparisonDocument, pairText } from '../report/kernelPair.ts';
import { kernelDocument, kernelText, type Saved } from '../report/kernelReport.ts';
import { openEngine } from '../workers/engine.ts';
import type { CommandInput } from './commands.ts';
import { EXIT } from './exit.ts';
import { interruptible, type Watch } from './interrupt.ts';
import { dump, dumpsAlone } from './kernelDump.ts';
import { checkFleet, checkNamed, declaredBy, hostFor, inputsOf, wordsOf } from './kernelHosts.ts';
import { replayCase } from './kernelReplay.ts';
import { flagOf, sameWords } from './options.ts';
import { QUEUE_WORDS, queueOf } from './queueOptions.ts';
import { widthOf } from './width.ts';

/** Options that choose the sizes of cases. */
const SIZES = ['maxVocabulary', 'maxLength', 'maxBatch', 'shapes'] as const;

/** The saved case of `--replay`; undefined where there is none, or it has faults. */
function savedCaseOf({ values: { replay }, words, checks }: CommandInput<'kernel'>): KernelCase | undefined {
  if (replay === undefined) return undefined;
  for (const name of [
    ...SIZES,
    ...QUEUE_WORDS,
    ...(['runs', 'for', 'seed', 'workers', 'report', 'dump', 'bench'] as const),
  ] as const)
    if (words.has(name)) checks.fault(`${flagOf(name)}: --replay tests one saved case and nothing else`);
  const saved = readSavedCase(replay);
  if ('value' in saved) return saved.value;
  checks.faults.addAll(saved.faults, `--replay ${shown(replay, false)}: `);
  return undefined;
}

/** Options that choose cases, or how they are reported; every other one decides what becomes of a case. */
const NOT_OF_CASE = [
  ...SIZES,
  ...QUEUE_WORDS,
  ...['runs', 'for', 'seed', 'workers', 'json', 'report', 'replay', 'dump', 'bench'],
];

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
  checkNamed(input);
  const saved = savedCaseOf(input);
  checkFleet(input);
  const queue = queueOf(input, 'kernel');
  input.checks.refuse();
  return await interruptible(
    () =>
      queue
        ? `what was found is printed; the campaign goes on, and the same command or campaign collect ${queue.campaign} with it`
        : 'stopping after the current call; what was found is printed',
    async (watch) => {
      const hosts: KernelHost[] = [];
      try {
        if (dumpsAlone(input)) {
          const { dtype = 'float32' } = input.values;
          await dump(input, { dtype, declares: declaredBy(input) }, watch);
          return watch.signal.aborted ? EXIT.interrupted : EXIT.expected;
        }
        const inputs = inputsOf(input);
        for (const own of inputs) {
          const host = await hostFor(own, saved);
          hosts.push(host);
          await host.ready?.();
          await dump(own, host, watch);
        }
        if (saved) return await replay(hosts[0], input, saved, watch);
        return await judge(hosts, inputs, input, watch, queue);
      } catch (error) {
        if (error instanceof NoKernel) throw new BadInput([error.message]);
        throw error;
      } finally {
        watch.progress.stop();
        for (const host of hosts) await host.close();
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

/** What a run found: of one kernel or two, how far two lie apart, their speed. */
interface Found {
  readonly results: readonly KernelResult[];
  readonly kept: readonly (Saved | null)[];
  readonly comparison?: KernelComparison;
  readonly bench?: BenchDocument;
}

const passes = ({ verdict }: KernelResult): boolean => verdict === 'pass';

type Queue = ReturnType<typeof queueOf>;

/** A run whose random cases a fleet shares. */
async function shared(
  host: KernelHost,
  input: CommandInput<'kernel'>,
  queue: NonNullable<Queue>,
  options: KernelOptions,
): Promise<KernelResult> {
  const onNote = (line: string) => process.stderr.write(`${line}\n`);
  const engine = await openEngine('kernel', { queue: { ...queue, onNote }, signal: options.signal });
  try {
    return await runKernelCampaign(host, wordsOf(input)!, engine, options);
  } finally {
    await engine.end();
  }
}

/** Runs the kernels on random cases, one after the other; compares two; measures those that pass. */
async function found(
  hosts: readonly KernelHost[],
  inputs: readonly CommandInput<'kernel'>[],
  input: CommandInput<'kernel'>,
  { signal, progress }: Watch,
  queue: Queue,
): Promise<Found> {
  const { for: seconds, seed, strict, accept, workers, shapes } = input.values;
  // With a time, --runs is a limit only if it is given.
  const runs = seconds === undefined || input.words.has('runs') ? input.values.runs : undefined;
  const { nondeterministic, batchInvariant } = input.values;
  const { maxVocabulary: vocabulary, maxLength, maxBatch: batch } = input.values;
  const envelope = { vocabulary, contextLength: maxLength - 1, batch, shapes };
  const results: KernelResult[] = [];
  const kept: (Saved | null)[] = [];
  const follow = (name: string) => {
    const begun = performance.now();
    return (done: number, total: number, what: string) => {
      const passed = seconds === undefined ? 0 : (performance.now() - begun) / (1000 * seconds);
      const all = runs === undefined ? '' : ` of ${total}`;
      const now = what === 'random cases' ? `case ${done}${all}` : what;
      const work = Math.min(1, Math.max(done / total, passed));
      progress.show({ work, now, line: hosts.length > 1 ? `${name}: ${what}` : what });
    };
  };
  for (const [i, host] of hosts.entries()) {
    const options = {
      ...{ envelope, runs, seed, strict, nondeterministic, batchInvariant, accept: accept ?? [], signal },
      onProgress: follow(host.name),
    };
    const result = queue
      ? await shared(host, inputs[i], queue, options)
      : await runKernel(host, { ...options, seconds, workers });
    results.push(result);
    kept.push(save(result, inputs[i]));
    if (signal.aborted) return { results, kept };
  }
  const [first, second] = hosts;
  const comparison = second && {
    comparison: await compareKernels(first, second, {
      ...{ runs, seed, envelope, signal, onProgress: follow('both') },
    }),
  };
  const measured = input.values.bench && !signal.aborted ? hosts.filter((_, i) => passes(results[i])) : [];
  if (measured.length === 0) return { results, kept, ...comparison };
  const beside = builtinKernels.filter(
    ({ name }) => BESIDE.includes(name) && !hosts.some((host) => host.name === name),
  );
  const builtins = await Promise.all(
    beside.map(async ({ load }) => inThread(await load(), { timeLimit: TIME_LIMITS.high })),
  );
  // tinybench and the reference's arithmetic: only for a bench.
  const { benchKernels } = await import('../bench/kernels.ts');
  const bench = await benchKernels([...measured, ...builtins], {
    ...{ command: `npx snapcheck kernel ${sameWords(input, ['json', 'report', ...QUEUE_WORDS])}`, signal },
    onProgress: (work, what) => progress.show({ work, now: what, line: what }),
  });
  return { results, kept, ...comparison, bench };
}

/** Built-in kernels that `--bench` measures too. */
const BESIDE = ['float64', 'tfjs-cpu', 'tfjs-wasm'];

/**
 * The answer first: of two kernels both answers and their distance.
 * @param asked whether the speed is asked for
 */
function textOf(
  { results, kept, comparison, bench }: Found,
  asked: boolean,
  width: number,
  paint: Paint,
): string {
  // Of two, the report of one that passes is that of `kernel` with it alone.
  const parts = results.flatMap((result, i) =>
    comparison && passes(result) ? [] : [kernelText(result, kept[i], width, paint)],
  );
  return [
    ...(comparison ? [pairText(results, comparison, width, paint)] : []),
    ...parts,
    ...(bench ? [benchText(bench, width, paint, true)] : []),
    ...(asked && !bench ? ['Not measured (--bench): only a kernel that passes is.'] : []),
  ].join('\n\n');
}

const documentOf = ({ results, kept, comparison, bench }: Found): object => {
  const documents = results.map((result, i) => kernelDocument(result, kept[i]));
  const more = bench && { bench };
  if (documents.length === 1) return { ...documents[0], ...more };
  return {
    ...{ schema: 1, kernels: documents },
    comparison: comparison ? comparisonDocument(comparison) : null,
    ...more,
  };
};

/** Runs, prints what was found, writes the report; @returns the exit code. */
async function judge(
  hosts: readonly KernelHost[],
  inputs: readonly CommandInput<'kernel'>[],
  input: CommandInput<'kernel'>,
  watch: Watch,
  queue: Queue,
): Promise<number> {
  const all = await found(hosts, inputs, input, watch, queue);
  watch.progress.stop();
  const { json, report } = input.values;
  const width = Math.min(widthOf(process.stdout), 110);
  const document = `${JSON.stringify(documentOf(all), null, 2)}\n`;
  const text = (paint = paintFor(process.stdout)) => `${textOf(all, input.values.bench, width, paint)}\n`;
  process.stdout.write(json ? document : text());
  if (onGitHub())
    for (const [i, result] of all.results.entries())
      process.stderr.write(
        annotationText(kernelAnnotations(result, inputs[i].operands[0], all.kept[i]?.replay)),
      );
  if (report !== undefined) {
    const files: Record<string, string> = {
      'result.json': document,
      'summary.txt': text((plain) => plain),
      'junit.xml': junit(all.results.flatMap(kernelSuites), new Date()),
    };
    // Plot takes a quarter of a second to load.
    if (all.bench)
      files['frontier.svg'] = (await import('../report/pictures/frontier.ts')).frontier(all.bench);
    for (const { file, error } of writeFiles(report, files).failed) tellUnwritten(file, error);
  }
  if (watch.signal.aborted || all.results.some(({ interrupted }) => interrupted)) return EXIT.interrupted;
  return all.results.every(passes) ? EXIT.expected : EXIT.failed;
}
