/**
 * The correct kernel agrees with the model's gradient in float64. This is a smoke test: its tolerance is empirical
 * (measured by this test with 300 inputs a case and another seed: no failure at a sixteenth of it). Other tests check
 * the same kernel against derived bounds.
 */
import { inspect, isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainKernel } from '../../fixtures/kernels/seeded.ts';
import { float64 } from '../../src/arithmetic/float64.ts';
import type { SumOrder } from '../../src/kernels/zoo/bug.ts';
import { gradient } from '../../src/model/gradient.ts';
import type { Layout } from '../../src/model/layout.ts';
import { type Dtype, type Floats, floats, type StepInput } from '../../src/model/stepInput.ts';
import { forward, type Matrix } from '../../src/model/transformer.ts';
import { copyInput } from './copyInput.ts';

const DTYPES: Dtype[] = ['float32', 'float64'];
const ORDERS: SumOrder[] = ['forward', 'pairwise', 'blocked', 'online'];
const U = { float32: 2 ** -24, float64: 2 ** -53 };

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Entries within 4 of the offsets, which make logits of +-1000 and more. */
const inputs = (dtype: Dtype): fc.Arbitrary<StepInput> =>
  fc
    .record({
      vocabulary: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(33, 40)),
      contextLength: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(17, 70, 1030)),
      batch: fc.integer({ min: 1, max: 4 }),
      offsets: fc.tuple(fc.constantFrom(0, 0, 0, -1000, 1000), fc.constantFrom(0, -1000, 1000)),
      momentum: fc.constantFrom(0, 0.5, Math.fround(0.9)),
    })
    .chain(({ vocabulary: M, contextLength, batch, offsets, momentum }) => {
      const id = fc.nat(M - 1);
      const ids = (n: number) =>
        fc.array(id, { minLength: n, maxLength: n, size: 'max' }).map((a) => Int32Array.from(a));
      const matrix = (offset: number) =>
        fc
          .array(fc.double({ min: -4, max: 4, noNaN: true }), {
            minLength: M * M,
            maxLength: M * M,
            size: 'max',
          })
          .map((a) =>
            floats(
              dtype,
              a.map((x) => x + offset),
            ),
          );
      return fc.record({
        vocabulary: fc.constant(M),
        contextLength: fc.constant(contextLength),
        contexts: ids(batch * contextLength),
        queries: ids(batch),
        targets: ids(batch),
        Y: matrix(offsets[0]),
        Z: matrix(offsets[1]),
        velocityY: matrix(0),
        velocityZ: matrix(0),
        etaY: fc.constantFrom(0, 0.5, 8),
        etaZ: fc.constantFrom(0, 0.25, 2),
        momentum: fc.constant(momentum),
      });
    });

/** The flat [M, M] array as rows. */
const rows = (flat: Floats, M: number): Matrix<number> =>
  range(M).map((i) => Array.from(flat.subarray(i * M, (i + 1) * M)));

/** The input for the model: every sample is its own class, over the tokens that occur in it. */
function expected(input: StepInput) {
  const { vocabulary: M, contextLength: length, queries, targets, momentum } = input;
  const samples = range(queries.length).map((s) =>
    Array.from(input.contexts.subarray(s * length, (s + 1) * length)),
  );
  const supports = samples.map((tokens) => [...new Set(tokens)].sort((a, b) => a - b));
  const layout: Layout = {
    vocabulary: M,
    tokens: range(M),
    columns: range(M),
    multiplicity: range(M).map(() => 1),
    queries: range(M),
    classes: supports.map((support, s) => ({ support, row: queries[s], target: targets[s] })),
  };
  const examples = supports.map((support, cls) => ({
    cls,
    mass: support.map((l) => samples[cls].filter((x) => x === l).length),
    weight: 1 / queries.length,
  }));
  const parameters = { Y: rows(input.Y, M), Z: rows(input.Z, M) };
  const { Y: gradientY, Z: gradientZ, J } = gradient(float64, layout, parameters, examples);
  const passes = examples.map((example) => forward(float64, layout, parameters, example));
  const velocity = (old: Floats, g: number[]) => g.map((x, i) => momentum * old[i] + x);
  const moved = (old: Floats, eta: number, v: number[]) => v.map((x, i) => old[i] + eta * x);
  const velocityY = velocity(input.velocityY, gradientY.flat());
  const velocityZ = velocity(input.velocityZ, gradientZ.flat());
  return {
    loss: [-J],
    attention: samples.flatMap((tokens, s) =>
      tokens.map((l) => {
        const i = supports[s].indexOf(l);
        return passes[s].attention[i] / examples[s].mass[i];
      }),
    ),
    features: passes.flatMap(({ f }, s) =>
      range(M).map((l) => (supports[s].includes(l) ? f[supports[s].indexOf(l)] : 0)),
    ),
    logits: passes.flatMap(({ logits }) => logits),
    probabilities: passes.flatMap(({ alpha }) => alpha),
    gradientY: gradientY.flat(),
    gradientZ: gradientZ.flat(),
    velocityY,
    velocityZ,
    Y: moved(input.Y, input.etaY, velocityY),
    Z: moved(input.Z, input.etaZ, velocityZ),
  };
}

/** Empirical: rounding in sums of T or M terms, which an offset of Y enters twice, in o = Y^T f and in g = Y (e_n - alpha). */
const tolerance = (input: StepInput, dtype: Dtype): number => {
  const size = Math.max(4, ...input.Y.map(Math.abs));
  return U[dtype] * (input.contextLength + input.vocabulary + 8) * size * size;
};

/** Inputs of a dtype, drawn once: each order of sums meets the same. */
const drawn = new Map<string, StepInput[]>();
function someInputs(dtype: Dtype, seed: number, numRuns: number): readonly StepInput[] {
  const name = `${dtype} ${seed}`;
  const known = drawn.get(name) ?? fc.sample(inputs(dtype), { seed, numRuns });
  drawn.set(name, known);
  return known;
}
const answers = new WeakMap<StepInput, ReturnType<typeof expected>>();
function answerOf(input: StepInput) {
  const known = answers.get(input) ?? expected(input);
  answers.set(input, known);
  return known;
}

describe('the correct kernel', () => {
  for (const dtype of DTYPES)
    for (const order of ORDERS) {
      it(`agrees with the model: ${dtype}, ${order}`, async () => {
        const kernel = await plainKernel({ dtype, order });
        for (const input of someInputs(dtype, 1, 20)) {
          const copy = copyInput(input);
          const { stages, ...output } = await kernel.step(input);
          // toEqual takes a hundred times as long over large arrays.
          expect(isDeepStrictEqual({ ...input }, copy)).toBe(true);
          const got: Record<string, ArrayLike<number>> = { ...output, ...stages, loss: [output.loss] };
          const bound = tolerance(input, dtype);
          for (const [name, right] of Object.entries(answerOf(input))) {
            expect(got[name].length, name).toBe(right.length);
            if (name !== 'loss') expect(got[name]).toBeInstanceOf(floats(dtype, 0).constructor);
            const worst = right.findIndex(
              (x, i) => !(Math.abs(got[name][i] - x) <= bound * Math.max(1, Math.abs(x))),
            );
            if (worst >= 0)
              expect.fail(
                `${name}[${worst}]: ${got[name][worst]} instead of ${right[worst]}, bound ${bound}, of ${inspect(input)}`,
              );
          }
        }
      });

      it(`equals a new instance, after any earlier calls: ${dtype}, ${order}`, async () => {
        const used = await plainKernel({ dtype, order });
        for (const input of someInputs(dtype, 2, 10)) {
          const fresh = await plainKernel({ dtype, order });
          expect(isDeepStrictEqual(await used.step(input), await fresh.step(input))).toBe(true);
        }
      });
    }

  it('without momentum the velocity is the gradient, bit for bit', async () => {
    const kernel = await plainKernel();
    await fc.assert(
      fc.asyncProperty(inputs('float32'), async (input) => {
        const { velocityY, velocityZ, stages } = await kernel.step({ ...input, momentum: 0 });
        expect(isDeepStrictEqual([velocityY, velocityZ], [stages?.gradientY, stages?.gradientZ])).toBe(true);
      }),
      { seed: 3, numRuns: 20 },
    );
  });

  it('computes 1 - alpha_n accurately if the decoder is saturated', async () => {
    // o = (0, 40), target 1: 1 - alpha_n = exp(-40)/(1 + exp(-40)), far below u.
    const input = {
      vocabulary: 2,
      contextLength: 1,
      contexts: Int32Array.of(0),
      queries: Int32Array.of(1),
      targets: Int32Array.of(1),
      Y: Float32Array.of(0, 40, 0, 0),
      Z: new Float32Array(4),
      velocityY: new Float32Array(4),
      velocityZ: new Float32Array(4),
      etaY: 1,
      etaZ: 1,
      momentum: 0,
    };
    const { stages } = await (await plainKernel()).step(input);
    const right = Math.exp(-40) / (1 + Math.exp(-40));
    // exp, the sum of two, the quotient and the share f = 1: four roundings or fewer.
    expect(Math.abs((stages?.gradientY?.[1] ?? 0) / right - 1)).toBeLessThan(4 * U.float32);
  });
});
