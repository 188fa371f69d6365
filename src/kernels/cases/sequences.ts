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

/** Number of increases of the running maximum after the first score. */
function rises(scores: readonly number[]): number {
  let [times, most] = [0, scores[0]];
  for (const score of scores) if (score > most) [times, most] = [times + 1, score];
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
  return Array.from(queries, (query, b) => {
    const context = contexts.subarray(b * contextLength, (b + 1) * contextLength);
    const tokens = [...new Set(context)].sort((x, y) => x - y);
    const index = new Map(tokens.map((token, i) => [token, i]));
    const counts = tokens.map(() => 0);
    const positions = context.map((token) => {
      const i = index.get(token)!;
      counts[i] += 1;
      return i;
    });
    const scores = Array.from(context, (token) => Z[query * vocabulary + token]);
    const changes = Math.max(rises(scores), rises(scores.reverse()));
    const records = changes === 0 ? 0 : changes + 1;
    return { tokens, counts, positions, query, target: targets[b], records };
  });
}
