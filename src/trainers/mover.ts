/** The optimisers on typed arrays of doubles. */
import { ADAM } from '../model/optimiser.ts';
import type { Rates } from '../model/training.ts';

/** b^n for n >= 1 by squaring: the same double in every engine, while b ** n is left to each (Chromium and Node differ). */
function powerOf(b: number, n: number): number {
  let [result, square] = [1, b];
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}

/** Adds eta times the direction of the next step (see `Optimiser`) to x, keeps it in v, and clears the gradient d. */
export function mover(
  { momentum, optimiser }: Rates,
  x: Float64Array,
  v: Float64Array,
  d: Float64Array,
  eta: number,
): () => void {
  if (optimiser === 'sign')
    return () => {
      for (let k = 0; k < d.length; k++) {
        v[k] = Math.sign(d[k]);
        x[k] += eta * v[k];
        d[k] = 0;
      }
    };
  if (optimiser !== 'adam')
    return () => {
      for (let k = 0; k < d.length; k++) {
        v[k] = momentum * v[k] + d[k];
        x[k] += eta * v[k];
        d[k] = 0;
      }
    };
  const [first, second] = [new Float64Array(v.length), new Float64Array(v.length)];
  let steps = 0;
  return () => {
    steps += 1;
    const [start1, start2] = [1 - powerOf(ADAM.beta1, steps), 1 - powerOf(ADAM.beta2, steps)];
    for (let k = 0; k < d.length; k++) {
      first[k] += (1 - ADAM.beta1) * (d[k] - first[k]);
      second[k] += (1 - ADAM.beta2) * (d[k] * d[k] - second[k]);
      v[k] = first[k] / start1 / (Math.sqrt(second[k] / start2) + ADAM.epsilon);
      x[k] += eta * v[k];
      d[k] = 0;
    }
  };
}
