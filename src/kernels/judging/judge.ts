/**
 * Compares one call of a kernel, element by element, with the exact step and its error bounds.
 *
 * Each stage starts from the kernel's own earlier stage if the kernel returns it, which isolates the first stage at
 * fault; a parameter starts from the kernel's own velocity. A kernel without stages is compared end to end.
 */
import type { Field } from '../../arithmetic/field.ts';
import type { Floats, StepInput } from '../../model/stepInput.ts';
import { type Sequence, sequencesOf } from '../cases/sequences.ts';
import type { StepOutput } from '../kernel.ts';
import { type Evaluation, evaluate, type Given, matrixRows } from './evaluate.ts';
import { attentionErrors, featureErrors, grown, logitErrors, probabilityErrors } from './exampleBounds.ts';
import { attentionGradientErrors, backpropagationErrors, decoderGradientError } from './gradientBounds.ts';
import { GradientMean } from './gradientMean.ts';
import { judgeUpdate } from './judgeUpdate.ts';
import { Ledger, type StageDefect } from './ledger.ts';
import { type Roundoff, stageArithmetic } from './roundoff.ts';

/** The exact step from one input. It is computed once and can serve several kernels. */
export interface ExactReference<T> {
  readonly F: Field<T>;
  readonly input: StepInput;
  readonly sequences: readonly Sequence[];
  /** Exact stages from the input alone, or from the kernel's own stages. */
  evaluations(given?: Given): Evaluation<T>[];
}

export function exactReference<T>(F: Field<T>, input: StepInput): ExactReference<T> {
  const sequences = sequencesOf(input);
  const rows = matrixRows(F, input);
  const all = (given: Given) => sequences.map((sequence, b) => evaluate(F, input, sequence, b, rows, given));
  let chain: Evaluation<T>[] | undefined;
  return {
    F,
    input,
    sequences,
    evaluations(given = {}) {
      if (Object.keys(given).length > 0) return all(given);
      chain ??= all({});
      return chain;
    },
  };
}

const finite = (xs: Floats | undefined): xs is Floats => xs?.every(Number.isFinite) ?? false;

/** The kernel's stages from which later stages can start: finite, and every sequence has some attention. */
function usable({ stages = {} }: StepOutput, B: number): Given {
  const { attention, features, logits, residual, backpropagated } = stages;
  const alive = (xs: Floats) =>
    Array.from({ length: B }, (_, b) => xs.subarray((b * xs.length) / B, ((b + 1) * xs.length) / B)).every(
      (row) => row.some((x) => x !== 0),
    );
  return {
    ...(finite(attention) && alive(attention) ? { attention } : {}),
    ...(finite(features) && alive(features) ? { features } : {}),
    ...(finite(logits) ? { logits } : {}),
    ...(finite(residual) ? { residual } : {}),
    ...(finite(backpropagated) ? { backpropagated } : {}),
  };
}

/** Checks one sequence's stages; adds its loss and gradients to `sums`. */
function judgeSequence<T>(
  { F, input }: ExactReference<T>,
  { stages = {} }: StepOutput,
  given: Given,
  e: Evaluation<T>,
  b: number,
  arithmetic: Roundoff,
  ledger: Ledger<T>,
  sums: Sums<T>,
): void {
  const { vocabulary: M, contextLength } = input;
  const { tokens, counts, positions, query } = e.sequence;
  const x = e.sizes;
  const Y = (l: number, j: number) => input.Y[tokens[l] * M + j];
  const none = tokens.map(() => 0);

  const attention = attentionErrors(given.attention ? { ...x, v: e.v.map(F.toNumber) } : x, arithmetic);
  if (stages.attention) {
    const { tiny } = stageArithmetic(arithmetic, 'attention');
    const share = e.v.map((v, l) => F.div(v, F.of(counts[l])));
    const bound = share.map(
      (s, l) => grown(F.toNumber(s), attention.attention[l], attention.depth[l]) + 2 * tiny,
    );
    const seen = ledger.of('attention');
    for (let t = 0; t < contextLength; t++) {
      const l = positions[t];
      seen.record(stages.attention[b * contextLength + t], share[l], bound[l], b, t);
    }
  }

  const startOfF = given.attention ? none : attention.own;
  // Uses the exact f: with the kernel's own f, an f that is far too long would widen its own bound.
  const df = featureErrors({ ...x, f: e.f.map(F.toNumber) }, startOfF, arithmetic);
  if (stages.features) {
    const index = new Map(tokens.map((token, l) => [token, l]));
    const absent = F.of(0);
    for (let k = 0; k < M; k++) {
      const l = index.get(k);
      const got = stages.features[b * M + k];
      if (l !== undefined) ledger.record('features', got, e.f[l], df[l], b, k);
      // The ratio of a 0 that is exact is 0, which the first element records.
      else if (got !== 0 || (b === 0 && k === 0)) ledger.record('features', got, absent, 0, b, k);
    }
  }

  const passed = given.features ? none : df;
  const tau = logitErrors(x, passed, Y, arithmetic);
  // Uses the exact e_n - alpha, as above.
  const exact = given.residual ? { ...x, residual: e.residual.map(F.toNumber) } : x;
  const decoder = probabilityErrors(exact, given.logits ? tau.map(() => 0) : tau, arithmetic);
  const columns = [
    ['logits', e.logits, tau],
    ['probabilities', e.alpha, decoder.probabilities],
    ['residual', e.residual, decoder.residual],
  ] as const;
  for (const [stage, values, errors] of columns) {
    const got = stages[stage];
    if (!got) continue;
    const seen = ledger.of(stage);
    for (let j = 0; j < M; j++) seen.record(got[b * M + j], values[j], errors[j], b, j);
  }
  sums.loss = F.sub(sums.loss, e.J);
  sums.lossError += decoder.loss;
  sums.lossSize += Math.abs(x.J);

  const dr = given.residual ? decoder.residual.map(() => 0) : decoder.residual;
  const dy = decoderGradientError(x, passed, dr, arithmetic);
  tokens.forEach((token, l) => {
    sums.gradientY.add(token, e.from[l], e.fromResidual, (j) => dy(l, j));
  });
  const dg = backpropagationErrors(x, dr, Y, arithmetic);
  if (stages.backpropagated)
    for (const [l, token] of tokens.entries()) {
      const got = stages.backpropagated[b * M + token];
      ledger.record('backpropagated', got, e.g[l], dg.errors[l], b, token);
    }
  const startOfZ = given.backpropagated ? { errors: none, sizes: x.g.map(Math.abs) } : dg;
  // A kernel may compute dZ from v and its norm instead of f: the bound includes the rounding errors of f.
  sums.gradientZ.addAt(query, tokens, e.dz, attentionGradientErrors(x, df, startOfZ, arithmetic));
}

/** Sums over a batch: -J, its error bound, the magnitudes of its terms; the gradients. */
interface Sums<T> {
  loss: T;
  lossError: number;
  lossSize: number;
  readonly gradientY: GradientMean<T>;
  readonly gradientZ: GradientMean<T>;
}

/**
 * The worst element of each stage that the kernel returned, in order of computation.
 * @param ledger records every element that is compared
 */
export function judgeCall<T>(
  known: ExactReference<T>,
  output: StepOutput,
  arithmetic: Roundoff,
  ledger = new Ledger(known.F, known.input),
): StageDefect[] {
  const { F, input } = known;
  const B = input.queries.length;
  const given = usable(output, B);
  const sums: Sums<T> = {
    loss: F.of(0),
    lossError: 0,
    lossSize: 0,
    gradientY: new GradientMean(F, input.vocabulary, B),
    gradientZ: new GradientMean(F, input.vocabulary, B),
  };
  known.evaluations(given).forEach((e, b) => {
    judgeSequence(known, output, given, e, b, arithmetic, ledger, sums);
  });
  const lossBound = (sums.lossError + (B + 1) * arithmetic.u * sums.lossSize) / B;
  ledger.record('loss', output.loss, F.div(sums.loss, F.of(B)), lossBound);
  judgeUpdate(known.F, input, output, 'Y', sums.gradientY, arithmetic, ledger);
  judgeUpdate(known.F, input, output, 'Z', sums.gradientZ, arithmetic, ledger);
  return ledger.worst();
}
