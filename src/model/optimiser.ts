/** From a gradient to the direction of a step, in the direction of ascent: parameter' = parameter + eta direction. */
import type { Field } from '../arithmetic/field.ts';
import type { Matrix } from './transformer.ts';

/**
 *     sgd    direction' = momentum direction + d
 *     adam   direction' = m^ / (sqrt(s^) + epsilon),  m' = b1 m + (1 - b1) d,  s' = b2 s + (1 - b2) d^2,
 *            m^ = m' / (1 - b1^t),  s^ = s' / (1 - b2^t): Kingma and Ba, algorithm 1
 *     sign   direction' = sign(d), 0 where d is 0
 *
 * The paper's is sgd. Only sgd reads the momentum.
 */
export const optimisers = ['sgd', 'adam', 'sign'] as const;
/** A name of `optimisers`. */
export type Optimiser = (typeof optimisers)[number];

/** The constants that Adam's authors propose. */
export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** Adam's averages m and s of one matrix, without the correction of their start at 0. */
export interface Averages<T> {
  readonly first: Matrix<T>;
  readonly second: Matrix<T>;
}

/** x^n for n >= 1, by squaring. */
function power<T>(F: Field<T>, x: T, n: number): T {
  if (n === 1) return x;
  const half = power(F, F.mul(x, x), Math.floor(n / 2));
  return n % 2 === 0 ? half : F.mul(x, half);
}

/** Adam's direction at step t = 1, 2, .. from the averages before it, and the averages after it. */
export function adamDirection<T>(F: Field<T>, { first, second }: Averages<T>, d: Matrix<T>, t: number) {
  const mixed = (beta: number, old: Matrix<T>, of: (x: T) => T): Matrix<T> => {
    const [kept, added] = [F.of(beta), F.sub(F.of(1), F.of(beta))];
    return old.map((row, i) => row.map((x, j) => F.add(F.mul(kept, x), F.mul(added, of(d[i][j])))));
  };
  const started = (beta: number): T => F.sub(F.of(1), power(F, F.of(beta), t));
  const averages = {
    first: mixed(ADAM.beta1, first, (x) => x),
    second: mixed(ADAM.beta2, second, (x) => F.mul(x, x)),
  };
  const [corrected1, corrected2] = [started(ADAM.beta1), started(ADAM.beta2)];
  const epsilon = F.of(ADAM.epsilon);
  const direction = averages.first.map((row, i) =>
    row.map((m, j) => {
      const root = F.sqrt(F.div(averages.second[i][j], corrected2));
      return F.div(F.div(m, corrected1), F.add(root, epsilon));
    }),
  );
  return { averages, direction };
}

/** -1, 0 or 1 by entry; NaN or unbounded where the sign is not known. */
export const signs = <T>(F: Field<T>, d: Matrix<T>): Matrix<T> =>
  d.map((row) =>
    row.map((x) => {
      const sign = F.sign(x);
      return sign === undefined ? F.div(F.of(0), F.of(0)) : F.of(sign);
    }),
  );
