import { batchExamples, batches } from '../model/sampling.ts';
import { uniformStream } from '../model/uniform.ts';
import { type ExamplesOf, enclosedTrainingMotions } from './enclosedTraining.ts';
import { trainingMotions } from './population.ts';
import type { Rung } from './rung.ts';
import { rungInfo } from './tree.ts';
import type { SampledWorld } from './worlds.ts';

/** Stochastic gradient ascent on sampled sequences of finite length, from the zero start. */
export const sgd: Rung<SampledWorld> = {
  ...rungInfo('sgd'),
  motions(F, { problem, rates, steps, batch, length, seed }) {
    const stream = batches(problem, batch, length, uniformStream(seed));
    return trainingMotions(F, problem, rates, steps, () => batchExamples(F, stream.next().value));
  },
  enclosed(F, { problem, rates, steps, batch, length, seed }) {
    const stream = batches(problem, batch, length, uniformStream(seed));
    const examplesAt = (): ExamplesOf => {
      const drawn = stream.next().value;
      return (G) => batchExamples(G, drawn);
    };
    return enclosedTrainingMotions(F, { problem, rates, steps, examplesAt });
  },
};
