import type { Command } from 'commander';
import { type Atlas, atlasText } from '../atlas/document.ts';
import { OtherRun } from '../atlas/resume.ts';
import { runAtlas, shardName } from '../atlas/run.ts';
import { BadInput } from '../io/badInput.ts';
import { Locked } from '../io/lock.ts';
import { progressStream, tellUnwritten } from '../io/streams.ts';
import { writeFiles } from '../io/write.ts';
import { atlasTable } from '../report/atlas.ts';
import { duration } from '../report/format.ts';
import { type AtlasAsked, type AtlasFlags, readAtlasOptions } from './atlasOptions.ts';
import { EXIT, exitCodes } from './exit.ts';
import { interruptible } from './interrupt.ts';
import { fractionBar, timeLeft } from './progress.ts';

/** Registers `snapcheck atlas`. */
export function registerAtlas(program: Command): void {
  program
    .command('atlas')
    .summary('map where the four best-known claims hold in ordinary training, and where not')
    .description(
      'Train random worlds over slices of settings and count, with exact limits, in how many each claim holds.\nWrites atlas.json and a heat map a claim. Finished cells are kept: the same command goes on after an interruption.',
    )
    .option('--claims <id...>', 'of discriminative, frequency, sparsification, snap (default: all)')
    .option(
      '--slices <id...>',
      'of commons, asymmetry, classes, vocabulary, momentum, length, batch (default: all)',
    )
    .option('--seed <n>', 'seed of the worlds; fixed when left out, so that a run repeats')
    .option('--width <w>', 'a cell is done when its limits are narrower than this (default: 0.1)')
    .option('--out <dir>', 'where results and finished cells are kept (default: atlas)')
    .option('--shard <i/n>', 'only the i-th of n parts, for several machines')
    .option('--merge <file...>', 'put the atlas-i-of-n.json of all shards together; the bytes of a whole run')
    .option('--workers <n>', 'threads (default: one a core)')
    .option('--json', 'the atlas on standard output, everything else on standard error')
    .addHelpText('after', exitCodes('done', undefined, 'finished cells are kept in --out'))
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (flags: AtlasFlags, command: Command) => {
      const known = command.options.map(({ long }) => long ?? '');
      process.exitCode = await runAtlasCommand(command.args, flags, known);
    });
}

interface Progress {
  readonly cells: number;
  readonly total: number;
  readonly work: number;
  readonly own: number;
}

/** A bar on a terminal; in a log, a line for each percent. */
function progressOf(stream: NodeJS.WriteStream) {
  const bar = stream.isTTY ? fractionBar(stream) : undefined;
  const started = performance.now();
  let percent = -1;
  return {
    show: ({ cells, total, work, own }: Progress) => {
      const what = `${cells} of ${total} cells`;
      if (bar) {
        bar.show(work, what, own);
        return;
      }
      if (Math.floor(100 * work) === percent) return;
      percent = Math.floor(100 * work);
      const left = timeLeft(own, (performance.now() - started) / 1000);
      stream.write(`${what} done${left && `; ${left}`}\n`);
    },
    stop: () => bar?.stop(),
  };
}

/** Runs what is asked; null when it was interrupted. */
async function made(
  asked: Exclude<AtlasAsked, { merged: Atlas }>,
  view: ReturnType<typeof progressOf>,
  signal: AbortSignal,
): Promise<Atlas | null> {
  const begun = performance.now();
  try {
    const { scope, shard, workers, out } = asked;
    const atlas = await runAtlas({
      ...scope,
      shard,
      workers,
      folder: out,
      signal,
      onProgress: (p) => signal.aborted || view.show(p),
      onUnwritten: tellUnwritten,
    });
    view.stop();
    if (atlas) process.stderr.write(`${duration((performance.now() - begun) / 1000)}\n`);
    return atlas;
  } catch (error) {
    if (error instanceof OtherRun)
      throw new BadInput([`--out: ${error.message}; expected an empty directory or the same run's`]);
    if (error instanceof Locked) throw new BadInput([`--out: ${error.message}`]);
    throw error;
  }
}

/** The document of a run or of one shard, and the pictures of a whole one. */
async function filesOf(atlas: Atlas, part: string | undefined): Promise<Record<string, string>> {
  if (part !== undefined) return { [`atlas-${part}.json`]: atlasText(atlas) };
  const files: Record<string, string> = { 'atlas.json': atlasText(atlas) };
  try {
    // Plot and a document to draw in take a quarter of a second to load.
    const { atlasPictures } = await import('../report/pictures/atlasMap.ts');
    for (const { file, svg } of atlasPictures(atlas)) files[file] = svg;
  } catch (error) {
    tellUnwritten('Pictures', error);
  }
  return files;
}

/**
 * Checks the input, runs, writes, prints.
 * @returns the exit code
 * @throws BadInput with every fault
 */
export async function runAtlasCommand(
  operands: readonly string[],
  raw: AtlasFlags,
  flags: readonly string[] = [],
): Promise<number> {
  const asked = readAtlasOptions(operands, raw, flags);
  const { out } = asked;
  const tell = (atlas: Atlas, part?: string) => tellAtlas(atlas, { out, part, json: raw.json === true });
  if ('merged' in asked) return await tell(asked.merged);
  const view = progressOf(progressStream());
  const say = () => {
    view.stop();
    process.stderr.write('Interrupted: finished cells are kept (again: at once).\n');
  };
  return await interruptible(say, async (signal) => {
    const atlas = await made(asked, view, signal);
    if (atlas) return await tell(atlas, asked.shard && shardName(asked.shard));
    process.stderr.write(`Kept in ${out}: the same command goes on from there.\n`);
    return EXIT.interrupted;
  }).finally(view.stop);
}

/** Prints and writes. */
async function tellAtlas(
  atlas: Atlas,
  { out, part, json }: { out: string; part: string | undefined; json: boolean },
): Promise<number> {
  // Before the pictures, which take a moment in which nothing should be lost.
  process.stdout.write(json ? atlasText(atlas) : `${atlasTable(atlas)}\n\n`);
  const { written, failed } = writeFiles(out, await filesOf(atlas, part));
  for (const { file, error } of failed) tellUnwritten(file, error);
  (json ? process.stderr : process.stdout).write(`Written: ${written.join(', ') || 'nothing'}\n`);
  return EXIT.expected;
}
