/** `snapcheck bench`. */

import { compareBench, otherMachine, readBench } from '../bench/compare.ts';
import type { BenchDocument } from '../bench/document.ts';
import { machine } from '../bench/machine.ts';
import { runBench, workText } from '../bench/run.ts';
import { FULL, QUICK } from '../bench/sizes.ts';
import type { Checked } from '../io/badInput.ts';
import { tellUnwritten } from '../io/streams.ts';
import { safeLine } from '../io/text.ts';
import { writeFiles } from '../io/write.ts';
import { benchText } from '../report/bench.ts';
import { comparisonText } from '../report/benchComparison.ts';
import { paintFor } from '../report/colour.ts';
import type { CommandInput } from './commands.ts';
import { EXIT } from './exit.ts';
import { interruptible } from './interrupt.ts';
import { checkNoOperands, sameWords } from './options.ts';
import { checkProblem } from './problemFile.ts';
import { widthOf } from './width.ts';

/** Writes the document, and the pictures that it has something for; says what could not be written. */
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

/** The content of a file that an option names; undefined where there is none, or where its faults are told. */
function read<T>(
  { checks }: CommandInput<'bench'>,
  file: string | undefined,
  from: (file: string) => Checked<T>,
): T | undefined {
  if (file === undefined) return undefined;
  const checked = from(file);
  if ('value' in checked) return checked.value;
  checks.faults.addAll(checked.faults);
  return undefined;
}

/**
 * Checks the input, runs, prints.
 * @returns the exit code
 * @throws BadInput with every fault
 */
export async function runBenchCommand(input: CommandInput<'bench'>): Promise<number> {
  checkNoOperands(input);
  const { backend, quick, report, json } = input.values;
  const sizes = quick ? QUICK : FULL;
  const problem = read(input, input.values.problem, checkProblem);
  const before = read(input, input.values.compare, readBench);
  if (before && !(input.words.has('problem') && !problem))
    input.checks.faults.addAll(
      otherMachine(before, { machine: machine(), work: workText({ sizes, problem }) }),
      '--compare: ',
    );
  input.checks.refuse();
  return await interruptible(
    () => 'finished rows are printed',
    async ({ signal, progress }) => {
      const document = await runBench({
        command: `npx snapcheck bench ${sameWords(input, ['json', 'report'])}`.trim(),
        sizes,
        problem,
        ...(backend && { backends: backend }),
        signal,
        onProgress: (work, what) => progress.show({ work, now: what, line: what }),
      });
      progress.stop();
      const comparison = before && compareBench(before, document);
      const text = `${JSON.stringify({ ...document, ...(comparison && { comparison }) }, null, 2)}\n`;
      const width = Math.min(widthOf(process.stdout), 110);
      process.stdout.write(json ? text : `${benchText(document, width, paintFor(process.stdout))}\n`);
      if (comparison && !json)
        process.stdout.write(`${comparisonText(comparison, safeLine(input.values.compare!), width)}\n`);
      if (report !== undefined) await writeReport(report, text, document);
      return document.interrupted ? EXIT.interrupted : EXIT.expected;
    },
  );
}
