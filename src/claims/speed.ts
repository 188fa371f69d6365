import { type Field, ratio } from '../arithmetic/field.ts';
import type { Margin } from '../decide/margin.ts';
import { positive } from '../decide/margin.ts';
import { type StageMoment, stageMoment } from '../generators/decoder.ts';
import { gammaAt, lateFrom, readingIn } from '../ladder/clock.ts';
import { twoTimescale } from '../ladder/two-timescale.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';
import { speedProof } from './proofs/speed.ts';

/** What a control checks instead. */
interface Asked {
  /** The first stage from t = 0 on. */
  readonly fromZero?: boolean;
  /** The second stage from where the first one ends. */
  readonly early?: boolean;
  /** ln(etaY t/K) for ln(M etaY t/K), as Theorem 1(b) is printed. */
  readonly printed?: boolean;
}

/** The moment's time t, in its stage: a double, rounded inward by a margin of 1e-9. */
function timeOf({ vocabulary: M, classes: K, etaY, stage, at }: StageMoment, asked: Asked): number {
  const between = (low: number, high: number) => low ** (1 - at) * high ** at;
  const early = asked.fromZero ? 1e-3 / M : (1 + 3 / M) / M;
  const tau =
    stage === 'first'
      ? between(early * (1 + 1e-9), Math.log(M) * (1 - 1e-9))
      : asked.early
        ? Math.log(M) * 10 ** (at / 5)
        : lateFrom(M) * 10 ** (9 * at);
  return (tau * K) / etaY;
}

/**
 * With tau = etaY t/K, x = M h(t/K), V = e^x + (M-1)x - 1 = M tau, V' = M - 1 + e^x, gamma = ((M-1)^2/M) x/V':
 *
 *   always            gamma < ((M-1)/M)^2 tau       and x < tau        (attained as t -> 0)
 *   first stage       e^x < min(M-1, (M-1)x),  gamma > tau/2            (1+3/M)/M <= tau <= ln M
 *   second stage      e^x > max(M-1, (M-1)x),  ln(M tau) - ln 2 < x < ln(M tau),
 *                     ((M-1)/M)^2 ln(M tau)/tau < gamma < 2 ln(M tau)/tau      tau >= 2(1+w1) ln M
 *
 * Proofs, M >= 100. V > M x and V' > M for x > 0, so M^2 x < V V': the first line, for every M >= 2. First stage: at
 * x = ln M - 1/2 V exceeds M ln M, so x is below it; gamma/tau = (M-1)^2 x/(V V') falls in x. Second stage:
 * e^x >= (M-1)x gives V < 2e^x < 2V' and V > e^x; the rest in proofs/speed.ts. The constant 2 is the least for all M: at
 * tau = 2(1+w1) ln M the ratio gamma tau/ln(M tau) is 1.53 for M = 100, 1.92 for 1e16, and tends to 2.
 */
const stages = (asked: Asked) =>
  function* <T>(F: Field<T>, moment: StageMoment): Generator<Margin<T>> {
    const { vocabulary: M, classes: K, etaY, stage } = moment;
    const t = F.of(timeOf(moment, asked));
    const x = readingIn(F, { vocabulary: M, classes: K, etaY, etaZ: 1 }, t);
    const gamma = gammaAt(F, { vocabulary: M, classes: K, etaY, etaZ: 1 }, x);
    const tau = F.mul(ratio(F, 1, K), F.mul(F.of(etaY), t));
    const [less, more] = [
      (name: string, a: T, b: T) => positive(name, F.sub(b, a), b),
      (name: string, a: T, b: T) => positive(name, F.sub(a, b), a),
    ];
    const square = F.mul(ratio(F, M - 1, M), ratio(F, M - 1, M));
    const e = F.exp(x);
    const rest = F.of(M - 1);
    yield less('gamma < ((M-1)/M)^2 tau', gamma, F.mul(square, tau));
    yield less('M h < tau', x, tau);
    if (stage === 'first') {
      yield less('first stage: exp(Mh) < M-1', e, rest);
      yield less('first stage: exp(Mh) < (M-1) M h', e, F.mul(rest, x));
      yield more('first stage: gamma > tau/2', gamma, F.div(tau, F.of(2)));
      return;
    }
    const log = F.ln(asked.printed ? tau : F.mul(F.of(M), tau));
    yield more('second stage: exp(Mh) > M-1', e, rest);
    yield more('second stage: exp(Mh) > (M-1) M h', e, F.mul(rest, x));
    const upper = F.div(F.mul(F.of(2), log), tau);
    yield less('second stage: gamma < 2 ln(M tau)/tau', gamma, upper);
    if (asked.printed) return;
    yield less('second stage: M h < ln(M tau)', x, log);
    yield more('second stage: M h > ln(M tau) - ln 2', x, F.sub(log, F.ln(F.of(2))));
    yield more('second stage: gamma > ((M-1)/M)^2 ln(M tau)/tau', gamma, F.div(F.mul(square, log), tau));
  };

export const speed: Claim = {
  id: 'speed',
  source: 'Lemmas 8, 9; Theorem 1(b)',
  headline: false,
  statement:
    'The speed of attention has two stages: gamma < ((M-1)/M)^2 tau at all times and gamma > tau/2 until tau = ln M, ' +
    'tau = etaY t/K; ln(M tau)/tau < gamma < 2 ln(M tau)/tau up to ((M-1)/M)^2 below, from tau = 2(1+w1) ln M on.',
  words:
    'The speed gamma of attention has two stages, in the time tau = etaY t/K: the first upper bound holds at all times, and in the second stage gamma > ln(M tau)/tau, all up to ((M-1)/M)^2 below.',
  formula: String.raw`\frac{\tau}{2} < \gamma < \Big(\frac{M-1}{M}\Big)^2 \tau \ \text{ for } \tau \le \ln M, \qquad \gamma < \frac{2 \ln(M\tau)}{\tau} \ \text{ for } \tau \ge 2 (1 + w_1) \ln M`,
  silent:
    "Theorem 1(b) prints ln(tau) for Lemma 9's ln(M tau): no constant makes that true for all M. Lemma 9's first stage, " +
    'exp(Mh) <= (M-1)Mh, is false for tau <= 1/M. Between the stages only the first bound is asserted.',
  checks: [
    check.certified({
      rung: twoTimescale,
      statement:
        'At any t of either stage, M from 100 to 8e15, h(t) enclosed: the bounds on exp(Mh), on Mh, and on gamma from both sides.',
      expected: 'holds',
      worlds: stageMoment(),
      margins: stages({}),
      controls: [
        { drops: 'the start of the first stage: tau < 1/M too', margins: stages({ fromZero: true }) },
        { drops: 'the start of the second stage: from tau = ln M on', margins: stages({ early: true }) },
        { drops: 'M under the logarithm: as Theorem 1(b) is printed', margins: stages({ printed: true }) },
      ],
    }),
    check.proved({
      rung: 'algebra',
      statement:
        'For every real M from 100 on at once: J1 with ln ln M < w1 ln M < (5/4) ln ln M, x0 < 1/M + 3/M^2; gamma > tau/2 while tau <= ln M; past t0 gamma < 2 ln(M tau)/tau.',
      ...speedProof,
    }),
  ],
};
