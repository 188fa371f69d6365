/**
 * The arithmetic every formula of the project is written in.
 *
 * A formula that takes a `Field<T>` runs unchanged on doubles, on decimals of any precision, on
 * outward-rounded intervals and on truncated Taylor series over any of them. Operations never throw on
 * numeric grounds: a point field returns NaN or an infinity where the value does not exist, an interval
 * field returns an enclosure that is wide enough.
 */
export interface Field<T> {
  readonly name: string;
  /** Significant decimal digits carried by one operation (15.95 for float64). */
  readonly digits: number;
  /** The double `value`, exactly (or enclosed, where the field cannot hold it). */
  of(value: number): T;
  add(a: T, b: T): T;
  sub(a: T, b: T): T;
  mul(a: T, b: T): T;
  div(a: T, b: T): T;
  neg(a: T): T;
  /** Square root; the argument is nonnegative. */
  sqrt(a: T): T;
  exp(a: T): T;
  /** Natural logarithm; the argument is positive. */
  ln(a: T): T;
  /** A double near `a` (for intervals: near the midpoint). For display and for choosing pivots, never for a verdict. */
  toNumber(a: T): number;
  /** The sign when the field can tell it: an enclosure that straddles 0, or touches it, has none. NaN has none. */
  sign(a: T): -1 | 0 | 1 | undefined;
  /**
   * Upper bound of the distance between any two values enclosed (the width of an interval, rounded up to a double;
   * Infinity where unbounded); 0 in point fields.
   */
  radius(a: T): number;
  /** Only in fields whose values live outside of JavaScript's heap: when they are freed. */
  readonly memory?: Memory<T>;
}

/** An enclosing field: its values are closed intervals, and every operation contains the exact result at all points. */
export interface IntervalField<T> extends Field<T> {
  /** All points from `low` to `high`. */
  between(low: number, high: number): T;
  /** The lower end alone. */
  lower(a: T): T;
}

/** Values that are freed in scopes, not by the garbage collector. */
export interface Memory<T> {
  /**
   * Runs `body`; every value computed meanwhile is freed at its end and must not be used afterwards. Scopes nest.
   * Values are computed inside a scope or not at all.
   */
  scope<R>(body: () => R): R;
  /** Copies values out of their scope; what it returns brings copies of them into the scope it is called in. */
  keep(values: readonly T[]): () => T[];
}

/** Runs `body` in a scope of its own, where the field needs scopes. */
export const scoped = <T, R>({ memory }: Field<T>, body: () => R): R =>
  memory ? memory.scope(body) : body();

/** x1 + x2 + .. from left to right; 0 for none. */
export function sum<T>(F: Field<T>, terms: readonly T[]): T {
  if (terms.length === 0) return F.of(0);
  let total = terms[0];
  for (let i = 1; i < terms.length; i++) total = F.add(total, terms[i]);
  return total;
}

/** Scalar product of two vectors of equal length. */
export function dot<T>(F: Field<T>, a: readonly T[], b: readonly T[]): T {
  if (a.length === 0) return F.of(0);
  let total = F.mul(a[0], b[0]);
  for (let i = 1; i < a.length; i++) total = F.add(total, F.mul(a[i], b[i]));
  return total;
}

/** The rational p/q, rounded or enclosed by the field. */
export const ratio = <T>(F: Field<T>, p: number, q: number): T => F.div(F.of(p), F.of(q));
