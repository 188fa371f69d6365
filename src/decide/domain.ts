import type { IntervalField } from '../arithmetic/field.ts';

/** An interval field that records whether every operation was defined at all points of its operands. */
export interface Watched<T> extends IntervalField<T> {
  /** Runs `body`; returns its result, and whether every operation in it was defined. */
  watch<R>(body: () => R): [result: R, defined: boolean];
}

/**
 * The field with the decoration "def" of IEEE 1788. An enclosure of an undefined value proves nothing: sqrt(-1) is
 * enclosed by all numbers, so 1 + exp(sqrt(-1)) by [1, Infinity], which is positive.
 */
export function watched<T>(F: IntervalField<T>): Watched<T> {
  let defined = true;
  const note = (fine: boolean) => {
    defined &&= fine;
  };
  return {
    ...F,
    sqrt(a) {
      const sign = F.sign(F.lower(a));
      note(sign === 0 || sign === 1);
      return F.sqrt(a);
    },
    ln(a) {
      note(F.sign(a) === 1);
      return F.ln(a);
    },
    div(a, b) {
      const sign = F.sign(b);
      note(sign === 1 || sign === -1);
      return F.div(a, b);
    },
    watch(body) {
      defined = true;
      return [body(), defined];
    },
  };
}
