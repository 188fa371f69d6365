/** What the theory predicts of each token at a state of attention, term by term. No training. */
import { float64 } from '../arithmetic/float64.ts';
import { inverse, rowSums } from '../arithmetic/linear.ts';
import { type Shares, sharesOf } from '../claims/fate-forms.ts';
import { kinds } from '../claims/tokens.ts';
import { populationFeatures } from '../ladder/rung.ts';
import { ePrime, gram, residualEntries } from '../ladder/two-timescale.ts';
import { type Layout, reducedLayout } from '../model/layout.ts';
import type { Problem } from '../model/problem.ts';
import { zeroState } from '../model/training.ts';
import type { Matrix } from '../model/transformer.ts';
import { checkPrediction } from './explainChecks.ts';
import { whyOf } from './why.ts';

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

/** One contextual token in one row of Z: what is predicted of its logit. */
export interface Prediction {
  readonly token: number;
  readonly query: number;
  readonly kind: 'distinct' | 'common';
  /** [next, f_nl] of every class that uses the token, for all queries. */
  readonly phi: readonly (readonly [number, number])[];
  /** Null if the f_n are linearly dependent. */
  readonly form: Form | null;
  readonly predicted: 'gains' | 'loses' | 'stays' | 'unknown';
  readonly why: string;
}

/**
 * Relative to its terms, a sum below this has no reliable sign in float64: the inverse of I + E loses a few digits.
 * Empirical.
 */
const NOISE = 1e-12;

/** M phi, K entries: the terms of each sum in the order of phi. */
function times(M: Matrix<number>, phi: Shares<number>): Float64Array {
  const product = new Float64Array(M.length);
  M.forEach((row, n) => {
    let sum = 0;
    for (let i = 0; i < phi.length; i++) sum += row[phi[i][0]] * phi[i][1];
    product[n] = sum;
  });
  return product;
}

/** phi^T x */
const along = (phi: Shares<number>, x: ArrayLike<number>): number =>
  phi.reduce((sum, [n, y]) => sum + y * x[n], 0);

/** The entries of phi by the row of their class. */
function byRow(layout: Layout, phi: Shares<number>): Map<number, (readonly [number, number])[]> {
  const rows = new Map<number, (readonly [number, number])[]>();
  for (const entry of phi) {
    const { row } = layout.classes[entry[0]];
    const own = rows.get(row);
    if (own) own.push(entry);
    else rows.set(row, [entry]);
  }
  return rows;
}

/**
 * The forms of one token in every row that uses it: E' phi and A phi are computed once for all rows, so that a token of
 * k classes takes 2 K k multiplications.
 */
function formsOf(
  layout: Layout,
  vocabulary: number,
  A: Matrix<number>,
): (phi: Shares<number>) => [row: number, form: Form | null][] {
  const prime = ePrime(float64, A);
  const sums = rowSums(float64, A);
  const { q1 } = residualEntries(float64, vocabulary);
  return (phi) => {
    const [primed, solved, all] = [times(prime, phi), times(A, phi), along(phi, sums)];
    return [...byRow(layout, phi)].map(([row, mine]) => {
      const own = mine.reduce((sum, [n, x]) => sum - x * x * prime[n][n], 0);
      // With a single class there are no pairs; the difference would be a rounding error.
      const limit = phi.length === 1 ? own : -along(mine, primed);
      const R = along(mine, solved) - mine.reduce((sum, [, x]) => sum + x, 0) * all;
      const value = q1 * (limit + R / (vocabulary - 1));
      const finite = [own, limit, value].every(Number.isFinite);
      return [row, finite ? { own, shared: limit - own, limit, value } : null];
    });
  };
}

function signOf(form: Form | null, size: number): Prediction['predicted'] {
  if (!form) return 'unknown';
  if (Math.abs(form.value) <= NOISE * size) return 'stays';
  return form.value > 0 ? 'gains' : 'loses';
}

/**
 * The predicted fate of every token in every row of Z that contains it (claim `fate`, two-timescale), by rising query and
 * token. No training; O(K^3 + sum of K |phi_l|) operations in float64.
 * @param Z queries x tokens of the reduced layout; zero when left out
 * @throws BadInput with all faults of the problem and of Z
 */
export function predictedFates(problem: Problem, Z?: Matrix<number>): Prediction[] {
  checkPrediction({ problem, Z });
  const F = float64;
  const layout = reducedLayout(problem);
  const f = populationFeatures(F, problem, layout, Z ?? zeroState(F, layout).Z);
  const forms = formsOf(layout, problem.vocabulary, inverse(F, gram(F, layout, f)));
  const common = new Set(kinds(problem, layout).common);
  const phis = sharesOf(layout, f);
  const pair = problem.classes.length === 2 && layout.queries.length === 1;
  const cosine = pair
    ? phis.reduce((sum, phi) => sum + (phi.length === 2 ? phi[0][1] * phi[1][1] : 0), 0)
    : null;
  const rows: Prediction[][] = layout.queries.map(() => []);
  layout.tokens.forEach((token, l) => {
    const phi = phis[l].map(([n, x]) => [problem.classes[n].next, x] as const);
    const kind = common.has(l) ? 'common' : 'distinct';
    const size = phi.reduce((sum, [, x]) => sum + x * x, 0);
    for (const [row, form] of forms(phis[l])) {
      const predicted = signOf(form, size);
      const facts = { token, query: layout.queries[row], kind, phi, form, predicted } as const;
      rows[row].push({ ...facts, why: whyOf(problem, facts, cosine) });
    }
  });
  return rows.flat();
}
