import { type Field, ratio } from '../arithmetic/field.ts';
import { jets, moving } from '../arithmetic/jet.ts';
import type { Margin } from '../decide/margin.ts';
import { equal, positive } from '../decide/margin.ts';
import {
  type MomentWorld,
  momentWorld,
  type OneClassClock,
  oneClassClock,
  quickClock,
} from '../generators/decoder.ts';
import {
  type Clock,
  discreteReadings,
  lapse,
  lapseSlope,
  lateFrom,
  readingIn,
  timeAt,
} from '../ladder/clock.ts';
import { frozen } from '../ladder/frozen.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';

type Push = <T>(F: Field<T>, clock: Clock, x: T) => T;

/** dx/dt for x = M h, the right-hand side of Lemma 6's equation: (M etaY / K) / (M - 1 + e^x). */
const push: Push = (F, { vocabulary: M, classes: K, etaY }, x) =>
  F.div(F.mul(ratio(F, M, K), F.of(etaY)), lapseSlope(F, M, x));

/**
 * The closed form against the equation: t(0) = 0; t'(x) dx/dt = 1 by Taylor arithmetic; and, without derivatives,
 * between two times the reading moves by less than a step of Euler's method from the earlier one and more than a
 * step from the later one, because dx/dt falls.
 */
const solves = (start: number, rate: Push) =>
  function* <T>(F: Field<T>, { t, gap, ...decoder }: MomentWorld): Generator<Margin<T>> {
    const clock = { ...decoder, etaZ: 1 };
    const one = F.of(1);
    yield equal(F, 'the clock reads 0 at t = 0', timeAt(F, clock, F.of(start)), F.of(0));
    const x = readingIn(F, clock, F.of(t));
    const S = jets(F, 1);
    const slope = timeAt(S, clock, moving(F, 1, x, one))[1];
    yield equal(F, 'the closed form solves the equation', F.mul(slope, rate(F, clock, x)), one);
    const later = readingIn(F, clock, F.add(F.of(t), F.of(gap)));
    const moved = F.sub(later, x);
    const ahead = F.mul(F.of(gap), rate(F, clock, x));
    const behind = F.mul(F.of(gap), rate(F, clock, later));
    yield positive('it moves less than its first speed says', F.sub(ahead, moved), moved);
    yield positive('it moves more than its last speed says', F.sub(moved, behind), moved);
  };

/** The steps that are checked: 1, 2, 3, 5, 8, .. and the last. */
const looked = (steps: number): Set<number> => {
  const at = new Set([1, steps]);
  for (let [a, b] = [1, 2]; b < steps; [a, b] = [b, a + b]) at.add(b);
  return at;
};

/** e^eta - 1 - eta over eta^2, and 1/eta - 1/(e^eta - 1): both tend to 1/2 as eta -> 0. */
const shiftConstants = <T>(F: Field<T>, etaY: number) => {
  const eta = F.of(etaY);
  const growth = F.sub(F.exp(eta), F.of(1));
  return {
    upper: F.div(F.sub(growth, eta), F.mul(eta, eta)),
    lower: F.sub(F.div(F.of(1), eta), F.div(F.of(1), growth)),
  };
};

/**
 * With x* = M h*(s), x = M h(s), and the time shift c(s) defined by h*(s) = h(s + c(s)), that is
 * c(s) = V(x*)/(M etaY) - s, and L(s) = ln((M - 1 + e^x*)/M):
 *
 *   lower(etaY) L(s) < c(s) < upper(etaY) L(s)        for every M >= 2, etaY > 0, s >= 1.              (*)
 *
 * Proof. With delta = M etaY / V'(x*), the step from x*, and p = exp(x*) over V'(x*), in (0, 1): c grows by
 * (V(x* + delta) - V(x*))/(M etaY) - 1 = p (e^delta - 1 - delta)/delta, and L by ln(1 + p(e^delta - 1)), which lies
 * between p delta (ln is concave) and p (e^delta - 1). The quotient of the two growths lies between
 * 1/delta - 1/(e^delta - 1), which falls in delta, and (e^delta - 1 - delta)/delta^2, which rises; and delta <= etaY.
 *
 * Lemma 7(a). 0 < h* - h: c > 0. h* - h <= etaY/M, half of what is printed, for every etaY > 0: by induction, either
 * h(s) >= h*(s-1), and h* moves by at most etaY/M; or h < h*(s-1) in all of the step, so that h moves further than
 * h* and the gap falls. The constant 1 is approached as etaY/ln M -> inf at s = 1, where x* = etaY and x < ln(1 + M etaY):
 * M (h* - h)/etaY is 0.947 at M = 2, etaY = 100, and 0.818 at M = 10^6, etaY = 100. For etaY <= 1 the largest ratio found
 * is 0.2313 (M = 2, etaY = 1, s = 2), and for etaY -> 0 it is 1/(2e). For s <= ln(M)/etaY: x* <= etaY s <= ln M, so
 * L < ln 2 and, for etaY < 1, c < (e - 2) ln 2 < 1/2: the lemma's c = Theta(1) is 1/2.
 *
 * Lemma 7(b). V is convex, so x* - x <= (V(x*) - V(x))/V'(x) = c(s) M etaY / V'(x); past 2(1+w1) ln(M)/etaY, where
 * e^x >= (M-1)x (Lemma 8), V'(x) > V(x)/2 = M etaY s/2. Hence M (h* - h) < 2 upper(etaY) L(s)/s -> 0, as L grows like
 * ln s. The paper's own proof needs h* - h to stay above ln(2)/M.
 *
 * Remark 2 is refuted by (*): c(s) is no O(ln M), it grows like (1/2) ln s for ever.
 */
const gaps = (saturates: boolean, strength: number, part = 1) =>
  function* <T>(F: Field<T>, { vocabulary: M, etaY, steps }: OneClassClock): Generator<Margin<T>> {
    const clock: Clock = { vocabulary: M, classes: 1, etaY, etaZ: 1 };
    const eta = F.of(etaY);
    const { lower, upper } = shiftConstants(F, etaY);
    const late = lateFrom(M) / etaY; // 0 where e^x > (M-1) x for all x
    const at = looked(steps);
    let s = -1;
    for (const discrete of discreteReadings(F, clock)) {
      s += 1;
      if (s > steps) return;
      if (!at.has(s)) continue;
      const star = saturates ? discrete : F.mul(F.of(s), eta);
      const x = readingIn(F, clock, F.of(s));
      const gap = F.sub(star, x);
      yield positive('h* - h > 0', gap, eta, s);
      const widest = part === 1 ? eta : F.mul(F.of(part), eta);
      yield positive(`h* - h < ${part === 1 ? '' : `${part} `}etaY/M`, F.sub(widest, gap), eta, s);
      const L = F.ln(F.div(lapseSlope(F, M, star), F.of(M)));
      const c = F.sub(F.div(lapse(F, M, star), F.mul(F.of(M), eta)), F.of(s));
      yield positive('the shift c(s) above its lower bound', F.sub(c, F.mul(lower, L)), L, s);
      const most = F.mul(F.mul(F.of(strength), upper), L);
      yield positive('the shift c(s) below its upper bound', F.sub(most, c), L, s);
      if (etaY < 1 && s * etaY < Math.log(M) * (1 - 1e-12))
        yield positive('h(s + 1/2) > h*(s)', F.sub(readingIn(F, clock, F.of(s + 0.5)), star), eta, s);
      if (s < late) continue;
      const rate = F.div(F.mul(F.of(2), most), F.of(s));
      yield positive('M (h* - h) below its rate', F.sub(rate, gap), rate, s);
    }
  };

export const decoderClock: Claim = {
  id: 'decoder-clock',
  source: 'Lemmas 6, 7',
  headline: false,
  statement:
    "The decoder's clock: exp(Mh) + (M-1)Mh = M etaY t + 1, and the discrete clock h* runs ahead of it, 0 < h* - h < etaY/M, " +
    'by a time c(s) that grows like (1/2) ln s, while h* - h falls like ln(s)/s.',
  words:
    "The decoder's clock h, and the discrete clock h*, which runs ahead of it, by a time c(s) that grows like (1/2) ln s, while their difference falls like ln(s)/s.",
  formula: String.raw`e^{Mh} + (M-1) M h = M \eta_Y t + 1, \qquad 0 < h^* - h < \frac{\eta_Y}{M}`,
  silent:
    'At s = 0 both clocks read 0. Lemma 7(a) prints 2 etaY/M. The time shift c(s) is not O(ln M) for all s, as Remark 2 has it, ' +
    'and the proof printed for Lemma 7(b) covers only gaps above ln(2)/M; the statement holds.',
  checks: [
    check.certified({
      rung: 'algebra',
      statement:
        "At any t: the closed form solves Lemma 6's equation and starts at 0; between two times it moves less than its first speed says and more than its last.",
      expected: 'holds',
      worlds: momentWorld(),
      margins: solves(0, push),
      share: 0.4,
      controls: [
        { drops: 'h(0) = 0: the clock starts at x = 1', margins: solves(1, push) },
        {
          drops: 'the -1 of M - 1 + exp(Mh)',
          margins: solves(0, (F, clock, x) => push(F, { ...clock, vocabulary: clock.vocabulary + 1 }, x)),
        },
      ],
    }),
    check.certified({
      rung: frozen,
      statement:
        'One class: 0 < h* - h < etaY/M; for s <= ln(M)/etaY, h(s + 1/2) > h*(s); lower L(s) < c(s) < upper L(s); past t0 M(h* - h) < 2 upper L(s)/s.',
      expected: 'holds',
      worlds: oneClassClock(80),
      margins: gaps(true, 1),
      share: 0.5,
      controls: [
        { drops: 'saturation: the discrete clock keeps its first pace', margins: gaps(false, 1) },
        { drops: 'the constant of the shift: half of it', margins: gaps(true, 1 / 2) },
        {
          drops: 'the constant 1 of etaY/M: nine tenths of it, at large etaY',
          worlds: quickClock(),
          margins: gaps(true, 1, 0.9),
        },
      ],
    }),
  ],
};
