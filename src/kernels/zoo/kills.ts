/** Results of the kill matrix: how many cases it takes to kill each seeded bug. */

/** Whether a bug is checked with the stages that the correct kernel returns, or by its outputs alone. */
export type Face = 'stages' | 'outputs';

/** When one bug was killed. */
export interface Kill {
  readonly bug: string;
  readonly face: Face;
  /** Number of the first mixed case that kills it; null if it survives all. */
  readonly cases: number | null;
  /** The same by the cases of other seeds, in their order. */
  readonly others: readonly (number | null)[];
  readonly seconds: number;
  /** The stage or the kind of fault that revealed it. */
  readonly by: string | null;
  /** A digit for each regime, in their order: number of the first case of this regime that kills it; 0 if it survives all. */
  readonly regimes: string;
}

/** The median number of cases to kill, of one face; survivors count as infinite. */
export function medianCases(kills: readonly Kill[], face: Face): number {
  const numbers = kills.filter((kill) => kill.face === face).map(({ cases }) => cases ?? Infinity);
  return numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
