/** A cell of the atlas: one claim at one setting, with the counts of its worlds. */
import { measureReadings } from '../decide/enclosure.ts';
import { type AtlasCheck, atlasChecks } from './checks.ts';
import { type CellLimits, followPlan } from './plan.ts';
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

const violates = (check: AtlasCheck, run: ObservedRun, motion: Setting['motion']): boolean =>
  measureReadings(check.margins(run, motion)).outcome === 'violated';

/**
 * Decides the cells of one setting. The cells share their worlds: each training run is checked for every claim that
 * is still open. The result of a cell does not depend on the other claims.
 */
export async function decideCells(
  { setting, claims, seed, width }: SettingJob,
  checks = atlasChecks,
): Promise<Cell[]> {
  const name = nameOf(setting);
  /** Claims that still need worlds. */
  const open = new Set<ClaimId>(claims);
  /** For each trained world: whether it violates each claim that was open then. */
  const outcomes: Map<ClaimId, boolean>[] = [];
  const outcomesOf = async (index: number) => {
    const world = worldOf(setting, seed, index);
    const run = await trainWorld(setting, world);
    return new Map(
      checks
        .filter(({ claim }) => open.has(claim))
        .map((check) => [check.claim, violates(check, run, setting.motion)]),
    );
  };
  const cells: Cell[] = [];
  for (const claim of claims) {
    const limits = await followPlan(async (index) => {
      outcomes[index] ??= await outcomesOf(index);
      return outcomes[index].get(claim)!;
    }, width);
    cells.push({ claim, setting: name, ...limits });
    open.delete(claim);
  }
  return cells;
}
