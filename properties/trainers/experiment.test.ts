import { describe, expect, it } from 'vitest';
import { distinctEntropy, entropy } from '../../src/model/entropy.ts';
import { presets, syntheticProblem } from '../../src/model/presets.ts';
import { runExperiment } from '../../src/trainers/experiment.ts';
import { float64Trainer } from '../../src/trainers/float64.ts';

const experiment = {
  problem: syntheticProblem(presets['syn-small']),
  etaY: 1,
  etaZ: 1,
  momentum: 0.9,
  batch: 4,
  length: 128,
  steps: 5,
  init: 'uniform',
  seeds: 4,
  firstSeed: 1,
} as const;

describe('an experiment', () => {
  it('by the expected gradient draws nothing: every seed has the run of very long sequences in every class', async () => {
    const zero = { ...experiment, init: 'zero', seeds: 2, steps: 30 } as const;
    const expected = await runExperiment(float64Trainer, { ...zero, expected: true });
    expect(expected.runs[1]).toEqual({ ...expected.runs[0], seed: 2 });
    const sampled = await runExperiment(float64Trainer, { ...zero, batch: 1000, length: 1e9 });
    expect(sampled.runs[0].losses).not.toEqual(expected.runs[0].losses);
    for (const [n, c] of expected.runs[0].attention.entries())
      for (const [i, x] of c.entries())
        expect(Math.abs(x - sampled.runs[0].attention[n][i])).toBeLessThan(0.01);
  });

  it('that is interrupted keeps its finished runs, equal to those of the whole experiment', async () => {
    const whole = await runExperiment(float64Trainer, experiment);
    const controller = new AbortController();
    const cut = await runExperiment(float64Trainer, experiment, {
      signal: controller.signal,
      progress: (seed, step) => {
        if (seed === 3 && step === 2) controller.abort();
      },
    });
    expect(cut.runs).toEqual(whole.runs.slice(0, 2));
    expect(cut.runs[0].losses).not.toEqual(cut.runs[1].losses);
  });

  it('ends at an interrupt between runs that are shorter than the time between two yields', async () => {
    const controller = new AbortController();
    const done = () => performance.now() - begun;
    const begun = performance.now();
    setTimeout(() => controller.abort(), 0);
    // Some minutes of work, were it not heard.
    await runExperiment(
      float64Trainer,
      { ...experiment, steps: 1, seeds: 1e6 },
      { signal: controller.signal },
    );
    expect(done()).toBeLessThan(10_000);
  });

  it.each([
    ['a loss that is not finite', Number.NaN, 0, { step: 2, losses: [1] }],
    ['a loss that is not finite', Number.POSITIVE_INFINITY, 0, { step: 2, losses: [1] }],
    ['parameters that are not finite at the end', 1, Number.NaN, { step: 5, losses: [1, 1, 1, 1, 1] }],
  ])('reports a run that is not finite: %s', async (_, loss, z, expected) => {
    let step = 0;
    const trainer = {
      ...float64Trainer,
      start: async () => ({
        step: () => (++step >= 2 ? loss : 1),
        read: () => ({ Y: [[0]], Z: [[z]] }),
        readVelocity: () => ({ Y: [[0]], Z: [[0]] }),
        dispose: () => {},
      }),
    };
    const { runs, diverged } = await runExperiment(trainer, { ...experiment, seeds: 1 });
    expect(runs).toEqual([]);
    expect(diverged).toEqual([{ seed: 1, ...expected }]);
  });

  it('that is interrupted at once has no runs and no mean', async () => {
    const signal = AbortSignal.abort();
    const { runs, distinctEntropy } = await runExperiment(float64Trainer, experiment, { signal });
    expect(runs).toEqual([]);
    expect(distinctEntropy).toEqual({ mean: null, std: null });
  });

  it('counts training and sampling as its seconds, not the start of the trainer', async () => {
    const slow = 0.3;
    const { seconds } = await runExperiment(
      {
        ...float64Trainer,
        start: async (...given) => {
          await new Promise((resolve) => setTimeout(resolve, slow * 1000));
          return float64Trainer.start(...given);
        },
      },
      { ...experiment, seeds: 1 },
    );
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThan(slow);
  });

  it('with a problem without distinct tokens has no distinct entropy', async () => {
    const shared = { tokens: [0, 1], probabilities: [0.5, 0.5] };
    const problem = {
      vocabulary: 5,
      classes: [
        { next: 2, query: 4, ...shared },
        { next: 3, query: 4, ...shared },
      ],
    };
    const { runs } = await runExperiment(float64Trainer, { ...experiment, problem, seeds: 1 });
    expect(runs[0].distinctEntropy).toBeNull();
  });
});

describe('entropy', () => {
  it('of equal shares is the logarithm of their number, of one token 0', () => {
    // Eight terms of x ln x, each rounded three times.
    expect(Math.abs(entropy(new Array(8).fill(1 / 8)) - Math.log(8))).toBeLessThanOrEqual(
      32 * 2 ** -53 * Math.log(8),
    );
    expect(Math.abs(entropy([1, 0]))).toBe(0);
  });

  it('over distinct tokens re-normalises each class, then averages the classes', () => {
    const problem = {
      vocabulary: 9,
      classes: [
        { next: 6, query: 8, tokens: [0, 1, 2], probabilities: [0.5, 0.25, 0.25] },
        { next: 7, query: 8, tokens: [0, 3], probabilities: [0.5, 0.5] },
      ],
    };
    const half = distinctEntropy(problem, [
      [0.9, 0.05, 0.05],
      [0.2, 0.8],
    ]);
    expect(Math.abs(half - Math.log(2) / 2)).toBeLessThanOrEqual(8 * 2 ** -53);
  });
});
