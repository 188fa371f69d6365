/** How many worlds a cell needs: a group-sequential plan with exact limits. */
import { clopperPearson } from '../decide/statistics.ts';

/** Numbers of worlds at which the plan may stop (interim looks). */
export const LOOKS = [32, 64, 128, 256, 512, 1024] as const;

/** The limits of a cell exclude the true share with at most this probability, whenever the plan stops. */
export const CELL_LEVEL = 0.01;

/** Worlds of a cell, how many violated, and exact limits of the rate. */
export interface CellLimits {
  readonly worlds: number;
  readonly violated: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Limits of one cell out of `cells`, each look of each cell at level CELL_LEVEL / (6 cells). By the union bound, all
 * limits at all looks contain the true shares simultaneously with probability at least 1 - CELL_LEVEL. Hence so do
 * the limits at any stopping time, and every statement that combines cells, even one chosen after all results are
 * known.
 */
export const jointLimits = (
  { violated, worlds }: Pick<CellLimits, 'violated' | 'worlds'>,
  cells: number,
): { low: number; high: number } => clopperPearson(violated, worlds, CELL_LEVEL / LOOKS.length / cells);

/** Limits of a single cell, which decide when its plan stops. */
export const stageLimits = (violated: number, worlds: number): { low: number; high: number } =>
  jointLimits({ violated, worlds }, 1);

/** Whether a cell needs no further worlds: its limits are narrower than `width`, or the plan has ended. */
export const settled = ({ worlds, low, high }: CellLimits, width: number): boolean =>
  high - low < width || worlds >= LOOKS[LOOKS.length - 1];

/**
 * Evaluates worlds 0, 1, 2, .. for several claims at once, until the cell of each is settled. The result for a claim does not depend on the
 * others, nor on how the worlds between two looks are divided.
 * @param violations how many of the worlds from one place up to before another violate each of these claims; undefined when the run is cut short
 * @returns the limits of each claim, in the order of the claims; undefined when the run was cut short
 */
export async function followPlan<C>(
  claims: readonly C[],
  width: number,
  violations: (
    claims: readonly C[],
    from: number,
    to: number,
  ) => readonly number[] | undefined | Promise<readonly number[] | undefined>,
): Promise<CellLimits[] | undefined> {
  const standing = new Map<C, CellLimits>();
  const violated = new Map<C, number>();
  let open = claims;
  let from = 0;
  for (const to of LOOKS) {
    if (open.length === 0) break;
    const found = await violations(open, from, to);
    if (!found) return undefined;
    for (const [i, claim] of open.entries()) {
      const all = (violated.get(claim) ?? 0) + found[i];
      violated.set(claim, all);
      standing.set(claim, { worlds: to, violated: all, ...stageLimits(all, to) });
    }
    open = open.filter((claim) => !settled(standing.get(claim)!, width));
    from = to;
  }
  return claims.map((claim) => standing.get(claim)!);
}

/**
 * Why the plan of this width cannot stop at these counts, or undefined. Either the limits are still too wide, or the
 * plan would have stopped at half as many worlds, however many of the violations occurred among them. (Limits are
 * widest for counts in the middle.)
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
