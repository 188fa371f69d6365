import { type Field, type IntervalField, ratio } from '../arithmetic/field.ts';

/**
 * The decoder's clock (Lemma 6), in closed form through x = M h:
 *
 *     e^x + (M - 1) x = M etaY t / K + 1
 *     gamma  = (M-1)^2 h / (M - 1 + e^x)                    speed of attention, Theorem 1
 *     Gamma  = etaZ int_0^t gamma = (etaZ/etaY) K ((M-1)/M)^2 x^2 / 2
 *     rho    = (e^x + (M-1) x - 1) / (M - 1 + e^x)          = dx / d ln t
 */
export interface Clock {
  readonly vocabulary: number;
  readonly classes: number;
  readonly etaY: number;
  readonly etaZ: number;
}

/** V(x) = e^x + (M - 1) x - 1, the left-hand side of Lemma 6: V(x(t)) = M etaY t / K. Convex, with V' >= M on x >= 0. */
export const lapse = <T>(F: Field<T>, vocabulary: number, x: T): T =>
  F.sub(F.add(F.exp(x), F.mul(F.of(vocabulary - 1), x)), F.of(1));

/** V'(x) = M - 1 + e^x. */
export const lapseSlope = <T>(F: Field<T>, vocabulary: number, x: T): T =>
  F.add(F.of(vocabulary - 1), F.exp(x));

/** t at clock reading x = M h. */
export const timeAt = <T>(F: Field<T>, { vocabulary: M, classes: K, etaY }: Clock, x: T): T =>
  F.div(F.mul(F.of(K), lapse(F, M, x)), F.mul(F.of(M), F.of(etaY)));

/** gamma at clock reading x = M h. */
export function gammaAt<T>(F: Field<T>, { vocabulary: M }: Clock, x: T): T {
  const scale = F.div(F.mul(F.of(M - 1), F.of(M - 1)), F.of(M));
  return F.div(F.mul(scale, x), F.add(F.of(M - 1), F.exp(x)));
}

/** Gamma at clock reading x = M h. */
export function GammaAt<T>(F: Field<T>, { vocabulary: M, classes: K, etaY, etaZ }: Clock, x: T): T {
  const base = F.mul(ratio(F, M - 1, M), x);
  return F.mul(F.div(F.mul(F.of(etaZ), F.of(K)), F.mul(F.of(2), F.of(etaY))), F.mul(base, base));
}

/** dx / d ln t; it is 1 as t -> 0, at most 2 past t0 (where e^x >= (M-1) x, Lemma 9), and 1 in the end. */
export function rhoAt<T>(F: Field<T>, vocabulary: number, x: T): T {
  const e = F.exp(x);
  const rest = F.of(vocabulary - 1);
  return F.div(F.sub(F.add(e, F.mul(rest, x)), F.of(1)), F.add(rest, e));
}

/** The clock reading x = M h at time t >= 0, by Newton's method on the convex left-hand side (float64). */
export function readingAt({ vocabulary: M, classes: K, etaY }: Clock, t: number): number {
  const target = (M * etaY * t) / K;
  // e^x - 1 <= target bounds the root from above; from there Newton's iterates decrease, since the function is convex.
  let above = Math.log1p(target);
  for (let next = -1; ; above = next) {
    next = above - (Math.expm1(above) + (M - 1) * above - target) / (Math.exp(above) + M - 1);
    if (!(next < above)) return Math.max(above, 0);
  }
}

/**
 * The clock reading x = M h(t) in the field: an enclosure in an interval field, the root to the field's precision in a
 * point field. A point p near the root is a sum of doubles, one per Newton step. Then interval Newton steps,
 * x in p - V(p)/V'(X) (mean value theorem): the first with X = all numbers, where 0 < 1/V' < 1/(M - 1), the second with the
 * enclosure of the first.
 * @param t in steps, at least 0, as from `timeAt`
 */
export function readingIn<T>(F: Field<T>, clock: Clock, t: T): T {
  const { vocabulary: M, classes: K, etaY } = clock;
  const target = F.div(F.mul(F.mul(F.of(M), F.of(etaY)), t), F.of(K));
  const rest = (x: T) => F.sub(lapse(F, M, x), target);
  let point = F.of(readingAt(clock, F.toNumber(t)));
  // A step is a double and adds at most 15 digits; the start has about 15.
  for (let gained = 15; gained < F.digits; gained += 15)
    point = F.sub(point, F.of(F.toNumber(F.div(rest(point), lapseSlope(F, M, point)))));
  const wrong = rest(point);
  const { between } = F as Partial<IntervalField<T>>;
  if (!between) return F.sub(point, F.div(wrong, lapseSlope(F, M, point)));
  const wide = F.sub(point, F.mul(wrong, F.div(between(0, 1), F.of(M - 1))));
  return F.sub(point, F.div(wrong, lapseSlope(F, M, wide)));
}

/**
 * The discrete clock of one class, x*(s) = M h*(s) for s = 0, 1, 2, ..: x*(s) = x*(s-1) + M etaY / (M - 1 + exp x*(s-1))
 * (Lemma 5, Eq. 33).
 */
export function* discreteReadings<T>(
  F: Field<T>,
  { vocabulary: M, etaY }: Pick<Clock, 'vocabulary' | 'etaY'>,
): Generator<T, never> {
  const push = F.mul(F.of(M), F.of(etaY));
  for (let x = F.of(0); ; x = F.add(x, F.div(push, lapseSlope(F, M, x)))) yield x;
}

/** x*(s) for s = 0 .. steps. */
export function discreteReadingsTo<T>(
  F: Field<T>,
  clock: Pick<Clock, 'vocabulary' | 'etaY'>,
  steps: number,
): T[] {
  const all: T[] = [];
  for (const x of discreteReadings(F, clock)) {
    all.push(x);
    if (all.length > steps) break;
  }
  return all;
}

/**
 * x1 = (1 + w1) ln M, the greater root of e^x = (M-1) x (Lemma 8), by Newton's method from above (float64). For M < 4
 * there is no root, since e^x > (M-1) x everywhere, and the result is 0.
 */
export function crossing(vocabulary: number): number {
  const rest = vocabulary - 1;
  if (rest < Math.E) return 0;
  // x1 = ln(M-1) + ln x1 <= 2 ln(M-1) + 1; above x1 the convex e^x - (M-1) x is positive, and Newton's iterates decrease.
  let above = Math.log(rest) + Math.log(2 * Math.log(rest) + 1);
  for (let next = -1; ; above = next) {
    next = above - (Math.exp(above) - rest * above) / (Math.exp(above) - rest);
    if (!(next < above)) return above;
  }
}

/** A double above tau = 2(1+w1) ln M, the start of Lemma 9's second stage: 2 x1 (1 + 1e-9), which covers the rounding. */
export const lateFrom = (vocabulary: number): number => 2 * crossing(vocabulary) * (1 + 1e-9);

/** t0 = 2 (1 + w1) K ln M / etaY, in steps: the onset of the snap (Lemma 9, Theorem 4). */
export const onset = ({
  vocabulary,
  classes,
  etaY,
}: Pick<Clock, 'vocabulary' | 'classes' | 'etaY'>): number => (classes * lateFrom(vocabulary)) / etaY;

/** The steps of a whole run: four times the onset, so that the last octave t -> 2t with t a power of two begins after it. */
export const wholeRun = (clock: Pick<Clock, 'vocabulary' | 'classes' | 'etaY'>): number =>
  Math.ceil(4 * onset(clock));
