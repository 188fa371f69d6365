import type { Command } from 'commander';
import { entries } from '../bench/backends.ts';
import type { BenchDocument } from '../bench/document.ts';
import { runBench } from '../bench/run.ts';
import { FULL, QUICK } from '../bench/sizes.ts';
import { progressStream, tellUnwritten } from '../io/streams.ts';
import { writeFiles } from '../io/write.ts';
import { benchText } from '../report/bench.ts';
import { paintFor } from '../report/colour.ts';
import { type BenchFlags, readBenchOptions } from './benchOptions.ts';
import { EXIT, exitCodes } from './exit.ts';
import { interruptible } from './interrupt.ts';
import { fractionBar, timeLeft } from './progress.ts';

/** Registers `snapcheck bench`. */
export function registerBench(program: Command): void {
  program
    .command('bench')
    .summary('measure what precision costs: correct digits against speed, every backend on the same work')
    .description(
      'Put every backend to the same work: correct digits, time and memory of a step; time published training, many\nworlds at once, and how a step grows. Five minutes on two cores, which should have nothing else to do.',
    )
    .option('--backend <id...>', `of ${entries.map(({ id }) => id).join(', ')} (default: all)`)
    .option('--quick', 'fewer worlds and shorter measurements: a minute or less, for a look')
    .option('--json', 'one JSON document on standard output, everything else on standard error')
    .option('--report <dir>', 'also write bench.json, frontier.svg and scaling.svg there')
    .addHelpText('after', exitCodes('done', undefined, 'finished rows are told'))
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (flags: BenchFlags, command: Command) => {
      const known = command.options.map(({ long }) => long ?? '');
      process.exitCode = await runBenchCommand(command.args, flags, known);
    });
}

/** A bar on a terminal; in a log, a line for each job. */
function progressOf(stream: NodeJS.WriteStream) {
  const bar = stream.isTTY ? fractionBar(stream) : undefined;
  const started = performance.now();
  let last = '';
  return {
    show: (fraction: number, what: string) => {
      bar?.show(fraction, what);
      if (!bar && what !== last) {
        const left = timeLeft(fraction, (performance.now() - started) / 1000);
        stream.write(`${what}${left && `; ${left}`}\n`);
      }
      last = what;
    },
    stop: () => bar?.stop(),
  };
}

const commandText = ({ backend, quick }: BenchFlags): string =>
  ['npx snapcheck bench', ...(backend ? ['--backend', ...backend] : []), ...(quick ? ['--quick'] : [])].join(
    ' ',
  );

/** Writes the document, and the pictures that it has something for; what fails is told. */
async function writeReport(folder: string, json: string, document: BenchDocument): Promise<void> {
  const files: Record<string, string> = { 'bench.json': json };
  try {
    // Plot and a document to draw in take a quarter of a second to load: only for a report.
    if (document.backends.some(({ skipped }) => skipped === undefined))
      files['frontier.svg'] = (await import('../report/pictures/frontier.ts')).frontier(document);
    if (document.scaling.length > 0)
      files['scaling.svg'] = (await import('../report/pictures/scaling.ts')).scaling(document);
  } catch (error) {
    tellUnwritten(`The pictures in ${folder}`, error);
  }
  const { written, failed } = writeFiles(folder, files);
  if (written.length > 0) process.stderr.write(`Written: ${written.join(', ')}\n`);
  for (const { file, error } of failed) tellUnwritten(file, error);
}

/**
 * Checks the input, runs, prints.
 * @returns the exit code
 * @throws BadInput with every fault
 */
export async function runBenchCommand(
  operands: readonly string[],
  raw: BenchFlags,
  flags: readonly string[] = [],
): Promise<number> {
  const { backends, quick, report } = readBenchOptions(operands, raw, flags);
  const view = progressOf(progressStream());
  const say = () => {
    view.stop();
    process.stderr.write('Interrupted: finished rows are told (again: at once).\n');
  };
  return await interruptible(say, async (signal) => {
    const document = await runBench({
      command: commandText(raw),
      sizes: quick ? QUICK : FULL,
      backends,
      signal,
      onProgress: (fraction, what) => signal.aborted || view.show(fraction, what),
    });
    view.stop();
    const json = `${JSON.stringify(document, null, 2)}\n`;
    const width = Math.max(60, Math.min(process.stdout.columns || 100, 110));
    process.stdout.write(raw.json ? json : `${benchText(document, width, paintFor(process.stdout))}\n`);
    if (report !== undefined) await writeReport(report, json, document);
    return document.interrupted ? EXIT.interrupted : EXIT.expected;
  }).finally(view.stop);
}
