/** A run of the atlas, or of one shard of it. */
import { join } from 'node:path';
import { type OnUnwritten, warnUnwritten } from '../io/write.ts';
import { beside, openCrew } from '../workers/crew.ts';
import { decideCells, type SettingJob } from './cells.ts';
import { type Atlas, atlasOf, keyOf, type Scope, scopeOf, slicesOf } from './document.ts';
import { nameOf, type Setting, settingsOf } from './settings.ts';
import { openStore } from './store.ts';

export interface RunOptions extends Scope {
  /** Where finished cells are kept. */
  readonly folder: string;
  /** 1-based: the settings i, i + n, i + 2n, .. in order of their names. */
  readonly shard?: { readonly i: number; readonly n: number };
  readonly workers: number;
  readonly signal?: AbortSignal;
  /** Told when finished cells cannot be kept: the run goes on without. By default: a warning of the process. */
  readonly onUnwritten?: OnUnwritten;
  /** `work` is the fraction of what is to be done that is, by the cost expected of it; `own` that of this run's part. */
  readonly onProgress?: (progress: { cells: number; total: number; work: number; own: number }) => void;
}

/** `1-of-3`. */
export const shardName = ({ i, n }: { i: number; n: number }): string => `${i}-of-${n}`;

/** Tokens handled in one run, up to a factor: what it costs in time. */
const costOf = (s: Setting): number => s.classes * (s.classes + 1) * (s.batch ?? s.classes);

/**
 * Decides every cell that is not in the folder's file yet. Interrupted, it returns null; the cells that are finished are
 * kept, and the same run goes on from there.
 * @throws OtherRun when the folder holds another run's cells, Locked when another run is at work in it
 */
export async function runAtlas(options: RunOptions): Promise<Atlas | null> {
  const { folder, shard, workers, signal, onProgress, onUnwritten = warnUnwritten } = options;
  const scope = scopeOf(options);
  const part = shard ? shardName(shard) : null;
  const file = join(folder, part === null ? 'cells.jsonl' : `cells-${part}.jsonl`);
  const store = openStore(file, { ...scope, shard: part }, onUnwritten);
  try {
    const cells = [...store.cells];
    const known = new Set(cells.map(keyOf));
    const mine = settingsOf(slicesOf(scope.slices)).filter((_, k) => !shard || k % shard.n === shard.i - 1);
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
      // The cheap ones first: a run that is cut short has then finished the most cells.
      .sort((a, b) => costOf(a.setting) - costOf(b.setting));
    const costs = new Map(mine.map((setting) => [nameOf(setting), costOf(setting)]));
    const all = [...costs.values()].reduce((a, b) => a + b, 0);
    const ahead = jobs.reduce((sum, { setting }) => sum + costOf(setting), 0);
    const total = mine.length * scope.claims.length;
    let left = ahead;
    const tell = () =>
      onProgress?.({
        cells: cells.length,
        total,
        work: 1 - left / all,
        own: ahead > 0 ? 1 - left / ahead : 1,
      });
    tell();
    const crew = openCrew(beside(import.meta.url, './workerMain.js'), { workers, signal });
    const decide = async (job: SettingJob, rank: number) => {
      const found = await crew.run(rank, { name: 'decideCellsJob', task: job, here: () => decideCells(job) });
      if (!found) return;
      store.add(found);
      cells.push(...found);
      left -= costs.get(found[0].setting)!;
      tell();
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
