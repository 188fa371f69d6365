/** Runs the atlas, or one shard of it. */
import { join } from 'node:path';
import { type OnUnwritten, warnUnwritten } from '../io/write.ts';
import { type Engine, openEngine, type QueueOptions } from '../workers/engine.ts';
import { checkAtlasOptions } from './atlasChecks.ts';
import { countViolations, decideCells, decideInBlocks, type SettingJob } from './cells.ts';
import { blockOf, secondsOf } from './cost.ts';
import { type Atlas, atlasOf, keyOf, type Scope, scopeOf, settingsOfPart } from './document.ts';
import type { Shard } from './limits.ts';
import { claimIds, nameOf, type Setting, slices } from './settings.ts';
import { openStore } from './store.ts';

/** What a run of the atlas covers, and where it keeps finished cells. */
export interface RunOptions extends Scope {
  /** Folder of the finished cells. */
  readonly folder: string;
  /** 1-based: the settings i, i + n, i + 2n, .. in order of their names. */
  readonly shard?: Shard;
  /** Threads; one a core when left out (from the sources: none). */
  readonly workers?: number;
  readonly signal?: AbortSignal;
  /** Has a fleet do the work. */
  readonly queue?: QueueOptions;
  /** Called once if finished cells cannot be saved; the run continues. Default: a process warning. */
  readonly onUnwritten?: OnUnwritten;
  /** `work`: finished fraction of the estimated cost; `own`: the same, without cells finished by earlier runs. */
  readonly onProgress?: (progress: { cells: number; total: number; work: number; own: number }) => void;
}

/** `1-of-3`. */
export const shardName = ({ i, n }: Shard): string => `${i}-of-${n}`;

/** What is covered, each name once and in the order of a document. */
const inOrderOf = (options: Scope): Scope => ({
  ...scopeOf(options),
  claims: claimIds.filter((id) => options.claims.includes(id)),
  slices: slices.map(({ id }) => id).filter((id) => options.slices.includes(id)),
});

/**
 * Decides all cells that are not yet in the folder's file. Returns null if interrupted; finished cells are kept, and
 * the same run continues from there.
 * @throws BadInput with every fault of the options: an unknown claim, a width out of its range ..;
 *   OtherRun if the folder holds the cells of another run, Locked if another run is using the folder
 */
export async function runAtlas(options: RunOptions): Promise<Atlas | null> {
  checkAtlasOptions(options);
  const { folder, shard, workers, signal, queue, onProgress, onUnwritten = warnUnwritten } = options;
  const scope = inOrderOf(options);
  const part = shard ? shardName(shard) : null;
  const file = join(folder, part === null ? 'cells.jsonl' : `cells-${part}.jsonl`);
  const store = openStore(file, { ...scope, shard: part }, onUnwritten);
  try {
    const cells = [...store.cells];
    const known = new Set(cells.map(keyOf));
    const mine = settingsOfPart(scope, part);
    const missing = (setting: Setting) =>
      scope.claims.filter((claim) => !known.has(keyOf({ claim, setting: nameOf(setting) })));
    const jobs = mine
      .map(
        (setting): SettingJob => ({
          setting,
          claims: missing(setting),
          seed: scope.seed,
          width: scope.width,
        }),
      )
      .filter(({ claims }) => claims.length > 0)
      // Cheap settings first, so that an interrupted run has finished as many cells as possible.
      .sort((a, b) => secondsOf(a.setting) - secondsOf(b.setting));
    const costs = new Map(mine.map((setting) => [nameOf(setting), secondsOf(setting)]));
    const all = [...costs.values()].reduce((a, b) => a + b, 0);
    const ahead = jobs.reduce((sum, { setting }) => sum + secondsOf(setting), 0);
    const total = mine.length * scope.claims.length;
    let left = ahead;
    let engine: Engine | undefined;
    const progress = () => {
      const work = 1 - left / all;
      onProgress?.({ cells: cells.length, total, work, own: ahead > 0 ? 1 - left / ahead : 1 });
      engine?.tell(work);
    };
    progress();
    const crew = await openEngine('atlas', { workers, signal, queue });
    engine = crew;
    const decide = async (job: SettingJob, rank: number) => {
      const size = blockOf(job.setting);
      const found =
        size === null
          ? await crew.run(rank, { name: 'decideCellsJob', task: job, here: () => decideCells(job) })
          : await decideInBlocks(job, size, (block) =>
              crew.run(rank, { name: 'countViolationsJob', task: block, here: () => countViolations(block) }),
            );
      if (!found) return;
      store.add(found);
      cells.push(...found);
      left -= costs.get(found[0].setting)!;
      progress();
    };
    try {
      await Promise.all(jobs.map(decide));
    } finally {
      await crew.end();
    }
    return cells.length < total ? null : atlasOf(scope, cells, part);
  } finally {
    store.close();
  }
}
