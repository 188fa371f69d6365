/** The exact stages of a step over any field. Each starts from the input, or from the kernel's own earlier stage. */
import { dot, type Field } from '../../arithmetic/field.ts';
import type { Floats, StepInput } from '../../model/stepInput.ts';
import {
  attention,
  decoderLogits,
  type Matrix,
  normalise,
  project,
  softmax,
} from '../../model/transformer.ts';
import type { Sequence } from '../cases/sequences.ts';
import type { Stages } from '../kernel.ts';
import type { ExactExample } from './exampleBounds.ts';

/** One sequence's stages. Vectors over its tokens: v, f, w; over the vocabulary: logits, alpha, residual. */
export interface Evaluation<T> {
  readonly sequence: Sequence;
  /** Attention over tokens, from Z alone. */
  readonly v: T[];
  readonly f: T[];
  readonly logits: T[];
  readonly alpha: T[];
  /** e_n - alpha, from the logits. */
  readonly residual: T[];
  /** The residual from which the gradients start: e_n - alpha, or the kernel's own. */
  readonly fromResidual: T[];
  /** g = Y (e_n - alpha), from `fromResidual`. */
  readonly g: T[];
  readonly J: T;
  /** f_l w_l, the gradient in Z[query, :]. */
  readonly dz: T[];
  /** The features from which the gradient starts: f, or the kernel's own. */
  readonly from: T[];
  /** The stages in float64, for the bounds; its v is the vector from which f starts. */
  readonly sizes: ExactExample;
}

/** A kernel's own stages, to start later stages from. */
export type Given = Partial<
  Pick<Stages, 'attention' | 'features' | 'logits' | 'residual' | 'backpropagated'>
>;

/** Rows of Y in the field, converted at first use. */
export function matrixRows<T>(F: Field<T>, { Y, vocabulary }: StepInput): (token: number) => T[] {
  const rows = new Map<number, T[]>();
  return (token) => {
    let row = rows.get(token);
    if (!row) {
      row = Array.from(Y.subarray(token * vocabulary, (token + 1) * vocabulary), F.of);
      rows.set(token, row);
    }
    return row;
  };
}

/**
 * Sequence `b` of a step: Lemma 1 in the paper's order. A stage starts from the given earlier stage, if there is one.
 * @param rows Y's rows by token
 */
export function evaluate<T>(
  F: Field<T>,
  input: StepInput,
  sequence: Sequence,
  b: number,
  rows: (token: number) => T[],
  given: Given = {},
): Evaluation<T> {
  const { vocabulary: M, contextLength, Z } = input;
  const { tokens, counts, positions, query, target, records } = sequence;
  const Y: Matrix<T> = tokens.map(rows);
  const all = tokens.map((_, l) => l);
  const z = tokens.map((token) => Z[query * M + token]);
  const v = attention(F, z.map(F.of), counts.map(F.of));

  let start = v;
  if (given.attention) {
    start = tokens.map(() => F.of(0));
    for (let t = 0; t < contextLength; t++)
      start[positions[t]] = F.add(start[positions[t]], F.of(given.attention[b * contextLength + t]));
  }
  const f = normalise(F, start);
  const from = given.features ? tokens.map((token) => F.of(given.features![b * M + token])) : f;
  const logits = decoderLogits(F, Y, all, from);
  const own = (stage: Floats) => Array.from(stage.subarray(b * M, (b + 1) * M), F.of);
  const { alpha, residual, J } = softmax(F, given.logits ? own(given.logits) : logits, target);
  const fromResidual = given.residual ? own(given.residual) : residual;
  const g = Y.map((row) => dot(F, row, fromResidual));
  const shown = given.backpropagated;
  const fromG = shown ? tokens.map((token) => F.of(shown[b * M + token])) : g;
  const w = project(F, from, fromG);
  const double = (xs: readonly T[]) => xs.map(F.toNumber);
  return {
    sequence,
    v,
    f,
    logits,
    alpha,
    residual,
    fromResidual,
    g,
    J,
    dz: w.map((x, l) => F.mul(from[l], x)),
    from,
    sizes: {
      tokens,
      row: query,
      target,
      weight: 1 / input.queries.length,
      z,
      // c_l - 1 additions; a kernel on counts multiplies by a rounded count instead.
      collecting: counts.map((c) => c + 1),
      terms: contextLength,
      records,
      v: double(start),
      f: double(from),
      logits: given.logits ? Array.from(given.logits.subarray(b * M, (b + 1) * M)) : double(logits),
      alpha: double(alpha),
      residual: double(fromResidual),
      g: double(fromG),
      w: double(w),
      J: F.toNumber(J),
    },
  };
}
