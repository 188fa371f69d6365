import type { Model } from './model.ts';
import { occurrences, type Problem } from './problem.ts';

/**
 * The entries of the M x M matrices Y and Z that a computation keeps.
 *
 * Three layouts are exact: `fullLayout` keeps all entries; `supportLayout` drops the rows of Y and the columns of Z
 * of tokens that never occur, and the rows of Z of tokens that are never a query (these entries never change);
 * `reducedLayout` also merges the columns of Y that are never a target into one column with a multiplicity,
 * which is exact when those columns are equal at the start (Y(0) = 0).
 */
export interface Layout {
  readonly vocabulary: number;
  /** Token ids of the rows of Y, which are the columns of Z. */
  readonly tokens: readonly number[];
  /** Token ids of the columns of Y; the merged column, if any, comes last with id -1. */
  readonly columns: readonly number[];
  /** Number of columns of the full matrix that each column represents. */
  readonly multiplicity: readonly number[];
  /** Token ids of the rows of Z. */
  readonly queries: readonly number[];
  /** Per class: the index into `tokens` of each token of its support, of psi(n) into `queries`, of n into `columns`. */
  readonly classes: readonly {
    readonly support: readonly number[];
    readonly row: number;
    readonly target: number;
  }[];
  /** The model, where it is not the paper's (see `layoutOfModel`). */
  readonly model?: Model;
}

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

function build(problem: Problem, tokens: number[], columns: number[], queries: number[]): Layout {
  const index = (ids: number[]) => new Map(ids.map((id, i) => [id, i]));
  const [token, column, row] = [index(tokens), index(columns), index(queries)];
  return {
    vocabulary: problem.vocabulary,
    tokens,
    columns,
    multiplicity: columns.map((id) => (id === -1 ? problem.vocabulary - columns.length + 1 : 1)),
    queries,
    classes: problem.classes.map((c) => ({
      support: c.tokens.map((l) => token.get(l)!),
      row: row.get(c.query)!,
      target: column.get(c.next)!,
    })),
  };
}

const support = (problem: Problem) => [...occurrences(problem).keys()].sort((a, b) => a - b);
const queries = (problem: Problem) => [...new Set(problem.classes.map((c) => c.query))].sort((a, b) => a - b);

/** All M tokens as rows, columns and queries. */
export const fullLayout = (problem: Problem): Layout =>
  build(problem, range(problem.vocabulary), range(problem.vocabulary), range(problem.vocabulary));

/** Contextual tokens as rows of Y, all M columns, query tokens as rows of Z. */
export const supportLayout = (problem: Problem): Layout =>
  build(problem, support(problem), range(problem.vocabulary), queries(problem));

/** As `supportLayout`, with the columns of Y that are no target merged into one. */
export function reducedLayout(problem: Problem): Layout {
  const targets = problem.classes.map((c) => c.next);
  return build(
    problem,
    support(problem),
    targets.length < problem.vocabulary ? [...targets, -1] : targets,
    queries(problem),
  );
}
