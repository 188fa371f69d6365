/** Attention of another model moves alone: its decoder is Theorem 5's for the features of that model. */
import { dot, type Field } from '../arithmetic/field.ts';
import { type Layout, reducedLayout } from '../model/layout.ts';
import { modelFeatures, modelGradient } from '../model/modelGradient.ts';
import { layoutOfModel } from '../model/modelLayout.ts';
import type { Problem } from '../model/problem.ts';
import { modelOf } from './otherModels.ts';
import { populationExamples } from './population.ts';
import { type Motion, populationFeatures, type Rung } from './rung.ts';
import { middleReading, solvedWeights } from './solved.ts';
import { type RungId, rungInfo } from './tree.ts';
import type { ModelPointWorld } from './worlds.ts';

/**
 * Y = X A Wbar at clock reading x, X the features x_n as columns and A = (X^T X)^-1, so that o = Y^T x_n = wbar_n as on
 * `two-timescale`. A row of X that stands for several counts as often.
 */
export function modelDecoder<T>(
  F: Field<T>,
  problem: Problem,
  layout: Layout,
  { x, copies }: ReturnType<typeof modelFeatures<T>>,
  reading: T,
): T[][] {
  const times = x.map((own) => own.map((value, r) => F.mul(F.of(copies[r]), value)));
  const G = times.map((a) => x.map((b) => dot(F, a, b)));
  const C = solvedWeights(F, problem, layout, G, reading);
  return copies.map((_, r) =>
    layout.columns.map((_, j) =>
      dot(
        F,
        x.map((own) => own[r]),
        C.map((row) => row[j]),
      ),
    ),
  );
}

/** dJ/dZ at constant Y, the decoder above; up to the factor gamma. */
function* motions<T>(F: Field<T>, world: ModelPointWorld): Generator<Motion<T>> {
  const { problem } = world;
  const layout = layoutOfModel(reducedLayout(problem), modelOf(world));
  const Z = world.Z.map((row) => row.map(F.of));
  const examples = populationExamples(F, problem);
  const features = modelFeatures(F, layout, Z, examples);
  const Y = modelDecoder(F, problem, layout, features, F.of(middleReading(problem)));
  const { Z: dZ } = modelGradient(F, layout, { Y, Z }, examples);
  yield { problem, layout, time: 0, Z, dZ, f: populationFeatures(F, problem, layout, Z) };
}

const limit = (id: RungId): Rung<ModelPointWorld> => ({ ...rungInfo(id), motions });

/** LayerNorm in the place of length 1. */
export const layernormLimit = limit('layernorm-limit');
/** The query's own feature beside f. */
export const residualLimit = limit('residual-limit');
