/** What the predicates of regimes read from an input, computed once for all of them. */
import type { StepInput } from '../../model/stepInput.ts';

export const most = (xs: Iterable<number>): number => {
  let top = -Infinity;
  for (const x of xs) if (x > top) top = x;
  return top;
};

/** The two largest entries of a row of Y, with multiplicity, and where the first of them is. */
interface RowTop {
  readonly at: number;
  readonly first: number;
  readonly second: number;
}

function topOf(row: ArrayLike<number>): RowTop {
  let [at, first, second] = [-1, -Infinity, -Infinity];
  for (let j = 0; j < row.length; j++)
    if (row[j] > first) [at, first, second] = [j, row[j], first];
    else if (row[j] > second) second = row[j];
  return { at, first, second };
}

/** One sequence of an input. */
export class SequenceFacts {
  readonly input: StepInput;
  readonly query: number;
  readonly target: number;
  readonly context: Int32Array;
  /** Scores of the positions. */
  readonly scores: Float64Array;
  readonly top: number;
  readonly bottom: number;
  /** Number of occurrences of each token. */
  readonly times: ReadonlyMap<number, number>;
  readonly #tops: Map<number, RowTop>;

  constructor(input: StepInput, b: number, tops: Map<number, RowTop>) {
    const { contextLength: n, vocabulary: M, Z } = input;
    this.input = input;
    this.query = input.queries[b];
    this.target = input.targets[b];
    this.context = input.contexts.subarray(b * n, (b + 1) * n);
    const { context } = this;
    const row = this.query * M;
    const scores = new Float64Array(n);
    const times = new Map<number, number>();
    let [top, bottom] = [-Infinity, Infinity];
    for (let t = 0; t < n; t++) {
      const token = context[t];
      const z = Z[row + token];
      scores[t] = z;
      if (z > top) top = z;
      if (z < bottom) bottom = z;
      times.set(token, (times.get(token) ?? 0) + 1);
    }
    this.scores = scores;
    this.top = top;
    this.bottom = bottom;
    this.times = times;
    this.#tops = tops;
  }

  /** Number of distinct tokens. */
  get distinct(): number {
    return this.times.size;
  }

  /** Minimum over the tokens of Y[token, target] - max of Y[token, j] over j != target. */
  margin(target = this.target): number {
    const { Y, vocabulary: M } = this.input;
    let smallest = Infinity;
    for (const token of this.times.keys()) {
      let row = this.#tops.get(token);
      if (!row) {
        row = topOf(Y.subarray(token * M, (token + 1) * M));
        this.#tops.set(token, row);
      }
      const others = row.at === target ? row.second : row.first;
      smallest = Math.min(smallest, Y[token * M + target] - others);
    }
    return smallest;
  }
}

const known = new WeakMap<StepInput, readonly SequenceFacts[]>();

/** The facts of an input's sequences. Inputs do not change, so they are kept. */
export function sequenceFacts(input: StepInput): readonly SequenceFacts[] {
  let facts = known.get(input);
  if (!facts) {
    const tops = new Map<number, RowTop>();
    facts = Array.from(input.queries, (_, b) => new SequenceFacts(input, b, tops));
    known.set(input, facts);
  }
  return facts;
}

const seen = new WeakMap<StepInput, ReadonlySet<number>>();

/** The contextual tokens of an input. */
export function touched(input: StepInput): ReadonlySet<number> {
  let tokens = seen.get(input);
  if (!tokens) {
    tokens = new Set(input.contexts);
    seen.set(input, tokens);
  }
  return tokens;
}
