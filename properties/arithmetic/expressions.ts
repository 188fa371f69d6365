/** Smooth functions of one variable, defined on the whole line, as trees that any field evaluates. */
import fc, { type Arbitrary } from 'fast-check';
import type { Field } from '../../src/arithmetic/field.ts';

export type Expression = {
  readonly text: string;
  readonly at: <T>(F: Field<T>, x: T) => T;
};

const one = <T>(F: Field<T>) => F.of(1);
/** 1 + a^2 */
const above = <T>(F: Field<T>, a: T) => F.add(one(F), F.mul(a, a));

/** Trees of at most `depth` levels: polynomials, quotients, roots, logarithms and exponentials of bounded arguments. */
export const expression = (depth: number): Arbitrary<Expression> => {
  const leaf: Arbitrary<Expression> = fc.oneof(
    fc.constant<Expression>({ text: 'x', at: (_, x) => x }),
    fc.integer({ min: -8, max: 8 }).map((k): Expression => ({ text: `${k / 4}`, at: (F) => F.of(k / 4) })),
  );
  if (depth === 0) return leaf;
  const inner = expression(depth - 1);
  const unary = (name: string, at: <T>(F: Field<T>, a: T) => T) =>
    inner.map((a): Expression => ({ text: `${name}(${a.text})`, at: (F, x) => at(F, a.at(F, x)) }));
  const binary = (name: string, at: <T>(F: Field<T>, a: T, b: T) => T) =>
    fc.tuple(inner, inner).map(
      ([a, b]): Expression => ({
        text: `(${a.text} ${name} ${b.text})`,
        at: (F, x) => at(F, a.at(F, x), b.at(F, x)),
      }),
    );
  return fc.oneof(
    leaf,
    binary('+', (F, a, b) => F.add(a, b)),
    binary('-', (F, a, b) => F.sub(a, b)),
    binary('*', (F, a, b) => F.mul(a, b)),
    binary('over1+sq', (F, a, b) => F.div(a, above(F, b))),
    unary('neg', (F, a) => F.neg(a)),
    unary('sqrt1+sq', (F, a) => F.sqrt(above(F, a))),
    unary('ln1+sq', (F, a) => F.ln(above(F, a))),
    unary('expOver1+sq', (F, a) => F.exp(F.div(a, above(F, a)))),
  );
};
