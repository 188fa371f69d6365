import type { Field } from '../arithmetic/field.ts';
import { gradient } from './gradient.ts';
import type { Layout } from './layout.ts';
import { type Example, type Matrix, type Parameters, zeros } from './transformer.ts';

/** Steps of gradient ascent: velocity' = momentum velocity + gradient, parameter' = parameter + eta velocity'. */
export interface Rates {
  readonly etaY: number;
  readonly etaZ: number;
  readonly momentum: number;
}

export interface State<T> extends Parameters<T> {
  readonly velocityY: Matrix<T>;
  readonly velocityZ: Matrix<T>;
}

/** Zero parameters and velocities in a layout's shape: the paper's initial condition. */
export const zeroState = <T>(F: Field<T>, layout: Layout): State<T> => {
  const Y = () => zeros(F, layout.tokens.length, layout.columns.length);
  const Z = () => zeros(F, layout.queries.length, layout.tokens.length);
  return { Y: Y(), Z: Z(), velocityY: Y(), velocityZ: Z() };
};

/** A state with the given parameters and zero velocities. */
export const startState = <T>(F: Field<T>, layout: Layout, parameters: Parameters<number>): State<T> => ({
  ...zeroState(F, layout),
  Y: parameters.Y.map((row) => row.map(F.of)),
  Z: parameters.Z.map((row) => row.map(F.of)),
});

/**
 * One step of training on `examples`; `J` is the objective before the step, computed on access. Multiplications by 1 and
 * additions of 0 are left out.
 */
export function step<T>(
  F: Field<T>,
  layout: Layout,
  state: State<T>,
  examples: readonly Example<T>[],
  { etaY, etaZ, momentum }: Rates,
): { state: State<T>; readonly J: T } {
  const slope = gradient(F, layout, state, examples);
  const isZero = (x: T) => F.sign(x) === 0;
  const plus = (a: T, b: T) => (isZero(a) ? b : isZero(b) ? a : F.add(a, b));
  const times = (rate: number) => {
    const factor = F.of(rate);
    return (x: T) => (rate === 1 || isZero(x) ? x : F.mul(factor, x));
  };
  const sum = (a: Matrix<T>, b: Matrix<T>, scaled: (x: T) => T) =>
    a.map((row, i) => row.map((x, j) => plus(x, scaled(b[i][j]))));
  const push = (velocity: Matrix<T>, d: Matrix<T>) =>
    momentum === 0 ? d : sum(d, velocity, times(momentum));
  const velocityY = push(state.velocityY, slope.Y);
  const velocityZ = push(state.velocityZ, slope.Z);
  return {
    state: {
      Y: sum(state.Y, velocityY, times(etaY)),
      Z: sum(state.Z, velocityZ, times(etaZ)),
      velocityY,
      velocityZ,
    },
    get J() {
      return slope.J;
    },
  };
}
