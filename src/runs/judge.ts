/** Judges a recorded run: the four claims as the atlas checks them in ordinary training, and every token. */
import { float64 } from '../arithmetic/float64.ts';
import { atlasChecks } from '../atlas/checks.ts';
import type { ObservedRun } from '../atlas/training.ts';
import { kinds } from '../claims/tokens.ts';
import { predictedFates } from '../explain/predict.ts';
import { type Motion, motionAt } from '../ladder/rung.ts';
import { reducedLayout } from '../model/layout.ts';
import type { Matrix } from '../model/transformer.ts';
import { compareRun, type JudgeWatch } from './compare.ts';
import { coursesOf, onsetOf } from './course.ts';
import { constantSince, freezeCauses } from './freeze.ts';
import type { ClassVerdict, RunJudgement, RunVerdict, TokenVerdict } from './judgement.ts';
import { type RecordedRun, UNITS } from './run.ts';

/** Seeds of the sampled reference: with the run a hundred, so that a departure is a false alarm in one run of a hundred. */
export const DEFAULT_SEEDS = 99;
/** A speed below the largest over this is frozen, as in the claim `snap`. */
const SLOWER = 10;

/** Only whether rates are there is read: where they are, a token that did not move is not asked. */
const SOME_RATES = { etaY: 1, etaZ: 1, momentum: 0 };

/**
 * What the updates between two states add to Z, where it is more than their rounding: each of N updates rounds z once, by at most u |z|,
 * so that a change of at most N u max |z| has no sign.
 */
export function changes(run: RecordedRun, from: number, to: number): Matrix<number> {
  const updates = run.steps[to] - run.steps[from];
  return run.Z[to].map((row, m) =>
    row.map((z, l) => {
      const before = run.Z[from][m][l];
      const bound = updates * UNITS[run.type] * Math.max(Math.abs(z), Math.abs(before));
      return Math.abs(z - before) > bound ? z - before : 0;
    }),
  );
}

/** The motions between recorded states, per step, and the net motion. */
function motionsOf(run: RecordedRun): ObservedRun {
  const { problem, steps } = run;
  const layout = reducedLayout(problem);
  const motion = (from: number, dZ: Matrix<number>, time: number): Motion<number> =>
    motionAt(float64, { problem, layout, time, rates: SOME_RATES, Z: run.Z[from], dZ });
  const last = steps.length - 1;
  return {
    steps: steps.slice(1).map((t, i) => {
      const dZ = run.Z[i + 1].map((row, m) => row.map((z, l) => (z - run.Z[i][m][l]) / (t - steps[i])));
      return motion(i, dZ, steps[i]);
    }),
    net: [motion(0, changes(run, 0, last), 0)],
  };
}

const greatest = (m: Matrix<number>): number =>
  m.reduce((most, row) => row.reduce((a, x) => Math.max(a, Math.abs(x)), most), 0);

/** The step after which every speed is below a tenth of the largest, and the last speed over the largest. */
function slowing(motions: readonly Motion<number>[], steps: readonly number[]) {
  const speeds = motions.map(({ dZ }) => greatest(dZ));
  // Not Math.max(...speeds): a record may have more states than a call takes arguments.
  const peak = speeds.reduce((most, v) => Math.max(most, v), 0);
  if (peak === 0) return { frozenFrom: null, speedAtEnd: null };
  const fast = speeds.findLastIndex((v) => v >= peak / SLOWER);
  return {
    frozenFrom: fast === speeds.length - 1 ? null : steps[fast + 1],
    speedAtEnd: speeds[speeds.length - 1] / peak,
  };
}

/** The four claims over a whole run. */
export function claimsOf(motions: ObservedRun): RunVerdict[] {
  return atlasChecks.map(({ claim, net, whole, margins }) => {
    const checked = [...margins(motions, whole === undefined ? 'net' : 'whole')];
    const failed = checked.filter(({ value }) => !(value > 0)).map(({ name }) => name);
    const idle =
      checked.length === 0 || (claim === 'snap' && motions.steps.every(({ dZ }) => greatest(dZ) === 0));
    const outcome = idle ? 'idle' : failed.length > 0 ? 'fails' : 'holds';
    return { claim, asks: whole ?? net, outcome, checked: checked.length, failed };
  });
}

/**
 * Judges a run: each claim over the whole run, each token, what the theory predicts at its start, and what our trainer does from
 * there. An abort ends our training, and nothing else: all that is read off the record is decided.
 * @param seeds of the sampled reference; 0 leaves it out
 */
export async function judgeRun(
  run: RecordedRun,
  { seeds = DEFAULT_SEEDS, ...watch }: JudgeWatch & { readonly seeds?: number } = {},
): Promise<RunJudgement> {
  const { problem, steps, Z, type, rates = {} } = run;
  const layout = reducedLayout(problem);
  const motions = motionsOf(run);
  const [{ dZ: net }] = motions.net;
  const { distinct, common } = kinds(problem, layout);
  const last = Z.length - 1;
  const cause = freezeCauses(run);
  const [rowOf, placeOf] = [layout.queries, layout.tokens].map((ids) => new Map(ids.map((id, i) => [id, i])));
  const tokens = predictedFates(problem, Z[0]).map(({ token, query, predicted }): TokenVerdict => {
    const [m, l] = [rowOf.get(query)!, placeOf.get(token)!];
    const since = constantSince(run, m, l);
    const moved = net[m][l];
    return {
      ...{ query, token, predicted },
      kind: common.includes(l) ? 'common' : 'distinct',
      change: Z[last][m][l] - Z[0][m][l],
      fate: moved > 0 ? 'gains' : moved < 0 ? 'loses' : 'stays',
      constantFrom: since === null ? null : steps[since],
      freeze: since === null ? null : cause(m, l),
    };
  });
  const classes = coursesOf(run).map(({ next, query, states }, n): ClassVerdict => {
    const { row, support } = layout.classes[n];
    const P = (l: number) => problem.classes[n].probabilities[support.indexOf(l)];
    const [start, end] = [states[0], states[last]];
    const ends = (a: number | null, b: number | null) =>
      a === null || b === null ? null : ([a, b] as const);
    const moved = distinct[n].filter((l) => net[row][l] !== 0);
    return {
      ...{ next, query },
      outOfOrder: moved.flatMap((l) =>
        moved
          .filter((k) => P(l) > P(k) && !(net[row][l] > net[row][k]))
          .map((k) => [layout.tokens[l], layout.tokens[k]] as const),
      ),
      effective: [start.effective, end.effective],
      effectiveDistinct: ends(start.effectiveDistinct, end.effectiveDistinct),
      entropy: ends(start.entropy, end.entropy),
      chi: end.chi !== null && Number.isFinite(end.chi) ? end.chi : null,
    };
  });
  const { interrupted, ...comparison } = await compareRun(run, seeds, watch);
  return {
    schema: 1,
    vocabulary: problem.vocabulary,
    type,
    steps: { recorded: steps.length, first: steps[0], last: steps[last] },
    rates,
    claims: claimsOf(motions),
    ...slowing(motions.steps, steps),
    onset: onsetOf(problem, rates),
    ...{ classes, tokens },
    ...{ comparison, interrupted },
  };
}
