/**
 * Seeds and sizes of random properties. `npm test` uses fixed seeds at full size; fixtures/fresh-seeds.mjs sets
 * SNAPCHECK_SEEDS (comma separated) and SNAPCHECK_SIZE (a factor) to run them on new seeds.
 */
const given = process.env.SNAPCHECK_SEEDS?.split(',').map(Number);
const factor = Number(process.env.SNAPCHECK_SIZE ?? 1);

export const seeds = (fixed: number): readonly number[] => given ?? [fixed];

export const size = (full: number): number => Math.max(1, Math.round(full * factor));
