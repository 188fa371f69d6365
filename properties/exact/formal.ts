import type { Field } from '../../src/arithmetic/field.ts';

/** An exponential e^x that a formula takes, as a pair of independent coordinates. */
export interface Exponential {
  /** x. */
  readonly at: number;
  /** What stands for e^x. */
  readonly power: number;
}

/**
 * A field in which e^x is a coordinate of its own, u, for one coordinate x: exp(x) = u and exp(-x) = 1/u. The functions x and e^x
 * are algebraically independent, so an identity of rational functions of x and e^x is one of x and u.
 *
 * That an argument is x or -x at a point does not show that it is so everywhere: `arguments` has the differences, each of which
 * must be an identity, too.
 */
export function withExponential<T>(F: Field<T>, { at, power }: Exponential): Field<T> & { arguments: T[] } {
  const found: T[] = [];
  const [x, u] = [F.of(at), F.of(power)];
  return {
    ...F,
    arguments: found,
    exp(a) {
      for (const [difference, value] of [
        [F.sub(a, x), u],
        [F.add(a, x), F.div(F.of(1), u)],
      ])
        if (F.toNumber(difference) === 0) {
          found.push(difference);
          return value;
        }
      return F.exp(a);
    },
  };
}
