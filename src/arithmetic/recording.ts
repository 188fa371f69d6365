/** Intervals that write down what is computed with them: a straight-line program with the enclosure of every value. */
import type { Interval } from './decimal.ts';
import type { Field, IntervalField } from './field.ts';

/** An operation by its letter in a certificate: n is the negative, r the root, e and l are exp and ln. */
export type Operation = '+' | '-' | '*' | '/' | 'n' | 'r' | 'e' | 'l';

/** A value of a program: a double, or an operation on values before it, by their places. */
export type ProgramStep = { readonly enclosure: Interval } & (
  | { readonly constant: number }
  | { readonly operation: Operation; readonly operands: readonly number[] }
);

/** A value of the recording field: its place in the program, and its enclosure. */
export interface Recorded {
  readonly place: number;
  readonly enclosure: Interval;
}

export interface Recording {
  readonly steps: readonly ProgramStep[];
  /** The signs that were asked for, by the place of the value; undefined where its enclosure contains 0. */
  readonly signs: ReadonlyMap<number, -1 | 0 | 1 | undefined>;
}

/** A program grew beyond what is recorded. */
export class ProgramTooLong extends Error {
  override readonly name = 'ProgramTooLong';
}

/**
 * The intervals of a field, each with its place in a program. The same operation on the same values is recorded once.
 * `toNumber` and `radius` are not recorded: no verdict follows from them.
 * @param F of the enclosures, `interval(digits)`
 * @param most steps; an operation beyond them throws ProgramTooLong
 */
export function recording(F: IntervalField<Interval>, most: number): [Field<Recorded>, Recording] {
  const steps: ProgramStep[] = [];
  const signs = new Map<number, -1 | 0 | 1 | undefined>();
  const known = new Map<string, Recorded>();

  const record = (key: string, make: () => ProgramStep): Recorded => {
    const earlier = known.get(key);
    if (earlier) return earlier;
    if (steps.length >= most) throw new ProgramTooLong(`a program of more than ${most} steps`);
    const step = make();
    const value = { place: steps.length, enclosure: step.enclosure };
    steps.push(step);
    known.set(key, value);
    return value;
  };
  const one =
    (operation: Operation, compute: (a: Interval) => Interval) =>
    (a: Recorded): Recorded =>
      record(`${operation} ${a.place}`, () => ({
        ...{ operation, operands: [a.place] },
        enclosure: compute(a.enclosure),
      }));
  const two =
    (operation: Operation, compute: (a: Interval, b: Interval) => Interval) =>
    (a: Recorded, b: Recorded): Recorded =>
      record(`${operation} ${a.place} ${b.place}`, () => ({
        ...{ operation, operands: [a.place, b.place] },
        enclosure: compute(a.enclosure, b.enclosure),
      }));

  const field: Field<Recorded> = {
    name: `recorded ${F.name}`,
    digits: F.digits,
    of: (x) => record(`${x}`, () => ({ constant: x, enclosure: F.of(x) })),
    add: two('+', F.add),
    sub: two('-', F.sub),
    mul: two('*', F.mul),
    div: two('/', F.div),
    neg: one('n', F.neg),
    sqrt: one('r', F.sqrt),
    exp: one('e', F.exp),
    ln: one('l', F.ln),
    toNumber: (a) => F.toNumber(a.enclosure),
    radius: (a) => F.radius(a.enclosure),
    sign(a) {
      const sign = F.sign(a.enclosure);
      signs.set(a.place, sign);
      return sign;
    },
  };
  return [field, { steps, signs }];
}
