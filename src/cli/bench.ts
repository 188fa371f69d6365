/** `snapcheck bench`. */

import type { BenchDocument } from '../bench/document.ts';
import { runBench } from '../bench/run.ts';
import { FULL, QUICK } from '../bench/sizes.ts';
import { tellUnwritten } from '../io/streams.ts';
import { writeFiles } from '../io/write.ts';
import { benchText } from '../report/bench.ts';
import { paintFor } from '../report/colour.ts';
import type { CommandInput } from './commands.ts';
import { EXIT } from './exit.ts';
import { interruptible } from './interrupt.ts';
import { checkNoOperands, sameWords } from './options.ts';
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

/**
 * Checks the input, runs, prints.
 * @returns the exit code
 * @throws BadInput with every fault
 */
export async function runBenchCommand(input: CommandInput<'bench'>): Promise<number> {
  checkNoOperands(input);
  input.checks.refuse();
  const { backend, quick, report, json } = input.values;
  return await interruptible(
    () => 'finished rows are printed',
    async ({ signal, progress }) => {
      const document = await runBench({
        command: `npx snapcheck bench ${sameWords(input, ['json', 'report'])}`.trim(),
        sizes: quick ? QUICK : FULL,
        ...(backend && { backends: backend }),
        signal,
        onProgress: (work, what) => progress.show({ work, now: what, line: what }),
      });
      progress.stop();
      const text = `${JSON.stringify(document, null, 2)}\n`;
      const width = Math.min(widthOf(process.stdout), 110);
      process.stdout.write(json ? text : `${benchText(document, width, paintFor(process.stdout))}\n`);
      if (report !== undefined) await writeReport(report, text, document);
      return document.interrupted ? EXIT.interrupted : EXIT.expected;
    },
  );
}
