/** What experiments, explanations and trainers refuse: what the command line refuses, with all faults at once. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { explain } from '../../src/explain/explain.ts';
import * as problems from '../../src/generators/problems.ts';
import { BadInput } from '../../src/io/badInput.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { presets, syntheticProblem } from '../../src/model/presets.ts';
import type { Problem } from '../../src/model/problem.ts';
import { zeroState } from '../../src/model/training.ts';
import { type Experiment, runExperiment } from '../../src/trainers/experiment.ts';
import { fastTrainer } from '../../src/trainers/fast.ts';
import { fastWorlds } from '../../src/trainers/fastWorlds.ts';
import { float64Trainer } from '../../src/trainers/float64.ts';
import { reference } from '../../src/trainers/reference.ts';
import { populationWorld } from '../../src/trainers/trainWorlds.ts';
import { float64Worlds } from '../../src/trainers/worlds64.ts';

const problem = syntheticProblem(presets['syn-small']);
const rates = { etaY: 1, etaZ: 1, momentum: 0 };
const experiment: Experiment = {
  ...{ problem, ...rates, batch: 4, length: 8, steps: 2 },
  ...{ init: 'zero', seeds: 1, firstSeed: 1 },
};
const sgd = { batch: 4, length: 8, seed: 1 };

/** The problem with probabilities of its first class instead of its own. */
const withShares = (probabilities: readonly number[]): Problem => ({
  ...problem,
  classes: problem.classes.map((c, n) =>
    n === 0 ? { ...c, tokens: c.tokens.slice(0, probabilities.length), probabilities } : c,
  ),
});

const faultsOf = async (work: () => unknown): Promise<readonly string[]> => {
  try {
    await work();
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(BadInput);
    return (error as BadInput).faults;
  }
};

const PROBLEMS: [problem: unknown, fault: string][] = [
  [withShares([0.5, 0.6]), 'problem.classes[0].probabilities: must sum to 1, got 1.1'],
  [withShares([1, -1]), 'problem.classes[0].probabilities[1]: expected a number above 0, got -1'],
  [{ ...problem, vocabulary: 3 }, 'must be below the vocabulary size 3'],
  [undefined, 'problem: expected an object, got nothing'],
];

describe('a problem is refused', () => {
  it.each(PROBLEMS)('by experiments, explanations and worlds: %o', async (bad, fault) => {
    for (const work of [
      () => runExperiment(float64Trainer, { ...experiment, problem: bad as Problem }),
      () => explain({ problem: bad as Problem, rates }, sgd),
      () => populationWorld(bad as Problem, rates),
    ])
      expect((await faultsOf(work))[0]).toContain(fault);
  });

  it('but not for probabilities in whole numbers, as the arbitraries draw them', async () => {
    for (const drawn of fc.sample(problems.problem(), { numRuns: 20, seed: 1 }))
      expect(await faultsOf(() => populationWorld(drawn, rates))).toEqual([]);
  });
});

const EXPERIMENTS: [change: object, fault: string][] = [
  [{ etaY: 0 }, 'etaY: expected a number from 1e-100 to 1e+100, got 0'],
  [{ etaZ: undefined }, 'etaZ: expected a value, got nothing'],
  [{ momentum: 1 }, 'momentum: expected a number from 0 to below 1, got 1'],
  [{ batch: 0 }, 'batch: expected an integer from 1 to 1000000, got 0'],
  [{ length: 1 }, 'length: expected an integer from 2 to'],
  [{ steps: 1.5 }, 'steps: expected an integer from 0 to'],
  [{ init: 'unifrom' }, 'init: expected zero or uniform, got "unifrom"; did you mean "uniform"?'],
  [{ seeds: -1 }, 'seeds: expected an integer from 1 to'],
  [{ firstSeed: 2 ** 31 - 1, seeds: 2 }, 'expected a last seed of at most 2147483647'],
];

describe('settings are refused', () => {
  it.each(EXPERIMENTS)('of an experiment: %o', async (change, fault) => {
    const faults = await faultsOf(() => runExperiment(float64Trainer, { ...experiment, ...change }));
    expect(faults).toEqual([expect.stringContaining(fault)]);
  });

  it('of an explanation, all at once', async () => {
    const world = { problem, rates: { ...rates, momentum: -1 }, Z: [[1]], steps: 0 };
    expect(await faultsOf(() => explain(world, { ...sgd, batch: 0.5 }))).toEqual([
      'Z: expected 2 rows of 30 numbers, got 1 rows of 1',
      'momentum: expected a number from 0 to below 1, got -1',
      'steps: expected an integer from 1 to 10000000, got 0',
      'batch: expected an integer from 1 to 1000000, got 0.5',
    ]);
  });
});

describe('a start is refused by every trainer', () => {
  const layout = reducedLayout(problem);
  const { Y, Z } = zeroState(float64, layout);
  const wrong = { Y: Y.slice(1), Z: Z.map((row) => [...row, 0]) };
  const FAULTS = [
    'Y: expected 30 rows of 3 numbers, got 29 rows of 3',
    'Z: expected 2 rows of 30 numbers, got 2 rows of 31',
    'etaY: expected a number from 0 to 1e+100, got Infinity',
  ];
  const infinite = { ...rates, etaY: Number.POSITIVE_INFINITY };
  it.each([float64Trainer, reference(20), fastTrainer('cpu')])('of one world: $name', async (trainer) => {
    expect(await faultsOf(() => trainer.start(layout, wrong, infinite))).toEqual(FAULTS);
  });
  it.each([float64Worlds, fastWorlds('cpu')])('of many worlds: $name', async (trainer) => {
    const world = populationWorld(problem, infinite, { layout, start: wrong });
    expect(await faultsOf(() => trainer.start([world]))).toEqual(FAULTS.map((text) => `worlds[0]: ${text}`));
  });
});
