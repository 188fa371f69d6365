/** One run of a world, seen at chosen steps. */
import { float64 } from '../arithmetic/float64.ts';
import { populationExamples } from '../ladder/population.ts';
import { type Motion, populationFeatures } from '../ladder/rung.ts';
import { reducedLayout } from '../model/layout.ts';
import { batches } from '../model/sampling.ts';
import { zeroState } from '../model/training.ts';
import { uniformStream } from '../model/uniform.ts';
import { examplesOf } from '../trainers/experiment.ts';
import { float64Trainer } from '../trainers/float64.ts';
import type { TrainingExample } from '../trainers/trainer.ts';
import type { Setting } from './settings.ts';
import type { AtlasWorld } from './worlds.ts';

/** Steps looked at lie at least this factor apart (and one step): a violation that lasts less may be missed. */
const SPACING = 1.1;

/**
 * Looks up to `steps`: every step at first, then a tenth of the time apart, all powers of two, and the last. A run that
 * is asked as a whole is seen at powers of two alone.
 */
export function looksUpTo(steps: number, asked: Setting['asked'], spacing = SPACING): Set<number> {
  const looks = new Set<number>();
  if (asked === 'steps') for (let t = 1; t < steps; t = Math.max(t + 1, Math.ceil(t * spacing))) looks.add(t);
  for (let t = 1; t < steps; t *= 2) looks.add(t);
  return looks.add(steps - 1);
}

/** What is asked: single steps, positions, and the run as a whole. */
export interface Seen {
  /** Single steps: dZ is what one step adds, read from the velocity, so that no digit cancels. */
  readonly steps: readonly Motion<number>[];
  /** The whole run as one motion: Z and f where it starts, dZ where it ends. */
  readonly net: Motion<number>;
}

/**
 * Trains from zero to the end of a world. The motions carry the effective rates eta/(1 - momentum), which the clock goes
 * by. The first step moves no attention (Y = 0 sends nothing back) and is not among them.
 */
export async function trainWorld(
  setting: Setting,
  world: AtlasWorld,
  looks: ReadonlySet<number> = looksUpTo(world.steps, setting.asked),
): Promise<Seen> {
  const { problem, rates, effective, steps, seed } = world;
  const layout = reducedLayout(problem);
  const start = zeroState(float64, layout);
  const session = await float64Trainer.start(layout, start, rates);
  let next: () => readonly TrainingExample[];
  if (setting.length === null || setting.batch === null) {
    const all = populationExamples(float64, problem);
    next = () => all;
  } else {
    const stream = batches(problem, setting.batch, setting.length, uniformStream(seed));
    next = () => examplesOf(stream.next().value);
  }
  const shared = {
    problem,
    layout,
    rates: { ...rates, etaY: effective, etaZ: effective / setting.ratio },
  };
  const motions: Motion<number>[] = [];
  for (let time = 0; time < steps; time++) {
    if (!looks.has(time)) {
      session.step(next());
      continue;
    }
    const { Z } = session.read();
    session.step(next());
    const dZ = session.readVelocity().Z.map((row) => row.map((v) => rates.etaZ * v));
    motions.push({ ...shared, time, Z, dZ, f: populationFeatures(float64, problem, layout, Z) });
  }
  const { Z } = session.read();
  session.dispose();
  const f = populationFeatures(float64, problem, layout, start.Z);
  return { steps: motions, net: { ...shared, time: 0, Z: start.Z, dZ: Z, f } };
}
