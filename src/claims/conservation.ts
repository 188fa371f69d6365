import { dot, type Field, sum } from '../arithmetic/field.ts';
import { jets, moving } from '../arithmetic/jet.ts';
import type { Margin } from '../decide/margin.ts';
import { equal, largest } from '../decide/margin.ts';
import { problem } from '../generators/problems.ts';
import {
  type GradientWorld,
  gradientWorld,
  type LiteralWorld,
  type TwoStates,
  twoStates,
} from '../generators/states.ts';
import { population, populationExamples } from '../ladder/population.ts';
import { sgd } from '../ladder/sgd.ts';
import { gradient as slope } from '../model/gradient.ts';
import { reducedLayout } from '../model/layout.ts';
import { type Matrix, normalise, type Parameters } from '../model/transformer.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';
import { stateOf, unprojected } from './gradient.ts';

type Slope = <T>(F: Field<T>, world: GradientWorld) => Parameters<T>;

/** total = 0, on the scale of what is summed. */
const vanishing = <T>(F: Field<T>, name: string, total: T, terms: readonly T[]): Margin<T> => ({
  ...equal(F, name, total, F.of(0)),
  scale: largest(F, terms),
});

/** dY 1 = 0 and dZ 1 = 0 row by row, of the closed form (Lemma 1) in the reduced layout. */
const sums = (slopeOf: Slope) =>
  function* <T>(F: Field<T>, world: GradientWorld): Generator<Margin<T>> {
    const layout = reducedLayout(world.problem);
    const { Y, Z } = slopeOf(F, world);
    const copies = layout.multiplicity.map((k) => F.of(k));
    for (const [l, row] of Y.entries())
      yield vanishing(F, `row ${layout.tokens[l]} of Y keeps its sum`, dot(F, row, copies), row);
    for (const [m, row] of Z.entries())
      yield vanishing(F, `row ${layout.queries[m]} of Z keeps its sum`, sum(F, row), row);
  };

/** What a control breaks of the literal model. */
interface Broken {
  /** x_T is the sum of two tokens. */
  readonly twoQueries?: true;
  /** b = exp(a) and f = X^T b, neither divided by anything. */
  readonly unnormalised?: true;
}

/**
 * J as Eq. 1 and 2 have it, one token after the other, every one of the M x M entries read: X and x_T one-hot,
 * b = softmax(X Z^T x_T), f = X^T b / ||X^T b||, J = o_n - ln sum_j exp(o_j) with o = Y^T f.
 */
function literalJ<T>(F: Field<T>, world: LiteralWorld, Y: Matrix<T>, Z: Matrix<T>, broken: Broken): T {
  const { vocabulary: M, contexts, query, target } = world;
  const oneHot = (...tokens: number[]) => Y.map((_, l) => F.of(tokens.includes(l) ? 1 : 0));
  const column = (A: Matrix<T>, j: number) => A.map((row) => row[j]);
  const X = contexts.map((x) => oneHot(x));
  const xT = broken.twoQueries ? oneHot(query, (query + 1) % M) : oneHot(query);
  const z = Z.map((_, l) => dot(F, xT, column(Z, l)));
  const e = X.map((x) => F.exp(dot(F, x, z)));
  const total = sum(F, e);
  const b = broken.unnormalised ? e : e.map((x) => F.div(x, total));
  const v = Y.map((_, l) => dot(F, b, column(X, l)));
  const f = broken.unnormalised ? v : normalise(F, v);
  const o = Y.map((_, j) => dot(F, f, column(Y, j)));
  return F.sub(o[target], F.ln(sum(F, o.map(F.exp))));
}

/**
 * The same of the literal model, by Taylor arithmetic on J alone: no formula of a gradient. Its slope is 0 along (1, .., 1) in any
 * row of Y or Z (the sum of the row does not move), and along anything in a row of Z that is not the query's.
 */
const literally = (broken: Broken = {}) =>
  function* <T>(F: Field<T>, world: LiteralWorld): Generator<Margin<T>> {
    const S = jets(F, 1);
    const lift = (A: Matrix<number>, inRow?: number, along: readonly number[] = []) =>
      A.map((row, m) => row.map((x, l) => moving(F, 1, F.of(x), F.of(m === inRow ? along[l] : 0))));
    const slopeOf = (Y: Matrix<readonly T[]>, Z: Matrix<readonly T[]>): T =>
      literalJ(S, world, Y, Z, broken)[1];
    const { Y, Z, direction, query } = world;
    const ones = Y.map(() => 1);
    const still = (name: string, slope: T) => ({ ...equal(F, name, slope, F.of(0)), scale: F.of(1) });
    for (const m of Y.keys()) {
      yield still(`row ${m} of the whole Y keeps its sum`, slopeOf(lift(Y, m, ones), lift(Z)));
      yield still(`row ${m} of the whole Z keeps its sum`, slopeOf(lift(Y), lift(Z, m, ones)));
      if (m === query) continue;
      const slope = slopeOf(lift(Y), lift(Z, m, direction[m]));
      yield still(`row ${m} of the whole Z, another query's, stands still`, slope);
    }
  };

const both = (slopeOf: Slope, broken: Broken = {}) =>
  function* <T>(F: Field<T>, { state, literal }: TwoStates): Generator<Margin<T>> {
    yield* sums(slopeOf)(F, state);
    yield* literally(broken)(F, literal);
  };

const sampled: Slope = (F, world) => {
  const { layout, parameters, example } = stateOf(F, world);
  return slope(F, layout, parameters, [example]);
};

const expected: Slope = (F, world) => {
  const { layout, parameters } = stateOf(F, world);
  return slope(F, layout, parameters, populationExamples(F, world.problem));
};

export const conservation: Claim = {
  id: 'conservation',
  source: 'section 3.1',
  headline: false,
  statement: 'Training changes no row sum of Y and Z, and no row of Z except that of the query.',
  formula: String.raw`dY\,\mathbf{1} = 0, \qquad dZ\,\mathbf{1} = 0`,
  silent:
    'In floating point they drift by rounding; the bounds of the kernel tests limit the drift. That other rows of Z do not change is checked on J over all M x M ' +
    'entries: the closed form never writes these rows, so it would show nothing.',
  checks: [
    check.certified({
      rung: sgd,
      statement:
        'At any Y, Z and any counts of one sequence: dY 1 = 0, dZ 1 = 0 in closed form; and of all M x M entries, token by token, by Taylor arithmetic on J: the same, and other rows of Z do not change.',
      expected: 'holds',
      worlds: twoStates(problem()),
      share: 0.4,
      margins: both(sampled),
      controls: [
        { drops: 'the projection P_f', margins: both(unprojected) },
        { drops: 'that the query is one token: two', margins: both(sampled, { twoQueries: true }) },
        { drops: 'what attention and f are divided by', margins: both(sampled, { unnormalised: true }) },
      ],
    }),
    check.certified({
      rung: population,
      statement: 'At any Y, Z: the expected gradient has dY 1 = 0 and dZ 1 = 0.',
      expected: 'holds',
      worlds: gradientWorld(problem()),
      share: 0.5,
      margins: sums(expected),
      controls: [{ drops: 'the projection P_f', margins: sums(unprojected) }],
    }),
  ],
};
