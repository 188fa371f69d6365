import { flipProof } from './flip.ts';
import type { Proved } from './proved.ts';

/** Every proof, each with a certificate in fixtures/proofs. */
export const proofs: readonly Proved[] = [flipProof];
