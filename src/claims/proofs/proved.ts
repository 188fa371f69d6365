import type { Proof } from '../../decide/proof.ts';

/** A proof with its controls, under the name of its certificate in fixtures/proofs. */
export interface Proved {
  readonly id: string;
  readonly proof: Proof;
  readonly controls: readonly { readonly id: string; readonly drops: string; readonly proof: Proof }[];
}
