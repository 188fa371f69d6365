/** The shape of the parameters in a layout, for any model. */
import type { Layout } from './layout.ts';
import { isPaper, type Model, paperModel } from './model.ts';

/**
 * The layout of another model of the same problem. Layouts without `model` are of the paper's, which trainers compute by
 * formulas of its own.
 */
export const layoutOfModel = (layout: Layout, model: Model): Layout =>
  isPaper(model) ? { ...layout, model: undefined } : { ...layout, model };

/** The rows of Y and Z in a layout, of every head in turn. */
export interface ParameterRows {
  readonly heads: number;
  /**
   * ParameterRows of Y of one head: the layout's tokens, then (layernorm) one for the tokens that never occur, which are equal, then
   * (residual) one for each query token.
   */
  readonly rows: number;
  /** The number of tokens that never occur, where they have a feature; else 0. */
  readonly others: number;
  /** The row of the tokens that never occur, and the first row of a query token, within a head. */
  readonly othersAt: number;
  readonly queriesAt: number;
}

export function parameterRows({ vocabulary, tokens, queries, model = paperModel }: Layout): ParameterRows {
  const others = model.normaliser === 'layernorm' ? vocabulary - tokens.length : 0;
  const queriesAt = tokens.length + (others > 0 ? 1 : 0);
  return {
    heads: model.heads,
    rows: queriesAt + (model.residual > 0 ? queries.length : 0),
    others,
    othersAt: tokens.length,
    queriesAt,
  };
}

/** ParameterRows and columns of Y and of Z. */
export interface ParameterShape {
  readonly Y: readonly [rows: number, columns: number];
  readonly Z: readonly [rows: number, columns: number];
}

export function shapeOf(layout: Layout): ParameterShape {
  const { heads, rows } = parameterRows(layout);
  return {
    Y: [heads * rows, layout.columns.length],
    Z: [heads * layout.queries.length, layout.tokens.length],
  };
}
