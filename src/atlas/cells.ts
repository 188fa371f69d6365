/** A cell of the atlas: one claim at one setting, with the counts of its worlds. */
import { measureReadings } from '../decide/enclosure.ts';
import { type AtlasCheck, atlasChecks } from './checks.ts';
import { type CellLimits, followPlan, LOOKS } from './plan.ts';
import { type ClaimId, nameOf, type Setting } from './settings.ts';
import { type ObservedRun, trainWorld } from './training.ts';
import { worldOf } from './worlds.ts';

/** One claim at one setting: how many of its random worlds violated it, with exact limits of that rate. */
export interface Cell extends CellLimits {
  readonly claim: ClaimId;
  /** `nameOf` its setting. */
  readonly setting: string;
}

/** The order of cells in a file. */
export const inOrder = (a: Cell, b: Cell): number =>
  a.setting < b.setting ? -1 : a.setting > b.setting ? 1 : a.claim < b.claim ? -1 : a.claim > b.claim ? 1 : 0;

export interface SettingJob {
  readonly setting: Setting;
  readonly claims: readonly ClaimId[];
  readonly seed: number;
  readonly width: number;
}

const MOST_WORLDS = LOOKS[LOOKS.length - 1];

const violates = (check: AtlasCheck, run: ObservedRun, motion: Setting['motion']): boolean =>
  measureReadings(check.margins(run, motion)).outcome === 'violated';

/** Worlds of a setting, from one place up to before another, and the claims that are checked in them. */
export interface BlockJob {
  readonly setting: Setting;
  readonly claims: readonly ClaimId[];
  readonly seed: number;
  readonly from: number;
  readonly to: number;
}

/** How many worlds of a block violate each claim, in the order of its claims. */
export async function countViolations(
  { setting, claims, seed, from, to }: BlockJob,
  checks = atlasChecks,
): Promise<number[]> {
  const checked = claims.map((claim) => checks.find((check) => check.claim === claim)!);
  const counts = claims.map(() => 0);
  for (let index = from; index < to; index++) {
    const run = await trainWorld(setting, worldOf(setting, seed, index));
    for (const [i, check] of checked.entries()) if (violates(check, run, setting.motion)) counts[i] += 1;
  }
  return counts;
}

/**
 * Decides the cells of one setting. The cells share their worlds: each training run is checked for every claim that
 * is still open. The result of a cell does not depend on the other claims, nor on the size of the blocks.
 * @param size most worlds of a block
 * @param count counts a block; undefined when the run is cut short
 */
export async function decideInBlocks(
  { setting, claims, seed, width }: SettingJob,
  size: number,
  count: (block: BlockJob) => Promise<readonly number[] | undefined>,
): Promise<Cell[] | undefined> {
  const found = await followPlan(claims, width, async (open, from, to) => {
    const starts = Array.from({ length: Math.ceil((to - from) / size) }, (_, i) => from + i * size);
    const counts = await Promise.all(
      starts.map((start) =>
        count({ setting, claims: open, seed, from: start, to: Math.min(to, start + size) }),
      ),
    );
    if (!counts.every((one) => one !== undefined)) return undefined;
    return open.map((_, i) => counts.reduce((sum, one) => sum + one[i], 0));
  });
  return found?.map((limits, i) => ({ claim: claims[i], setting: nameOf(setting), ...limits }));
}

/** Decides the cells of one setting, in this thread. */
export const decideCells = async (job: SettingJob, checks = atlasChecks): Promise<Cell[]> =>
  (await decideInBlocks(job, MOST_WORLDS, (block) => countViolations(block, checks)))!;
