/** Ranges of numbers. */
export interface Range {
  readonly low: number;
  readonly high: number;
  /** The end that is itself out of range. */
  readonly open?: 'low' | 'high';
}

/** False of anything that is no number, NaN included. */
export const inRange = (x: unknown, { low, high, open }: Range): boolean =>
  typeof x === 'number' && (open === 'low' ? x > low : x >= low) && (open === 'high' ? x < high : x <= high);

/** `from 1 to 10`. */
export const rangeText = ({ low, high, open }: Range): string => {
  if (open === 'low') return `above ${low} and at most ${high}`;
  return open === 'high' ? `from ${low} to below ${high}` : `from ${low} to ${high}`;
};
