/** Random parameters, learning rates over decades, sequences as counts and as tokens. */

import fc, { type Arbitrary } from 'fast-check';
import type { PointWorld, RunWorld, SampledWorld } from '../ladder/worlds.ts';
import { type Layout, reducedLayout } from '../model/layout.ts';
import type { Problem } from '../model/problem.ts';
import type { Rates } from '../model/training.ts';
import type { Matrix } from '../model/transformer.ts';
import { decades, unequalDistinct } from './problems.ts';

/** Seeds of independent streams, without fast-check's bias to small and extreme integers, which would repeat seeds. */
export const seed = (): Arbitrary<number> => fc.noBias(fc.integer());

/** Sixteenths in [-limit, limit]: exact in every field, shrinking to 0. */
export const logit = (limit: number): Arbitrary<number> =>
  fc.integer({ min: -16 * limit, max: 16 * limit }).map((k) => k / 16);

/** A rows x columns matrix of logits; their largest modulus is drawn from `least` (0: all zero) to `limit`. */
export const matrix = (rows: number, columns: number, limit: number, least = 0): Arbitrary<Matrix<number>> =>
  fc.integer({ min: least, max: limit }).chain((size) =>
    fc.array(fc.array(logit(size), { minLength: columns, maxLength: columns }), {
      minLength: rows,
      maxLength: rows,
    }),
  );

/** Z of a layout, queries x tokens. */
export const attentionLogits = (layout: Layout, limit = 6): Arbitrary<Matrix<number>> =>
  matrix(layout.queries.length, layout.tokens.length, limit);

/** A problem of `problems` with attention logits in its reduced layout, from -limit to limit. */
export const pointWorld = (problems: Arbitrary<Problem>, limit = 6): Arbitrary<PointWorld> =>
  problems.chain((problem) => attentionLogits(reducedLayout(problem), limit).map((Z) => ({ problem, Z })));

/** Sequence lengths T from 2 to 1e9, dense at the short end. */
export const sequenceLength = (): Arbitrary<number> =>
  fc.oneof(
    fc.integer({ min: 2, max: 40 }),
    decades(1.5, 9).map((x) => Math.floor(x)),
  );

/** etaY and the ratio etaY/etaZ over decades; by default from ratio 1, the weakest form of Assumption 1(c). */
export const rates = (
  ratio: readonly [number, number] = [0, 3],
  etaY: readonly [number, number] = [-2, 1],
): Arbitrary<Rates> =>
  fc
    .record({ etaY: decades(...etaY), ratio: decades(...ratio) })
    .map(({ etaY, ratio }) => ({ etaY, etaZ: etaY / ratio, momentum: 0 }));

/** A training run of 2 to `maxSteps` steps on a problem of `problems`; `ratio` and `etaY` in decades, as `rates` takes them. */
export const runWorld = (
  problems: Arbitrary<Problem>,
  maxSteps: number,
  ratio?: readonly [number, number],
  etaY?: readonly [number, number],
): Arbitrary<RunWorld> =>
  fc.record({ problem: problems, rates: rates(ratio, etaY), steps: fc.integer({ min: 2, max: maxSteps }) });

/** Runs on long sequences, as in Assumption 1(b): T from 1e3 to 1e9. */
export const sampledWorld = (problems: Arbitrary<Problem>, maxSteps: number): Arbitrary<SampledWorld> =>
  fc
    .record({
      run: runWorld(problems, maxSteps),
      batch: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 128 })),
      length: decades(3, 9).map(Math.floor),
      seed: seed(),
    })
    .map(({ run, ...rest }) => ({ ...run, ...rest }));

/** A run of the paper's Figure 6: the published protocol with one of the published settings, more often the small one. */
export interface PublishedRun {
  readonly queryTokens: number;
  readonly nextPerQuery: number;
  readonly etaZ: number;
  readonly ratio: number;
  readonly seed: number;
}

/** Settings of the published table: 1 or 3 query tokens of two next tokens each. */
export const publishedRun = (): Arbitrary<PublishedRun> =>
  fc.record({
    queryTokens: fc.constantFrom(1, 1, 1, 3),
    nextPerQuery: fc.constant(2),
    etaZ: fc.constantFrom(0.5, 1, 2, 3),
    ratio: fc.constantFrom(1, 2, 5, 10),
    seed: seed(),
  });

/** The same with one query token, the cheaper half of the settings. */
export const smallRun = (): Arbitrary<PublishedRun> =>
  publishedRun().map((run) => ({ ...run, queryTokens: 1 }));

/** A state on the scan curve (1 - exp(-2 z_l) = tau P(l|n)^2 for the distinct tokens of a class), with any z of the CT. */
export interface ScanWorld {
  readonly problem: Problem;
  /** Per class, the progress tau P_max^2 of the scan, in [0, 1). */
  readonly scan: readonly number[];
  /** Z[m, CT] per query row. */
  readonly common: readonly number[];
}

/** Single-CT problems whose classes have at least two distinct tokens of different probability. */
export const scanWorld = (): Arbitrary<ScanWorld> =>
  unequalDistinct().chain((problem) => {
    const layout = reducedLayout(problem);
    const perClass = <T>(arb: Arbitrary<T>, n: number) => fc.array(arb, { minLength: n, maxLength: n });
    return fc.record({
      problem: fc.constant(problem),
      scan: perClass(
        fc.oneof(
          fc.integer({ min: 0, max: 15 }).map((k) => k / 16),
          // near the limit 1, which is never reached
          fc.integer({ min: 5, max: 40 }).map((k) => 1 - 2 ** -k),
        ),
        problem.classes.length,
      ),
      common: perClass(logit(6), layout.queries.length),
    });
  });

/** A state of the whole model with one sampled sequence and a direction of differentiation. */
export interface GradientWorld {
  readonly problem: Problem;
  readonly Y: Matrix<number>;
  readonly Z: Matrix<number>;
  readonly cls: number;
  /** Token counts over the class's support, not all zero. */
  readonly counts: readonly number[];
  readonly directionY: Matrix<number>;
  readonly directionZ: Matrix<number>;
}

/** Logits from -limit to limit; the directions have entries from -2 to 2. */
export const gradientWorld = (problems: Arbitrary<Problem>, limit = 6): Arbitrary<GradientWorld> =>
  problems.chain((problem) => {
    const layout = reducedLayout(problem);
    const [rows, columns, queries] = [layout.tokens.length, layout.columns.length, layout.queries.length];
    return fc.nat({ max: problem.classes.length - 1 }).chain((cls) => {
      const size = problem.classes[cls].tokens.length;
      return fc.record({
        problem: fc.constant(problem),
        Y: matrix(rows, columns, limit, 1),
        Z: matrix(queries, rows, limit),
        cls: fc.constant(cls),
        counts: fc
          .tuple(
            fc.array(fc.oneof(fc.constant(0), sequenceLength()), { minLength: size, maxLength: size }),
            fc.nat({ max: size - 1 }),
          )
          .map(([counts, i]) => counts.map((c, k) => (k === i ? c + 1 : c))),
        directionY: matrix(rows, columns, 2, 1),
        directionZ: matrix(queries, rows, 2, 1),
      });
    });
  });

/** One sequence as tokens, and all M x M parameters: contexts may contain the query, and any token may be the target. */
export interface LiteralWorld {
  readonly vocabulary: number;
  readonly contexts: readonly number[];
  readonly query: number;
  readonly target: number;
  readonly Y: Matrix<number>;
  readonly Z: Matrix<number>;
  /** A direction in Z. */
  readonly direction: Matrix<number>;
}

/** A vocabulary of 2 to 5 tokens and a context of 1 to 5. */
const literalWorld = (): Arbitrary<LiteralWorld> =>
  fc.integer({ min: 2, max: 5 }).chain((vocabulary) => {
    const token = fc.nat({ max: vocabulary - 1 });
    return fc.record({
      vocabulary: fc.constant(vocabulary),
      contexts: fc.array(token, { minLength: 1, maxLength: 5 }),
      query: token,
      target: token,
      Y: matrix(vocabulary, vocabulary, 3, 1),
      Z: matrix(vocabulary, vocabulary, 3),
      direction: matrix(vocabulary, vocabulary, 2, 1),
    });
  });

/** A state of the reduced model, and one of the model with all M x M parameters. */
export interface TwoStates {
  readonly state: GradientWorld;
  readonly literal: LiteralWorld;
}
/** Both states are of the same problem of `problems`. */
export const twoStates = (problems: Arbitrary<Problem>): Arbitrary<TwoStates> =>
  fc.record({ state: gradientWorld(problems), literal: literalWorld() });
