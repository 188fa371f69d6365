/** How many worlds a cell is asked: a group-sequential plan with exact limits. */
import { clopperPearson } from '../decide/statistics.ts';

/** Worlds at which a cell is looked at. */
export const LOOKS = [32, 64, 128, 256, 512, 1024] as const;

/** The limits of a cell miss the truth with at most this probability, wherever it stopped. */
export const CELL_LEVEL = 0.01;

export interface CellLimits {
  readonly worlds: number;
  readonly violated: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Limits of one cell out of `cells`, each stage of each cell at LEVEL / (6 cells). By the union bound the limits of all
 * cells at all stages hold the truth together with probability at least 1 - LEVEL, hence so do those of the stage at
 * which a rule that has seen them all stops, and every sentence that combines cells, even one that was chosen after
 * all of them were seen.
 */
export const jointLimits = (
  { violated, worlds }: Pick<CellLimits, 'violated' | 'worlds'>,
  cells: number,
): { low: number; high: number } => clopperPearson(violated, worlds, CELL_LEVEL / LOOKS.length / cells);

/** Limits of a cell on its own: what decides when it stops. */
export const stageLimits = (violated: number, worlds: number): { low: number; high: number } =>
  jointLimits({ violated, worlds }, 1);

/** Whether a cell needs no further worlds: its limits are narrower than `width`, or the plan ends. */
export const settled = ({ worlds, low, high }: CellLimits, width: number): boolean =>
  high - low < width || worlds >= LOOKS[LOOKS.length - 1];

/**
 * Asks worlds 0, 1, 2, .. until the cell is settled.
 * @param violates whether the world of that index violates
 */
export async function followPlan(
  violates: (index: number) => boolean | Promise<boolean>,
  width: number,
): Promise<CellLimits> {
  let violated = 0;
  let worlds = 0;
  let standing: CellLimits = { worlds: 0, violated: 0, low: 0, high: 1 };
  for (const stage of LOOKS) {
    for (; worlds < stage; worlds++) if (await violates(worlds)) violated++;
    standing = { worlds, violated, ...stageLimits(violated, worlds) };
    if (settled(standing, width)) break;
  }
  return standing;
}

/**
 * Why the plan of this width does not stop there, or undefined: a cell that needs more worlds, or one that needed fewer,
 * whichever of its violations came among the first half of its worlds. (Limits are widest for counts in the middle.)
 */
export function planFault(standing: CellLimits, width: number): string | undefined {
  const { worlds, violated } = standing;
  if (!settled(standing, width)) return `expected limits narrower than ${width}, or the last stage`;
  const before = worlds / 2;
  if (before < LOOKS[0]) return undefined;
  const middle = Math.round(before / 2);
  const widest = Math.min(Math.max(middle, violated - before), Math.min(violated, before));
  return settled({ worlds: before, violated: widest, ...stageLimits(widest, before) }, width)
    ? `expected a plan that stops at ${before} worlds for width ${width}, got ${worlds}`
    : undefined;
}
