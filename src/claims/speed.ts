import { type Field, ratio } from '../arithmetic/field.ts';
import { type Box, branch, type Everywhere } from '../decide/branch.ts';
import type { Precision } from '../decide/enclosure.ts';
import type { Judgement, Margin } from '../decide/margin.ts';
import { positive } from '../decide/margin.ts';
import { SPEED_CELLS, type StageMoment, speedCells, stageMoment } from '../generators/decoder.ts';
import { gammaAt, lateFrom, readingIn } from '../ladder/clock.ts';
import { twoTimescale } from '../ladder/two-timescale.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';

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
 * e^x >= (M-1)x gives V < 2e^x < 2V' and V > e^x; the rest in `late`. The constant 2 is the least for all M: at
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

/**
 * For every M at once, with m = ln M and u = 1/M, by signs of e^x - (M-1)x at four places (it is convex, so it is
 * negative between its two roots and positive outside):
 *
 *   1/(M-1) < x0 < 1/M + 3/M^2 (the lower bound: e^x > 1)  and  ln ln M < x1 - ln M < (5/4) ln ln M
 *
 * so J1 is as Lemma 8 says with 1 < w1 ln M/ln ln M < 5/4 (1.2151.. at M = 100, falling in M), and w0 ln M =
 * x0 - ln(1-u) lies in (2u, 2u + 4u^2): w0 = 2/(M ln M) up to a factor 1 + 2/M. The first stage begins at
 * V(x0) = 2e^x0 - 1 < 1 + 3u: at tau <= 1/M, where V <= 1 gives (M-1)x <= 2 - e^x < 1 < e^x, it is false.
 */
export const early =
  (excess: number): Everywhere =>
  (F, [m]) => {
    const one = F.of(1);
    const n = (x: number) => F.of(x);
    const u = F.exp(F.neg(m));
    const less = F.sub(one, u);
    const log = F.ln(m);
    const fromM = (y: typeof m) => F.mul(u, F.add(m, y));
    const x0 = F.mul(u, F.add(one, F.mul(n(3), u)));
    const grown = F.sub(F.exp(x0), one);
    const rest = F.mul(u, F.sub(n(2), F.mul(n(3), u))); // (M-1) x0 - 1
    // ((M-1) x - e^x)/M at x = m + ln m, where e^x = M m, and at x = m + y
    const near = F.sub(log, fromM(log));
    const y = F.mul(n(excess), log);
    const far = F.sub(F.exp(y), F.sub(F.add(m, y), fromM(y)));
    // V/M - m at x = m - 1/2, and gamma/tau there
    const half = n(-0.5);
    const ahead = F.sub(F.add(F.exp(half), half), F.add(fromM(half), u));
    const speedThere = F.mul(F.mul(less, less), F.add(m, half));
    const gamma = F.div(speedThere, F.mul(F.add(ahead, m), F.add(less, F.exp(half))));
    return [
      positive('x0 < 1/M + 3/M^2', F.div(F.sub(rest, grown), u), one),
      positive('V(x0) < 1 + 3/M', F.div(F.sub(F.mul(n(3), u), F.mul(n(2), grown)), u), one),
      positive('x1 > ln M + ln ln M', near, log),
      positive('x1 < ln M + (5/4) ln ln M', far, log),
      positive('x < ln M - 1/2 while tau <= ln M', ahead, one),
      positive('gamma > tau/2 there', F.sub(gamma, n(0.5)), one),
    ];
  };

/**
 * Past x1, for every M and t at once, by the two numbers x and b = (M-1)x/e^x, in [0, 1] there. Then
 * V = e^x (1 + b - e^-x), V' = e^x (1 + b/x), and gamma tau = ((M-1)/M)^2 x V/V' < 2 ln V = 2 ln(M tau) reads
 * 2 ln V - x^2 (1 + b - e^-x)/(x + b) > 0. Beyond x = 100: V < 2V' and x < ln V (b >= e^-x), as above.
 */
export const late =
  (constant: number): Everywhere =>
  (F, [x, b]) => {
    const lapse = F.sub(F.add(F.of(1), b), F.exp(F.neg(x)));
    const log = F.add(x, F.ln(lapse));
    // x^2/(x + b) = x - b + b^2/(x + b), so that x stands alone where it is wide.
    const path = F.add(F.sub(x, b), F.div(F.mul(b, b), F.add(x, b)));
    const value = F.sub(F.mul(F.of(constant), log), F.mul(path, lapse));
    return [positive('gamma < 2 ln(M tau)/tau', value, log)];
  };

const pieces = (low: number, high: number, cell: number): readonly [number, number] => [
  low + ((high - low) * cell) / SPEED_CELLS,
  low + ((high - low) * (cell + 1)) / SPEED_CELLS,
];

/** ln M over [ln 100, ln 1e16] (the ends a little outside), x over [6, 100] with all of b. */
export const cellBoxes = (cell: number): { early: Box; late: Box } => ({
  early: [pieces(4.605, 36.85, cell)],
  late: [pieces(6, 100, cell), [0, 1]],
});

export const judgeCell =
  (excess: number, constant: number) =>
  ({ cell }: { cell: number }, { arithmetic }: Partial<Precision> = {}): Judgement => {
    const boxes = cellBoxes(cell);
    const first = branch(early(excess), boxes.early, { digits: 40, arithmetic });
    if (first.outcome !== 'held') return first;
    const second = branch(late(constant), boxes.late, { arithmetic });
    return second.outcome !== 'held' || second.margin!.value < first.margin!.value ? second : first;
  };

/** Every cell, so that nothing of the range is left out: one world is the whole proof. */
const judgeAll =
  (excess: number, constant: number) =>
  ({ cells }: { cells: readonly number[] }, precision?: Precision): Judgement => {
    let worst: Judgement | undefined;
    for (const cell of cells) {
      const judged = judgeCell(excess, constant)({ cell }, precision);
      if (judged.outcome !== 'held') return judged;
      if (!worst || judged.margin!.value < worst.margin!.value) worst = judged;
    }
    return worst!;
  };

const everywhere = check.certified({
  rung: 'algebra',
  statement:
    'For all M from 100 to 1e16 at once, by subdivision: J1 with ln ln M < w1 ln M < (5/4) ln ln M, x0 < 1/M + 3/M^2; gamma > tau/2 while tau <= ln M; past t0 gamma < 2 ln(M tau)/tau.',
  expected: 'holds',
  worlds: speedCells(),
  proof: judgeAll(5 / 4, 2),
  share: 0.01,
  controls: [
    { drops: 'the constant 2 of the second stage: 1.9', proof: judgeAll(5 / 4, 1.9) },
    { drops: 'the constant 5/4 of w1: 1.1', proof: judgeAll(1.1, 2) },
  ],
});

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
    everywhere,
  ],
};
