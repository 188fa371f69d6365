/**
 * Objective and gradient of any model (see `Model`) over any field, in closed form. The paper's own model has formulas with
 * fewer operations in gradient.ts.
 *
 * For one example and head, with u_l = C_l phi(z_l), s_l = C_l phi'(z_l) and U = sum u over its tokens:
 *
 *     length      f = u / ||u||,             dz_l = s_l (g_l - f_l (f.g)) / ||u||
 *     none        f = v = u / U,             dz_l = s_l (g_l - v.g) / U
 *     layernorm   w = v - 1/M, f = w/||w||,  dz_l = s_l (d_l - v.d) / U  with  d = (g - f (f.g)) / ||w||
 *
 * where g = Y (e_n - alpha) on the rows of f. The subtraction of 1/M is constant, since v sums to 1.
 */
import { dot, type Field, ratio, sum } from '../arithmetic/field.ts';
import { elementwise } from './attentionKernels.ts';
import type { Layout } from './layout.ts';
import { type Model, paperModel } from './model.ts';
import { parameterRows, shapeOf } from './modelLayout.ts';
import { type Example, type Matrix, type Parameters, softmax, zeros } from './transformer.ts';

/** The features of one head: values on rows of Y, and the derivative in the logits of the example's tokens. */
interface Features<T> {
  /** ParameterRows of Y within the head, each with its value and the number of equal rows that it represents. */
  readonly at: readonly number[];
  readonly x: readonly T[];
  readonly copies: readonly number[];
  /** dJ/dz of the tokens from dJ/dx of one row each. */
  back(g: readonly T[]): T[];
}

/** u and s of the tokens, both divided by e^shift where the kernel allows it. */
function weights<T>(F: Field<T>, { attention }: Model, z: readonly T[], mass: readonly T[]) {
  let at = z;
  if (attention.shifts) {
    const doubles = z.map(F.toNumber);
    const top = doubles.reduce((best, x, i) => (x > doubles[best] ? i : best), 0);
    at = z.map((x) => F.sub(x, z[top]));
  }
  const A = elementwise(F);
  return {
    u: at.map((x, i) => F.mul(mass[i], attention.phi(A, x))),
    s: at.map((x, i) => F.mul(mass[i], attention.slope(F, x))),
  };
}

/** x / ||x||, and the derivative of its product with g, with `copies` equal entries each. */
function unitOf<T>(F: Field<T>, x: readonly T[], copies: readonly number[]) {
  const times = (values: readonly T[]) =>
    values.map((value, i) => (copies[i] === 1 ? value : F.mul(F.of(copies[i]), value)));
  const norm = F.sqrt(dot(F, times(x), x));
  const f = x.map((value) => F.div(value, norm));
  return {
    f,
    norm,
    back(g: readonly T[]): T[] {
      const along = dot(F, times(f), g);
      return g.map((value, i) => F.div(F.sub(value, F.mul(f[i], along)), norm));
    },
  };
}

/** The features of tokens `tokens` with logits z and masses, without the query's own. */
function features<T>(
  F: Field<T>,
  layout: Layout,
  model: Model,
  tokens: readonly number[],
  z: readonly T[],
  mass: readonly T[],
): Features<T> {
  const { u, s } = weights(F, model, z, mass);
  const one = tokens.map(() => 1);
  if (model.normaliser === 'length') {
    const { f, back } = unitOf(F, u, one);
    return { at: tokens, x: f, copies: one, back: (g) => back(g).map((d, i) => F.mul(s[i], d)) };
  }
  const U = sum(F, u);
  const v = u.map((x) => F.div(x, U));
  /** dJ/dz from dJ/dv. */
  const fromV = (d: readonly T[]): T[] => {
    const along = dot(F, v, d);
    return d.map((x, i) => F.div(F.mul(s[i], F.sub(x, along)), U));
  };
  if (model.normaliser === 'none') return { at: tokens, x: v, copies: one, back: fromV };
  const { others, othersAt } = parameterRows(layout);
  const own = new Map(tokens.map((l, i) => [l, v[i]]));
  const at = [...layout.tokens.keys(), ...(others > 0 ? [othersAt] : [])];
  const copies = at.map((row) => (row === othersAt ? others : 1));
  const mean = ratio(F, 1, layout.vocabulary);
  const w = at.map((row) => (own.has(row) ? F.sub(own.get(row)!, mean) : F.neg(mean)));
  const { f, back } = unitOf(F, w, copies);
  return {
    ...{ at, x: f, copies },
    back: (g) => {
      const d = back(g);
      return fromV(tokens.map((l) => d[l]));
    },
  };
}

/** x = [f, lambda e_m] / sqrt(1 + lambda^2). */
function withQuery<T>(F: Field<T>, layout: Layout, model: Model, row: number, own: Features<T>): Features<T> {
  if (model.residual === 0) return own;
  const lambda = F.of(model.residual);
  const scale = F.div(F.of(1), F.sqrt(F.add(F.of(1), F.mul(lambda, lambda))));
  return {
    at: [...own.at, parameterRows(layout).queriesAt + row],
    x: [...own.x, lambda].map((value) => F.mul(value, scale)),
    copies: [...own.copies, 1],
    back: (g) => own.back(own.at.map((_, i) => F.mul(g[i], scale))),
  };
}

/** The features of classes, x_n, on the rows of Y of a model of one head, and the number of equal rows that each row stands for. */
export function modelFeatures<T>(
  F: Field<T>,
  layout: Layout,
  Z: Matrix<T>,
  examples: readonly Example<T>[],
): { x: T[][]; copies: number[] } {
  const { model = paperModel } = layout;
  const { rows, others, othersAt } = parameterRows(layout);
  const copies = Array.from({ length: rows }, (_, r) => (others > 0 && r === othersAt ? others : 1));
  const x = examples.map(({ cls, mass }) => {
    const { support, row } = layout.classes[cls];
    const z = support.map((l) => Z[row][l]);
    const own = withQuery(F, layout, model, row, features(F, layout, model, support, z, mass));
    const whole = copies.map(() => F.of(0));
    for (const [i, r] of own.at.entries()) whole[r] = own.x[i];
    return whole;
  });
  return { x, copies };
}

/** The forward pass of one example: the features of each head, and what softmax makes of o = sum_h (Y^h)^T x^h. */
function pass<T>(F: Field<T>, layout: Layout, { Y, Z }: Parameters<T>, { cls, mass }: Example<T>) {
  const { model = paperModel } = layout;
  const { heads, rows } = parameterRows(layout);
  const { support, row, target } = layout.classes[cls];
  const places = support.map((_, i) => i).filter((i) => F.sign(mass[i]) !== 0);
  const tokens = places.map((i) => support[i]);
  const masses = places.map((i) => mass[i]);
  const all = Array.from({ length: heads }, (_, h) => {
    const inZ = h * layout.queries.length + row;
    const z = tokens.map((l) => Z[inZ][l]);
    const own = features(F, layout, model, tokens, z, masses);
    return { inZ, from: h * rows, ...withQuery(F, layout, model, row, own) };
  });
  const logits = layout.columns.map((_, j) => {
    let total: T | undefined;
    for (const { from, at, x, copies } of all)
      for (let i = 0; i < at.length; i++) {
        const product = F.mul(x[i], Y[from + at[i]][j]);
        const term = copies[i] === 1 ? product : F.mul(F.of(copies[i]), product);
        total = total === undefined ? term : F.add(total, term);
      }
    return total!;
  });
  return { tokens, heads: all, logits, ...softmax(F, logits, target, layout.multiplicity) };
}

/** J of one example. */
export const modelObjective = <T>(F: Field<T>, layout: Layout, at: Parameters<T>, example: Example<T>): T =>
  pass(F, layout, at, example).J;

/** The gradient of sum weight J in the direction of ascent, by entry of Y and Z, and the sum itself. */
export function modelGradient<T>(
  F: Field<T>,
  layout: Layout,
  at: Parameters<T>,
  examples: readonly Example<T>[],
): Parameters<T> & { readonly J: T } {
  const shape = shapeOf(layout);
  const [dY, dZ] = [zeros(F, ...shape.Y), zeros(F, ...shape.Z)];
  const add = (matrix: Matrix<T>, i: number, j: number, x: T) => {
    matrix[i][j] = F.add(matrix[i][j], x);
  };
  let J = F.of(0);
  for (const example of examples) {
    const { tokens, heads, residual, J: own } = pass(F, layout, at, example);
    // A merged column stands for so many equal ones.
    const summed = residual.map((r, j) =>
      layout.multiplicity[j] === 1 ? r : F.mul(F.of(layout.multiplicity[j]), r),
    );
    for (const { inZ, from, at: rows, x, back } of heads) {
      for (const [i, r] of rows.entries()) {
        const share = F.mul(example.weight, x[i]);
        for (const [j, e] of residual.entries()) add(dY, from + r, j, F.mul(share, e));
      }
      const dz = back(rows.map((r) => dot(F, at.Y[from + r], summed)));
      for (const [i, l] of tokens.entries()) add(dZ, inZ, l, F.mul(example.weight, dz[i]));
    }
    J = F.add(J, F.mul(example.weight, own));
  }
  return { Y: dY, Z: dZ, J };
}
