import { describe } from 'vitest';
import { loadMpfr, MpfrMissing } from '../../src/arithmetic/mpfr.ts';

/** Whether gmp-wasm is installed; MPFR is then loaded. */
export const mpfrInstalled = await loadMpfr().then(
  () => true,
  (error) => {
    if (error instanceof MpfrMissing) return false;
    throw error;
  },
);

/** Tests that need MPFR: reported as skipped where gmp-wasm is not installed. */
export const describeMpfr = (name: string, tests: () => void) =>
  mpfrInstalled ? describe(name, tests) : describe.skip(`${name} (gmp-wasm is not installed)`, tests);
