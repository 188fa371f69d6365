// heavy: 4 s
/** Long runs: judged step by step, held against an exact trajectory, and watched for parameters that stand still. */
import { describe, expect, it } from 'vitest';
import type { Roundoff } from '../../src/kernels/judging/roundoff.ts';
import type { KernelHost } from '../../src/kernels/kernel.ts';
import { saturation, training } from '../../src/kernels/longRuns/inputs.ts';
import { longRuns } from '../../src/kernels/longRuns/longRun.ts';
import { Stagnation } from '../../src/kernels/longRuns/stagnation.ts';
import { plainKernel } from '../../src/kernels/zoo/zoo.ts';
import { type Dtype, floats, type MATRICES, type StepInput } from '../../src/model/stepInput.ts';
import { buggy, changedPlain, freshHost } from './freshHost.ts';
import { DTYPES, strictly, usually } from './judging.ts';
import { plainStep } from './plainStep.ts';

const SEED = 5;
const STEPS = 150;
/** Bounds nothing: what the runs find besides is asked of kernels that keep no bounds. */
const ANYTHING: Roundoff = { u: 1, tiny: 1, exp: 1, input: 1, subtracts: true };
const starts = (dtype: Dtype) => [training(dtype, SEED).start, saturation(dtype).start];

type Matrices = Pick<StepInput, (typeof MATRICES)[number]>;

/** Answers with states of its own, whatever the input's are: a trajectory as told by `next`, made anew in each run. */
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

/** The step in plain doubles, token by token: another route than the reference's. */
function independent(input: StepInput): Matrices {
  const { Y, Z, velocityY, velocityZ } = plainStep(input);
  return {
    Y: floats('float64', Y),
    Z: floats('float64', Z),
    velocityY: floats('float64', velocityY),
    velocityZ: floats('float64', velocityZ),
  };
}

/** The independent trajectory, its distance from the start stretched by a factor. */
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
  it('is the one that steps in plain doubles take, to 10^-4 of the way, through both runs', async () => {
    // A hundredth of the way is what a trajectory may part by.
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
  it('find nothing in a kernel without fault, for any seed', async () => {
    for (const seed of [1, 2]) {
      const { warnings, failing, calls } = await longRuns(
        await freshHost(() => plainKernel({ dtype })),
        strictly(dtype),
        { seed },
      );
      expect([warnings, failing, calls]).toEqual([[], null, 2 * STEPS]);
    }
  });

  it('end at the step that exceeds its bound, with that step as a case', async () => {
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
    // From where the kernel had come by then.
    expect(failing!.calls[0].Y.some((y, i) => y !== training(dtype, SEED).start.Y[i])).toBe(true);
  });
});

describe('what the bounds allow', () => {
  it('and adds up in one direction, a few u a step, is not told: it stays a millionth of the way', async () => {
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

  it('and stops training is told: the residual that is 0, and the way from the exact trajectory', async () => {
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

describe('parameters that stand still', () => {
  const bfloat16 = (x: number) => {
    const c = Math.fround(65537 * x);
    return Math.fround(c - Math.fround(c - x));
  };

  it('because updates are absorbed are told so, here in a Y kept in bfloat16', async () => {
    const { step, ...host } = await freshHost(() => plainKernel());
    const coarse: KernelHost = {
      ...host,
      step: async (input) => step(input).then((out) => ({ ...out, Y: out.Y.map(bfloat16) as Float32Array })),
    };
    const { warnings } = await longRuns(coarse, ANYTHING, { seed: SEED });
    expect(warnings.map(({ id, run }) => `${id}, ${run}`)).toContain('absorbed-updates, saturation');
    expect(warnings.map(({ id }) => id)).not.toContain('frozen-residual');
  });

  /** Twelve steps of the worked example on one batch. */
  async function watched(start: StepInput) {
    const kernel = await plainKernel();
    const stagnation = new Stagnation('here');
    let input = start;
    for (let k = 1; k <= 12; k++) {
      const output = await kernel.step(input);
      stagnation.observe(k, input, output);
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

  it('are told where a step would have moved them', async () => {
    const found = await watched(batch([3], (_, j) => (j === 3 ? 1030 : 1024), 2 ** -8));
    expect(found.map(({ id, step }) => [id, step])).toEqual([['absorbed-updates', 1]]);
    expect(await watched(batch([3], (_, j) => (j === 3 ? 6 : 0), 1))).toEqual([]);
  });

  it('are not told where two sequences pull one entry up and down alike', async () => {
    expect(await watched(batch([3, 4], (_, j) => (j >= 3 ? 40 : 0), 1))).toEqual([]);
  });

  it('are not told where all the steps together would not have moved them by a unit', async () => {
    expect(await watched(batch([3], (_, j) => (j === 3 ? 1030 : 1024), 2 ** -60))).toEqual([]);
  });
});
