/**
 * The gradient of the objective over a batch, in the closed form of Lemma 1 and with the least number of expensive
 * operations: the computation of `forward`, shared between examples.
 *
 * For B examples, B' of them with more than one token (for one token f = 1), N columns, and n_m different tokens in the
 * examples of query m:
 *
 *     exp   sum_m (n_m - 1) + B (N - 1)    one per logit, shared by all examples; exp(0) = 1 costs nothing
 *     sqrt  B'                             f = u / ||u|| with u_l = C_l exp(z_l), so that v is not needed
 *     div   B' + B                         1 / ||u||, and 1 / the decoder's sum
 *     ln    none; if J is read, one per group of totals of equal weight whose product cannot overflow
 */
import { dot, type Field, sum } from '../arithmetic/field.ts';
import type { Layout } from './layout.ts';
import { decoderLogits, type Example, type Matrix, type Parameters, project, zeros } from './transformer.ts';

/** dJ/dY and dJ/dZ of a batch, in the direction of ascent. */
export interface Gradient<T> extends Parameters<T> {
  /** sum of weight J; computed on access. */
  readonly J: T;
}

/** Squares of exp(-300) are normal doubles; an example further below its row's largest logit is shifted by its own largest. */
const FARTHEST = 300;
/** Products of totals stay below exp(690) < 1e300. */
const LARGEST_LOG = 690;

/** An example, restricted to its tokens of positive mass. */
interface Held<T> {
  readonly example: Example<T>;
  /** Indices into `mass` and the support. */
  readonly places: readonly number[];
  /** Indices of rows of Y. */
  readonly tokens: readonly number[];
  readonly row: number;
  /** The token with the largest logit. */
  readonly top: number;
}

/** The tokens of every example, and a function that converts entries of Z to doubles, each once. */
function held<T>(F: Field<T>, layout: Layout, Z: Matrix<T>, examples: readonly Example<T>[]) {
  const doubles: number[][] = Z.map(() => []);
  const near = (row: number, l: number): number => {
    doubles[row][l] ??= F.toNumber(Z[row][l]);
    return doubles[row][l];
  };
  const all = examples.map((example): Held<T> => {
    const { support, row } = layout.classes[example.cls];
    const places: number[] = [];
    for (let i = 0; i < support.length; i++) if (F.sign(example.mass[i]) !== 0) places.push(i);
    const tokens = places.map((i) => support[i]);
    let top = tokens[0];
    for (const l of tokens) if (near(row, l) > near(row, top)) top = l;
    return { example, places, tokens, row, top };
  });
  return { all, near };
}

/**
 * exp(z_l - z_k) for an example's tokens l, shared by all examples of the row; k is the token with the row's largest
 * logit among their tokens, whose exponential is 1 and costs nothing. Without the shift doubles would overflow.
 */
function exponentials<T>(F: Field<T>, layout: Layout, Z: Matrix<T>, examples: readonly Example<T>[]) {
  const { all, near } = held(F, layout, Z, examples);
  const largest: number[] = [];
  for (const { tokens, row, top } of all)
    if (tokens.length > 1 && (largest[row] === undefined || near(row, top) > near(row, largest[row])))
      largest[row] = top;
  const known = new Map<string, T[]>();
  return all.map(({ example, places, tokens, row, top }) => {
    if (tokens.length === 1) return { example, tokens, row, u: [example.mass[places[0]]] };
    const far = near(row, largest[row]) - near(row, top) > FARTHEST;
    const k = far ? top : largest[row];
    const shared = known.get(`${row} ${k}`) ?? [];
    known.set(`${row} ${k}`, shared);
    // The factor of token k is 1, and is not multiplied.
    const u = tokens.map((l, i) => {
      const mass = example.mass[places[i]];
      if (l === k) return mass;
      shared[l] ??= F.exp(F.sub(Z[row][l], Z[row][k]));
      return F.mul(mass, shared[l]);
    });
    return { example, tokens, row, u };
  });
}

/** x / ||x||_2 by one root and one division; a single positive number gives 1. */
function unit<T>(F: Field<T>, x: readonly T[]): T[] {
  if (x.length === 1) return [F.of(1)];
  const inverse = F.div(F.of(1), F.sqrt(dot(F, x, x)));
  return x.map((value) => F.mul(value, inverse));
}

/** e_n - alpha from the logits, and the terms of J = gap - ln total, with gap = o_n - max o (null where it is 0). */
function decoder<T>(F: Field<T>, logits: readonly T[], target: number, multiplicity: readonly number[]) {
  const doubles = logits.map(F.toNumber);
  let top = 0;
  for (let j = 1; j < doubles.length; j++) if (doubles[j] > doubles[top]) top = j;
  const e = logits.map((o, j) => (j === top ? F.of(1) : F.exp(F.sub(o, logits[top]))));
  const copies = e.map((x, j) => (multiplicity[j] === 1 ? x : F.mul(F.of(multiplicity[j]), x)));
  const others = sum(
    F,
    copies.filter((_, j) => j !== target),
  );
  const total = F.add(others, copies[target]);
  const inverse = F.div(F.of(1), total);
  const negative = F.neg(inverse);
  const wrong = F.mul(others, inverse);
  const residual = e.map((x, j) => (j === target ? wrong : F.mul(x, negative)));
  return {
    residual,
    /** The residual times `multiplicity`: each merged column represents so many equal ones. */
    summed: residual.map((x, j) => (multiplicity[j] === 1 ? x : F.mul(copies[j], negative))),
    total,
    gap: top === target ? null : F.sub(logits[target], logits[top]),
  };
}

/** Of one example: its weight, and the terms of its J. */
interface Term<T> {
  readonly weight: T;
  readonly total: T;
  readonly gap: T | null;
}

/**
 * A class, because V8 keeps the getter of an object literal, and with it the gradient, until a full collection: a third of the time
 * of a run.
 */
class Slope<T> implements Gradient<T> {
  readonly #objective: () => T;
  readonly Y: Matrix<T>;
  readonly Z: Matrix<T>;

  constructor(Y: Matrix<T>, Z: Matrix<T>, objective: () => T) {
    this.#objective = objective;
    this.Y = Y;
    this.Z = Z;
  }

  get J(): T {
    return this.#objective();
  }
}

/** sum of weight (gap - ln total); totals of equal weight share one logarithm. */
function objective<T>(F: Field<T>, vocabulary: number, terms: readonly Term<T>[]): T {
  // 1 <= total <= vocabulary, since every exponential is at most 1.
  const most = Math.max(1, Math.floor(LARGEST_LOG / Math.log(vocabulary)));
  let J = F.of(0);
  for (const weight of new Set(terms.map((term) => term.weight))) {
    const alike = terms.filter((term) => term.weight === weight);
    for (let from = 0; from < alike.length; from += most) {
      const some = alike.slice(from, from + most);
      const product = some.map(({ total }) => total).reduce((a, b) => F.mul(a, b));
      const gaps = some.flatMap(({ gap }) => (gap === null ? [] : [gap]));
      J = F.add(J, F.mul(weight, F.sub(sum(F, gaps), F.ln(product))));
    }
  }
  return J;
}

/**
 * The gradient of sum weight J in the ascent direction (Lemma 1), with g = Y (e_n - alpha):
 *
 *     dY = f (e_n - alpha)^T,    dZ[m, :] = diag(v) P_f g / ||v|| = diag(f) P_f g.
 */
export function gradient<T>(
  F: Field<T>,
  layout: Layout,
  { Y, Z }: Parameters<T>,
  examples: readonly Example<T>[],
): Gradient<T> {
  const dY = zeros(F, layout.tokens.length, layout.columns.length);
  const dZ = zeros(F, layout.queries.length, layout.tokens.length);
  const into = (row: T[], j: number, x: T) => {
    row[j] = F.sign(row[j]) === 0 ? x : F.add(row[j], x);
  };
  const terms = exponentials(F, layout, Z, examples).map(({ example: { cls, weight }, tokens, row, u }) => {
    const f = unit(F, u);
    const logits = decoderLogits(F, Y, tokens, f);
    const { residual, summed, total, gap } = decoder(
      F,
      logits,
      layout.classes[cls].target,
      layout.multiplicity,
    );
    const g = tokens.map((l) => dot(F, Y[l], summed));
    const w = project(F, f, g);
    for (let i = 0; i < tokens.length; i++) {
      const share = F.mul(weight, f[i]);
      for (let j = 0; j < residual.length; j++) into(dY[tokens[i]], j, F.mul(share, residual[j]));
      into(dZ[row], tokens[i], F.mul(share, w[i]));
    }
    return { weight, total, gap };
  });
  return new Slope(dY, dZ, () => objective(F, layout.vocabulary, terms));
}
