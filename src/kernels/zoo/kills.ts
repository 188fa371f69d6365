/** Results of the kill matrix: how many cases it takes to kill each seeded bug. */

/** Whether a bug is checked with the stages that the correct kernel returns, or by its outputs alone. */
export type Face = 'stages' | 'outputs';

/** When one bug was killed. */
export interface Kill {
  readonly bug: string;
  readonly face: Face;
  /** Number of the first mixed case that kills it; null if it survives all. */
  readonly cases: number | null;
  readonly seconds: number;
  /** The stage or the kind of fault that revealed it. */
  readonly by: string | null;
  /** By regime: number of the first case of this regime that kills it; absent if it survives all. */
  readonly regimes: Readonly<Record<string, number>>;
}

/** The median number of cases to kill, of one face; survivors count as infinite. */
export function medianCases(kills: readonly Kill[], face: Face): number {
  const numbers = kills.filter((kill) => kill.face === face).map(({ cases }) => cases ?? Infinity);
  return numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
