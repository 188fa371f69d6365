/** Regimes of kernel inputs, and the predicates that recognise them. */
import type { StepInput } from '../../model/stepInput.ts';
import type { Uniform } from '../../model/uniform.ts';
import type { Plan } from './draft.ts';

/** How the consecutive calls of a case are related. */
export type Calls = 'one' | 'disjoint' | 'absent and back' | 'changing shape';

interface Choice {
  readonly plan: Partial<Plan>;
  readonly calls?: Calls;
}

export interface Regime {
  readonly id: string;
  /** Changes of a plain plan that produce the regime. */
  readonly reach: (uniform: Uniform, plan: Plan) => Choice;
  /** Whether some call of the case is in the regime, computed from its numbers. */
  readonly holds: (calls: readonly StepInput[]) => boolean;
}

export const some =
  (holds: (input: StepInput) => boolean) =>
  (calls: readonly StepInput[]): boolean =>
    calls.some(holds);

/** Whether some sequence satisfies `holds`, given its context and the scores of its positions. */
export const sequence = (
  holds: (x: {
    context: Int32Array;
    scores: number[];
    target: number;
    query: number;
    input: StepInput;
  }) => boolean,
) =>
  some((input) =>
    Array.from(input.queries, (query, b) => {
      const n = input.contextLength;
      const context = input.contexts.subarray(b * n, (b + 1) * n);
      const scores = Array.from(context, (token) => input.Z[query * input.vocabulary + token]);
      return { context, scores, query, target: input.targets[b], input };
    }).some(holds),
  );

export const most = (xs: readonly number[]) => xs.reduce((a, b) => Math.max(a, b), -Infinity);
export const least = (xs: readonly number[]) => xs.reduce((a, b) => Math.min(a, b), Infinity);
export const distinct = (context: Int32Array) => new Set(context).size;
/** Minimum over the sequence's tokens of Y[token, target] - max of Y[token, j] over j != target. */
export const margin = ({
  context,
  target,
  input: { Y, vocabulary: M },
}: {
  context: Int32Array;
  target: number;
  input: StepInput;
}) => {
  const at = (token: number, j: number) => Y[token * M + j];
  const others = (token: number) =>
    most(Array.from({ length: M }, (_, j) => (j === target ? -Infinity : at(token, j))));
  return least(Array.from(new Set(context), (token) => at(token, target) - others(token)));
};
export const touched = (input: StepInput) => new Set(input.contexts);
