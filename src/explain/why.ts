/** The reason for the predicted fate of a token, as one sentence. */
import type { Problem } from '../model/problem.ts';
import type { Prediction } from './predict.ts';

const short = (x: number): string => String(Number(x.toPrecision(2)));

/**
 * One sentence: the reason for the predicted fate of a token.
 * @param cosine f_1.f_2 of two classes of one query; null when there are more or their query differs
 */
export function whyOf(
  problem: Problem,
  { kind, phi, form, predicted }: Omit<Prediction, 'why'>,
  cosine: number | null,
): string {
  if (!form)
    return 'the attention vectors f_n are linearly dependent: the solution of the decoder is not defined.';
  const fate = (x: number) => (x > 0 ? 'gains' : x < 0 ? 'loses' : 'stays');
  const finite =
    Math.sign(form.limit) !== Math.sign(form.value) && predicted !== 'stays'
      ? ` That is for M -> inf; at M = ${problem.vocabulary} it ${fate(form.value)}.`
      : '';
  if (kind === 'distinct') {
    const [[next]] = phi;
    if (predicted === 'stays')
      return `only class ${next} uses it, and that class shares no token with another class: its attention does not change.${finite}`;
    return predicted === 'gains'
      ? `only class ${next} uses it, and it distinguishes that class from the classes that overlap it.${finite}`
      : `only class ${next} uses it, yet xi = ${short(form.value / phi[0][1] ** 2)} < 0: the overlaps are too large for Theorem 2 (a hub).${finite}`;
  }
  const ranked = [...phi].sort((a, b) => b[1] - a[1]);
  const [most, least] = [ranked[0], ranked[ranked.length - 1]];
  const x = most[1] / least[1];
  const equal = short(x) === '1';
  const equally = x < 1.005 ? 'used equally by' : 'used about equally by';
  const times = equal ? equally : `used ${short(x)} times more by`;
  const classes = equal ? `classes ${most[0]} and ${least[0]}` : `class ${most[0]} than by class ${least[0]}`;
  if (cosine !== null && Number.isFinite(x + 1 / x)) {
    const like = form.limit > 0 ? 'so it gains like a distinct token' : 'so it loses like a common token';
    return `${times} ${classes}: x + 1/x = ${short(x + 1 / x)} ${form.limit > 0 ? '>' : '<='} 2/(f1.f2) = ${short(2 / cosine)}, ${like}.${finite}`;
  }
  const verdict = `its gain in single classes (${short(form.own)}) ${form.limit > 0 ? 'outweighs' : 'does not outweigh'} its loss from sharing (${short(-form.shared)})`;
  return `${times} ${classes}: ${verdict}, so it ${form.limit > 0 ? 'gains like a distinct token' : 'loses like a common token'}.${finite}`;
}
