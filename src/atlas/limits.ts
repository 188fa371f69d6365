/** Ranges of the atlas's options. Not in `atlasChecks.ts`, so that the command line loads no schema library to know them. */

/** A cell is done when its limits are narrower than this. */
export const WIDTHS = { low: 0, high: 1, open: 'low' } as const;
export const MOST_SHARDS = 1000;

/** The i-th of n parts. */
export interface Shard {
  readonly i: number;
  readonly n: number;
}
