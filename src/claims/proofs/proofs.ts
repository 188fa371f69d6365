import { brakeProof } from './brake.ts';
import { clockGapProof } from './clockGap.ts';
import { xiProof } from './fewClasses.ts';
import { flipProof } from './flip.ts';
import type { Proved } from './proved.ts';
import { speedProof } from './speed.ts';
import { twoClassesProof } from './twoClasses.ts';
import { winnerProof } from './winner.ts';

/** Every proof, each with a certificate in fixtures/proofs. */
export const proofs: readonly Proved[] = [
  clockGapProof,
  speedProof,
  brakeProof,
  winnerProof,
  flipProof,
  twoClassesProof,
  xiProof,
];
