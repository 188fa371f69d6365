import { type Field, products } from './field.ts';

/** A Taylor series c0 + c1 s + c2 s^2 + ..; c_i is the i-th derivative over i!, computed when it is first read. */
export interface Series<T> {
  /** c_i. */
  at(i: number): T;
  /** c_0 .. c_i and perhaps more; not to be changed. */
  upTo(i: number): readonly T[];
  /** Whether every coefficient but c0 is 0 by construction: a product with it costs one product per coefficient. */
  readonly constant: boolean;
}

type Next<T> = (i: number, before: readonly T[]) => T;

class Lazy<T> implements Series<T> {
  readonly constant: boolean;
  private readonly known: T[];
  private readonly next: Next<T>;

  constructor(known: T[], next: Next<T>, constant = false) {
    this.known = known;
    this.next = next;
    this.constant = constant;
  }

  at(i: number): T {
    const { known } = this;
    while (known.length <= i) known.push(this.next(known.length, known));
    return known[i];
  }

  upTo(i: number): readonly T[] {
    this.at(i);
    return this.known;
  }
}

/** The field of Taylor series over a field, and ways to make series. */
export interface SeriesField<T> extends Field<Series<T>> {
  /** The series of these coefficients, 0 beyond. */
  from(coefficients: readonly T[]): Series<T>;
  /** The series with c0 = `first` and c_i = next(i), which may read coefficients below i of what depends on this series. */
  defined(first: T, next: (i: number) => T): Series<T>;
}

/**
 * Taylor arithmetic of any order over any field. Each coefficient is computed once, so that a series may be defined by a
 * formula in itself: c_i from coefficients below i, as those of the solution of a differential equation are.
 *
 * Recurrences (Griewank & Walther, Evaluating Derivatives, table 13.2): for v = exp u, i v_i = sum_j j u_j v_{i-j};
 * for v = ln u, u_0 i v_i = i u_i - sum_{0<j<i} j v_j u_{i-j}; for v = sqrt u, 2 v_0 v_i = u_i - sum_{0<j<i} v_j v_{i-j}.
 *
 * Where the field has scopes, a field of series is made, used and dropped in one of them.
 */
export function series<T>(F: Field<T>): SeriesField<T> {
  const zero = F.of(0);
  const integers: T[] = [];
  const integer = (i: number): T => {
    integers[i] ??= F.of(i);
    return integers[i];
  };
  const build = (next: Next<T>): Series<T> => new Lazy<T>([], next);
  const constant = (x: T): Series<T> => new Lazy<T>([x], () => zero, true);
  /** The same operation on every coefficient. */
  const each = (a: Series<T>, f: (x: T) => T): Series<T> =>
    a.constant ? constant(f(a.at(0))) : build((i) => f(a.at(i)));
  /** sum over j in [from, to] of a_j b_{i-j} */
  const convolve = (a: readonly T[], b: readonly T[], i: number, from: number, to: number): T =>
    products(F, a, from, b, i - from, -1, to - from + 1);
  /** i a_i, each computed once. */
  const derivative = (a: Series<T>): Series<T> => build((i) => F.mul(integer(i), a.at(i)));
  return {
    name: `series(${F.name})`,
    digits: F.digits,
    from: (c) => new Lazy<T>([...c], () => zero, c.length === 1),
    defined: (first, next) => new Lazy<T>([first], next),
    of: (x) => constant(F.of(x)),
    add: (a, b) =>
      a.constant && b.constant ? constant(F.add(a.at(0), b.at(0))) : build((i) => F.add(a.at(i), b.at(i))),
    sub: (a, b) =>
      a.constant && b.constant ? constant(F.sub(a.at(0), b.at(0))) : build((i) => F.sub(a.at(i), b.at(i))),
    neg: (a) => each(a, F.neg),
    mul: (a, b) =>
      a.constant
        ? each(b, (x) => F.mul(a.at(0), x))
        : b.constant
          ? each(a, (x) => F.mul(x, b.at(0)))
          : build((i) => convolve(a.upTo(i), b.upTo(i), i, 0, i)),
    div: (a, b) =>
      b.constant
        ? each(a, (x) => F.div(x, b.at(0)))
        : build((i, q) => F.div(F.sub(a.at(i), convolve(q, b.upTo(i), i, 0, i - 1)), b.at(0))),
    sqrt: (a) => {
      if (a.constant) return each(a, F.sqrt);
      return build((i, v) =>
        i === 0
          ? F.sqrt(a.at(0))
          : F.div(F.sub(a.at(i), convolve(v, v, i, 1, i - 1)), F.mul(integer(2), v[0])),
      );
    },
    exp: (a) => {
      if (a.constant) return each(a, F.exp);
      const slope = derivative(a);
      return build((i, v) =>
        i === 0 ? F.exp(a.at(0)) : F.div(convolve(slope.upTo(i), v, i, 1, i), integer(i)),
      );
    },
    ln: (a) => {
      if (a.constant) return each(a, F.ln);
      const v: Series<T> = build((i) =>
        i === 0
          ? F.ln(a.at(0))
          : F.div(
              F.sub(a.at(i), F.div(convolve(slope.upTo(i - 1), a.upTo(i), i, 1, i - 1), integer(i))),
              a.at(0),
            ),
      );
      const slope = derivative(v);
      return v;
    },
    toNumber: (a) => F.toNumber(a.at(0)),
    // A series is 0 only if all coefficients are 0: a formula that skips a zero would also skip its derivatives.
    sign: (a) => {
      const s = F.sign(a.at(0));
      return s === 0 && !a.constant ? undefined : s;
    },
    radius: (a) => F.radius(a.at(0)),
  };
}
