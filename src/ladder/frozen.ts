import { type Field, sum } from '../arithmetic/field.ts';
import { inverse } from '../arithmetic/linear.ts';
import { type Layout, reducedLayout } from '../model/layout.ts';
import { decode, type Forward, type Matrix, zeros } from '../model/transformer.ts';
import { uniformStream } from '../model/uniform.ts';
import { populationAttention, populationFeatures } from './rung.ts';
import { rungInfo } from './tree.ts';
import { ePrime, gram } from './two-timescale.ts';
import type { FrozenWorld } from './worlds.ts';

/** Which gradient the decoder follows: Lemma 1's with f_n, or Eq. 26's with f_n - Phi E' e_n. */
export type DecoderGradient = 'true' | 'modified';

/** The features of every class at a fixed Z, and the matrices that depend on them alone. */
export interface Features<T> {
  readonly layout: Layout;
  /** c_n over each class's support. */
  readonly c: T[][];
  /** f_n as vectors over the layout's tokens, K x tokens: the columns of Phi. */
  readonly columns: T[][];
  /** A = (I + E)^-1 with I + E = Phi^T Phi, K x K. */
  readonly A: T[][];
  /** E' = I - A (Lemma 14), K x K. */
  readonly prime: T[][];
}

export function featuresOf<T>(F: Field<T>, { problem, Z }: Pick<FrozenWorld, 'problem' | 'Z'>): Features<T> {
  const layout = reducedLayout(problem);
  const logits = Z.map((row) => row.map(F.of));
  const f = populationFeatures(F, problem, layout, logits);
  const A = inverse(F, gram(F, layout, f));
  return {
    layout,
    c: problem.classes.map((c, n) => populationAttention(F, c, layout, logits, n)),
    columns: layout.classes.map(({ support }, n) => {
      const dense = layout.tokens.map(() => F.of(0));
      support.forEach((l, i) => {
        dense[l] = f[n][i];
      });
      return dense;
    }),
    A,
    prime: ePrime(F, A),
  };
}

/** sum_k x_k f_k: a vector over tokens from a vector over classes. */
export const span = <T>(F: Field<T>, f: readonly T[][], x: readonly T[]): T[] =>
  f[0].map((_, l) =>
    sum(
      F,
      // Most tokens belong to one class: terms that are 0 are left out, which is exact.
      f.flatMap((column, k) => (F.sign(column[l]) === 0 ? [] : [F.mul(column[l], x[k])])),
    ),
  );

/** f_n, or f_n - Phi E' e_n: the direction in token space along which a step of class n moves Y. */
export const directionOf = <T>(
  F: Field<T>,
  features: Features<T>,
  n: number,
  gradient: DecoderGradient,
): T[] => {
  const f = features.columns[n];
  if (gradient === 'true') return f;
  const change = span(
    F,
    features.columns,
    features.prime.map((row) => row[n]),
  );
  return f.map((x, l) => F.sub(x, change[l]));
};

/** The decoder's state after `time` steps. */
interface DecoderState<T> {
  readonly time: number;
  /** N_n, the number of draws of each class. */
  readonly counts: readonly number[];
  /** Y, tokens x columns. */
  readonly Y: Matrix<T>;
}

/** The predictions of class n at Y: logits, alpha, e_n - alpha_n. */
export const predict = <T>(F: Field<T>, { layout, c }: Features<T>, Y: Matrix<T>, n: number): Forward<T> =>
  decode(F, layout, Y, n, c[n]);

/** Y + etaY direction (e_n - alpha_n)^T. */
function decoderStep<T>(
  F: Field<T>,
  Y: Matrix<T>,
  etaY: number,
  direction: readonly T[],
  residual: readonly T[],
): Matrix<T> {
  const move = residual.map((r) => F.mul(F.of(etaY), r));
  return Y.map((row, l) =>
    F.sign(direction[l]) === 0 ? row : row.map((y, j) => F.add(y, F.mul(direction[l], move[j]))),
  );
}

/** The class of each step: always `only`, or drawn from the seed, in proportion to `weights` or uniformly. */
export const drawn = ({ problem, steps, seed, only, weights }: FrozenWorld): number[] => {
  const uniform = uniformStream(seed);
  const places = (weights ?? problem.classes.map(() => 1)).flatMap((w, n) => new Array<number>(w).fill(n));
  return Array.from({ length: steps }, () => only ?? places[Math.floor(uniform() * places.length)]);
};

/** Y(0) = 0 and the state after each step: one class per step, step size etaY, Phi fixed. */
export function* decoderTrajectory<T>(
  F: Field<T>,
  world: FrozenWorld,
  features: Features<T>,
  gradient: DecoderGradient = 'modified',
): Generator<DecoderState<T>> {
  const { layout } = features;
  const directions = layout.classes.map((_, n) => directionOf(F, features, n, gradient));
  let Y = zeros(F, layout.tokens.length, layout.columns.length);
  const counts = layout.classes.map(() => 0);
  yield { time: 0, counts: [...counts], Y };
  for (const [i, n] of drawn(world).entries()) {
    const { residual } = predict(F, features, Y, n);
    Y = decoderStep(F, Y, world.etaY, directions[n], residual);
    counts[n] += 1;
    yield { time: i + 1, counts: [...counts], Y };
  }
}

/** Z is fixed, so that there is no motion of Z: the claims are about the decoder's states. */
export const frozen = {
  ...rungInfo('frozen'),
  trajectory: decoderTrajectory,
} as const;

/** Y(0) = 0 and the state after each step, where each step takes all classes with share 1/K. */
export function* expectedTrajectory<T>(
  F: Field<T>,
  { etaY, steps }: Pick<FrozenWorld, 'etaY' | 'steps'>,
  features: Features<T>,
  gradient: DecoderGradient,
): Generator<Matrix<T>> {
  const { layout } = features;
  const K = layout.classes.length;
  const directions = layout.classes.map((_, n) => directionOf(F, features, n, gradient));
  let Y = zeros(F, layout.tokens.length, layout.columns.length);
  yield Y;
  for (let time = 0; time < steps; time++) {
    const residuals = directions.map((_, n) => predict(F, features, Y, n).residual);
    for (const [n, direction] of directions.entries())
      Y = decoderStep(
        F,
        Y,
        etaY,
        direction,
        residuals[n].map((r) => F.div(r, F.of(K))),
      );
    yield Y;
  }
}
