import { rungs } from '../ladder/tree.ts';

/** From what is trained to what is most idealised, then other models: the order of rungs in every report. */
const LADDER = [...rungs.map(({ id }) => id), 'algebra'];

/** Its place; a rung not listed comes last. */
const place = (rung: string): number => (LADDER.indexOf(rung) + LADDER.length + 1) % (LADDER.length + 1);

/** Compares two rungs, for `sort`. */
export const rungOrder = (a: string, b: string): number => place(a) - place(b);

/** What there is of each rung, in the order of rungs; what is of one rung keeps its order. */
export const byRung = <R extends { readonly rung: string }>(all: readonly R[]): R[] =>
  [...all].sort((a, b) => rungOrder(a.rung, b.rung));
