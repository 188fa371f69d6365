/** A step's sequences as token counts. */
import type { StepInput } from '../../model/stepInput.ts';

export interface Sequence {
  /** Distinct contextual token ids, ascending. */
  readonly tokens: readonly number[];
  /** Number of occurrences of each. */
  readonly counts: readonly number[];
  /** Index into `tokens` of each position. */
  readonly positions: Int32Array;
  readonly query: number;
  readonly target: number;
  /**
   * Upper bound of the number of changes of a running maximum of the scores, for any direction along the context and
   * for parts that are combined.
   */
  readonly records: number;
}

/** Increases of the running maximum after the first score, in the order of positions or against it. */
function rises(scores: Float64Array, from: number, step: 1 | -1): number {
  let times = 0;
  let most = scores[from];
  for (let t = from + step; t >= 0 && t < scores.length; t += step)
    if (scores[t] > most) {
      times += 1;
      most = scores[t];
    }
  return times;
}

export function sequencesOf({
  contexts,
  contextLength,
  queries,
  targets,
  Z,
  vocabulary,
}: StepInput): Sequence[] {
  /** Of each token its number in the current sequence, and its index. */
  const times = new Int32Array(vocabulary);
  const index = new Int32Array(vocabulary);
  return Array.from(queries, (query, b) => {
    const context = contexts.subarray(b * contextLength, (b + 1) * contextLength);
    const tokens: number[] = [];
    const scores = new Float64Array(contextLength);
    for (let t = 0; t < contextLength; t++) {
      const token = context[t];
      if (times[token] === 0) tokens.push(token);
      times[token] += 1;
      scores[t] = Z[query * vocabulary + token];
    }
    tokens.sort((x, y) => x - y);
    const counts = tokens.map((token) => times[token]);
    for (const [i, token] of tokens.entries()) {
      index[token] = i;
      times[token] = 0;
    }
    const positions = new Int32Array(contextLength);
    for (let t = 0; t < contextLength; t++) positions[t] = index[context[t]];
    const changes = Math.max(rises(scores, 0, 1), rises(scores, contextLength - 1, -1));
    const records = changes === 0 ? 0 : changes + 1;
    return { tokens, counts, positions, query, target: targets[b], records };
  });
}
