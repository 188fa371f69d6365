/** Whether logits that no longer change were stopped by rounding. */
import { float64 } from '../arithmetic/float64.ts';
import { populationExamples } from '../ladder/population.ts';
import { populationFeatures } from '../ladder/rung.ts';
import { gradient } from '../model/gradient.ts';
import { reducedLayout, supportLayout } from '../model/layout.ts';
import type { FreezeCause } from './judgement.ts';
import { type RecordedRun, UNITS } from './run.ts';

/** Past this gap 1 - alpha_n < e^-gap is below half the spacing u of numbers below 1, and alpha_n rounds to 1: 17.3 or 37.4. */
export const saturatedGap = (type: RecordedRun['type']): number => -Math.log(UNITS[type] / 2);

/** The index of the first recorded state from which z is the same to the end; null where the last step changed it. */
export function constantSince({ Z }: Pick<RecordedRun, 'Z'>, m: number, l: number): number | null {
  const last = Z.length - 1;
  let since = last;
  while (since > 0 && Z[since - 1][m][l] === Z[last][m][l]) since--;
  return since === last ? null : since;
}

/** The cause for a logit that is constant at the end; null where its gradient there is 0. */
export function freezeCauses(run: RecordedRun): (m: number, l: number) => FreezeCause | null {
  const { problem, Y, rates = {}, type } = run;
  if (!Y) return () => 'unknown';
  const [F, last] = [float64, run.Z.length - 1];
  const state = { Y: Y[last], Z: run.Z[last] };
  const layout = supportLayout(problem);
  const slope = gradient(F, layout, state, populationExamples(F, problem)).Z;
  const f = populationFeatures(F, problem, layout, state.Z);
  const gaps = layout.classes.map(({ support, target }, n) => {
    const o = layout.columns.map((_, j) => support.reduce((sum, l, i) => sum + f[n][i] * state.Y[l][j], 0));
    const others = o.filter((_, j) => j !== target);
    const top = Math.max(...others);
    return o[target] - top - Math.log(others.reduce((sum, x) => sum + Math.exp(x - top), 0));
  });
  const saturated = reducedLayout(problem).queries.map((_, m) =>
    layout.classes.every(({ row }, n) => row !== m || gaps[n] >= saturatedGap(type)),
  );
  const round = type === 'float32' ? Math.fround : (x: number) => x;
  const { etaZ, momentum = 0, optimiser = 'sgd' } = rates;
  return (m, l) => {
    const g = slope[m][l];
    if (g === 0) return null;
    if (saturated[m]) return 'saturated';
    if (etaZ === undefined || optimiser !== 'sgd') return 'unexplained';
    // A velocity that repeats one gradient tends to gradient / (1 - momentum).
    const z = state.Z[m][l];
    return round(z + (etaZ * g) / (1 - momentum)) === z ? 'half an ulp' : 'unexplained';
  };
}
