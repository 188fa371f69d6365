/** What the options of a run of the atlas must be: the same for `runAtlas` and for the command line. */
import { OptionChecks } from '../io/optionChecks.ts';
import { cameText, placeText, shown } from '../io/place.ts';
import { unwritable } from '../io/write.ts';
import { problemFaults } from '../model/problemShape.ts';
import { SEEDS } from '../model/seeds.ts';
import { WORKERS } from '../workers/crew.ts';
import { aroundFaults } from './around.ts';
import { MOST_SHARDS, type Shard, WIDTHS } from './limits.ts';
import type { RunOptions } from './run.ts';
import { claimIds, slices } from './settings.ts';

/** Names of which there must be one at least, each among those known. */
function checkNames(checks: OptionChecks, name: string, named: unknown, known: readonly string[]): void {
  if (!checks.checkTexts(name, named)) return;
  if (Array.isArray(named) && named.length === 0)
    checks.fault(`${name}: expected at least one of ${known.join(', ')}, got an empty list`);
  checks.names(`${name}: unknown name`, named as readonly string[] | undefined, known);
}

/** @throws BadInput with every fault of the options */
export function checkAtlasOptions({ seed, width, claims, slices: ids, ...rest }: RunOptions): void {
  const { folder, shard, workers, problem } = rest;
  const checks = new OptionChecks();
  checks.required({ seed, width, claims, slices: ids, folder });
  checks.checkInteger('seed', seed, SEEDS);
  checks.checkNumber('width', width, WIDTHS);
  checkNames(checks, 'claims', claims, claimIds);
  checkNames(
    checks,
    'slices',
    ids,
    slices.map(({ id }) => id),
  );
  checks.checkInteger('workers', workers, WORKERS);
  if (problem !== undefined) {
    const faults = problemFaults(problem);
    checks.faults.addAll(faults);
    if (faults.count === 0 && Array.isArray(claims) && Array.isArray(ids))
      for (const { path, message } of aroundFaults(problem, { claims, slices: ids }))
        checks.fault(`${placeText(path)}: ${message}`);
  }
  if (shard !== undefined) {
    const { i, n } = (shard ?? {}) as Partial<Shard>;
    checks.required({ 'shard.i': i, 'shard.n': n });
    checks.checkInteger('shard.n', n, { low: 1, high: MOST_SHARDS });
    checks.checkInteger('shard.i', i, { low: 1, high: Math.min(Number(n) || MOST_SHARDS, MOST_SHARDS) });
  }
  if (typeof folder === 'string') {
    const why = folder === '' ? 'it is empty' : unwritable(folder);
    if (why !== undefined)
      checks.fault(`folder: expected a directory that can be written, got ${shown(folder)}: ${why}`);
  } else if (folder !== undefined)
    checks.fault(`folder: expected the path of a directory, got ${cameText(folder)}`);
  checks.refuse();
}
