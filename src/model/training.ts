import type { Field } from '../arithmetic/field.ts';
import type { Layout } from './layout.ts';
import { type Example, gradient, type Matrix, type Parameters, zeros } from './transformer.ts';

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

/** A state at rest with the given parameters. */
export const startState = <T>(F: Field<T>, layout: Layout, parameters: Parameters<number>): State<T> => ({
  ...zeroState(F, layout),
  Y: parameters.Y.map((row) => row.map(F.of)),
  Z: parameters.Z.map((row) => row.map(F.of)),
});

/** One step of training on `examples`; `J` is the objective before it. */
export function step<T>(
  F: Field<T>,
  layout: Layout,
  state: State<T>,
  examples: readonly Example<T>[],
  { etaY, etaZ, momentum }: Rates,
): { state: State<T>; J: T } {
  const slope = gradient(F, layout, state, examples);
  const mu = F.of(momentum);
  const push = (velocity: Matrix<T>, d: Matrix<T>) =>
    momentum === 0 ? d : velocity.map((row, i) => row.map((v, j) => F.add(F.mul(mu, v), d[i][j])));
  const move = (p: Matrix<T>, velocity: Matrix<T>, eta: T) =>
    p.map((row, i) => row.map((x, j) => F.add(x, F.mul(eta, velocity[i][j]))));
  const velocityY = push(state.velocityY, slope.Y);
  const velocityZ = push(state.velocityZ, slope.Z);
  return {
    state: {
      Y: move(state.Y, velocityY, F.of(etaY)),
      Z: move(state.Z, velocityZ, F.of(etaZ)),
      velocityY,
      velocityZ,
    },
    J: slope.J,
  };
}
