/** Explains each token of a world: the theory's prediction, term by term, and its course in training. */
import { float64 } from '../arithmetic/float64.ts';
import { bilinear, sharesOf, total, under } from '../claims/fate-forms.ts';
import { kinds } from '../claims/tokens.ts';
import { lateFrom } from '../ladder/clock.ts';
import { populationExamples } from '../ladder/population.ts';
import { attentionVelocity, ePrime, residualEntries } from '../ladder/two-timescale.ts';
import { type Layout, reducedLayout } from '../model/layout.ts';
import type { Problem } from '../model/problem.ts';
import { batches } from '../model/sampling.ts';
import { type Rates, zeroState } from '../model/training.ts';
import type { Matrix } from '../model/transformer.ts';
import { uniformStream } from '../model/uniform.ts';
import { breather } from '../trainers/breather.ts';
import { examplesOf } from '../trainers/experiment.ts';
import { float64Trainer } from '../trainers/float64.ts';
import type { TrainingExample } from '../trainers/trainer.ts';
import { checkExplain } from './explainChecks.ts';

/** A problem, and how it is trained. */
export interface ExplainWorld {
  readonly problem: Problem;
  /** Initial Z, queries x tokens of the reduced layout; default zero. */
  readonly Z?: Matrix<number>;
  readonly rates: Rates;
  readonly steps?: number;
}

/** Sampling of the stochastic run: sequences of a step, their length T with the query, and the seed. */
export interface SgdOptions {
  readonly batch: number;
  readonly length: number;
  readonly seed: number;
}

/** For interrupting an explanation, and for following it. */
export interface ExplainWatch {
  readonly signal?: AbortSignal;
  /** Called after each of the steps, of both trainings together. */
  readonly onStep?: (step: number, steps: number) => void;
}

/** The form -phi^T Pi E' phi of the claim `fate`, and its two parts. */
export interface Form {
  /** sum_n f_nl^2 (-E'_nn) over the query's classes: the gain if each class had the token alone. */
  readonly own: number;
  /** -sum_(n != k) f_nl f_kl E'_nk: the contribution of sharing. */
  readonly shared: number;
  /** own + shared = K z'/(etaZ gamma) as M -> inf. */
  readonly limit: number;
  /** The same quantity at this M: q1 (limit + R/(M-1)). */
  readonly value: number;
}

/** The course of a token's logit in training. `early` and `late` are signs of its change (0: no change). */
export interface Course {
  readonly z: number;
  /** Sign of the change over the first tenth of the steps. */
  readonly early: number;
  /** Sign of the change over the second half of the steps. */
  readonly late: number;
}

/** One contextual token in one row of Z: what is predicted of its logit, and what training did. */
export interface TokenFate {
  readonly token: number;
  readonly query: number;
  readonly kind: 'distinct' | 'common';
  /** [next, f_nl] of every class that uses the token, for all queries. */
  readonly phi: readonly (readonly [number, number])[];
  /** Null if the f_n are linearly dependent. */
  readonly form: Form | null;
  readonly predicted: 'gains' | 'loses' | 'stays' | 'unknown';
  readonly population: Course;
  readonly sgd: Course;
  readonly why: string;
}

/** The fates of all tokens of a world. */
export interface Explanation {
  readonly schema: 1;
  readonly vocabulary: number;
  readonly classes: number;
  readonly rates: Rates;
  readonly steps: number;
  readonly sgd: SgdOptions;
  /** Whether all classes have equal probability, as the forms assume. */
  readonly uniform: boolean;
  readonly tokens: readonly TokenFate[];
}

/**
 * Relative to its terms, a sum below this has no reliable sign in float64: the inverse of I + E loses a few digits.
 * Empirical.
 */
const NOISE = 1e-12;
const PAST_ONSET = 4;
const MOST_STEPS = 20_000;

/** Length of the training run: four times the onset t0 of the snap, at most 20,000 steps. */
const horizon = ({ problem, rates }: ExplainWorld): number =>
  Math.min(
    MOST_STEPS,
    Math.max(
      20,
      Math.ceil(
        (PAST_ONSET * problem.classes.length * lateFrom(problem.vocabulary) * (1 - rates.momentum)) /
          rates.etaY,
      ),
    ),
  );

/** Z before, after a tenth, after half and after all of the steps. */
async function course(
  layout: Layout,
  Z: Matrix<number>,
  rates: Rates,
  steps: number,
  next: () => readonly TrainingExample[],
  { signal, onStep }: { signal?: AbortSignal; onStep: (step: number) => void },
): Promise<(m: number, l: number) => Course> {
  const start = { Y: zeroState(float64, layout).Y, Z };
  const session = await float64Trainer.start(layout, start, rates);
  const marks = [Math.max(1, Math.ceil(steps / 10)), Math.floor(steps / 2), steps];
  const read = [Z, Z, Z, Z];
  const breathe = breather();
  for (let t = 1; t <= steps; t++) {
    await breathe();
    signal?.throwIfAborted();
    session.step(next());
    onStep(t);
    marks.forEach((mark, i) => {
      if (t === mark) read[i + 1] = session.read().Z;
    });
  }
  session.dispose();
  return (m, l) => ({
    z: read[3][m][l],
    early: Math.sign(read[1][m][l] - read[0][m][l]),
    late: Math.sign(read[3][m][l] - read[2][m][l]),
  });
}

const short = (x: number): string => String(Number(x.toPrecision(2)));

interface Facts {
  readonly problem: Problem;
  readonly token: number;
  readonly kind: TokenFate['kind'];
  readonly phi: TokenFate['phi'];
  readonly form: Form | null;
  readonly predicted: TokenFate['predicted'];
  /** The cosine f_1.f_2 of two classes; null when there are more or their query differs. */
  readonly cosine: number | null;
}

/** One sentence: the reason for the predicted fate of a token. */
function whyOf({ problem, kind, phi, form, predicted, cosine }: Facts): string {
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
  const times = x < 1.005 ? 'used equally by' : `used ${short(x)} times more by`;
  const classes =
    x < 1.005 ? `classes ${most[0]} and ${least[0]}` : `class ${most[0]} than by class ${least[0]}`;
  if (cosine !== null && Number.isFinite(x + 1 / x)) {
    const like = form.limit > 0 ? 'so it gains like a distinct token' : 'so it loses like a common token';
    return `${times} ${classes}: x + 1/x = ${short(x + 1 / x)} ${form.limit > 0 ? '>' : '<='} 2/(f1.f2) = ${short(2 / cosine)}, ${like}.${finite}`;
  }
  const verdict = `its gain in single classes (${short(form.own)}) ${form.limit > 0 ? 'outweighs' : 'does not outweigh'} its loss from sharing (${short(-form.shared)})`;
  return `${times} ${classes}: ${verdict}, so it ${form.limit > 0 ? 'gains like a distinct token' : 'loses like a common token'}.${finite}`;
}

/**
 * Explains every token in every row of Z that contains it.
 * @throws BadInput with all faults of the world (an invalid problem, Z of another shape, ..) and of the options of sgd;
 *   the signal's reason, after an abort
 */
export async function explain(
  world: ExplainWorld,
  sgd: SgdOptions,
  { signal, onStep }: ExplainWatch = {},
): Promise<Explanation> {
  checkExplain(world, sgd);
  const { problem, rates } = world;
  const F = float64;
  const layout = reducedLayout(problem);
  const Z = world.Z ?? zeroState(F, layout).Z;
  const steps = world.steps ?? horizon(world);
  const { f, A } = attentionVelocity(F, problem, layout, Z);
  const prime = ePrime(F, A);
  const ones = A.map((_, n) => [n, 1] as const);
  const { q1 } = residualEntries(F, problem.vocabulary);
  const { common } = kinds(problem, layout);
  const phis = sharesOf(layout, f);
  const all = populationExamples(F, problem);
  const stream = batches(problem, sgd.batch, sgd.length, uniformStream(sgd.seed));
  const from = (before: number) => ({
    signal,
    onStep: (step: number) => onStep?.(before + step, 2 * steps),
  });
  const population = await course(layout, Z, rates, steps, () => all, from(0));
  const next = () => examplesOf(stream.next().value);
  const sampled = await course(layout, Z, rates, steps, next, from(steps));
  const pair = problem.classes.length === 2 && layout.queries.length === 1;
  const cosine = pair
    ? phis.reduce((sum, phi) => sum + (phi.length === 2 ? phi[0][1] * phi[1][1] : 0), 0)
    : null;

  const formOf = (l: number, m: number): Form | null => {
    const phi = phis[l];
    const mine = under(layout, phi, m);
    const own = mine.reduce((sum, [n, x]) => sum - x * x * prime[n][n], 0);
    // With a single class there are no pairs; the difference would be a rounding error.
    const limit = phi.length === 1 ? own : -bilinear(F, mine, prime, phi);
    const R = bilinear(F, mine, A, phi) - total(F, mine) * bilinear(F, phi, A, ones);
    const value = q1 * (limit + R / (problem.vocabulary - 1));
    return [own, limit, value].every(Number.isFinite) ? { own, shared: limit - own, limit, value } : null;
  };

  const tokens = layout.queries.flatMap((query, m) =>
    layout.tokens.flatMap((token, l): TokenFate[] => {
      if (under(layout, phis[l], m).length === 0) return [];
      const phi = phis[l].map(([n, x]) => [problem.classes[n].next, x] as const);
      const kind = common.includes(l) ? 'common' : 'distinct';
      const form = formOf(l, m);
      const size = phi.reduce((sum, [, x]) => sum + x * x, 0);
      const predicted = !form
        ? 'unknown'
        : Math.abs(form.value) <= NOISE * size
          ? 'stays'
          : form.value > 0
            ? 'gains'
            : 'loses';
      const facts = { problem, token, kind, phi, form, predicted, cosine } as const;
      return [
        {
          ...{ token, query, kind, phi, form, predicted },
          population: population(m, l),
          sgd: sampled(m, l),
          why: whyOf(facts),
        },
      ];
    }),
  );
  const weights = problem.classes.map((c) => c.weight ?? 1);
  return {
    schema: 1,
    vocabulary: problem.vocabulary,
    classes: problem.classes.length,
    rates,
    steps,
    sgd,
    uniform: weights.every((w) => w === weights[0]),
    tokens,
  };
}
