/** `snapcheck atlas`: its input, checked together, and the run. */
import { availableParallelism } from 'node:os';
import { aroundFaults, claimsAbout } from '../atlas/around.ts';
import { type Atlas, atlasText, merge, type Part, readAtlas, type Scope } from '../atlas/document.ts';
import type { Shard } from '../atlas/limits.ts';
import { OtherRun } from '../atlas/resume.ts';
import { runAtlas, shardName } from '../atlas/run.ts';
import { claimIds, sliceIds } from '../atlas/settings.ts';
import { BadInput } from '../io/badInput.ts';
import { Locked } from '../io/lock.ts';
import { shown } from '../io/place.ts';
import { tellUnwritten } from '../io/streams.ts';
import { writeFiles } from '../io/write.ts';
import { atlasTable } from '../report/atlas.ts';
import { duration } from '../report/format.ts';
import type { QueueOptions } from '../workers/engine.ts';
import type { CommandInput } from './commands.ts';
import { EXIT } from './exit.ts';
import { interruptible, type Watch } from './interrupt.ts';
import { checkNoOperands, flagOf } from './options.ts';
import { checkProblem } from './problemFile.ts';
import { queueOf } from './queueOptions.ts';
import { widthOf } from './width.ts';

/** Options whose values `--merge` takes from the files. */
const OF_PARTS = [
  ...(['problem', 'claims', 'slices', 'seed', 'width', 'shard', 'workers'] as const),
  ...(['queue', 'campaign', 'unsafeQueue'] as const),
];

/** The atlas of all parts; undefined where it has faults. */
function mergedOf(files: readonly string[], { words, checks }: CommandInput<'atlas'>): Atlas | undefined {
  for (const name of OF_PARTS)
    if (words.has(name)) checks.fault(`${flagOf(name)}: --merge takes it from the files; leave it out`);
  const parts: Part[] = [];
  for (const file of files) {
    const part = readAtlas(file);
    if ('faults' in part) checks.faults.addAll(part.faults, `--merge ${shown(file, false)}: `);
    else parts.push({ file, atlas: part.value });
  }
  if (parts.length < files.length) return undefined;
  const result = merge(parts);
  if ('value' in result) return result.value;
  checks.faults.addAll(result.faults, '--merge ');
  return undefined;
}

/** What is covered; undefined where the problem has faults. */
function scopeOf({ values, checks }: CommandInput<'atlas'>): Scope | undefined {
  const { seed, width, claims, slices } = values;
  if (values.problem === undefined)
    return { seed, width, claims: claims ?? claimIds, slices: slices ?? sliceIds() };
  const checked = checkProblem(values.problem);
  if ('faults' in checked) {
    checks.faults.addAll(checked.faults);
    return undefined;
  }
  const problem = checked.value;
  const scope = { claims: claims ?? claimsAbout(problem), slices: slices ?? sliceIds(problem) };
  for (const { path, message } of aroundFaults(problem, scope))
    checks.fault(`--${String(path[0])}: ${message}`);
  return { seed, width, problem, ...scope };
}

/** Runs the atlas; if it was interrupted, how many cells are finished. */
async function made(
  { values }: CommandInput<'atlas'>,
  scope: Scope,
  queue: Omit<QueueOptions, 'onNote'> | undefined,
  { signal, progress }: Watch,
): Promise<Atlas | string> {
  const begun = performance.now();
  let percent = -1;
  let finished = 'No cell is finished.';
  try {
    const atlas = await runAtlas({
      ...scope,
      shard: values.shard,
      // A cell of a large problem takes long, and only a thread can be ended while it works.
      workers: values.workers ?? (values.problem === undefined ? undefined : availableParallelism()),
      folder: values.out,
      signal,
      queue: queue && { ...queue, onNote: (line) => process.stderr.write(`${line}\n`) },
      onProgress: ({ cells, total, work, own }) => {
        const now = `${cells} of ${total} cells`;
        if (cells > 0) finished = `${now} are finished.`;
        // A log has a line for each percent.
        const line = Math.floor(100 * work) > percent ? `${now} done` : undefined;
        percent = Math.floor(100 * work);
        progress.show({ work, own, now, line });
      },
      onUnwritten: tellUnwritten,
    });
    progress.stop();
    if (atlas) process.stderr.write(`${duration((performance.now() - begun) / 1000)}\n`);
    return atlas ?? finished;
  } catch (error) {
    if (error instanceof OtherRun)
      throw new BadInput([`--out: ${error.message}; expected an empty directory or the same run's`]);
    if (error instanceof Locked) throw new BadInput([`--out: ${error.message}`]);
    throw error;
  }
}

/** The document of a run or of one shard, and the pictures of a whole one. */
async function filesOf(atlas: Atlas, shard: Shard | undefined): Promise<Record<string, string>> {
  if (shard) return { [`atlas-${shardName(shard)}.json`]: atlasText(atlas) };
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

/** Prints and writes. */
async function tellAtlas(atlas: Atlas, { values }: CommandInput<'atlas'>): Promise<number> {
  // Before the pictures, which take a moment in which nothing should be lost.
  process.stdout.write(values.json ? atlasText(atlas) : `${atlasTable(atlas, widthOf(process.stdout))}\n\n`);
  const { written, failed } = writeFiles(values.out, await filesOf(atlas, values.shard));
  for (const { file, error } of failed) tellUnwritten(file, error);
  (values.json ? process.stderr : process.stdout).write(`Written: ${written.join(', ') || 'nothing'}\n`);
  return EXIT.expected;
}

/**
 * Checks the input, runs, writes, prints.
 * @returns the exit code
 * @throws BadInput with every fault
 */
export async function runAtlasCommand(input: CommandInput<'atlas'>): Promise<number> {
  const { values, checks } = input;
  checkNoOperands(input);
  const merged = values.merge && mergedOf(values.merge, input);
  const scope = values.merge ? undefined : scopeOf(input);
  const queue = values.merge ? undefined : queueOf(input, 'atlas');
  checks.refuse();
  if (merged) return await tellAtlas(merged, input);
  return await interruptible(
    () =>
      queue
        ? `the campaign goes on; snapcheck campaign collect ${queue.campaign} takes its answers`
        : 'finished cells are kept',
    async (watch) => {
      const atlas = await made(input, scope!, queue, watch);
      if (typeof atlas !== 'string') return await tellAtlas(atlas, input);
      const why = watch.timeIsUp() ? 'Time is up. ' : '';
      process.stderr.write(`${why}${atlas} Kept in ${values.out}: the same command continues from there.\n`);
      return watch.timeIsUp() ? EXIT.expected : EXIT.interrupted;
    },
    values.for,
  );
}
