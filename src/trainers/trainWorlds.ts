/** Population descent on any number of worlds. */
import { float64 } from '../arithmetic/float64.ts';
import { BadInput } from '../io/badInput.ts';
import { populationExamples } from '../ladder/population.ts';
import { type Layout, reducedLayout } from '../model/layout.ts';
import type { Problem } from '../model/problem.ts';
import { problemFaults } from '../model/problemShape.ts';
import { type Rates, zeroState } from '../model/training.ts';
import type { Parameters } from '../model/transformer.ts';
import type { World, WorldsTrainer } from './trainer.ts';

/**
 * Population descent on a problem: from the zero start in its reduced layout, or from `start` in the given layout.
 * @throws BadInput with every fault of the problem
 */
export function populationWorld(
  problem: Problem,
  rates: Rates,
  from?: { readonly layout: Layout; readonly start: World['start'] },
): World {
  const faults = problemFaults(problem);
  if (faults.count > 0) throw new BadInput(faults);
  const layout = from?.layout ?? reducedLayout(problem);
  return {
    layout,
    start: from?.start ?? zeroState(float64, layout),
    rates,
    examples: populationExamples(float64, problem),
  };
}

export interface TrainedWorld<W extends World> extends Parameters<number> {
  readonly world: W;
  /** -J before the last step, nats. */
  readonly loss: number;
}

/** Worlds in memory at a time: enough for full batches; their total number is not limited. */
const AT_ONCE = 4096;

/**
 * Takes `steps` >= 1 steps in each world and yields the worlds in order. Worlds are taken from the iterable when they are
 * needed, so that all of them need not fit in memory. Further properties of a world (a seed, a name) are kept.
 */
export async function* trainWorlds<W extends World>(
  trainer: WorldsTrainer,
  worlds: Iterable<W>,
  steps: number,
): AsyncGenerator<TrainedWorld<W>> {
  for (const some of chunks(worlds, AT_ONCE)) {
    const under = await trainer.start(some);
    try {
      const losses = await under.advance(steps);
      const states = under.read();
      for (const [w, world] of some.entries()) yield { world, loss: losses[w], ...states[w] };
    } finally {
      under.dispose();
    }
  }
}

function* chunks<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let some: T[] = [];
  for (const item of items) {
    some.push(item);
    if (some.length < size) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}
