/** The curve that the theory draws from a start at zero: attention under `two-timescale`, at the marks of a training. */
import { float64 } from '../arithmetic/float64.ts';
import { GammaAt, readingAt } from '../ladder/clock.ts';
import { integrate } from '../ladder/integrate.ts';
import { attentionVelocity } from '../ladder/two-timescale.ts';
import { reducedLayout } from '../model/layout.ts';
import { isPaper } from '../model/model.ts';
import type { Problem } from '../model/problem.ts';
import { classTracks } from '../runs/course.ts';
import { marksTo } from './marks.ts';
import type { TheoryPoint } from './protocol.ts';
import type { Setup } from './setup.ts';
import { modelOfSetup } from './training.ts';
import { labWorldOf } from './worlds.ts';

/** Why the theory has no curve for a setup; undefined where it has one. */
export function noTheory(setup: Setup, { classes }: Problem): string | undefined {
  if (!isPaper(modelOfSetup(setup))) return "the theory is about the paper's model";
  if (setup.optimiser !== 'sgd') return 'the theory is about gradient ascent';
  if (setup.init !== 'zero') return 'the theory starts from zero';
  const weight = classes[0].weight ?? 1;
  if (classes.some((c) => (c.weight ?? 1) !== weight)) return 'the theory has classes of equal weight';
  return undefined;
}

/**
 * Z(t) of the two-timescale dynamics: dz/dGamma of Lemma 4, with Gamma(t) of the decoder's clock (Lemma 6) at the effective rates
 * eta/(1 - momentum).
 * @param to the last step
 * @throws IntegrationEnds where the curve cannot be followed so far (a Gram matrix that is singular)
 */
export function theoryCurve(setup: Setup, to: number): TheoryPoint[] {
  const { problem } = labWorldOf(setup.world);
  const layout = reducedLayout(problem);
  const [Q, S] = [layout.queries.length, layout.tokens.length];
  const etaZ = setup.etaZ / (1 - setup.momentum);
  const clock = {
    vocabulary: problem.vocabulary,
    classes: problem.classes.length,
    ...{ etaY: setup.ratio * etaZ, etaZ },
  };
  const rows = (z: Float64Array) => layout.queries.map((_, m) => Array.from(z.subarray(m * S, (m + 1) * S)));
  const { at } = classTracks(problem, layout, rows(new Float64Array(Q * S)));
  const marks = marksTo(to).filter((step) => step > 0);
  const times = marks.map((step) => GammaAt(float64, clock, readingAt(clock, step)));
  const curve = integrate({
    start: new Float64Array(Q * S),
    times,
    scale: times[0],
    slope: (_, z, out) => {
      for (const [m, row] of attentionVelocity(float64, problem, layout, rows(z)).dZ.entries())
        out.set(row, m * S);
    },
  });
  const points = [{ step: 0, classes: at(rows(new Float64Array(Q * S))) }];
  for (const { y } of curve) points.push({ step: marks[points.length - 1], classes: at(rows(y)) });
  return points;
}
