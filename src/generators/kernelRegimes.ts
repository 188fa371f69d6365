/** The regimes in which kernels go wrong: how to reach each, and how to recognise it in any input. */
import type { Regime } from './kernelRegime.ts';
import { numberRegimes } from './kernelRegimesOfNumbers.ts';
import { shapeRegimes } from './kernelRegimesOfShape.ts';

export const regimes: readonly Regime[] = [...shapeRegimes, ...numberRegimes];
