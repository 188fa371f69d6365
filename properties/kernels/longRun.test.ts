/**
 * Long runs: checked step by step, compared with an exact trajectory, and observed for parameters that stop changing.
 */
import { describe, expect, it } from 'vitest';
import { plainKernel } from '../../fixtures/kernels/seeded.ts';
import { referenceFor } from '../../src/kernels/judging/judgeRecord.ts';
import type { Roundoff } from '../../src/kernels/judging/roundoff.ts';
import type { KernelHost } from '../../src/kernels/kernel.ts';
import { saturation, training } from '../../src/kernels/longRuns/inputs.ts';
import { longRuns } from '../../src/kernels/longRuns/longRun.ts';
import { Stagnation } from '../../src/kernels/longRuns/stagnation.ts';
import { type Dtype, floats, type MATRICES, type StepInput } from '../../src/model/stepInput.ts';
import { buggy, changedPlain, freshHost } from './freshHost.ts';
import { DTYPES, strictly, usually } from './judging.ts';
import { plainStep } from './plainStep.ts';

const SEED = 5;
const STEPS = 150;
/** Infinite bounds, so that only the warnings of long runs are tested. */
const ANYTHING: Roundoff = { u: 1, tiny: 1, exp: 1, input: 1, subtracts: true };
const starts = (dtype: Dtype) => [training(dtype, SEED).start, saturation(dtype).start];

type Matrices = Pick<StepInput, (typeof MATRICES)[number]>;

/** A kernel that ignores the input's state and returns the trajectory of `next`, restarted in each run. */
function following(
  dtype: Dtype,
  next: (state: StepInput, start: StepInput, k: number) => Matrices,
  told = next,
): KernelHost {
  let calls = 0;
  let state: Matrices;
  return {
    name: 'following',
    dtype,
    declares: {},
    step: async (input) => {
      const start = starts(dtype)[Math.floor(calls / STEPS)];
      const k = (calls++ % STEPS) + 1;
      if (k === 1) state = start;
      const before = { ...input, ...state };
      const answer = told(before, start, k);
      state = next(before, start, k);
      return { ...answer, loss: 0 };
    },
    restart: async () => true,
    close: async () => {},
  };
}

/** The step in float64, token by token: independent of the reference. */
function independent(input: StepInput): Matrices {
  const { Y, Z, velocityY, velocityZ } = plainStep(input);
  return {
    Y: floats('float64', Y),
    Z: floats('float64', Z),
    velocityY: floats('float64', velocityY),
    velocityZ: floats('float64', velocityZ),
  };
}

/** The independent trajectory with its displacement multiplied by a factor. */
const stretched = (factor: number) =>
  following(
    'float64',
    (input) => independent(input),
    (input, start) => {
      const after = independent(input);
      const far = (name: 'Y' | 'Z') =>
        after[name].map((x, i) => start[name][i] + factor * (x - start[name][i])) as Float64Array;
      return { ...after, Y: far('Y'), Z: far('Z') };
    },
  );

describe('the exact trajectory', () => {
  it('agrees with plain float64 steps to 10^-4 of the displacement, in both runs', async () => {
    // A trajectory may deviate by a hundredth of the displacement.
    const within = await longRuns(stretched(1.0099), ANYTHING, { seed: SEED });
    expect([within.calls, within.warnings, within.failing]).toEqual([2 * STEPS, [], null]);
    const beyond = await longRuns(stretched(1.0101), ANYTHING, { seed: SEED });
    expect(beyond.warnings.map(({ id, run, step }) => [id, run, step])).toEqual([
      ['parts-from-reference', 'training', 1],
      ['parts-from-reference', 'saturation', 1],
    ]);
    // Saturation's first step by hand: etaY / B times the five other probabilities, e^-(24 ln 2 - 2) each for float32.
    const first = (2 ** 49 / 2) * 5 * Math.exp(2 - 53 * Math.LN2);
    expect(beyond.warnings[1].text).toContain(
      `${(0.0101 * first).toPrecision(2)} from the exact trajectory, which has moved by ${first.toPrecision(2)}`,
    );
  });
});

describe.each(DTYPES)('runs in %s', (dtype) => {
  it('give no warning for a correct kernel, for any seed', async () => {
    for (const seed of [1, 2]) {
      const { warnings, failing, calls } = await longRuns(
        await freshHost(() => plainKernel({ dtype })),
        strictly(dtype),
        { seed },
      );
      expect([warnings, failing, calls]).toEqual([[], null, 2 * STEPS]);
    }
  });

  it('end at the step that exceeds its bound, with this step as a case', async () => {
    let calls = 0;
    const { step, ...host } = await freshHost(() => plainKernel({ dtype }));
    const slipping: KernelHost = {
      ...host,
      step: async (input) => {
        const output = await step(input);
        if (++calls === 70) output.Y[3] += 1e-3;
        return output;
      },
    };
    const { failing, calls: made } = await longRuns(slipping, usually(dtype), { seed: SEED });
    expect([made, failing!.calls.length, failing!.fault.kind, failing!.fault.call]).toEqual([70, 1, 'Y', 0]);
    // From the state that the kernel had reached.
    expect(failing!.calls[0].Y.some((y, i) => y !== training(dtype, SEED).start.Y[i])).toBe(true);
  });
});

describe('an error within the bounds', () => {
  it('that accumulates in one direction, a few u per step, is not reported: it stays below a millionth of the displacement', async () => {
    const biased = await changedPlain([
      ['gradient[i] = sums[i] / B;', 'gradient[i] = (sums[i] / B) * (1 + 12 * 2 ** -24);'],
    ]);
    let most = 0;
    const watch = (all: readonly { ratio: number }[]) => {
      for (const { ratio } of all) most = Math.max(most, ratio);
    };
    const { warnings, failing } = await longRuns(biased, strictly('float32'), { seed: SEED, watch });
    expect([warnings, failing, most > 0.5]).toEqual([[], null, true]);
  });

  it('that stops training is reported: the residual of 0, and the distance from the exact trajectory', async () => {
    const { warnings, failing } = await longRuns(await buggy('residual-by-subtraction'), usually('float32'), {
      seed: SEED,
    });
    expect(warnings[0].text).toMatch(/; at step \d+ the parameters lie .* from the exact trajectory/);
    expect([failing, warnings.map(({ id, run }) => [id, run])]).toEqual([
      null,
      [['frozen-residual', 'saturation']],
    ]);
  });
});

describe('parameters that stop changing', () => {
  const bfloat16 = (x: number) => {
    const c = Math.fround(65537 * x);
    return Math.fround(c - Math.fround(c - x));
  };

  it('because updates are absorbed are reported, here for Y in bfloat16', async () => {
    const { step, ...host } = await freshHost(() => plainKernel());
    const coarse: KernelHost = {
      ...host,
      step: async (input) => step(input).then((out) => ({ ...out, Y: out.Y.map(bfloat16) as Float32Array })),
    };
    const { warnings } = await longRuns(coarse, ANYTHING, { seed: SEED });
    expect(warnings.map(({ id, run }) => `${id}, ${run}`)).toContain('absorbed-updates, saturation');
    expect(warnings.map(({ id }) => id)).not.toContain('frozen-residual');
  });

  /** Twelve steps of the example kernel on one batch. */
  async function watched(start: StepInput) {
    const kernel = await plainKernel();
    const stagnation = new Stagnation('here');
    let input = start;
    for (let k = 1; k <= 12; k++) {
      const output = await kernel.step(input);
      stagnation.observe(k, referenceFor('float32', input), output);
      const { Y, Z, velocityY, velocityZ } = output;
      input = { ...input, Y, Z, velocityY, velocityZ };
    }
    return stagnation.warnings();
  }
  const batch = (targets: number[], Y: (i: number, j: number) => number, etaY: number): StepInput => {
    const M = 5;
    const zeros = new Float32Array(M * M);
    return {
      vocabulary: M,
      contextLength: 1,
      contexts: new Int32Array(targets.length),
      queries: new Int32Array(targets.length),
      targets: Int32Array.from(targets),
      Y: zeros.map((_, k) => Y(Math.floor(k / M), k % M)),
      Z: zeros,
      velocityY: zeros,
      velocityZ: zeros,
      etaY,
      etaZ: 1,
      momentum: 0,
    };
  };

  it('are reported if an exact step would change them', async () => {
    const found = await watched(batch([3], (_, j) => (j === 3 ? 1030 : 1024), 2 ** -8));
    expect(found.map(({ id, step }) => [id, step])).toEqual([['absorbed-updates', 1]]);
    expect(await watched(batch([3], (_, j) => (j === 3 ? 6 : 0), 1))).toEqual([]);
  });

  it('are not reported if two sequences change an entry by opposite amounts', async () => {
    expect(await watched(batch([3, 4], (_, j) => (j >= 3 ? 40 : 0), 1))).toEqual([]);
  });

  it('are not reported if all exact updates together are below one unit in the last place', async () => {
    expect(await watched(batch([3], (_, j) => (j === 3 ? 1030 : 1024), 2 ** -60))).toEqual([]);
  });
});
