/** The published experiments: seeds, sampled batches, and the results at the end. */

import { float64 } from '../arithmetic/float64.ts';
import { describe } from '../arithmetic/sample.ts';
import { populationExamples } from '../ladder/population.ts';
import { classAttention, distinctEntropy } from '../model/entropy.ts';
import { fullLayout, type Layout, reducedLayout, supportLayout } from '../model/layout.ts';
import { type Model, paperModel } from '../model/model.ts';
import { layoutOfModel, shapeOf } from '../model/modelLayout.ts';
import type { Problem } from '../model/problem.ts';
import { frequencyCorrelation, recall } from '../model/readings.ts';
import { type Batch, batches, uniformMatrix } from '../model/sampling.ts';
import type { Rates } from '../model/training.ts';
import type { Matrix, Parameters } from '../model/transformer.ts';
import { type Uniform, uniformStream } from '../model/uniform.ts';
import { breather } from './breather.ts';
import { checkExperiment } from './experimentChecks.ts';
import type { Session, Trainer, TrainingExample } from './trainer.ts';

export interface Experiment extends Rates {
  readonly problem: Problem;
  /** Sequences per step. */
  readonly batch: number;
  /** T: T - 1 contextual tokens and the query. */
  readonly length: number;
  /**
   * The expected gradient in place of a sampled one: every class in every step, and T -> infinity. `batch` and `length` are not read.
   */
  readonly expected?: boolean;
  readonly steps: number;
  /** `zero`, or both matrices i.i.d. uniform on [-1/sqrt(M), 1/sqrt(M)]. */
  readonly init: 'zero' | 'uniform';
  readonly seeds: number;
  readonly firstSeed: number;
  /** The paper's when left out. */
  readonly model?: Model;
  /** `full` keeps all M rows and columns; the entries that a start leaves out otherwise never change. */
  readonly layout?: 'full';
  /** What each run keeps besides its end; nothing when left out. */
  readonly keeps?: { readonly entropies?: boolean; readonly recallAt?: readonly number[] };
}

/** One run that ended with finite numbers. */
export interface Run {
  readonly seed: number;
  /** Loss before each step, nats. */
  readonly losses: number[];
  /** Of the final attention over distinct tokens, nats; null when no class has a distinct token. */
  readonly distinctEntropy: number | null;
  /** Final c_l|n, per class over its support; over several heads their mean. */
  readonly attention: number[][];
  /** Spearman's correlation of it with P(l|n) over distinct tokens, averaged over classes; null where none has it. */
  readonly spearman: number | null;
  /** If kept: entropy over distinct tokens before the first step and after every step, nats; null as above. */
  readonly entropyOverDistinct?: readonly (number | null)[];
  /** If kept: recall at each threshold (figures 11 and 12). */
  readonly recall?: readonly { readonly threshold: number; readonly recall: number }[];
}

/** A run whose loss or parameters are not finite, since its learning rates are too large. It has no final state. */
export interface Diverged {
  readonly seed: number;
  /** The first step whose loss is not finite; if all losses are finite, the last step, after which the parameters are not. */
  readonly step: number;
  /** Loss before each step up to `step`, all finite, nats. */
  readonly losses: number[];
}

/** What `runExperiment` returns: plain JSON. */
export interface ExperimentResult {
  readonly schema: 1;
  readonly problem: Problem;
  /** The runs that stayed finite to their end. */
  readonly runs: readonly Run[];
  readonly diverged: readonly Diverged[];
  /** Over the runs; the standard deviation has the divisor n - 1. Null as in `Run`, or for too few runs. */
  readonly distinctEntropy: { readonly mean: number | null; readonly std: number | null };
  /** All training loops, sampling included; start-up of the trainers excluded. */
  readonly seconds: number;
}

/** A run after `step` steps. */
export interface Moment {
  readonly seed: number;
  readonly step: number;
  /** Of the matrices. */
  readonly layout: Layout;
  /** Loss before the last step, nats; absent at the start. */
  readonly loss?: number;
  /** Copies Y and Z out of the session, which takes time. */
  readonly read: () => Parameters<number>;
}

/** For following an experiment, and for ending it. */
export interface StepObserver {
  /** Called after every step. */
  progress?(seed: number, step: number): void;
  /** Called at the start of every run and after each of its steps. */
  state?(moment: Moment): void;
  /** Ends the experiment between two steps: finished runs are kept, the current one is dropped. */
  signal?: AbortSignal;
}

/** The layout for a start: merging the columns of Y that are never a target is exact only where they are equal at the start. */
export const layoutFor = (problem: Problem, init: Experiment['init']): Layout =>
  init === 'zero' ? reducedLayout(problem) : supportLayout(problem);

const layoutOf = ({ problem, init, layout, model = paperModel }: Experiment): Layout =>
  layoutOfModel(layout === 'full' ? fullLayout(problem) : layoutFor(problem, init), model);

/** The start of a run, drawn from `uniform` unless it is zero. */
export function startParameters(
  problem: Problem,
  layout: Layout,
  init: Experiment['init'],
  uniform: Uniform,
): Parameters<number> {
  const fill = init === 'zero' ? () => 0 : uniform;
  const shape = shapeOf(layout);
  const matrix = (rows: number, columns: number) =>
    init === 'zero'
      ? Array.from({ length: rows }, () => Array.from({ length: columns }, fill))
      : uniformMatrix(rows, columns, problem.vocabulary, uniform);
  return {
    Y: matrix(...shape.Y),
    Z: matrix(...shape.Z),
  };
}

/** The examples of one step after the other: all classes by their expectation, or sampled batches from `uniform`. */
export function exampleStream(
  { problem, batch, length, expected }: Pick<Experiment, 'problem' | 'batch' | 'length' | 'expected'>,
  uniform: Uniform,
): () => readonly TrainingExample[] {
  if (expected) {
    const all = populationExamples(float64, problem);
    return () => all;
  }
  const stream = batches(problem, batch, length, uniform);
  return () => examplesOf(stream.next().value);
}

/** A sampled batch as examples of equal weight. */
export const examplesOf = (batch: Batch): TrainingExample[] =>
  batch.map(({ cls, counts }) => ({ cls, mass: counts, weight: 1 / batch.length }));

const finite = ({ Y, Z }: Parameters<number>): boolean =>
  [Y, Z].every((matrix) => matrix.every((row) => row.every(Number.isFinite)));

/**
 * Trains `seeds` runs on one problem. Each takes its random numbers from its own seed: a start (zero, or uniform on
 * [-1/sqrt(M), 1/sqrt(M)]), then `steps` steps on sampled batches.
 * @throws BadInput with every fault of the experiment: an invalid problem, a rate or a number out of its range ..
 */
export async function runExperiment(
  trainer: Trainer,
  experiment: Experiment,
  { progress, state, signal }: StepObserver = {},
): Promise<ExperimentResult> {
  checkExperiment(experiment);
  const { problem, init, seeds, firstSeed } = experiment;
  const layout = layoutOf(experiment);
  const { keeps } = experiment;
  /** NaN is no JSON. */
  const entropyAt = (Z: Matrix<number>): number | null => {
    const entropy = distinctEntropy(problem, classAttention(problem, layout, Z));
    return Number.isNaN(entropy) ? null : entropy;
  };
  const runs: Run[] = [];
  const diverged: Diverged[] = [];
  const breathe = breather();
  let seconds = 0;
  for (let seed = firstSeed; seed < firstSeed + seeds && !signal?.aborted; seed++) {
    const uniform = uniformStream(seed);
    const session = await trainer.start(layout, startParameters(problem, layout, init, uniform), experiment);
    try {
      const entropies: (number | null)[] = [];
      const record = (step: number, loss?: number) => {
        if (keeps?.entropies) entropies.push(entropyAt(session.read().Z));
        state?.({ seed, step, layout, loss, read: () => session.read() });
      };
      record(0);
      const begun = performance.now();
      const losses = await train(session, exampleStream(experiment, uniform), experiment.steps, {
        progress: (_, step) => progress?.(seed, step),
        signal,
        breathe,
        record,
      });
      const parameters = session.read();
      seconds += (performance.now() - begun) / 1000;
      const whole = losses.every(Number.isFinite);
      if (whole && losses.length < experiment.steps) break;
      if (!whole || !finite(parameters)) {
        diverged.push({ seed, step: losses.length, losses: losses.filter(Number.isFinite) });
        continue;
      }
      const attention = classAttention(problem, layout, parameters.Z);
      const thresholds = keeps?.recallAt ?? [];
      const recalls = recall(problem, layout, parameters.Z, thresholds);
      runs.push({
        seed,
        losses,
        distinctEntropy: entropyAt(parameters.Z),
        attention,
        spearman: frequencyCorrelation(problem, attention),
        ...(keeps?.entropies && { entropyOverDistinct: entropies }),
        ...(thresholds.length > 0 && {
          recall: thresholds.map((threshold, k) => ({ threshold, recall: recalls[k] })),
        }),
      });
    } finally {
      session.dispose();
    }
  }
  const entropies = runs.flatMap((run) => run.distinctEntropy ?? []);
  const { mean, std } = describe(entropies);
  const summary = {
    mean: entropies.length > 0 ? mean : null,
    std: entropies.length > 1 ? std : null,
  };
  return { schema: 1, problem, runs, diverged, distinctEntropy: summary, seconds };
}

/** The losses of at most `steps` steps: fewer after an abort, or when a loss is not finite, which is then the last. */
async function train(
  session: Session,
  next: () => readonly TrainingExample[],
  steps: number,
  {
    progress,
    signal,
    breathe,
    record,
  }: Pick<StepObserver, 'progress' | 'signal'> & {
    breathe: () => Promise<void>;
    record: (step: number, loss: number) => void;
  },
): Promise<number[]> {
  const losses: number[] = [];
  while (losses.length < steps && !signal?.aborted && Number.isFinite(losses.at(-1) ?? 0)) {
    losses.push(await session.step(next()));
    record(losses.length, losses[losses.length - 1]);
    progress?.(0, losses.length);
    await breathe();
  }
  return losses;
}
