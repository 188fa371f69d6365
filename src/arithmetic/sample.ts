/** Mean, standard deviation (with divisor n - 1) and size of a sample. */
export interface Sample {
  readonly mean: number;
  readonly std: number;
  readonly size: number;
}

/** Mean and standard deviation; the latter is 0 for fewer than two numbers. */
export function describe(xs: readonly number[]): Sample {
  const mean = xs.reduce((a, b) => a + b, 0) / xs.length;
  const squares = xs.reduce((a, x) => a + (x - mean) ** 2, 0);
  return { mean, std: xs.length < 2 ? 0 : Math.sqrt(squares / (xs.length - 1)), size: xs.length };
}
