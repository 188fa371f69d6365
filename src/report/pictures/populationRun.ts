import { float64 } from '../../arithmetic/float64.ts';
import { reducedLayout } from '../../model/layout.ts';
import { classWeights, type Problem, probabilities } from '../../model/problem.ts';
import { type Rates, zeroState } from '../../model/training.ts';
import { attention } from '../../model/transformer.ts';
import { float64Trainer } from '../../trainers/float64.ts';

/** Attention of one class after `t` steps. */
export interface AttentionAtTime {
  readonly t: number;
  readonly attention: readonly number[];
}

/**
 * Attention of class 0 along population gradient ascent (T -> inf, expectation over classes) from zero, seen at
 * about `perDecade` steps a decade from step 1 to `steps`.
 */
export async function attentionOverTime(
  problem: Problem,
  rates: Rates,
  steps: number,
  perDecade = 24,
): Promise<AttentionAtTime[]> {
  const layout = reducedLayout(problem);
  const weights = classWeights(float64, problem);
  const examples = problem.classes.map((c, cls) => ({
    cls,
    mass: probabilities(float64, c),
    weight: weights[cls],
  }));
  const { support, row } = layout.classes[0];
  const moments: AttentionAtTime[] = [];
  const session = await float64Trainer.start(layout, zeroState(float64, layout), rates);
  let next = 1;
  for (let t = 1; t <= steps; t++) {
    await session.step(examples);
    if (t < next && t < steps) continue;
    const { Z } = session.read();
    const z = support.map((l) => Z[row][l]);
    moments.push({ t, attention: attention(float64, z, examples[0].mass) });
    next = Math.max(t + 1, Math.round(t * 10 ** (1 / perDecade)));
  }
  session.dispose();
  return moments;
}
