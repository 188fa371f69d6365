/** Steps from any states, and their judgement by the derived bounds. */
import fc from 'fast-check';
import { float64 } from '../../src/arithmetic/float64.ts';
import { type Arbitrary, commonsContent, dress, singleCommonContent } from '../../src/generators/problems.ts';
import { sequenceLength } from '../../src/generators/states.ts';
import type { Roundoff } from '../../src/kernels/judging/roundoff.ts';
import { fullLayout, type Layout, reducedLayout, supportLayout } from '../../src/model/layout.ts';
import { classWeights, type Problem, probabilities } from '../../src/model/problem.ts';
import { batches } from '../../src/model/sampling.ts';
import type { Rates } from '../../src/model/training.ts';
import type { Parameters } from '../../src/model/transformer.ts';
import { type Uniform, uniformStream } from '../../src/model/uniform.ts';
import { examplesOf } from '../../src/trainers/experiment.ts';
import { fastTrainer } from '../../src/trainers/fast.ts';
import { float32Trainer } from '../../src/trainers/float32.ts';
import { float64Trainer } from '../../src/trainers/float64.ts';
import type { Session, Trainer, TrainingExample } from '../../src/trainers/trainer.ts';
import { type Defect, defects, worst } from './defects.ts';
import { type DoubleState, exactStep } from './exactStep.ts';
import { float32Autodiff, float32Sums, float64Sums, stepBounds } from './stepBounds.ts';

export const judged: readonly { trainer: Trainer; arithmetic: Roundoff }[] = [
  { trainer: float64Trainer, arithmetic: float64Sums },
  { trainer: float32Trainer, arithmetic: float32Sums },
  { trainer: fastTrainer('cpu'), arithmetic: float32Autodiff },
  { trainer: fastTrainer('wasm'), arithmetic: float32Autodiff },
];

/** Problems small enough for fifty digits, with every kind of content and any ids. */
export const smallProblem: Arbitrary<Problem> = dress(
  fc.oneof(singleCommonContent(4, 4), commonsContent(4, 4, 3)),
  { extra: 10 },
);

export type LayoutName = 'full' | 'support' | 'reduced';
export const layouts = { full: fullLayout, support: supportLayout, reduced: reducedLayout };

export interface TrainingWorld {
  readonly problem: Problem;
  readonly layout: LayoutName;
  readonly rates: Rates;
  /** Sizes of the random entries and a common offset of each matrix. */
  readonly start: {
    readonly sizeY: number;
    readonly sizeZ: number;
    readonly offsetY: number;
    readonly offsetZ: number;
  };
  /** Sequences per step; 0 for the limit T -> inf, with every class once. */
  readonly batch: number;
  readonly length: number;
  readonly steps: number;
  readonly seed: number;
}

const size = fc.constantFrom(0, 0.1, 1, 5, 20, 80, 300);
const offset = fc.constantFrom(0, 0, 0, 120, -120, 1000, -1000);

/** Rounds to single precision, so that every trainer starts from the same numbers. */
const single = (x: number) => Math.fround(x);

export const trainingWorld = (steps: number, sizes = size, offsets = offset): Arbitrary<TrainingWorld> =>
  fc.record({
    problem: smallProblem,
    layout: fc.constantFrom<LayoutName>('reduced', 'support', 'full'),
    rates: fc.record({
      etaY: fc.constantFrom(1, 0.1, 0.3, 5),
      etaZ: fc.constantFrom(1, 0.1, 0.7, 3),
      momentum: fc.constantFrom(0, 0.9, 0.5),
    }),
    start: fc.record({ sizeY: sizes, sizeZ: sizes, offsetY: offsets, offsetZ: offsets }),
    batch: fc.integer({ min: 0, max: 5 }),
    length: sequenceLength(),
    steps: fc.integer({ min: 1, max: steps }),
    seed: fc.nat(),
  });

/** Random entries; also in the reduced layout, since the step in a layout is exact for any start. */
export function startOf({ start, seed }: TrainingWorld, layout: Layout): Parameters<number> {
  const uniform: Uniform = uniformStream(seed ^ 0x5eed);
  const matrix = (rows: number, columns: number, spread: number, shift: number) =>
    Array.from({ length: rows }, () =>
      Array.from({ length: columns }, () => single(shift + spread * (2 * uniform() - 1))),
    );
  const [S, N, Q] = [layout.tokens.length, layout.columns.length, layout.queries.length];
  return { Y: matrix(S, N, start.sizeY, start.offsetY), Z: matrix(Q, S, start.sizeZ, start.offsetZ) };
}

/** Every class once, by weight, in the limit T -> inf. */
export const populationExamples = (problem: Problem): TrainingExample[] => {
  const weights = classWeights(float64, problem);
  return problem.classes.map((c, cls) => ({ cls, mass: probabilities(float64, c), weight: weights[cls] }));
};

export function examplesIn({ problem, batch, length, seed }: TrainingWorld): () => TrainingExample[] {
  if (batch === 0) return () => populationExamples(problem);
  const stream = batches(problem, batch, length, uniformStream(seed));
  return () => examplesOf(stream.next().value);
}

const stateOf = (session: Session): DoubleState => {
  const [{ Y, Z }, velocity] = [session.read(), session.readVelocity()];
  return { Y, Z, velocityY: velocity.Y, velocityZ: velocity.Z };
};

export interface JudgedStep {
  readonly step: number;
  readonly defects: readonly Defect[];
  readonly after: DoubleState;
}

/** Takes the world's steps and judges each against the exact step from the trainer's state before it. */
export async function* judgedSteps(
  trainer: Trainer,
  arithmetic: Roundoff,
  world: TrainingWorld,
): AsyncGenerator<JudgedStep> {
  const layout = layouts[world.layout](world.problem);
  const next = examplesIn(world);
  const session = await trainer.start(layout, startOf(world, layout), world.rates);
  try {
    for (let step = 0; step < world.steps; step++) {
      const examples = next();
      const before = stateOf(session);
      const loss = await session.step(examples);
      const exact = exactStep(layout, before, examples, world.rates);
      const bounds = stepBounds(layout, exact, world.rates, arithmetic);
      const after = stateOf(session);
      yield { step, defects: defects(exact, bounds, loss, after), after };
    }
  } finally {
    session.dispose();
  }
}

/** The element with the largest error/bound over all steps; a text where it exceeds its bound. */
export async function worstOf(trainer: Trainer, arithmetic: Roundoff, world: TrainingWorld) {
  let most: Defect & { step: number } = {
    step: 0,
    where: '-',
    got: 0,
    exact: 0,
    error: 0,
    bound: 0,
    ratio: 0,
  };
  for await (const { step, defects } of judgedSteps(trainer, arithmetic, world)) {
    const here = worst(defects);
    if (!(here.ratio <= most.ratio)) most = { ...here, step };
  }
  return most;
}

export const words = (
  trainer: Trainer,
  { step, where, got, exact, error, bound, ratio }: Defect & { step: number },
) =>
  `${trainer.name}, step ${step}, ${where}: got ${got}, exact ${exact}, error ${error} = ${ratio} x bound ${bound}`;
