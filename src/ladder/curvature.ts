/** Bounds of the curvature of the objective: how fast two trainings can part. */
import { dot, greatest, type IntervalField, sum } from '../arithmetic/field.ts';
import { float64Intervals as B, type Float64Interval } from '../arithmetic/float64Interval.ts';
import { upper } from '../decide/logarithmicNorm.ts';
import type { Layout } from '../model/layout.ts';
import type { Rates } from '../model/training.ts';
import { type Example, forward, type Parameters, project } from '../model/transformer.ts';

/** Upper bounds of the largest eigenvalue of D H and of the largest of -D H; neither is below 0. */
export interface Curvature<T> {
  readonly above: T;
  readonly below: T;
}

/** `toNumber` rounds to the digits of the field, at least 14, and to a double. */
const NEAR = 1e-13;

/** The interval of doubles around an enclosure. */
export function inDoubles<T>(F: IntervalField<T>, x: T): Float64Interval {
  const [low, high] = [F.lower(x), upper(F, x)].map(F.toNumber);
  const slack = (end: number) => Math.abs(end) * NEAR + Number.MIN_VALUE;
  return B.between(low - slack(low), high + slack(high));
}

/** Most examples whose residuals are compared in pairs; of more, each pair is taken as parallel. */
const MOST_PAIRS = 40;

const bounded = <T>(F: IntervalField<T>, x: T): boolean => Number.isFinite(F.toNumber(upper(F, x)));
/** The largest upper end, and 0: a point. Unbounded where a value is. */
const largest = <T>(F: IntervalField<T>, values: readonly T[]): T =>
  values.find((x) => !bounded(F, x)) ?? greatest(F, [F.of(0), ...values.map((x) => upper(F, x))]);
/** An upper bound of |x|. */
const modulus = <T>(F: IntervalField<T>, x: T): T => largest(F, [x, F.neg(x)]);
/** The smaller of two upper bounds. */
const smaller = <T>(F: IntervalField<T>, a: T, b: T): T => {
  if (!bounded(F, a) || !bounded(F, b)) return bounded(F, a) ? a : b;
  return F.neg(
    greatest(
      F,
      [a, b].map((x) => F.neg(upper(F, x))),
    ),
  );
};
/** The largest eigenvalue of [[0, c], [c, t]]. */
const coupled = <T>(F: IntervalField<T>, c: T, t: T): T => {
  const root = F.sqrt(F.add(F.mul(t, t), F.mul(F.of(4), F.mul(c, c))));
  return F.div(F.add(t, root), F.of(2));
};

/** What the bounds need of one example; names as in `curvature`. */
function local<T>(F: IntervalField<T>, layout: Layout, state: Parameters<T>, example: Example<T>) {
  const { support, target, row } = layout.classes[example.cls];
  const { multiplicity } = layout;
  const { f, alpha, residual } = forward(F, layout, state, example);
  const copies = residual.map((x, j) => F.mul(F.of(multiplicity[j]), x));
  const rows = support.map((l) => state.Y[l]);
  const g = rows.map((y) => dot(F, y, copies));
  const s = F.mul(F.of(2), dot(F, f, g));
  const p = f.map((x) => F.mul(x, x));
  const h = f.map((x, i) => F.sub(F.mul(g[i], x), F.mul(s, p[i])));
  const contrasts = alpha.map((a, j) => {
    const parts =
      j === target
        ? []
        : project(
            F,
            f,
            rows.map((y) => F.sub(y[j], y[target])),
          );
    return F.mul(F.mul(F.of(multiplicity[j]), a), dot(F, parts, parts));
  });
  return {
    weight: example.weight,
    ...{ support, row, f, p, h, residual, copies },
    places: new Map(support.map((l, i) => [l, i])),
    size: F.sqrt(largest(F, [dot(F, residual, copies)])),
    v: smaller(F, largest(F, alpha), largest(F, [F.mul(F.of(2), residual[target])])),
    s: largest(F, [sum(F, contrasts)]),
  };
}
type Local<T> = ReturnType<typeof local<T>>;

/** An upper bound of sum_n c_n |u_n|^2 over |dz|^2, c_n >= 0 (1. of `curvature`). */
function variance<T>(F: IntervalField<T>, all: readonly Local<T>[], c: readonly T[]): T {
  const rows = new Map<number, Map<number, T>>();
  const totals = new Map<number, T>();
  const into = <K>(map: Map<K, T>, key: K, x: T) => map.set(key, map.has(key) ? F.add(map.get(key)!, x) : x);
  for (const [n, { row, support, p }] of all.entries()) {
    const entries = rows.get(row) ?? new Map<number, T>();
    rows.set(row, entries);
    into(totals, row, F.div(c[n], F.of(2)));
    for (const [i, l] of support.entries()) {
      const twice = F.mul(F.mul(F.of(2), p[i]), F.sub(F.of(1), p[i]));
      into(entries, l, F.mul(c[n], smaller(F, p[i], twice)));
    }
  }
  return largest(
    F,
    [...rows].map(([row, entries]) => smaller(F, largest(F, [...entries.values()]), totals.get(row)!)),
  );
}

/** An upper bound of sum_n w_n sum_l k_nl y_nl^2 over |dz|^2, k_nl >= 0 (2. of `curvature`). */
function weighted<T>(F: IntervalField<T>, all: readonly Local<T>[], k: readonly (readonly T[])[]): T {
  const quotients = all.map(({ weight, p }, n) =>
    F.mul(
      weight,
      largest(
        F,
        k[n].map((x, i) => (F.sign(x) === 0 ? x : F.div(x, p[i]))),
      ),
    ),
  );
  const rows = new Map<number, { entries: Map<number, T>; rest: T }>();
  for (const [n, { row, support, p, weight }] of all.entries()) {
    const sums = rows.get(row) ?? { entries: new Map<number, T>(), rest: F.of(0) };
    rows.set(row, sums);
    const [kk, pp] = [dot(F, k[n], k[n]), dot(F, p, p)];
    const cross = largest(F, [F.sub(F.sqrt(largest(F, [F.mul(kk, pp)])), dot(F, k[n], p))]);
    sums.rest = F.add(sums.rest, F.mul(weight, F.add(cross, F.mul(sum(F, k[n]), pp))));
    for (const [i, l] of support.entries())
      sums.entries.set(l, F.add(sums.entries.get(l) ?? F.of(0), F.mul(weight, k[n][i])));
  }
  const split = [...rows.values()].map(({ entries, rest }) => F.add(largest(F, [...entries.values()]), rest));
  return smaller(F, largest(F, split), variance(F, all, quotients));
}

/** f_n . f_k of two examples. */
function overlap<T>(F: IntervalField<T>, a: Local<T>, b: Local<T>): T {
  const [left, right]: [T[], T[]] = [[], []];
  for (const [i, l] of b.support.entries()) {
    const at = a.places.get(l);
    if (at === undefined) continue;
    left.push(a.f[at]);
    right.push(b.f[i]);
  }
  return dot(F, left, right);
}

/**
 * With the Hessian H of J = sum_n w_n (o_nt - ln sum_j m_j exp o_nj) in (Y, Z), columns j of Y standing for m_j equal ones, and D the diagonal of
 * etaY/m_j and etaZ: bounds of the eigenvalues of D H at every state of a box. D H is symmetric in the norm
 *
 *     |(dY, dZ)|^2 = sum_lj m_j dY_lj^2/etaY + sum_ml dZ_ml^2/etaZ.
 *
 * In a direction (dY, dZ), with r_n = e_n - alpha_n, g_n = Y (m r_n), p_n = f_n^2, u_n = Df_n dz, so u_nl = f_nl y_nl with y_nl = dz_l - sum_k p_nk dz_k:
 *
 *     d^2 J = sum_n w_n (-Var_alpha(do_n) + 2 <dY (m r_n), u_n> + sum_l h_nl y_nl^2),   h_nl = g_nl f_nl - 2 (f_n.g_n) p_nl.
 *
 *  1. *The coupling.* sum_n w_n <dY (m r_n), u_n> is at most |dY|_m times the root of sum_nk w_n w_k <u_n, u_k> <r_n, r_k>_m, and
 *     2 <u_n, u_k> <= |u_n|^2 + |u_k|^2: at most sum_n c_n |u_n|^2 with c_n = w_n sum_k w_k |<r_n, r_k>_m|. |u_n|^2 is the variance of dz with weights
 *     p_n: at most sum_l min(p_nl, 2 p_nl (1 - p_nl)) dz_l^2 (Gershgorin, for diag(p) - p p^T), and at most |dz|^2/2 (half of the range, squared).
 *  2. *The features' own curvature* is at most sum_l k_nl y_nl^2 with k = max(h, 0), which is at most max_l (k_nl/p_nl) |u_n|^2. And it is the form of
 *     diag(k) - k p^T - p k^T + (sum k) p p^T, where the largest eigenvalue of -(k p^T + p k^T) is |k| |p| - k.p. From below the same with -h.
 *  3. *The variance* only lowers d^2 J. do_nj = dY_j.f_n + Y_j.u_n, and the root of a variance is a norm. The first part: at most
 *     sum_n w_n v_n |dY^T f_n|^2, v_n = min(max_j alpha_nj, 2 (1 - alpha_nt)), since Var <= sum_j m_j alpha_j do_j^2 and
 *     Var <= sum_{j != t} m_j alpha_j (do_j - do_t)^2; that is |dY|_m^2 times at most the largest row sum of the Gram matrix of sqrt(w_n v_n) f_n. The second
 *     part: at most sum_n w_n s_n |u_n|^2, s_n = sum_{j != t} m_j alpha_nj |P_f (Y_j - Y_t)|^2, since f_n.u_n = 0.
 *
 * All of these bound forms, so that a sum of bounds bounds a sum. Where a box is too wide for an operation, the bounds are unbounded.
 */
export function curvature<T>(
  F: IntervalField<T>,
  layout: Layout,
  state: Parameters<T>,
  examples: readonly Example<T>[],
  { etaY, etaZ }: Pick<Rates, 'etaY' | 'etaZ'>,
): Curvature<T> {
  const all = examples.map((example) => local(F, layout, state, example));
  const pairs = all.length <= MOST_PAIRS;
  /** The largest sum over k of a symmetric function of two examples. */
  const gram = (of: (a: Local<T>, b: Local<T>) => T): T[] => {
    const sums = all.map(() => F.of(0));
    for (const [n, a] of all.entries())
      for (let k = 0; k <= n; k++) {
        const x = of(a, all[k]);
        sums[n] = F.add(sums[n], x);
        if (k < n) sums[k] = F.add(sums[k], x);
      }
    return sums;
  };
  const parallel = sum(
    F,
    all.map(({ weight, size }) => F.mul(weight, size)),
  );
  const couplings = pairs
    ? gram((a, b) => F.mul(F.mul(a.weight, b.weight), modulus(F, dot(F, a.residual, b.copies))))
    : all.map(({ weight, size }) => F.mul(F.mul(weight, size), parallel));
  const spread = all.map(({ weight, v }) => F.mul(weight, v));
  const roots = new Map(all.map((a, n) => [a, F.sqrt(spread[n])]));
  const decoder = pairs
    ? largest(
        F,
        gram((a, b) => F.mul(F.mul(roots.get(a)!, roots.get(b)!), modulus(F, overlap(F, a, b)))),
      )
    : sum(F, spread);
  const [Y, Z] = [F.of(etaY), F.of(etaZ)];
  const c = F.sqrt(F.mul(F.mul(Y, Z), variance(F, all, couplings)));
  const own = (sign: 1 | -1): T =>
    weighted(
      F,
      all,
      all.map(({ h }) => h.map((x) => largest(F, [F.mul(F.of(sign), x)]))),
    );
  const attended = variance(
    F,
    all,
    all.map(({ weight, s }) => F.mul(weight, s)),
  );
  return {
    above: coupled(F, c, F.mul(Z, own(1))),
    below: sum(F, [F.mul(Y, decoder), F.mul(Z, attended), coupled(F, c, F.mul(Z, own(-1)))]),
  };
}
