/** Random models. */
import fc from 'fast-check';
import type { Arbitrary } from '../../src/generators/problems.ts';
import { attentionKernels } from '../../src/model/attentionKernels.ts';
import type { Layout } from '../../src/model/layout.ts';
import { type Model, normalisers } from '../../src/model/model.ts';
import { parameterRows } from '../../src/model/modelLayout.ts';
import type { Parameters } from '../../src/model/transformer.ts';

export const anyModel: Arbitrary<Model> = fc.record({
  attention: fc.constantFrom(...attentionKernels),
  normaliser: fc.constantFrom(...normalisers),
  residual: fc.constantFrom(0, 0.3, 1, 2),
  heads: fc.integer({ min: 1, max: 3 }),
});

/** The number of equal rows of the full matrix that a row of Y stands for. */
export const copiesOf = (layout: Layout, i: number): number => {
  const { rows, others, othersAt } = parameterRows(layout);
  return others > 0 && i % rows === othersAt ? others : 1;
};

/** Parameters of a smaller layout in the full one: merged rows and columns in every place for which they stand. */
export function spreadOut<T>(from: Layout, full: Layout, { Y, Z }: Parameters<T>, zero: T): Parameters<T> {
  const [small, large] = [parameterRows(from), parameterRows(full)];
  const [token, query] = [
    new Map(from.tokens.map((id, i) => [id, i])),
    new Map(from.queries.map((id, i) => [id, i])),
  ];
  const column = full.columns.map((id) => {
    const own = from.columns.indexOf(id);
    return own >= 0 ? own : from.columns.indexOf(-1);
  });
  const rowOfY = (head: number, i: number): readonly T[] | undefined => {
    const base = head * small.rows;
    if (i >= large.queriesAt) {
      const own = query.get(full.queries[i - large.queriesAt]);
      return own === undefined ? undefined : Y[base + small.queriesAt + own];
    }
    const own = token.get(full.tokens[i]);
    return own !== undefined ? Y[base + own] : small.others > 0 ? Y[base + small.othersAt] : undefined;
  };
  const heads = Array.from({ length: large.heads }, (_, h) => h);
  return {
    Y: heads.flatMap((h) =>
      Array.from({ length: large.rows }, (_, i) => {
        const row = rowOfY(h, i);
        return column.map((j) => row?.[j] ?? zero);
      }),
    ),
    Z: heads.flatMap((h) =>
      full.queries.map((id) =>
        full.tokens.map((l) => {
          const [row, at] = [query.get(id), token.get(l)];
          return row === undefined || at === undefined ? zero : Z[h * from.queries.length + row][at];
        }),
      ),
    ),
  };
}
