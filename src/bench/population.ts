/** Population descent of many worlds at once. */
import { type Uniform, uniformStream } from '../model/uniform.ts';
import type { WorldsTrainer } from '../trainers/trainer.ts';
import type { PopulationRow, Timing } from './document.ts';
import { type Budget, timed } from './timing.ts';
import { publishedProblem, type Work, workOf } from './work.ts';

/** Largest token weight of a random world: weights are integers from 1, like the published ones. */
const HEAVIEST = 10;

/** The published small problem (M = 34) with random token weights. */
function randomWorld(uniform: Uniform): Work {
  const problem = publishedProblem();
  const weight = () => 1 + Math.floor(HEAVIEST * uniform());
  return workOf({
    ...problem,
    classes: problem.classes.map((c) => ({ ...c, probabilities: c.tokens.map(weight) })),
  });
}

const manyWorlds = (count: number): Work[] => {
  const uniform = uniformStream(count);
  return Array.from({ length: count }, () => randomWorld(uniform));
};

/** Steps per sample: batches of worlds are meant for long runs. */
const STEPS = 16;

/** Time of one step of all worlds; a sample is the mean over STEPS steps. */
export async function timeWorlds(trainer: WorldsTrainer, count: number, budget: Budget): Promise<Timing> {
  const worlds = await trainer.start(manyWorlds(count));
  try {
    return await timed(async () => {
      const begun = performance.now();
      await worlds.advance(STEPS);
      const milliseconds = performance.now() - begun;
      return { overriddenDuration: milliseconds / STEPS, overriddenIterationCost: milliseconds };
    }, budget);
  } finally {
    worlds.dispose();
  }
}

export async function populationRow(
  backend: string,
  trainer: WorldsTrainer,
  worlds: number,
  budget: Budget,
): Promise<PopulationRow> {
  const secondsPerStep = await timeWorlds(trainer, worlds, budget);
  return { backend, worlds, secondsPerStep, worldStepsPerSecond: worlds / secondsPerStep.median };
}
