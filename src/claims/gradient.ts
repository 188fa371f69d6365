import { dot, type Field } from '../arithmetic/field.ts';
import { jets, moving } from '../arithmetic/jet.ts';
import type { Margin } from '../decide/margin.ts';
import { equal } from '../decide/margin.ts';
import { problem } from '../generators/problems.ts';
import { type GradientWorld, gradientWorld } from '../generators/states.ts';
import { sgd } from '../ladder/sgd.ts';
import { gradient as slope } from '../model/gradient.ts';
import { reducedLayout } from '../model/layout.ts';
import { forward, type Matrix, type Parameters } from '../model/transformer.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';

/** The state of a world in a field, with its one sampled sequence. */
export function stateOf<T>(F: Field<T>, world: GradientWorld) {
  const lift = (m: Matrix<number>) => m.map((row) => row.map(F.of));
  return {
    layout: reducedLayout(world.problem),
    parameters: { Y: lift(world.Y), Z: lift(world.Z) },
    direction: { Y: lift(world.directionY), Z: lift(world.directionZ) },
    example: { cls: world.cls, mass: world.counts.map(F.of), weight: F.of(1) },
  };
}

/** Lemma 1 without its projection: diag(f) g in place of diag(f) P_f g. */
export function unprojected<T>(F: Field<T>, world: GradientWorld): Parameters<T> {
  const { layout, parameters, example } = stateOf(F, world);
  const { Y, Z } = slope(F, layout, parameters, [example]);
  const { f, residual } = forward(F, layout, parameters, example);
  const { support, row } = layout.classes[world.cls];
  const g = support.map((l) =>
    dot(
      F,
      parameters.Y[l],
      residual.map((x, k) => F.mul(F.of(layout.multiplicity[k]), x)),
    ),
  );
  support.forEach((l, i) => {
    Z[row][l] = F.mul(f[i], g[i]);
  });
  return { Y, Z };
}

/**
 * d/ds J(theta + s direction) at s = 0 by Taylor arithmetic on the forward pass, against the inner product of the
 * direction with the closed form. Two routes that share no formula.
 */
const agreement = (closedForm: <T>(F: Field<T>, world: GradientWorld) => Parameters<T>) =>
  function* <T>(F: Field<T>, world: GradientWorld): Generator<Margin<T>> {
    const { layout, parameters, direction } = stateOf(F, world);
    const S = jets(F, 1);
    const line = (p: Matrix<T>, d: Matrix<T>) =>
      p.map((row, i) => row.map((x, j) => moving(F, 1, x, d[i][j])));
    const along = {
      Y: line(parameters.Y, direction.Y),
      Z: line(parameters.Z, direction.Z),
    };
    const lifted = { cls: world.cls, mass: world.counts.map(S.of), weight: S.of(1) };
    const derivative = forward(S, layout, along, lifted).J[1];
    const closed = closedForm(F, world);
    const columns = layout.multiplicity.map((k) => F.of(k));
    const inY = dot(
      F,
      closed.Y.map((row, l) =>
        dot(
          F,
          row.map((x, k) => F.mul(columns[k], x)),
          direction.Y[l],
        ),
      ),
      closed.Y.map(() => F.of(1)),
    );
    const inZ = dot(
      F,
      closed.Z.map((row, m) => dot(F, row, direction.Z[m])),
      closed.Z.map(() => F.of(1)),
    );
    yield equal(F, 'derivative of J along a direction = closed form', derivative, F.add(inY, inZ));
  };

const lemma1 = <T>(F: Field<T>, world: GradientWorld): Parameters<T> => {
  const { layout, parameters, example } = stateOf(F, world);
  return slope(F, layout, parameters, [example]);
};

export const gradientClaim: Claim = {
  id: 'gradient',
  source: 'Lemma 1',
  headline: false,
  statement:
    'The closed form dY = f (e_n - alpha)^T, dZ[m, :] = diag(v) P_f Y (e_n - alpha) / ||v|| is the gradient of J.',
  words: 'These closed forms are the gradient of J.',
  formula: String.raw`dY = f\,(e_n - \alpha)^\top, \qquad dZ_m = \frac{\operatorname{diag}(v)\, P_f\, Y (e_n - \alpha)}{\lVert v \rVert_2}`,
  silent: 'Nothing about batches, which average it, and nothing about its accuracy in floating point.',
  checks: [
    check.certified({
      rung: sgd,
      statement:
        'At any Y, Z and any counts, in a random direction: closed form = derivative by Taylor arithmetic.',
      expected: 'holds',
      worlds: gradientWorld(problem()),
      share: 0.5,
      margins: agreement(lemma1),
      controls: [{ drops: 'the projection P_f', margins: agreement(unprojected) }],
    }),
  ],
};
