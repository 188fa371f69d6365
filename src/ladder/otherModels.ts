/** Runs of other models and optimisers: each changes one thing about the expected steps of `population`. */
import type { Field } from '../arithmetic/field.ts';
import { attentionKernels } from '../model/attentionKernels.ts';
import { reducedLayout } from '../model/layout.ts';
import { type Model, modelWith, paperModel } from '../model/model.ts';
import { layoutOfModel, shapeOf } from '../model/modelLayout.ts';
import { uniformMatrix } from '../model/sampling.ts';
import { startState } from '../model/training.ts';
import type { Matrix, Parameters } from '../model/transformer.ts';
import { uniformStream } from '../model/uniform.ts';
import { populationExamples, trainingMotions } from './population.ts';
import { type Motion, motionAt, type Rung } from './rung.ts';
import { type RungId, rungInfo } from './tree.ts';
import type { ModelPointWorld, ModelWorld } from './worlds.ts';

/** The model of a world. @throws Error on an unknown kernel */
export function modelOf({
  kernel,
  normaliser,
  residual,
  heads,
}: Omit<ModelPointWorld, 'Z' | 'problem'>): Model {
  const attention =
    kernel === undefined ? paperModel.attention : attentionKernels.find(({ id }) => id === kernel);
  if (!attention) throw new Error(`attention: no kernel is called ${kernel}`);
  return modelWith({
    attention,
    normaliser: normaliser ?? paperModel.normaliser,
    residual: residual ?? paperModel.residual,
    heads: heads ?? paperModel.heads,
  });
}

/** The layout of a world's model, and where training starts: Y = 0, and Z = 0 or random. */
export function startOfModel(world: ModelWorld) {
  const layout = layoutOfModel(reducedLayout(world.problem), modelOf(world));
  const { Y, Z } = shapeOf(layout);
  const zero = ([rows, columns]: readonly [number, number]): Matrix<number> =>
    Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
  const parameters: Parameters<number> = {
    Y: zero(Y),
    Z:
      world.seed === undefined
        ? zero(Z)
        : uniformMatrix(...Z, world.problem.vocabulary, uniformStream(world.seed)),
  };
  return { layout, parameters };
}

/** The motion of each head, as one of a model of one head. */
export function headsOf<T>(F: Field<T>, motion: Motion<T>): Motion<T>[] {
  const { layout, problem, rates, time } = motion;
  const { model } = layout;
  if (!model || model.heads === 1) return [motion];
  const Q = layout.queries.length;
  const one = { ...layout, model: { ...model, heads: 1 } };
  return Array.from({ length: model.heads }, (_, h) => {
    const own = <X>(matrix: readonly X[]): X[] => matrix.slice(h * Q, (h + 1) * Q);
    const [Z, dZ] = [own(motion.Z), own(motion.dZ)];
    return motionAt(F, { problem, layout: one, rates, time, Z, dZ });
  });
}

function* motions<T>(F: Field<T>, world: ModelWorld): Generator<Motion<T>> {
  const { problem, rates, steps } = world;
  const { layout, parameters } = startOfModel(world);
  const start = { layout, state: startState(F, layout, parameters) };
  const all = populationExamples(F, problem);
  yield* trainingMotions(F, problem, rates, steps, () => all, start);
}

const branch = (id: RungId): Rung<ModelWorld> => ({ ...rungInfo(id), motions });

/** Several heads from random logits, because heads that start equal stay equal. */
export const randomHeads = branch('heads');

/** The expected step of other models, and of other optimisers. */
export const otherModels: readonly Rung<ModelWorld>[] = [
  ...(['other-kernel', 'no-normalisation', 'layernorm', 'residual'] as const).map(branch),
  randomHeads,
  ...(['adam', 'sign'] as const).map(branch),
];
