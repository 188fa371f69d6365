/** Our own training as a recorded run. */
import { float64 } from '../../src/arithmetic/float64.ts';
import { populationExamples } from '../../src/ladder/population.ts';
import { supportLayout } from '../../src/model/layout.ts';
import { presets, syntheticProblem } from '../../src/model/presets.ts';
import type { Problem } from '../../src/model/problem.ts';
import { batches } from '../../src/model/sampling.ts';
import { uniformStream } from '../../src/model/uniform.ts';
import type { RecordedRates, RecordedRun } from '../../src/runs/run.ts';
import { examplesOf } from '../../src/trainers/experiment.ts';
import { float64Trainer } from '../../src/trainers/float64.ts';

export const small = syntheticProblem(presets['syn-small']);
/** As the small published problem is trained. */
export const published = { etaY: 1, etaZ: 1, momentum: 0.9, batch: 128, length: 128 } as const;

export interface Ours {
  readonly problem?: Problem;
  readonly rates?: RecordedRates & { etaY: number; etaZ: number; momentum: number };
  readonly seed?: number;
  readonly steps?: number;
  /** Y stays where it is, and is not trained. */
  readonly Y?: number[][];
}

/** Trains from zero and records every step: on sampled sequences where batch and length are given, else on expectations. */
export async function ours({
  problem = small,
  rates = published,
  seed = 1,
  steps = 100,
}: Ours = {}): Promise<RecordedRun> {
  const layout = supportLayout(problem);
  const zeros = (rows: number, columns: number) =>
    Array.from({ length: rows }, () => Array.from({ length: columns }, () => 0));
  const start = {
    Y: zeros(layout.tokens.length, layout.columns.length),
    Z: zeros(layout.queries.length, layout.tokens.length),
  };
  const session = await float64Trainer.start(layout, start, rates);
  const { batch, length } = rates;
  const stream = batches(problem, batch ?? 1, length ?? 2, uniformStream(seed));
  const all = populationExamples(float64, problem);
  const states = [session.read()];
  for (let t = 0; t < steps; t++) {
    session.step(batch === undefined ? all : examplesOf(stream.next().value));
    states.push(session.read());
  }
  session.dispose();
  return {
    ...{ problem, rates, type: 'float64' },
    steps: states.map((_, t) => t),
    Z: states.map(({ Z }) => Z.map((row) => [...row])),
    Y: states.map(({ Y }) => Y.map((row) => [...row])),
  };
}
