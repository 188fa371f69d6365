/** A step's sequences seen through their token counts: what a sequence of any length comes to. */
import type { StepInput } from '../../model/stepInput.ts';

export interface Sequence {
  /** Distinct contextual token ids, ascending. */
  readonly tokens: readonly number[];
  /** How often each occurs. */
  readonly counts: readonly number[];
  /** Index into `tokens` of each position. */
  readonly positions: Int32Array;
  readonly query: number;
  readonly target: number;
  /** How often a maximum of the scores may change that runs along the context either way, or along parts that are joined. */
  readonly records: number;
}

/** How often the running maximum rises after its start. */
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
