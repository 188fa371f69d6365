/** y = c x^p by least squares on the logarithms: the exponent and its standard error. */
interface PowerLaw {
  readonly value: number;
  readonly standardError: number;
}

/**
 * p = S_xy/S_xx over logarithms; its standard error is sqrt(S_res/(n-2)/S_xx). A deviation from a power law (such as
 * a constant cost at small sizes) widens the error and is not corrected.
 * @param points at least three, positive, not all at the same abscissa
 * @throws RangeError if there are fewer, or some are not positive
 */
export function powerLaw(points: readonly { readonly at: number; readonly value: number }[]): PowerLaw {
  if (points.length < 3) throw new RangeError(`expected at least three points, got ${points.length}`);
  if (!points.every(({ at, value }) => at > 0 && value > 0)) throw new RangeError('points must be positive');
  const xs = points.map(({ at }) => Math.log(at));
  const ys = points.map(({ value }) => Math.log(value));
  const mean = (v: readonly number[]) => v.reduce((a, b) => a + b, 0) / v.length;
  const [mx, my] = [mean(xs), mean(ys)];
  const sxx = xs.reduce((a, x) => a + (x - mx) ** 2, 0);
  const sxy = xs.reduce((a, x, i) => a + (x - mx) * (ys[i] - my), 0);
  const value = sxy / sxx;
  const residual = ys.reduce((a, y, i) => a + (y - my - value * (xs[i] - mx)) ** 2, 0);
  return { value, standardError: Math.sqrt(residual / (xs.length - 2) / sxx) };
}
