/**
 * The arithmetic in which every formula of the project is written.
 *
 * A formula over a `Field<T>` is evaluated without change in doubles, in decimals of any precision, in
 * outward-rounded intervals and in truncated Taylor series over any of them. Operations never throw for
 * numerical reasons: where the value does not exist, a point field returns NaN or an infinity, and an interval
 * field returns an unbounded enclosure.
 */
export interface Field<T> {
  readonly name: string;
  /** Significant decimal digits carried by one operation (15.95 for float64). */
  readonly digits: number;
  /** The double `value`: exact, or rounded or enclosed where the field cannot represent it. */
  of(value: number): T;
  /** a + b. */
  add(a: T, b: T): T;
  /** a - b. */
  sub(a: T, b: T): T;
  /** a b. */
  mul(a: T, b: T): T;
  /** a / b. */
  div(a: T, b: T): T;
  /** -a. */
  neg(a: T): T;
  /** Square root; the argument is nonnegative. */
  sqrt(a: T): T;
  /** e^a. */
  exp(a: T): T;
  /** Natural logarithm; the argument is positive. */
  ln(a: T): T;
  /** A double near `a` (for intervals: near the midpoint). For display and for the choice of pivots, never for a verdict. */
  toNumber(a: T): number;
  /** The sign; undefined for an enclosure that contains 0 (unless it is the point 0) and for NaN. */
  sign(a: T): -1 | 0 | 1 | undefined;
  /**
   * Upper bound of the distance between any two enclosed values (the width of an interval, rounded up to a double;
   * Infinity where it is unbounded); 0 in point fields.
   */
  radius(a: T): number;
  /** As `products` below, where the field has a faster way. */
  readonly products?: (a: readonly T[], i: number, b: readonly T[], k: number, s: 1 | -1, n: number) => T;
  /** Only in fields whose values are outside of JavaScript's heap: the scopes that free them. */
  readonly memory?: Memory<T>;
}

/** A field of closed intervals: every operation encloses its exact results at all points of its operands. */
export interface IntervalField<T> extends Field<T> {
  /** The interval [low, high]. */
  between(low: number, high: number): T;
  /** The lower end, as a point interval. */
  lower(a: T): T;
}

/** Values that are freed in scopes, not by the garbage collector. */
export interface Memory<T> {
  /**
   * Runs `body`; every value computed in it is freed at its end and must not be used afterwards. Scopes nest.
   * Every computation takes place in a scope.
   */
  scope<R>(body: () => R): R;
  /** Copies values out of their scope; the returned function gives copies of them in the scope that calls it. */
  keep(values: readonly T[]): () => T[];
}

/** Runs `body` in a new scope, where the field has scopes. */
export const scoped = <T, R>({ memory }: Field<T>, body: () => R): R =>
  memory ? memory.scope(body) : body();

/** Values that outlive a scope; the function gives them in the scope that calls it. */
export const held = <T>({ memory }: Field<T>, values: readonly T[]): (() => readonly T[]) =>
  memory ? memory.keep(values) : () => values;

/** x1 + x2 + .. from left to right; 0 for no terms. */
export function sum<T>(F: Field<T>, terms: readonly T[]): T {
  if (terms.length === 0) return F.of(0);
  let total = terms[0];
  for (let i = 1; i < terms.length; i++) total = F.add(total, terms[i]);
  return total;
}

/** sum over 0 <= j < n of a[i + j] b[k + s j]: a scalar product for s = 1, a coefficient of a product of series for s = -1. */
export function products<T>(
  F: Field<T>,
  a: readonly T[],
  i: number,
  b: readonly T[],
  k: number,
  s: 1 | -1,
  n: number,
): T {
  if (n <= 0) return F.of(0);
  if (F.products) return F.products(a, i, b, k, s, n);
  let total = F.mul(a[i], b[k]);
  for (let j = 1; j < n; j++) total = F.add(total, F.mul(a[i + j], b[k + s * j]));
  return total;
}

/** Scalar product of two vectors of equal length. */
export const dot = <T>(F: Field<T>, a: readonly T[], b: readonly T[]): T =>
  products(F, a, 0, b, 0, 1, a.length);

/**
 * The largest of one or more values. In an interval field it encloses the largest: m + [0, d], m one that is certainly above or overlaps each other
 * value, and d an upper bound of how far another is above it.
 */
export function greatest<T>(F: Field<T>, values: readonly T[]): T {
  const { between, lower } = F as Partial<IntervalField<T>>;
  let most = values[0];
  for (const x of values) if (F.toNumber(x) > F.toNumber(most)) most = x;
  let room: T | undefined;
  for (const x of values) {
    if (x === most) continue;
    const lead = F.sub(x, most);
    const sign = F.sign(lead);
    if (sign === -1 || sign === 0) continue;
    // In a point field what is not larger by doubles may be so by its other digits; what is not a number stays one.
    if (!between || !lower) {
      if (sign === 1) most = x;
      else if (sign === undefined) return lead;
      continue;
    }
    const top = F.neg(lower(F.neg(lead)));
    if (room === undefined || F.sign(F.sub(top, room)) !== -1) room = top;
  }
  return room === undefined || !between ? most : F.add(most, F.mul(between(0, 1), room));
}

/** The rational p/q, rounded or enclosed by the field. */
export const ratio = <T>(F: Field<T>, p: number, q: number): T => F.div(F.of(p), F.of(q));
