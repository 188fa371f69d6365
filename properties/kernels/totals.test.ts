/** What single sequences come to over a batch, many kernels over a campaign, and what long runs train on. */
import { describe, expect, it } from 'vitest';
import { regimes } from '../../src/generators/kernelRegimes.ts';
import { kernelArithmetic } from '../../src/kernels/arithmetic.ts';
import { stepBounds } from '../../src/kernels/bounds.ts';
import { campaign } from '../../src/kernels/campaign.ts';
import { SECOND_ORDER } from '../../src/kernels/defect.ts';
import { exactStep } from '../../src/kernels/exactStep.ts';
import {
  attentionErrors,
  attentionGradientErrors,
  decoderGradientError,
  featureErrors,
  logitErrors,
  probabilityErrors,
} from '../../src/kernels/exampleBounds.ts';
import { saturation, training } from '../../src/kernels/longRunInputs.ts';
import { plainKernel } from '../../src/kernels/zoo/zoo.ts';

describe('bounds of a step', () => {
  const layout = {
    vocabulary: 5,
    tokens: [0, 1, 2],
    columns: [3, 4, -1],
    multiplicity: [1, 1, 3],
    queries: [7, 8],
    classes: [
      { support: [0, 1], row: 0, target: 0 },
      { support: [1, 2], row: 1, target: 1 },
    ],
  };
  const before = {
    Y: [
      [0.5, -1, 0.25],
      [1, 0.5, -0.5],
      [-0.25, 2, 0],
    ],
    Z: [
      [0.5, -0.5, 0],
      [0, 1, -1],
    ],
    velocityY: [
      [1, 0, -1],
      [0.5, 2, 0],
      [0, 0, 0.25],
    ],
    velocityZ: [
      [0.5, -1, 0],
      [0, 0, 2],
    ],
  };
  const examples = [
    { cls: 0, mass: [2, 1], weight: 0.25 },
    { cls: 1, mass: [1, 3], weight: 0.75 },
  ];
  const arithmetic = { u: 2 ** -20, tiny: 2 ** -60, exp: 2 ** -18, input: 2 ** -21, subtracts: true };
  const { u, tiny, input } = arithmetic;

  it.each([0, 0.5])(
    'add up over the batch and pass through velocity and parameter, momentum %f',
    (momentum) => {
      const rates = { etaY: 0.5, etaZ: 2, momentum };
      const exact = exactStep(layout, before, examples, rates);
      const found = stepBounds(layout, exact, rates, arithmetic);
      const zeros = (m: readonly (readonly number[])[]) => m.map((row) => row.map(() => 0));
      const [dY, sY, dZ, sZ] = [zeros(before.Y), zeros(before.Y), zeros(before.Z), zeros(before.Z)];
      let [loss, size] = [0, 0];
      for (const x of exact.examples) {
        const Y = (l: number, j: number) => before.Y[x.tokens[l]][j];
        const df = featureErrors(x, attentionErrors(x, arithmetic).own, arithmetic);
        const decoder = probabilityErrors(
          x,
          logitErrors(x, df, Y, arithmetic),
          arithmetic,
          layout.multiplicity,
        );
        const dy = decoderGradientError(x, df, decoder.residual, arithmetic);
        const dz = attentionGradientErrors(x, df, decoder.residual, Y, arithmetic, layout.multiplicity);
        loss += x.weight * decoder.loss;
        size += x.weight * Math.abs(x.J);
        for (const [l, token] of x.tokens.entries()) {
          for (const [j, r] of x.residual.entries()) {
            dY[token][j] += x.weight * dy(l, j) + tiny;
            sY[token][j] += x.weight * Math.abs(x.f[l] * r);
          }
          dZ[x.row][token] += x.weight * dz[l] + tiny;
          sZ[x.row][token] += x.weight * Math.abs(x.f[l] * x.w[l]);
        }
      }
      // The weight, and B + 2 = 4 roundings.
      const batch = input + 4 * u;
      const near = (got: number, value: number) => expect(Math.abs(got / value - 1)).toBeLessThan(2 ** -40);
      near(found.loss, SECOND_ORDER * (loss + batch * size));
      const ask = (name: 'Y' | 'Z', d: number[][], s: number[][], eta: number) => {
        const moving = `velocity${name}` as const;
        for (const [i, row] of d.entries())
          for (const [j, error] of row.entries()) {
            const kept = Math.abs(momentum * before[moving][i][j]);
            const v = Math.abs(exact.after[moving][i][j]);
            const added = momentum === 0 ? 0 : (u + input) * kept + u * v + tiny;
            const velocity = SECOND_ORDER * (error + batch * s[i][j] + added);
            const p = Math.abs(exact.after[name][i][j]);
            if (velocity === 0) expect(found[moving][i][j]).toBe(0);
            else near(found[moving][i][j], velocity);
            near(found[name][i][j], SECOND_ORDER * (eta * velocity + (u + input) * eta * v + u * p + tiny));
          }
      };
      ask('Y', dY, sY, 0.5);
      ask('Z', dZ, sZ, 2);
    },
  );

  it('of sequences: tokens that do not occur are none of them', () => {
    const once = exactStep(layout, before, [{ cls: 0, mass: [0, 4], weight: 1 }], {
      etaY: 1,
      etaZ: 1,
      momentum: 0,
    });
    expect(once.examples[0]).toMatchObject({
      tokens: [1],
      terms: 1,
      records: 0,
      collecting: [2],
      z: [-0.5],
      v: [1],
      f: [1],
    });
    expect(once.examples[0].w).toEqual([0]);
  });
});

describe('roundoff by its name', () => {
  it.each([
    ['bfloat16', 2 ** -8, 2 ** -126],
    ['float16', 2 ** -11, 2 ** -14],
    ['tf32', 2 ** -11, 2 ** -126],
  ] as const)('%s', (name, u, tiny) => {
    const { stages } = kernelArithmetic('float32', { stagePrecision: { logits: name } }, false);
    expect(stages!.logits).toEqual({ u, tiny, exp: 4 * u, operands: u });
  });
});

describe('a campaign', () => {
  it('puts the same inputs to every kernel, and tells failures, the first of them, and the worst of each stage', async () => {
    const plain = await plainKernel({ dtype: 'float32' });
    const wrong = {
      ...plain,
      name: 'wrong',
      step: async (x: never) => ({ ...(await plain.step(x)), loss: 7 }),
    };
    const found = await campaign(
      [
        [plain, true],
        [wrong as never, false],
      ],
      { dtype: 'float32', inputs: 12, seed: 5 },
    );
    expect(found).toMatchObject({ dtype: 'float32', seed: 5 });
    expect(found.inputs).toBeGreaterThanOrEqual(12);
    const [good, bad] = found.kernels;
    expect(good).toMatchObject({ strict: true, failures: 0, faults: [], inputs: found.inputs });
    for (const ratio of Object.values(good.worst)) expect(ratio >= 0 && ratio <= 1).toBe(true);
    expect(good.worst.loss).toBeGreaterThan(0);
    // Each case fails at its first call.
    expect(bad).toMatchObject({ kernel: 'wrong', strict: false });
    expect(bad.failures).toBeGreaterThan(3);
    expect(bad.failures).toBeLessThanOrEqual(found.inputs);
    expect(bad.faults).toHaveLength(3);
    expect(bad.faults[0]).toMatchObject({ call: 0, kind: 'loss' });
    expect(bad.worst.loss).toBeGreaterThan(1);
    expect(Object.keys(found.regimes)).toEqual(regimes.map(({ id }) => id));
    expect(Object.values(found.regimes).some((n) => n > 0)).toBe(true);
  });
});

describe('what long runs train on', () => {
  it('two classes of one query: common tokens half of the time, distinct ones the later the rarer', () => {
    const { start, batch, steps } = training('float32', 5);
    expect(steps).toBe(150);
    expect(start).toMatchObject({ vocabulary: 13, contextLength: 24, etaY: 1, etaZ: 1 });
    expect(start.momentum).toBe(Math.fround(0.9));
    const counts = [new Map<number, number>(), new Map<number, number>()];
    const classes = [0, 0];
    for (let k = 0; k < 500; k++) {
      const { contexts, queries, targets } = batch();
      expect([...queries]).toEqual([10, 10, 10, 10]);
      expect(contexts).toHaveLength(96);
      for (const [b, target] of targets.entries()) {
        const n = [11, 12].indexOf(target);
        classes[n] += 1;
        for (const t of contexts.subarray(24 * b, 24 * (b + 1)))
          counts[n].set(t, (counts[n].get(t) ?? 0) + 1);
      }
    }
    for (const n of [0, 1]) {
      // 2,000 sequences, 48,000 tokens: five deviations.
      expect(Math.abs(classes[n] - 1000)).toBeLessThan(5 * Math.sqrt(500));
      const first = 2 + 4 * n;
      expect([...counts[n].keys()].sort((a, b) => a - b)).toEqual([
        0,
        1,
        first,
        first + 1,
        first + 2,
        first + 3,
      ]);
      const all = 24 * classes[n];
      const near = (token: number, share: number) =>
        expect(Math.abs(counts[n].get(token)! / all - share)).toBeLessThan(5 * Math.sqrt(share / all));
      near(0, 1 / 4);
      near(1, 1 / 4);
      // floor(4 U^2): sqrt(1/4), sqrt(2/4), ..
      for (const i of [0, 1, 2, 3]) near(first + i, (Math.sqrt((i + 1) / 4) - Math.sqrt(i / 4)) / 2);
    }
  });
  it.each([
    ['float32', 24],
    ['float64', 53],
  ] as const)('a decoder two below ln 1/u in %s, of tokens that stand alone', (dtype, digits) => {
    const { start, batch } = saturation(dtype);
    expect(start).toMatchObject({
      vocabulary: 6,
      contextLength: 3,
      momentum: 0,
      etaZ: 1,
      etaY: 2 ** (digits - 4),
    });
    const gap = digits * Math.LN2 - 2;
    const held = [...start.Y].map((y, i) => [i, y]).filter(([, y]) => y !== 0);
    expect(held.map(([i]) => i)).toEqual([3, 10]);
    for (const [, y] of held) expect(Math.abs(y / gap - 1)).toBeLessThan(2 ** -22);
    expect([...batch().contexts]).toEqual([0, 0, 0, 1, 1, 1]);
    expect([...batch().targets]).toEqual([3, 4]);
  });
});
