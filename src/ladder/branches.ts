/** Rungs of other models: each changes one thing about the expected steps of `population`, or about `two-timescale`. */
import type { Field } from '../arithmetic/field.ts';
import { attentionKernels } from '../model/attentionKernels.ts';
import { reducedLayout } from '../model/layout.ts';
import { type Model, modelWith, paperModel } from '../model/model.ts';
import { layoutOfModel, shapeOf } from '../model/modelLayout.ts';
import { uniformMatrix } from '../model/sampling.ts';
import { startState } from '../model/training.ts';
import type { Matrix, Parameters } from '../model/transformer.ts';
import { uniformStream } from '../model/uniform.ts';
import { population, populationExamples, trainingMotions } from './population.ts';
import { type Motion, populationFeatures, type Rung, type RungInfo } from './rung.ts';
import { twoTimescale } from './two-timescale.ts';
import type { ModelWorld } from './worlds.ts';

/** The model of a world. @throws Error on an unknown kernel */
export function modelOf({ kernel, normaliser, residual, heads }: ModelWorld): Model {
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
  const { layout, problem } = motion;
  const { model } = layout;
  if (!model || model.heads === 1) return [motion];
  const Q = layout.queries.length;
  const one = { ...layout, model: { ...model, heads: 1 } };
  return Array.from({ length: model.heads }, (_, h) => {
    const own = <X>(matrix: readonly X[]): X[] => matrix.slice(h * Q, (h + 1) * Q);
    const [Z, dZ] = [own(motion.Z), own(motion.dZ)];
    return { ...motion, layout: one, Z, dZ, f: populationFeatures(F, problem, one, Z) };
  });
}

function* motions<T>(F: Field<T>, world: ModelWorld): Generator<Motion<T>> {
  const { problem, rates, steps } = world;
  const { layout, parameters } = startOfModel(world);
  const start = { layout, state: startState(F, layout, parameters) };
  const all = populationExamples(F, problem);
  yield* trainingMotions(F, problem, rates, steps, () => all, start);
}

const branch = (id: string, title: string, relaxes: string): Rung<ModelWorld> => ({
  ...{ id, title, parent: population.id, change: { relaxes } },
  motions,
});

/** Several heads from random logits, because heads that start equal stay equal. */
export const randomHeads = branch(
  'heads',
  'several heads from random logits, each with its own decoder',
  'there is one head',
);

/** The expected step of other models, and of other optimisers. */
export const otherModels: readonly Rung<ModelWorld>[] = [
  branch(
    'other-kernel',
    'attention by 1 + z, a sigmoid, or squared ReLU in place of e^z',
    'attention is softmax',
  ),
  branch('no-normalisation', 'features f = v', 'features have length 1'),
  branch(
    'layernorm',
    'features by LayerNorm: v less its mean, then of length 1',
    'features have length 1, no mean is subtracted',
  ),
  branch('residual', "the query's own feature beside f", 'the query has no feature of its own'),
  randomHeads,
  branch('adam', 'Adam in place of gradient ascent', 'the optimiser is gradient ascent'),
  branch('sign', 'signed ascent: every entry moves by eta', 'the optimiser is gradient ascent'),
];

/** Attention alone moves, as on `two-timescale`, with another kernel. */
export const kernelLimit: RungInfo = {
  id: 'kernel-limit',
  title: 'attention by another kernel moves alone, the decoder in closed form',
  parent: twoTimescale.id,
  change: { relaxes: 'attention is softmax' },
};
