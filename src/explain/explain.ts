/** The fate of every token of one world: what the theory predicts, term by term, and what training did. */
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

export interface ExplainWorld {
  readonly problem: Problem;
  /** Z where training starts, queries x tokens of the reduced layout; zero when absent. */
  readonly Z?: Matrix<number>;
  readonly rates: Rates;
  readonly steps?: number;
}

export interface SgdOptions {
  readonly batch: number;
  readonly length: number;
  readonly seed: number;
}

export interface ExplainWatch {
  readonly signal?: AbortSignal;
  /** Called after each of the steps, of both trainings together. */
  readonly onStep?: (step: number, steps: number) => void;
}

/** The form -phi^T Pi E' phi of the claim `fate`, and its two parts. */
export interface Form {
  /** sum over classes of the query of f_nl^2 (-E'_nn): what the token gains as if each class had it alone. */
  readonly own: number;
  /** -sum over pairs of f_nl f_kl E'_nk: what sharing it costs. */
  readonly shared: number;
  /** own + shared: K z'/(etaZ gamma) as M -> inf. */
  readonly limit: number;
  /** The same at this M: q1 (limit + R/(M-1)). */
  readonly value: number;
}

/** What a training run did with a token: logits, and the sign of how they moved (0: not at all). */
export interface Course {
  readonly z: number;
  /** Over the first tenth of the steps. */
  readonly early: number;
  /** Over the second half of the steps. */
  readonly late: number;
}

export interface TokenFate {
  readonly token: number;
  readonly query: number;
  readonly kind: 'distinct' | 'common';
  /** [next, f_nl] of every class that uses the token, whatever its query. */
  readonly phi: readonly (readonly [number, number])[];
  /** Null where the f_n are linearly dependent. */
  readonly form: Form | null;
  readonly predicted: 'gains' | 'loses' | 'stays' | 'unknown';
  readonly population: Course;
  readonly sgd: Course;
  readonly why: string;
}

export interface Explanation {
  readonly schema: 1;
  readonly vocabulary: number;
  readonly classes: number;
  readonly rates: Rates;
  readonly steps: number;
  readonly sgd: SgdOptions;
  /** The forms are of uniform classes. */
  readonly uniform: boolean;
  readonly tokens: readonly TokenFate[];
}

/** A sum of terms of this size carries no sign in doubles: the inverse of I + E loses a few digits. Empirical. */
const NOISE = 1e-12;
const PAST_ONSET = 4;
const MOST_STEPS = 20_000;

/** Four times the onset t0 of the snap, at most 20,000 steps. */
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

/** Why a token has the fate that is predicted, in a sentence. */
function whyOf({ problem, kind, phi, form, predicted, cosine }: Facts): string {
  if (!form)
    return 'the attention vectors f_n are linearly dependent: the decoder has no solution to speak of.';
  const fate = (x: number) => (x > 0 ? 'gains' : x < 0 ? 'loses' : 'stays');
  const finite =
    Math.sign(form.limit) !== Math.sign(form.value) && predicted !== 'stays'
      ? ` That is for M -> inf; at M = ${problem.vocabulary} it ${fate(form.value)}.`
      : '';
  if (kind === 'distinct') {
    const [[next]] = phi;
    if (predicted === 'stays')
      return `only class ${next} uses it, and that class shares nothing with any other: nothing moves.${finite}`;
    return predicted === 'gains'
      ? `only class ${next} uses it, and it tells that class from the classes it overlaps.${finite}`
      : `only class ${next} uses it, yet xi = ${short(form.value / phi[0][1] ** 2)} < 0: the overlaps are too strong for Theorem 2 (a hub).${finite}`;
  }
  const ranked = [...phi].sort((a, b) => b[1] - a[1]);
  const [most, least] = [ranked[0], ranked[ranked.length - 1]];
  const x = most[1] / least[1];
  const times = x < 1.005 ? 'used alike by' : `used ${short(x)} times more by`;
  const classes =
    x < 1.005 ? `classes ${most[0]} and ${least[0]}` : `class ${most[0]} than by class ${least[0]}`;
  if (cosine !== null && Number.isFinite(x + 1 / x)) {
    const like = form.limit > 0 ? 'so it behaves like a distinct one' : 'so it loses as a common one';
    return `${times} ${classes}: x + 1/x = ${short(x + 1 / x)} ${form.limit > 0 ? '>' : '<='} 2/(f1.f2) = ${short(2 / cosine)}, ${like}.${finite}`;
  }
  const verdict = `what it tells of its classes (${short(form.own)}) ${form.limit > 0 ? 'outweighs' : 'does not outweigh'} what sharing it costs (${short(-form.shared)})`;
  return `${times} ${classes}: ${verdict}, so it ${form.limit > 0 ? 'behaves like a distinct one' : 'loses as a common one'}.${finite}`;
}

/**
 * Explains every token in every row of Z that can move it.
 * @throws BadInput with every fault of the world (an invalid problem, Z of another shape ..) and of the options of sgd; the
 *   signal's reason when it is aborted
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
    // Of one class alone the pairs are none; the difference would be rounding.
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
