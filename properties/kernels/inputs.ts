/** Inputs of a step for tests of hosts: valid, small, numerically trivial. */
import fc, { type Arbitrary } from 'fast-check';
import { type Dtype, type Floats, floats, type StepInput } from '../../src/model/stepInput.ts';

const within = (length: number, max: number) =>
  fc.array(fc.nat(max), { minLength: length, maxLength: length }).map((ids) => Int32Array.from(ids));

export const stepInputs = (dtype: Dtype): Arbitrary<StepInput> =>
  fc
    .record({
      M: fc.integer({ min: 1, max: 5 }),
      T: fc.integer({ min: 1, max: 5 }),
      B: fc.integer({ min: 1, max: 4 }),
    })
    .chain(({ M, T, B }) => {
      const number = (max: number) =>
        dtype === 'float32'
          ? fc.float({ min: -max, max, noNaN: true })
          : fc.double({ min: -max, max, noNaN: true });
      const matrix: Arbitrary<Floats> = fc
        .array(number(4), { minLength: M * M, maxLength: M * M })
        .map((numbers) => floats(dtype, numbers));
      const rate = fc.constantFrom(0.125, 0.25, 1, 3);
      return fc.record(
        {
          vocabulary: fc.constant(M),
          contextLength: fc.constant(T),
          contexts: within(B * T, M - 1),
          queries: within(B, M - 1),
          targets: within(B, M - 1),
          Y: matrix,
          Z: matrix,
          velocityY: matrix,
          velocityZ: matrix,
          etaY: rate,
          etaZ: rate,
          momentum: fc.constantFrom(0, 0.75),
        },
        { noNullPrototype: true },
      );
    });

/** One input of a given size. Momentum 0.5 provokes the kernels of `misbehaving`. */
export function someInput(dtype: Dtype = 'float32', M = 4, momentum = 0.75): StepInput {
  const matrix = (shift: number) => floats(dtype, M * M).map((_, i) => ((i * 7 + shift) % 11) / 8 - 0.5);
  return {
    vocabulary: M,
    contextLength: 3,
    contexts: Int32Array.of(0, 1, 1, 2 % M, 3 % M, 0).map((id) => Math.min(id, M - 1)),
    queries: Int32Array.of(M - 1, 0),
    targets: Int32Array.of(0, M - 1),
    Y: matrix(0),
    Z: matrix(3),
    velocityY: matrix(5),
    velocityZ: matrix(8),
    etaY: 0.5,
    etaZ: 0.25,
    momentum,
  };
}
