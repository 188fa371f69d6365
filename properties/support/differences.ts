import type { Field } from '../../src/arithmetic/field.ts';
import { dot } from '../../src/arithmetic/field.ts';
import { type Jet, jets, moving } from '../../src/arithmetic/jet.ts';
import { stateOf } from '../../src/claims/gradient.ts';
import type { GradientWorld } from '../../src/generators/states.ts';
import { gradient } from '../../src/model/gradient.ts';
import { forward, type Matrix } from '../../src/model/transformer.ts';

/**
 * The central difference of J along the world's direction with step h = 10^-15, the closed form, and the Taylor
 * terms c3 h^2 and c5 h^4 of their difference. `rounding`: each J carries at most 10^3 roundings of its own size.
 */
export function centralDifference<T>(F: Field<T>, world: GradientWorld) {
  const h = 1e-15;
  const { layout, parameters, direction, example } = stateOf(F, world);
  const at = (s: number) => {
    const shift = (p: Matrix<T>, d: Matrix<T>) =>
      p.map((row, i) => row.map((x, j) => F.add(x, F.mul(F.of(s), d[i][j]))));
    const moved = { Y: shift(parameters.Y, direction.Y), Z: shift(parameters.Z, direction.Z) };
    return forward(F, layout, moved, example).J;
  };
  const [up, down] = [at(h), at(-h)];
  const difference = F.div(F.sub(up, down), F.mul(F.of(2), F.of(h)));

  const slope = gradient(F, layout, parameters, [example]);
  const copies = layout.multiplicity.map((k) => F.of(k));
  const inner = (a: Matrix<T>, b: Matrix<T>, weights?: T[]) =>
    a
      .map((row, i) => dot(F, weights ? row.map((x, j) => F.mul(x, weights[j])) : row, b[i]))
      .reduce((x, y) => F.add(x, y));
  const closedForm = F.add(inner(slope.Y, direction.Y, copies), inner(slope.Z, direction.Z));

  const S = jets(F, 5);
  const line = (p: Matrix<T>, d: Matrix<T>): Matrix<Jet<T>> =>
    p.map((row, i) => row.map((x, j) => moving(F, 5, x, d[i][j])));
  const lifted = { cls: world.cls, mass: world.counts.map(S.of), weight: S.of(1) };
  const curve = { Y: line(parameters.Y, direction.Y), Z: line(parameters.Z, direction.Z) };
  const series = forward(S, layout, curve, lifted).J;
  return {
    difference,
    closedForm,
    third: F.mul(series[3], F.of(h * h)),
    fifth: F.toNumber(series[5]) * h ** 4,
    h,
    rounding: (1e3 * 10 ** -F.digits * (1 + Math.abs(F.toNumber(up)))) / h,
  };
}
