/** Warnings about a kernel that stays within its bounds. */

/**
 * `frozen-residual`: e_n - alpha rounds to 0, and training stops before the exact one does; `absorbed-updates`: updates are
 * lost when they are added to the parameters; `parts-from-reference`: the trajectory parts from the exact one.
 */
export const KERNEL_WARNINGS = ['frozen-residual', 'absorbed-updates', 'parts-from-reference'] as const;
/** A kind of warning; see `KERNEL_WARNINGS`. */
export type KernelWarningId = (typeof KERNEL_WARNINGS)[number];
