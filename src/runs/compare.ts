/** What our trainer does from the same start for the same steps, and where the run departs from it. */
import { float64 } from '../arithmetic/float64.ts';
import { populationExamples } from '../ladder/population.ts';
import { classAttention } from '../model/entropy.ts';
import { type Layout, reducedLayout, supportLayout } from '../model/layout.ts';
import { batches } from '../model/sampling.ts';
import type { Matrix, Parameters } from '../model/transformer.ts';
import { uniformStream } from '../model/uniform.ts';
import { breather } from '../trainers/breather.ts';
import { examplesOf } from '../trainers/experiment.ts';
import { float64Trainer } from '../trainers/float64.ts';
import type { TrainingExample } from '../trainers/trainer.ts';
import type { Departure, RunComparison } from './judgement.ts';
import type { RecordedRates, RecordedRun } from './run.ts';

/** Most recorded states that are compared: those of a longer record are spread evenly. */
const MOST_COMPARED = 64;
/** Most steps of the reference. */
export const MOST_REFERENCE_STEPS = 1e6;

/** Attention by state, class and token of its support. */
type Course = readonly (readonly (readonly number[])[])[];

/** For following the reference, and for ending it. */
export interface JudgeWatch {
  readonly signal?: AbortSignal;
  /** Called after each training. */
  readonly onTraining?: (done: number, all: number) => void;
}

const knownRates = (rates: RecordedRates | undefined) => {
  const { etaY, etaZ, momentum, optimiser } = rates ?? {};
  return etaY === undefined || etaZ === undefined || momentum === undefined
    ? undefined
    : { etaY, etaZ, momentum, optimiser };
};

interface KnownStart {
  readonly layout: Layout;
  readonly start: Parameters<number>;
}

/**
 * The start: Y is recorded, or zero where Z starts at zero; else it is not known. Where the columns of Y that are no target start
 * equal, one stands for all of them, exactly: a large vocabulary then costs no more than its classes.
 */
function startOf({ problem, Z, Y }: RecordedRun): KnownStart | undefined {
  const reduced = reducedLayout(problem);
  const { tokens, columns } = reduced;
  if (!Y) {
    if (Z[0].some((row) => row.some((z) => z !== 0))) return undefined;
    return { layout: reduced, start: { Y: tokens.map(() => columns.map(() => 0)), Z: Z[0] } };
  }
  const targets = new Set(columns);
  const others = Y[0][0].map((_, k) => k).filter((k) => !targets.has(k));
  if (Y[0].some((row) => others.some((k) => row[k] !== row[others[0]])))
    return { layout: supportLayout(problem), start: { Y: Y[0], Z: Z[0] } };
  const merged = Y[0].map((row) => columns.map((id) => row[id === -1 ? others[0] : id]));
  return { layout: reduced, start: { Y: merged, Z: Z[0] } };
}

/** Places of the states that are compared: the first is the common start. */
function compared(states: number): number[] {
  const every = Math.max(1, (states - 1) / MOST_COMPARED);
  const places: number[] = [];
  for (let i = every; i < states - 1; i += every) places.push(Math.round(i));
  return [...places, states - 1];
}

/** The largest relative difference of `course` from `from`. */
function farthest(run: RecordedRun, places: readonly number[], course: Course, from: Course): Departure {
  let most: Departure = { difference: -1, step: 0, next: 0, token: 0 };
  for (const [s, classes] of course.entries())
    for (const [n, tokens] of classes.entries())
      for (const [i, c] of tokens.entries()) {
        const other = from[s][n][i];
        const difference = c === other ? 0 : Math.abs(c - other) / other;
        if (difference > most.difference) {
          const { next, tokens: ids } = run.problem.classes[n];
          most = { difference, step: run.steps[places[s]], next, token: ids[i] };
        }
      }
  return most;
}

/** The sum of courses, entry by entry. */
const summed = (courses: readonly Course[]): Course =>
  courses[0].map((classes, s) =>
    classes.map((tokens, n) =>
      tokens.map((_, i) => courses.reduce((sum, course) => sum + course[s][n][i], 0)),
    ),
  );

/** The mean of all courses but one, from the sum of `count`. */
const meanOfOthers = (sum: Course, course: Course, count: number): Course =>
  sum.map((classes, s) =>
    classes.map((tokens, n) => tokens.map((x, i) => (x - course[s][n][i]) / (count - 1))),
  );

/**
 * Trains from the start of the run and compares. An abort ends it with what is done by then; what is not is among the unanswered.
 * @param seeds of our sampled training
 */
export async function compareRun(
  run: RecordedRun,
  seeds: number,
  { signal, onTraining }: JudgeWatch = {},
): Promise<RunComparison & { readonly interrupted: boolean }> {
  const { problem, steps } = run;
  const rates = knownRates(run.rates);
  const known = startOf(run);
  const last = steps[steps.length - 1];
  const unanswered: string[] = [];
  if (!rates) unanswered.push('the reference: etaY, etaZ and momentum are not all known');
  if (!known) unanswered.push('the reference: Y at the start is not recorded, and Z does not start at zero');
  // Velocities are not recorded: they are 0 at the start alone.
  if (steps[0] > 0 && (rates?.momentum !== 0 || (rates?.optimiser ?? 'sgd') !== 'sgd'))
    unanswered.push(
      `the reference: the record begins at step ${steps[0]}, with velocities that are not known`,
    );
  if (last - steps[0] > MOST_REFERENCE_STEPS)
    unanswered.push(`the reference: more than ${MOST_REFERENCE_STEPS} steps`);
  if (!rates || !known || unanswered.length > 0)
    return { unanswered, population: null, sampled: null, interrupted: false };

  const { layout, start } = known;
  const places = compared(steps.length);
  const attention = (Z: Matrix<number>) => classAttention(problem, layout, Z);
  const breathe = breather();
  /** Undefined after an abort. */
  const train = async (next: () => readonly TrainingExample[]): Promise<Course | undefined> => {
    const session = await float64Trainer.start(layout, start, rates);
    const course: number[][][] = [];
    let at = steps[0];
    for (const place of places) {
      for (; at < steps[place]; at++) {
        if (signal?.aborted) return undefined;
        session.step(next());
        await breathe();
      }
      course.push(attention(session.read().Z));
    }
    session.dispose();
    return course;
  };
  const own: Course = places.map((s) => attention(run.Z[s]));
  const { batch, length } = run.rates ?? {};
  const isSampled = batch !== undefined && length !== undefined && seeds > 0;
  if (!isSampled)
    unanswered.push(
      `what sampling explains: ${seeds > 0 ? 'batch and length are not both known' : 'no seeds'}`,
    );
  const trainings = isSampled ? seeds + 1 : 1;
  const all = populationExamples(float64, problem);
  const expected = await train(() => all);
  if (!expected)
    return {
      unanswered: ['the reference: interrupted', ...unanswered],
      ...{ population: null, sampled: null, interrupted: true },
    };
  onTraining?.(1, trainings);
  const population = farthest(run, places, own, expected);
  if (!isSampled) return { unanswered, population, sampled: null, interrupted: false };
  const courses = [own];
  for (let seed = 1; seed <= seeds; seed++) {
    const stream = batches(problem, batch, length, uniformStream(seed));
    const course = await train(() => examplesOf(stream.next().value));
    if (!course)
      return {
        unanswered: [`what sampling explains: interrupted after ${seed - 1} of ${seeds} trainings`],
        ...{ population, sampled: null, interrupted: true },
      };
    courses.push(course);
    onTraining?.(seed + 1, trainings);
  }
  const sum = summed(courses);
  const far = courses.map((course) =>
    farthest(run, places, course, meanOfOthers(sum, course, courses.length)),
  );
  const atLeast = far.filter(({ difference }) => difference >= far[0].difference).length;
  const p = atLeast / courses.length;
  return {
    ...{ unanswered, population, interrupted: false },
    sampled: { seeds, departure: far[0], p, departs: atLeast === 1 },
  };
}
