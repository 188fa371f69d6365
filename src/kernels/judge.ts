/**
 * One call of a kernel, element by element against the exact step and its error bounds.
 *
 * Each stage starts from the kernel's own earlier stage where it shows that, so that the first stage at fault stands
 * out; a parameter starts from the kernel's own velocity. A kernel that shows no stages is judged end to end.
 */
import type { Field } from '../arithmetic/field.ts';
import { dtypeOf, type Floats, type StepInput } from '../model/stepInput.ts';
import { type Arithmetic, stageArithmetic } from './arithmetic.ts';
import { elementDefect, SECOND_ORDER } from './defect.ts';
import { type Evaluation, evaluate, type Given, rowsOf } from './evaluate.ts';
import {
  attentionErrors,
  attentionGradientErrors,
  decoderGradientError,
  featureErrors,
  logitErrors,
  probabilityErrors,
} from './exampleBounds.ts';
import { GradientMean } from './gradientMean.ts';
import type { Stage, StepOutput } from './kernel.ts';
import { sequencesOf } from './sequences.ts';

/** Everything that is judged, in the order of computation: the first to exceed its bound is the one at fault. */
export const JUDGED = [
  'attention',
  'features',
  'logits',
  'probabilities',
  'loss',
  'gradientY',
  'gradientZ',
  'velocityY',
  'velocityZ',
  'Y',
  'Z',
] as const;
export type JudgedStage = (typeof JUDGED)[number];

/** The worst element of a stage. */
export interface StageDefect {
  readonly stage: JudgedStage;
  /** Row and column of the stage's matrix; empty for the loss. */
  readonly at: readonly number[];
  readonly got: number;
  readonly exact: number;
  readonly error: number;
  readonly bound: number;
  /** error / bound: above 1 is a fault. 0 where there is no error, infinite where what came is not a number. */
  readonly ratio: number;
}

export const atFault = ({ ratio }: { readonly ratio: number }): boolean => !(ratio <= 1);

/** The exact step from one input; computed once, whatever the number of kernels judged by it. */
export interface Reference<T> {
  readonly F: Field<T>;
  readonly input: StepInput;
  /** From the input alone, or from a kernel's own stages. */
  evaluations(given?: Given): Evaluation<T>[];
}

export function reference<T>(F: Field<T>, input: StepInput): Reference<T> {
  const sequences = sequencesOf(input);
  const rows = rowsOf(F, input);
  const all = (given: Given) => sequences.map((sequence, b) => evaluate(F, input, sequence, b, rows, given));
  let chain: Evaluation<T>[] | undefined;
  return {
    F,
    input,
    evaluations(given = {}) {
      if (Object.keys(given).length > 0) return all(given);
      chain ??= all({});
      return chain;
    },
  };
}

const finite = (xs: Floats | undefined): xs is Floats => xs?.every(Number.isFinite) ?? false;

/** Own stages that can be gone on with: finite, and no sequence without any attention. */
function usable({ stages = {} }: StepOutput, B: number): Given {
  const { attention, features, logits } = stages;
  const alive = (xs: Floats) =>
    Array.from({ length: B }, (_, b) => xs.subarray((b * xs.length) / B, ((b + 1) * xs.length) / B)).every(
      (row) => row.some((x) => x !== 0),
    );
  return {
    ...(finite(attention) && alive(attention) ? { attention } : {}),
    ...(finite(features) && alive(features) ? { features } : {}),
    ...(finite(logits) ? { logits } : {}),
  };
}

/** The worst element of every stage the kernel gave, in order. */
export function judge<T>(known: Reference<T>, output: StepOutput, arithmetic: Arithmetic): StageDefect[] {
  const { F, input } = known;
  const { vocabulary: M, contextLength, momentum } = input;
  const B = input.queries.length;
  const stages = output.stages ?? {};
  const given = usable(output, B);
  const largest = dtypeOf(input) === 'float32' ? 3.4028234663852886e38 : Number.MAX_VALUE;
  const found = new Map<JudgedStage, StageDefect>();
  const look = (stage: JudgedStage, got: number, exact: T, bound: number, i?: number, j?: number) => {
    const one = elementDefect(F, got, exact, SECOND_ORDER * bound, largest);
    const most = found.get(stage);
    if (most && one.ratio <= most.ratio) return;
    found.set(stage, { stage, at: i === undefined ? [] : [i, j!], ...one });
  };
  const zero = F.of(0);
  const [gradientY, gradientZ] = [new GradientMean(F, M, B), new GradientMean(F, M, B)];
  let [loss, lossError, lossSize] = [zero, 0, 0];

  known.evaluations(given).forEach((e, b) => {
    const { tokens, counts, positions, query } = e.sequence;
    const x = e.sizes;
    const Y = (l: number, j: number) => input.Y[tokens[l] * M + j];
    const attention = attentionErrors(given.attention ? { ...x, v: e.v.map(F.toNumber) } : x, arithmetic);
    if (stages.attention) {
      const { tiny } = stageArithmetic(arithmetic, 'attention');
      const share = e.v.map((v, l) => F.div(v, F.of(counts[l])));
      const bound = share.map((s, l) => F.toNumber(s) * attention.attention[l] + 2 * tiny);
      positions.forEach((l, t) => {
        look('attention', stages.attention![b * contextLength + t], share[l], bound[l], b, t);
      });
    }
    const start = given.attention ? tokens.map(() => 0) : attention.own;
    const df = featureErrors(x, start, arithmetic);
    // dZ may come from v and its norm as well as from f: the features' own roundings stay in its bound.
    const ownDf = given.features ? featureErrors(x, given.attention ? start : attention.own, arithmetic) : df;
    if (stages.features) {
      const index = new Map(tokens.map((token, l) => [token, l]));
      for (let k = 0; k < M; k++) {
        const l = index.get(k);
        const got = stages.features[b * M + k];
        if (l === undefined) look('features', got, zero, 0, b, k);
        else look('features', got, e.f[l], df[l], b, k);
      }
    }
    const passed = given.features ? tokens.map(() => 0) : df;
    const tau = logitErrors(x, passed, Y, arithmetic);
    if (stages.logits) e.logits.forEach((o, j) => look('logits', stages.logits![b * M + j], o, tau[j], b, j));
    const decoder = probabilityErrors(x, given.logits ? tau.map(() => 0) : tau, arithmetic);
    if (stages.probabilities)
      e.alpha.forEach((a, j) =>
        look('probabilities', stages.probabilities![b * M + j], a, decoder.probabilities[j], b, j),
      );
    loss = F.sub(loss, e.J);
    lossError += decoder.loss;
    lossSize += Math.abs(x.J);

    const dy = decoderGradientError(x, passed, decoder.residual, arithmetic);
    tokens.forEach((token, l) => {
      gradientY.add(
        token,
        (j) => F.mul(e.from[l], e.residual[j]),
        (j) => dy(l, j),
      );
    });
    const dz = attentionGradientErrors(x, ownDf, decoder.residual, Y, arithmetic);
    gradientZ.addAt(query, tokens, e.dz, dz);
  });

  look('loss', output.loss, F.div(loss, F.of(B)), (lossError + (B + 1) * arithmetic.u * lossSize) / B);
  const matrices = [
    ['Y', gradientY, 'gradientY', input.etaY],
    ['Z', gradientZ, 'gradientZ', input.etaZ],
  ] as const;
  for (const [name, mean, stage, eta] of matrices) {
    const { u } = stageArithmetic(arithmetic, stage as Stage);
    // The weight's error, the product by it, B - 1 additions.
    mean.close(arithmetic.input + (B + 2) * u, arithmetic.tiny);
    const shown = stages[stage];
    const own = finite(shown) ? shown : undefined;
    const velocityName = `velocity${name}` as const;
    const [before, velocity] = [input[name], input[velocityName]];
    const [after, velocityAfter] = [output[name], output[velocityName]];
    for (let i = 0; i < M; i++) {
      const row = mean.row(i);
      for (let j = 0; j < M; j++) {
        const k = i * M + j;
        const exact = row ? row.exact[j] : zero;
        const dg = row ? row.bound[j] : 0;
        if (shown) look(stage, shown[k], exact, dg, i, j);
        // velocity' = mu v + d: the product, the addition. Both are exact where there was no velocity.
        const d = own ? F.of(own[k]) : exact;
        const kept = momentum * velocity[k];
        const v = kept === 0 ? d : F.add(F.mul(F.of(momentum), F.of(velocity[k])), d);
        const size = Math.abs(F.toNumber(v));
        const rounding = kept === 0 ? 0 : arithmetic.u * (Math.abs(kept) + size) + arithmetic.tiny;
        look(velocityName, velocityAfter[k], v, (own ? arithmetic.u * size : dg) + rounding, i, j);
        // parameter' = p + eta v': a fused or split update may round eta mu v and eta d one by one.
        const moved = velocityAfter[k];
        if (!Number.isFinite(moved))
          look(name, after[k], F.add(F.of(before[k]), F.mul(F.of(eta), v)), 0, i, j);
        else if (moved === 0 && kept === 0) look(name, after[k], F.of(before[k]), 0, i, j);
        else {
          const p = F.add(F.of(before[k]), F.mul(F.of(eta), F.of(moved)));
          const terms = Math.abs(kept) + Math.abs(moved - kept) + Math.abs(moved);
          const bound = arithmetic.u * (Math.abs(eta) * terms + Math.abs(F.toNumber(p))) + arithmetic.tiny;
          look(name, after[k], p, bound, i, j);
        }
      }
    }
  }
  return JUDGED.flatMap((stage) => found.get(stage) ?? []);
}
