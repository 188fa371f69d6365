/** Random cases of a run. */
export const DEFAULT_CASES = 1000;
