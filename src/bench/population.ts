/** Population descent of many worlds at once. */
import { type Uniform, uniformStream } from '../model/uniform.ts';
import type { Trainer } from '../trainers/trainer.ts';
import type { PopulationRow, Timing } from './document.ts';
import { type Budget, timed } from './timing.ts';
import { publishedProblem, type Work, workOf } from './work.ts';

/** Token weights of a random world: integers from 1 to this, as the published ones are. */
const HEAVIEST = 10;

/** The published small problem (M = 34) with token weights of its own. */
function randomWorld(uniform: Uniform): Work {
  const problem = publishedProblem();
  const weight = () => 1 + Math.floor(HEAVIEST * uniform());
  return workOf({
    ...problem,
    classes: problem.classes.map((c) => ({ ...c, probabilities: c.tokens.map(weight) })),
  });
}

export const manyWorlds = (count: number): Work[] => {
  const uniform = uniformStream(count);
  return Array.from({ length: count }, () => randomWorld(uniform));
};

/** Worlds that take their steps together. */
export interface Together {
  step(): unknown;
  dispose(): void;
}

/** A session a world, one after the other. */
export async function startTogether(trainer: Trainer, worlds: readonly Work[]): Promise<Together> {
  const sessions = await Promise.all(
    worlds.map(async ({ layout, start, rates, examples }) => ({
      session: await trainer.start(layout, start, rates),
      examples,
    })),
  );
  return {
    step() {
      for (const { session, examples } of sessions) session.step(examples);
    },
    dispose() {
      for (const { session } of sessions) session.dispose();
    },
  };
}

/** Of one step of all worlds. */
export async function timeWorlds(trainer: Trainer, worlds: number, budget: Budget): Promise<Timing> {
  const together = await startTogether(trainer, manyWorlds(worlds));
  try {
    return await timed(() => together.step(), budget);
  } finally {
    together.dispose();
  }
}

export async function populationRow(
  backend: string,
  trainer: Trainer,
  worlds: number,
  budget: Budget,
): Promise<PopulationRow> {
  const secondsPerStep = await timeWorlds(trainer, worlds, budget);
  return { backend, worlds, secondsPerStep, worldStepsPerSecond: worlds / secondsPerStep.median };
}
