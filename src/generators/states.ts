/** Parameters that no training reached, learning rates over decades, sequences as counts and as tokens. */
import fc, { type Arbitrary } from 'fast-check';
import { type Layout, reducedLayout } from '../model/layout.ts';
import type { Problem } from '../model/problem.ts';
import type { Rates } from '../model/training.ts';
import type { Matrix } from '../model/transformer.ts';
import { decades } from './problems.ts';

/** Sixteenths in [-limit, limit]: exact in every field, shrinking to 0. */
export const logit = (limit: number): Arbitrary<number> =>
  fc.integer({ min: -16 * limit, max: 16 * limit }).map((k) => k / 16);

/** A rows x columns matrix of logits whose size is itself drawn, from all zero to +-limit. */
export const matrix = (rows: number, columns: number, limit: number): Arbitrary<Matrix<number>> =>
  fc
    .integer({ min: 0, max: limit })
    .chain((size) =>
      fc.array(fc.array(logit(size), { minLength: columns, maxLength: columns }), {
        minLength: rows,
        maxLength: rows,
      }),
    );

/** Z of a layout, queries x tokens. */
export const attentionLogits = (layout: Layout, limit = 6): Arbitrary<Matrix<number>> =>
  matrix(layout.queries.length, layout.tokens.length, limit);

/** A problem with attention logits in its reduced layout: a state of the rungs where z alone moves. */
export interface PointWorld {
  readonly problem: Problem;
  readonly Z: Matrix<number>;
}

export const pointWorld = (problems: Arbitrary<Problem>, limit = 6): Arbitrary<PointWorld> =>
  problems.chain((problem) => attentionLogits(reducedLayout(problem), limit).map((Z) => ({ problem, Z })));

/** Sequence lengths T from 2 to 1e9, dense at the short end. */
export const sequenceLength: Arbitrary<number> = fc.oneof(
  fc.integer({ min: 2, max: 40 }),
  decades(1.5, 9).map((x) => Math.floor(x)),
);

/** etaY over decades and the ratio etaY/etaZ over decades. */
export const rates = (
  ratio: readonly [number, number] = [-1, 3],
  etaY: readonly [number, number] = [-2, 1],
): Arbitrary<Rates> =>
  fc
    .record({ etaY: decades(...etaY), ratio: decades(...ratio) })
    .map(({ etaY, ratio }) => ({ etaY, etaZ: etaY / ratio, momentum: 0 }));

/** A training run from the zero start, long enough to see every stage at moderate rates. */
export interface RunWorld {
  readonly problem: Problem;
  readonly rates: Rates;
  readonly steps: number;
}

export const runWorld = (
  problems: Arbitrary<Problem>,
  maxSteps: number,
  ratio?: readonly [number, number],
): Arbitrary<RunWorld> =>
  fc.record({ problem: problems, rates: rates(ratio), steps: fc.integer({ min: 2, max: maxSteps }) });

/** A stochastic run: the batches are drawn from `seed`. */
export interface SampledWorld extends RunWorld {
  readonly batch: number;
  readonly length: number;
  readonly seed: number;
}

export const sampledWorld = (problems: Arbitrary<Problem>, maxSteps: number): Arbitrary<SampledWorld> =>
  fc
    .record({
      run: runWorld(problems, maxSteps),
      batch: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 128 })),
      length: sequenceLength,
      seed: fc.integer(),
    })
    .map(({ run, ...rest }) => ({ ...run, ...rest }));

/** A token sequence of a class: x_1 .. x_{T-1} as support indices, T - 1 from 1 to `longest`. */
export const contexts = (supportSize: number, longest: number): Arbitrary<number[]> =>
  fc
    .oneof(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: longest }))
    .chain((length) =>
      fc.array(fc.nat({ max: supportSize - 1 }), { minLength: length, maxLength: length, size: 'max' }),
    );
