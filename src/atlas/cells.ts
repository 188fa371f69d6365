/** A cell: one claim at one setting, and what its worlds said. */
import { measureReadings } from '../decide/enclosure.ts';
import { type CellLimits, followPlan } from './plan.ts';
import { type AtlasQuestion, questions } from './questions.ts';
import { type ClaimId, nameOf, type Setting } from './settings.ts';
import { type Seen, trainWorld } from './training.ts';
import { worldOf } from './worlds.ts';

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

const violates = (question: AtlasQuestion, seen: Seen, asked: Setting['asked']): boolean =>
  measureReadings(question.margins(seen, asked)).outcome === 'violated';

/**
 * Decides the cells of one setting. They share their worlds: one run answers every claim that is still open. What a
 * cell comes to does not depend on which others are asked beside it.
 */
export async function decideCells(
  { setting, claims, seed, width }: SettingJob,
  asking = questions,
): Promise<Cell[]> {
  const name = nameOf(setting);
  /** Answers of each world that was trained, for all claims at once. */
  const open = new Set<ClaimId>(claims);
  const answers: Map<ClaimId, boolean>[] = [];
  const answer = async (index: number) => {
    const world = worldOf(setting, seed, index);
    const seen = await trainWorld(setting, world);
    return new Map(
      asking
        .filter(({ claim }) => open.has(claim))
        .map((question) => [question.claim, violates(question, seen, setting.asked)]),
    );
  };
  const cells: Cell[] = [];
  for (const claim of claims) {
    const standing = await followPlan(async (index) => {
      answers[index] ??= await answer(index);
      return answers[index].get(claim)!;
    }, width);
    cells.push({ claim, setting: name, ...standing });
    open.delete(claim);
  }
  return cells;
}
