/** The distance between the trajectories of two trainers with the same batches and the same start. */
import type { Layout } from '../../src/model/layout.ts';
import type { Rates } from '../../src/model/training.ts';
import type { Matrix, Parameters } from '../../src/model/transformer.ts';
import type { Trainer, TrainingExample } from '../../src/trainers/trainer.ts';

export interface Distance {
  /** Steps taken. */
  readonly step: number;
  /** max |difference| over the entries, absolute. */
  readonly Y: number;
  readonly Z: number;
  readonly loss: number;
}

const farthest = (a: Matrix<number>, b: Matrix<number>): number =>
  Math.max(0, ...a.map((row, i) => Math.max(...row.map((x, j) => Math.abs(x - b[i][j])))));

/** Distances after each of `steps`; a divergence to NaN reads as NaN. */
export async function compareTrajectories(
  one: Trainer,
  other: Trainer,
  layout: Layout,
  start: Parameters<number>,
  rates: Rates,
  steps: readonly (readonly TrainingExample[])[],
): Promise<Distance[]> {
  const [a, b] = [await one.start(layout, start, rates), await other.start(layout, start, rates)];
  const distances: Distance[] = [];
  try {
    for (const [i, examples] of steps.entries()) {
      const [lossA, lossB] = [await a.step(examples), await b.step(examples)];
      const [x, y] = [a.read(), b.read()];
      distances.push({
        step: i + 1,
        Y: farthest(x.Y, y.Y),
        Z: farthest(x.Z, y.Z),
        loss: Math.abs(lossA - lossB),
      });
    }
  } finally {
    a.dispose();
    b.dispose();
  }
  return distances;
}

/** The first step after which Y or Z are farther apart than `distance`; undefined when they never are. */
export const partingStep = (distances: readonly Distance[], distance: number): number | undefined =>
  distances.find(({ Y, Z }) => !(Y <= distance && Z <= distance))?.step;
