/** Which tokens of a class are drawn, in which order and colour. */
import { colour, ramp } from '../../report/pictures/palette.ts';
import type { LabClass } from '../protocol.ts';

export interface DrawnToken {
  /** Place in the class's tokens. */
  readonly place: number;
  readonly token: number;
  readonly distinct: boolean;
  readonly probability: number;
  readonly colour: string;
}

/** Most tokens of one kind that are drawn: the most frequent ones. */
const MOST_OF_KIND = 24;

/** Common tokens first, then distinct ones, each in falling frequency; distinct ones from gold (frequent) to blue (rare). */
export function drawnTokens(one: LabClass): {
  readonly tokens: readonly DrawnToken[];
  readonly left: number;
} {
  const places = one.tokens
    .map((_, i) => i)
    .sort((a, b) => one.probabilities[b] - one.probabilities[a] || a - b);
  const kind = (distinct: boolean) =>
    places.filter((i) => one.distinct[i] === distinct).slice(0, MOST_OF_KIND);
  const [common, distinct] = [kind(false), kind(true)];
  const tokens = [...common, ...distinct].map((place, k): DrawnToken => {
    const rank = k - common.length;
    return {
      place,
      token: one.tokens[place],
      distinct: one.distinct[place],
      probability: one.probabilities[place],
      colour: rank < 0 ? colour('grey') : ramp('sequential', 1 - (rank + 0.5) / Math.max(1, distinct.length)),
    };
  });
  return { tokens, left: one.tokens.length - tokens.length };
}
