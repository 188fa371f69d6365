/** Published training, timed as `runExperiment` runs it: sampling included. */
import { syntheticProblem } from '../model/presets.ts';
import type { Problem } from '../model/problem.ts';
import { type Experiment, runExperiment } from '../trainers/experiment.ts';
import type { Trainer } from '../trainers/trainer.ts';
import type { Timing, TrainingRow } from './document.ts';
import { type Budget, timed } from './timing.ts';

/** A published problem (M = 34, 240, 1002), with the speed of the authors' program in steps per second. */
interface PublishedCase {
  readonly problem: Problem;
  /** Steps per second, measured once with PyTorch on one thread of a two-core machine. */
  readonly authors: number;
}

export const CASES: readonly PublishedCase[] = [
  { problem: syntheticProblem({ queryTokens: 2, nextPerQuery: 1, common: 10, distinct: 10 }), authors: 100 },
  { problem: syntheticProblem({ queryTokens: 10, nextPerQuery: 2, common: 10, distinct: 10 }), authors: 18 },
  { problem: syntheticProblem({ queryTokens: 2, nextPerQuery: 5, common: 10, distinct: 98 }), authors: 1 },
];

/** Steps of the published protocol; a sample has at most as many. */
const STEPS = 100;
/** Target duration of a sample in seconds: thousands of times the clock's resolution. */
const SAMPLE = 0.1;

/** Seconds per step of training by the published protocol, from new starts; a sample is the mean over its steps. */
export async function timeTraining(
  trainer: Trainer,
  problem: Problem,
  { init, length }: Pick<Experiment, 'init' | 'length'>,
  budget: Budget,
  signal?: AbortSignal,
): Promise<Timing> {
  let firstSeed = 0;
  const run = async (steps: number): Promise<number> => {
    firstSeed += 1;
    const rates = { etaY: 1, etaZ: 1, momentum: 0.9 };
    const experiment = { problem, ...rates, batch: 128, length, steps, init, seeds: 1, firstSeed };
    const { seconds } = await runExperiment(trainer, experiment, { signal });
    signal?.throwIfAborted();
    return seconds / steps;
  };
  // The first run is a warm-up; the second determines the number of steps in a sample.
  await run(2);
  const steps = Math.min(STEPS, Math.max(1, Math.round(SAMPLE / (await run(2)))));
  return timed(async () => {
    const milliseconds = 1000 * (await run(steps));
    return { overriddenDuration: milliseconds, overriddenIterationCost: milliseconds * steps };
  }, budget);
}

export async function trainingRow(
  backend: string,
  trainer: Trainer,
  { problem, authors }: PublishedCase,
  init: Experiment['init'],
  budget: Budget,
  signal?: AbortSignal,
): Promise<TrainingRow> {
  const secondsPerStep = await timeTraining(trainer, problem, { init, length: 128 }, budget, signal);
  return {
    backend,
    vocabulary: problem.vocabulary,
    classes: problem.classes.length,
    init,
    secondsPerStep,
    multiple: 1 / secondsPerStep.median / authors,
  };
}
