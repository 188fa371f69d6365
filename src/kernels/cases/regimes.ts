/** The regimes in which kernels have typical bugs: how to produce each, and how to recognise it in any input. */
import type { Regime } from './regime.ts';
import { callRegimes } from './regimesOfCalls.ts';
import { numberRegimes } from './regimesOfNumbers.ts';
import { shapeRegimes } from './regimesOfShape.ts';

export const regimes: readonly Regime[] = [...shapeRegimes, ...callRegimes, ...numberRegimes];
