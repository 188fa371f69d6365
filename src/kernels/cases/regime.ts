/** Regimes of kernel inputs, and the predicates that recognise them. */
import type { StepInput } from '../../model/stepInput.ts';
import type { Uniform } from '../../model/uniform.ts';
import type { Plan } from './draft.ts';
import { type SequenceFacts, sequenceFacts } from './facts.ts';

/** How the consecutive calls of a case are related. */
export type Calls =
  | 'one'
  | 'disjoint'
  | 'absent and back'
  | 'changing shape'
  | 'one element'
  | 'one id'
  | 'one rate'
  | 'after an overflow';

interface Choice {
  readonly plan: Partial<Plan>;
  readonly calls?: Calls;
}

export interface Regime {
  readonly id: string;
  /** Size of its scores or logits, where they are large: not every declared format holds them. */
  readonly size?: number;
  /** Changes of a plain plan that produce the regime. */
  readonly reach: (uniform: Uniform, plan: Plan) => Choice;
  /** Whether some call of the case is in the regime, computed from its numbers. */
  readonly holds: (calls: readonly StepInput[]) => boolean;
}

export const some =
  (holds: (input: StepInput) => boolean) =>
  (calls: readonly StepInput[]): boolean =>
    calls.some(holds);

/** Whether some sequence of a call satisfies `holds`. */
export const sequence = (holds: (x: SequenceFacts) => boolean) =>
  some((input) => sequenceFacts(input).some(holds));

/** Whether some pair of consecutive calls satisfies `holds`. */
export const consecutive =
  (holds: (input: StepInput, before: StepInput) => boolean) =>
  (calls: readonly StepInput[]): boolean =>
    calls.some((input, i) => i > 0 && holds(input, calls[i - 1]));
