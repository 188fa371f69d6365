/** Random worlds per row, before the row's own share. */
export const DEFAULT_RUNS = 80;
/** The size of a thorough run. */
export const FULL_RUNS = 25 * DEFAULT_RUNS;
