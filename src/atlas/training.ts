/** Trains a world and records its motion at chosen steps. */
import { float64 } from '../arithmetic/float64.ts';
import { headsOf } from '../ladder/otherModels.ts';
import { populationExamples } from '../ladder/population.ts';
import { type Motion, motionAt } from '../ladder/rung.ts';
import { reducedLayout } from '../model/layout.ts';
import { type Model, modelWith } from '../model/model.ts';
import { layoutOfModel, shapeOf } from '../model/modelLayout.ts';
import { batches, uniformMatrix } from '../model/sampling.ts';
import { zeroState } from '../model/training.ts';
import { uniformStream } from '../model/uniform.ts';
import { examplesOf } from '../trainers/experiment.ts';
import { float64Trainer } from '../trainers/float64.ts';
import type { TrainingExample } from '../trainers/trainer.ts';
import { atlasModels, type Setting } from './settings.ts';
import type { AtlasWorld } from './worlds.ts';

/** Successive observed steps differ by this factor or more (and by at least 1): a shorter violation may be missed. */
const SPACING = 1.1;

/**
 * The observed steps of a run: every step at first, then a factor SPACING apart, all powers of two, and the last
 * step. A run of which only the net displacement is checked (and no speed) is observed at powers of two and at the last step.
 */
export function observedSteps(steps: number, motion: Setting['motion'], spacing = SPACING): Set<number> {
  const observed = new Set<number>();
  if (motion !== 'net')
    for (let t = 1; t < steps; t = Math.max(t + 1, Math.ceil(t * spacing))) observed.add(t);
  for (let t = 1; t < steps; t *= 2) observed.add(t);
  return observed.add(steps - 1);
}

/** The observed motion of a run. */
export interface ObservedRun {
  /** Single steps: dZ is the update of one step, computed from the velocity to avoid cancellation. */
  readonly steps: readonly Motion<number>[];
  /** The whole run as one motion: Z and f at the start, dZ the displacement at the end. Each head has a motion of its own. */
  readonly net: readonly Motion<number>[];
}

/**
 * Trains a world from zero initialisation to its last step. The motions have the effective rates eta/(1 - momentum),
 * which determine the decoder's clock. The first step is not included: with Y = 0 the gradient of Z is 0.
 */
export async function trainWorld(
  setting: Setting,
  world: AtlasWorld,
  observed: ReadonlySet<number> = observedSteps(world.steps, setting.motion),
): Promise<ObservedRun> {
  const { problem, rates, effective, steps, seed } = world;
  const { layout, start } = startOf(setting, world);
  const session = await float64Trainer.start(layout, start, { ...rates, optimiser: setting.optimiser });
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
    if (!observed.has(time)) {
      session.step(next());
      continue;
    }
    const { Z } = session.read();
    session.step(next());
    const dZ = session.readVelocity().Z.map((row) => row.map((v) => rates.etaZ * v));
    motions.push(...headsOf(float64, motionAt(float64, { ...shared, time, Z, dZ })));
  }
  const { Z } = session.read();
  session.dispose();
  const dZ = Z.map((row, m) => row.map((z, l) => z - start.Z[m][l]));
  const net = motionAt(float64, { ...shared, time: 0, Z: start.Z, dZ });
  return { steps: motions, net: headsOf(float64, net) };
}

/** The layout of a setting's model, and its start: zero, or where heads would stay equal, Z random as the published starts are. */
function startOf({ model }: Setting, { problem, seed }: AtlasWorld) {
  const reduced = reducedLayout(problem);
  if (model === undefined) return { layout: reduced, start: zeroState(float64, reduced) };
  const chosen: { change: Partial<Model>; randomStart?: true } = atlasModels[model];
  const layout = layoutOfModel(reduced, modelWith(chosen.change));
  const start = zeroState(float64, layout);
  if (!chosen.randomStart) return { layout, start };
  const [rows, columns] = shapeOf(layout).Z;
  const Z = uniformMatrix(rows, columns, problem.vocabulary, uniformStream(seed));
  return { layout, start: { ...start, Z } };
}
