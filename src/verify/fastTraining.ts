import { float64 } from '../arithmetic/float64.ts';
import type { FastTraining } from '../claims/claim.ts';
import { startOfModel } from '../ladder/otherModels.ts';
import { displacement, populationExamples } from '../ladder/population.ts';
import type { Motion } from '../ladder/rung.ts';
import type { ModelWorld, RunWorld, SampledWorld } from '../ladder/worlds.ts';
import { classAttention } from '../model/entropy.ts';
import { syntheticProblem } from '../model/presets.ts';
import { batches } from '../model/sampling.ts';
import { uniformStream } from '../model/uniform.ts';
import { examplesOf, layoutFor, startParameters } from '../trainers/experiment.ts';
import { float64Trainer } from '../trainers/float64.ts';
import type { TrainingExample } from '../trainers/trainer.ts';

type DiscreteWorld = RunWorld | ModelWorld | SampledWorld;

function examplesPerStep(world: DiscreteWorld): () => readonly TrainingExample[] {
  if ('batch' in world) {
    const stream = batches(world.problem, world.batch, world.length, uniformStream(world.seed));
    return () => examplesOf(stream.next().value);
  }
  const all = populationExamples(float64, world.problem);
  return () => all;
}

/** Motions of the discrete rungs by the float64 trainer; as in `trainingMotions`, the first step is not among them. */
async function motions(world: DiscreteWorld): Promise<Iterable<Motion<number>>> {
  const { problem, rates, steps } = world;
  const { layout, parameters } = startOfModel('batch' in world ? { problem, rates, steps } : world);
  const session = await float64Trainer.start(layout, parameters, rates);
  const examples = examplesPerStep(world);
  return (function* () {
    let before = session.read().Z;
    for (let time = 0; time < steps; time++) {
      session.step(examples());
      const after = session.read().Z;
      if (time > 0) yield displacement(float64, problem, layout, rates, time, before, after);
      before = after;
    }
  })();
}

/** The protocol of Figure 6, with the float64 trainer. */
const protocol = { momentum: 0.9, batch: 128, length: 128, steps: 100, common: 10, distinct: 10 };

/** Trains in float64. */
export const fastTraining: FastTraining = {
  motions,
  async published({ queryTokens, nextPerQuery, etaZ, ratio, seed }) {
    const problem = syntheticProblem({ ...protocol, queryTokens, nextPerQuery });
    const layout = layoutFor(problem, 'uniform');
    const uniform = uniformStream(seed);
    const start = startParameters(problem, layout, 'uniform', uniform);
    const rates = { etaY: ratio * etaZ, etaZ, momentum: protocol.momentum };
    const session = await float64Trainer.start(layout, start, rates);
    const stream = batches(problem, protocol.batch, protocol.length, uniform);
    for (let step = 0; step < protocol.steps; step++) session.step(examplesOf(stream.next().value));
    return {
      before: classAttention(problem, layout, start.Z),
      after: classAttention(problem, layout, session.read().Z),
      run: `${protocol.steps} steps, batch ${protocol.batch}, T = ${protocol.length}, momentum ${protocol.momentum}, uniform start`,
    };
  },
};
