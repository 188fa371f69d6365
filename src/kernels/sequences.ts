/** A step's sequences seen through their token counts: what a sequence of any length comes to. */
import type { StepInput } from '../model/stepInput.ts';

export interface Sequence {
  /** Distinct contextual token ids, ascending. */
  readonly tokens: readonly number[];
  /** How often each occurs. */
  readonly counts: readonly number[];
  /** Index into `tokens` of each position. */
  readonly positions: Int32Array;
  readonly query: number;
  readonly target: number;
  /** How often the maximum of the scores that runs along the context changes after its start. */
  readonly records: number;
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
    let [records, most] = [0, Z[query * vocabulary + context[0]]];
    const positions = context.map((token) => {
      const i = index.get(token)!;
      counts[i] += 1;
      const score = Z[query * vocabulary + token];
      if (score > most) [records, most] = [records + 1, score];
      return i;
    });
    return { tokens, counts, positions, query, target: targets[b], records };
  });
}
