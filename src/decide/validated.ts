/**
 * Enclosures of the solution of an initial value problem y' = g(u, y): a validated integrator.
 *
 * **A step from u0 to u0 + h.** x is a point, exact in the field, and r >= 0 a number with ||y(u0) - x|| <= r in the norm
 * ||e||^2 = sum_i w_i e_i^2. P is the Taylor polynomial of degree p of the solution through (u0, x); its coefficients c_k are enclosed.
 *
 *  1. *Remainder.* d(s) = P'(s) - g(u0 + s, P(s)) and its derivatives up to order p - 1 are 0 at s = 0, and P' has degree p - 1. So by Taylor's
 *     theorem with Lagrange's remainder, component by component,
 *
 *         d_i(s) = -s^p G_i,    G_i a value, for some xi in [0, s], of the coefficient of order p of g(u0 + xi + ., P(xi + .)),
 *
 *     and ||d(s)|| <= s^p D with D the largest norm in an enclosure of G over xi in [0, h]. It needs P alone, not the unknown solution: so
 *     its width does not feed on itself, as that of the derivatives of g on a box does.
 *
 *  2. *How far y is from P.* Let B be a box around {P(s) + e : 0 <= s <= h, ||e|| <= rho} on which g is defined and smooth, and mu at least
 *     the largest eigenvalue of the symmetric part of W^(1/2) J W^(-1/2) for every Jacobian J = dg/dy on [u0, u0 + h] x B (the logarithmic norm
 *     of J). While y - P has a norm of at most rho,
 *
 *         ||y - P||' <= mu ||y - P|| + ||d||,   so   ||y(u0 + s) - P(s)|| <= e^(mu s) r + e^(max(mu, 0) s) s^(p+1) D/(p + 1)
 *
 *     (Dahlquist 1958; Hairer, Norsett & Wanner I.10). If at s = h this is below rho for max(mu, 0) in place of mu, y exists on all of
 *     [u0, u0 + h] and stays within rho: where it left first, the norm would be rho and below rho. This check takes the place of Picard's and
 *     Lindelof's, that a box contains its own image; a step that fails it is made shorter.
 *
 *  3. *The next step* starts at a point x' of the enclosure of P(h), from r' = the bound at s = h + the largest ||e - x'|| in that enclosure.
 *
 * All of it is computed in intervals, and r, D, mu and rho are upper bounds. So each box that is yielded contains y at its u, for every solution
 * with y(0) in `start`. *Not* guaranteed is that the box is narrow, nor that a step is found (`EnclosureEnds`).
 *
 * Nothing wraps: a step carries a point and a ball. The ball grows by the logarithmic norm. For a gradient flow, whose Jacobian is symmetric in the
 * metric of its rates, that is the growth of the worst perturbation and no more.
 */
import { type Field, held, type IntervalField, scoped } from '../arithmetic/field.ts';
import { type Series, series } from '../arithmetic/series.ts';
import { watched } from './domain.ts';
import { logarithmicNorm, metric, upper } from './logarithmicNorm.ts';

/** g(u, y) over any field. */
export type RightHandSide = <T>(F: Field<T>, u: T, y: readonly T[]) => readonly T[];

/** y' = g(u, y), y(0) = start. */
export interface EnclosedStart<T> {
  readonly slope: RightHandSide;
  /** y(0): enclosures. */
  readonly start: readonly T[];
  /** w_i > 0 of the norm; those in which the Jacobian is most nearly symmetric are the best. */
  readonly weights: readonly number[];
  /**
   * An upper bound of the logarithmic norm of every Jacobian on a box of u and y, undefined where there is none; from enclosed Jacobians when left
   * out, which takes as many expansions of g as there are unknowns.
   */
  readonly growth?: (u: T, y: readonly T[]) => T | undefined;
}

/** y at a requested u. */
export interface Enclosed<T> {
  /** Which of the requested ones. */
  readonly index: number;
  readonly y: readonly T[];
  /** Steps so far. */
  readonly steps: number;
  /** Upper bound of ||y - x|| at the end of the step. */
  readonly radius: number;
}

/** An integration that finds no step. */
export class EnclosureEnds extends RangeError {}

/** What a test breaks to see that the guarantee depends on it; each is the identity. */
export interface Parts {
  /** D. */
  readonly remainder: <T>(F: IntervalField<T>, D: T) => T;
  /** rho, from what it must exceed. */
  readonly tube: <T>(F: IntervalField<T>, bound: T) => T;
}
/**
 * The tube is so many times as wide as y - P would be for mu <= 0, room for as large an e^(mu h): 2, and 1024 where that is still narrow, so that
 * mu is hardly larger on it.
 */
const [ROOM, NARROW, MORE_ROOM] = [2, 1e-6, 1024];
const WHOLE: Parts = {
  remainder: (_, D) => D,
  tube: (F, bound) => F.mul(F.of(F.toNumber(bound) < NARROW ? MORE_ROOM : ROOM), bound),
};

export interface EncloseOptions {
  /** p; by default so many as the digits to which a step is exact. */
  readonly order?: number;
  /** The part of the digits of the field to which a step is exact; the rest is for rounding. 0.75 by default. */
  readonly accuracy?: number;
  /** Most steps; 5000 by default. */
  readonly steps?: number;
  readonly parts?: Parts;
}

/**
 * p. Of a step of theta times the radius of convergence the error is about theta^p, its cost p^2: per length of u, p^2/theta is least at
 * theta = e^-2, p = 1.15 digits for that many digits. Fewer cost less still while g is expensive to expand: p = digits.
 */
const orderFor = (digits: number): number => Math.ceil(digits);
const ACCURACY = 0.75;

/** Most steps of one integration, and the shortest, relative to its end: where steps become shorter, the solution has none. */
const [MOST_STEPS, SHORTEST] = [5000, 1e-10];
/** Parts of a step on which Jacobians are enclosed: a power of 2, so that the parts of a step of 24 bits are exact. */
const PIECES = 4;
/** A requested u this close to the end of a step, relative to the step, is left to the next one. */
const NEAR = 2 ** -20;

/** c0 + s (c1 + s (c2 + ..)). */
function horner<T>(F: Field<T>, c: readonly T[], s: T): T {
  let value = c[c.length - 1];
  for (let k = c.length - 2; k >= 0; k--) value = F.add(c[k], F.mul(s, value));
  return value;
}

/** Coefficients 0 .. order of the solution through (u, y), and so their enclosures where u and y are intervals. */
function expand<T>(F: Field<T>, slope: RightHandSide, u: T, y: readonly T[], order: number): T[][] {
  const S = series(F);
  let g: readonly Series<T>[] = [];
  const z = y.map((first, i) => S.defined(first, (k) => F.div(g[i].at(k - 1), F.of(k))));
  g = slope(S, S.from([u, F.of(1)]), z);
  const c: T[][] = z.map(() => []);
  for (let k = 0; k <= order; k++) for (const [i, x] of z.entries()) c[i].push(x.at(k));
  return c;
}

/** dg/dy on a box: column j from the derivative in the direction of y_j. */
function jacobian<T>(F: Field<T>, slope: RightHandSide, u: T, y: readonly T[]): T[][] {
  const S = series(F);
  const columns = y.map((_, j) =>
    slope(
      S,
      S.from([u]),
      y.map((x, i) => (i === j ? S.from([x, F.of(1)]) : S.from([x]))),
    ).map((g) => g.at(1)),
  );
  return y.map((_, i) => columns.map((column) => column[i]));
}

/** The coefficients of P(xi + .): P_k = sum_j binomial(j, k) c_j xi^(j-k). */
function shifted<T>(F: Field<T>, c: readonly T[], xi: T): T[] {
  const row = [...c];
  // Horner's scheme, once per coefficient (Shaw & Traub): row[k] becomes P_k.
  for (let k = 0; k < row.length; k++)
    for (let j = row.length - 2; j >= k; j--) row[j] = F.add(row[j], F.mul(xi, row[j + 1]));
  return row;
}

/** A step that is proved: ||y(u0 + s) - P(s)|| <= `within` on [0, h], and <= `end` at h. */
interface Step<T> {
  readonly within: T;
  readonly end: T;
}

/** h^(p+1) D/(p + 1), what the step adds to the error (Infinity where it is not known), and the step where it is proved. */
interface Attempt<T> {
  readonly lost: number;
  readonly step?: Step<T>;
}

/** Steps 1 and 2 for this h, if it adds at most `allowed`. */
function prove<T>(
  F: IntervalField<T>,
  { slope, weights, growth: growthOn }: EnclosedStart<T>,
  { u, c, r }: { u: T; c: readonly (readonly T[])[]; r: T },
  h: number,
  { allowed, parts }: { allowed: number; parts: Parts },
): Attempt<T> {
  const { roots, ball, norm } = metric(F, weights);
  const G = watched(F);
  const order = c[0].length - 1;
  const range = F.between(0, h);
  const clock = F.add(u, range);
  const P = c.map((row) => shifted(F, row, range));
  const [top, defined] = G.watch(() => {
    const S = series(G);
    const g = slope(S, S.from([clock, G.of(1)]), P.map(S.from));
    return g.map((x) => x.at(order));
  });
  if (!defined) return { lost: Infinity };
  const D = parts.remainder(F, norm(top));
  let power = F.of(h);
  for (let k = 0; k < order; k++) power = F.mul(power, F.of(h));
  const added = upper(F, F.div(F.mul(power, D), F.of(order + 1)));
  const lost = F.toNumber(added);
  if (!(lost <= allowed)) return { lost };
  const bound = upper(F, F.add(r, added));
  const rho = upper(F, parts.tube(F, bound));
  const balls = ball(rho);
  const byJacobian = (clock: T, box: readonly T[]): T | undefined => {
    const [J, smooth] = G.watch(() => jacobian(G, slope, clock, box));
    return smooth ? logarithmicNorm(F, J, roots) : undefined;
  };
  let [least, most] = [F.of(1), F.of(1)];
  for (let k = 0; k < PIECES; k++) {
    const s = F.between((h * k) / PIECES, (h * (k + 1)) / PIECES);
    const B = c.map((row, i) => F.add(horner(F, row, s), balls[i]));
    const mu = growthOn ? growthOn(F.add(u, s), B) : byJacobian(F.add(u, s), B);
    if (mu === undefined) return { lost };
    const growth = F.exp(F.mul(mu, F.div(F.of(h), F.of(PIECES))));
    least = F.mul(least, growth);
    if (F.sign(mu) !== -1) most = F.mul(most, growth);
  }
  const within = upper(F, F.mul(most, bound));
  // Where rho is 0, y = P.
  if (F.sign(F.sub(rho, within)) !== 1 && F.sign(rho) !== 0) return { lost };
  return { lost, step: { within, end: upper(F, F.add(F.mul(least, r), F.mul(most, added))) } };
}

/**
 * Encloses y at the requested values of u, increasing and positive: thin intervals of the scope that calls.
 * @throws EnclosureEnds where no step is proved, or after so many steps
 */
export function* enclose<T>(
  F: IntervalField<T>,
  problem: EnclosedStart<T>,
  at: readonly T[],
  options: EncloseOptions = {},
): Generator<Enclosed<T>> {
  const n = problem.start.length;
  const { accuracy = ACCURACY, steps: most = MOST_STEPS, parts = WHOLE } = options;
  const { order = orderFor(accuracy * F.digits) } = options;
  const tolerance = 10 ** (-accuracy * F.digits);
  let state = held(F, [F.of(0), ...recentred(F, problem, problem.start)]);
  let [index, caution] = [0, 1];
  for (let steps = 1; index < at.length; steps++) {
    const done = scoped(F, () => {
      const [u, r, ...x] = state();
      const left = F.toNumber(F.sub(at[at.length - 1], u));
      const c = expand(F, problem.slope, u, x, order);
      const { norm } = metric(F, problem.weights);
      // A norm of 0 may be the double -0.
      const size = (k: number) => Math.abs(F.toNumber(norm(c.map((row) => row[k]))));
      const scale = tolerance * (1 + size(0));
      const natural = Math.min(...[order - 1, order].map((k) => (scale / size(k)) ** (1 / k)));
      const allowed = 10 * scale;
      const attempt = (asked: number) => {
        const close = (t: T) => Math.abs(F.toNumber(F.sub(t, u)) / asked - 1) < NEAR;
        const h = Math.fround(at.slice(index).some(close) ? asked * (1 - 4 * NEAR) : asked);
        return { h, ...prove(F, problem, { u, c, r }, h, { allowed, parts }) };
      };
      let { h, lost, step } = attempt(Math.min(caution * natural, left * (1 + 4 * NEAR)));
      const least = SHORTEST * (F.toNumber(u) + left);
      while (!step && h > least) {
        const factor = lost <= allowed ? 0.5 : Math.max(0.3, 0.9 * (allowed / lost) ** (1 / (order + 1)));
        caution *= factor;
        ({ h, lost, step } = attempt(h * factor));
      }
      if (!step || steps > most)
        throw new EnclosureEnds(
          `no ${step ? 'end' : 'step'} after ${steps} steps, at u = ${F.toNumber(u)} with ${F.digits} digits: radius ${F.toNumber(r)}`,
        );
      const { within, end } = step;
      const balls = metric(F, problem.weights).ball(within);
      const found: T[] = [];
      let next = index;
      for (; next < at.length; next++) {
        const s = F.sub(at[next], u);
        if (F.sign(F.sub(F.of(h), s)) !== 1) break;
        if (F.sign(s) !== 1)
          throw new EnclosureEnds(`expected increasing u, got one at or before ${F.toNumber(u)}`);
        found.push(...c.map((row, i) => F.add(horner(F, row, s), balls[i])));
      }
      const reached = c.map((row) => horner(F, row, F.of(h)));
      const [extra, ...point] = recentred(F, problem, reached);
      const grown = upper(F, F.add(end, extra));
      caution *= Math.min(1.25, 0.9 * (allowed / lost) ** (1 / (order + 1)));
      return {
        next,
        state: held(F, [F.add(u, F.of(h)), grown, ...point]),
        found: held(F, found),
        radius: F.toNumber(grown),
      };
    });
    state = done.state;
    const found = done.found();
    for (let k = 0; index < done.next; k++, index++)
      yield { index, y: found.slice(k * n, (k + 1) * n), steps, radius: done.radius };
  }
}

/** [radius, point]: a point of the box, and an upper bound of the norm of its distance from any other. */
function recentred<T>(F: IntervalField<T>, { weights }: EnclosedStart<T>, box: readonly T[]): T[] {
  const point = box.map((b) => F.lower(b));
  return [metric(F, weights).norm(box.map((b, i) => F.sub(b, point[i]))), ...point];
}
