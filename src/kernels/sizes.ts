/** Sizes of a run, and what options of it may be. */

/** Random cases of a run. */
export const DEFAULT_CASES = 1000;
/** Most cases in which two kernels are compared: with both checks of a default run it stays under three minutes. */
export const COMPARED_CASES = 200;
/** Cases of a dump: a hundred megabytes. */
export const DUMPED_CASES = 100;
export const KERNEL_CASES = { low: 1, high: 1e7 } as const;
/** Of one call, in milliseconds: less than 50 ms would measure the machine. */
export const TIME_LIMITS = { low: 50, high: 3_600_000 } as const;
/** In bytes, 64 MiB to 1 TiB: less does not hold Node itself. */
export const MEMORY_LIMITS = { low: 2 ** 26, high: 2 ** 40 } as const;
/**
 * Declared relative error of exp, in units of the roundoff, or of the last place: half a unit is a rounded exp, and 2^17 units of
 * float32 are one unit of bfloat16. With much more the bounds would allow any result.
 */
export const EXP_ERRORS = { low: 0.5, high: 2 ** 17 } as const;
/** Of the envelope: a matrix of 8192 x 8192 doubles takes half a gibibyte, and a call has a dozen of them. */
export const ENVELOPE_LIMITS = {
  vocabulary: { low: 1, high: 8192 },
  contextLength: { low: 1, high: 2 ** 24 },
  batch: { low: 1, high: 65_536 },
} as const;
