import { type Field, ratio } from '../arithmetic/field.ts';
import type { Margin } from '../decide/margin.ts';
import { positive } from '../decide/margin.ts';
import { type CountPair, type CountsWorld, countPair, countsWorld } from '../generators/counts.ts';
import { lapseSlope, lateFrom, readingIn } from '../ladder/clock.ts';
import { frozen } from '../ladder/frozen.ts';
import { choices, integerAbove, integerBelow, roomBelow } from '../model/binomialTails.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';
import { countWidth } from './long-sequence.ts';

/** sqrt(N ln(2 n/d)/2) + 1, within which Hoeffding and a union over n classes put N_n of ceil(N P(n)) (Lemma 10). */
const countRadius = <T>(F: Field<T>, steps: number, delta: number, classes: number): T =>
  F.add(countWidth(F, steps, delta / classes), F.of(1));

/**
 * Lemma 10 for every P(n) in [0, 1] at once: Pr(|N_n - ceil(N P)| > r) < d, r = sqrt(N ln(2/d)/2) + 1. For P in ((c-1)/N, c/N]
 * the event is N_n > c + r or N_n < c - r, whose probability falls and then rises in P (see `long-sequence`): its greatest
 * values are those at c/N and towards (c-1)/N.
 */
function* everyP<T>(F: Field<T>, { steps: N, delta }: CountsWorld, strength: number): Generator<Margin<T>> {
  const choose = choices(F, N);
  const d = F.of(delta);
  const r = F.mul(F.of(strength), countRadius(F, N, delta, 1));
  for (let c = 1; c <= N; c++) {
    const k = integerAbove(F, F.add(F.of(c), r));
    const j = integerBelow(F, F.sub(F.of(c), r));
    if (j[1] < 0 && k[0] > N) continue;
    for (const [at, where] of [
      [c, 'at'],
      [c - 1, 'just above'],
    ] as const) {
      const P = ratio(F, at, N);
      const room = roomBelow(F, d, choose, [j, k], P);
      yield positive(`Pr(|N_n - ceil(N P)| > r) < d ${where} P = ${at}/${N}`, room, d);
    }
  }
}

/**
 * Lemma 12 for K classes of uniform draws, by a union over them: at the counts on the edge of Lemma 10's event,
 * |theta_n| = |h(N_n)/h(Nbar) - 1| < K sqrt(ln(2K/d)/(2N)) + K/N. Between them theta lies between: h rises.
 */
function* theta<T>(F: Field<T>, world: CountsWorld, strength: number): Generator<Margin<T>> {
  const { vocabulary: M, etaY, steps: N, classes: K, delta } = world;
  const mean = Math.ceil(N / K);
  const clock = { vocabulary: M, classes: 1, etaY, etaZ: 1 };
  const bar = readingIn(F, clock, F.of(mean));
  const r = countRadius(F, N, delta, K);
  const [few, many] = [F.sub(F.of(mean), r), F.add(F.of(mean), r)];
  const bound = F.mul(F.of(strength), F.mul(ratio(F, K, N), r));
  for (const [name, edge] of [
    ['fewest', F.sign(few) === 1 ? few : F.of(0)],
    ['most', many],
  ] as const) {
    const x = readingIn(F, clock, edge);
    const apart = F.div(name === 'most' ? F.sub(x, bar) : F.sub(bar, x), bar);
    yield positive(`theta of a class with the ${name} draws`, F.sub(bound, apart), bound);
  }
}

const counting = (broken: { radius?: number; theta?: number } = {}) =>
  function* <T>(F: Field<T>, world: CountsWorld): Generator<Margin<T>> {
    yield* everyP(F, world, broken.radius ?? 1);
    yield* theta(F, world, broken.theta ?? 1);
  };

/**
 * What the lemmas say once |N_n - Nbar| is known, D = |N_n - Nbar|, for any two counts; G = 1/(M-1+exp(Mh)), x = M h:
 *
 *  - |h(N_n) - h(Nbar)| < h(Nbar) D/Nbar: h is concave with h(0) = 0, so h(N)/N falls and h(N) rises. The constant 1
 *    is attained as etaY N -> 0.
 *  - G(N_n)/G(Nbar) - 1 < etaY D: M etaY D = |e^xbar - e^x + (M-1)(xbar - x)|, so for N_n < Nbar the left-hand side is
 *    (e^xbar - e^x)/(M-1+e^x) < M etaY D/M. Attained in the limit of N_n = 0 and large etaY Nbar.
 *  - 1 - G(N_n)/G(Nbar) < (M/(M-1)) etaY D/4: |d ln G/ds| = M etaY e^x/(M-1+e^x)^2 <= M etaY/(4(M-1)), by the inequality of
 *    the means, and 1 - exp(-y) < y. For M >= 4 that is at most etaY D/3.
 *  - past 2(1+w1) ln(M)/etaY it lies within (N_n/Nbar)^(-+2): |d ln G/d ln s| = e^x V/V'^2 < 2.
 *
 * So in Eq. 62 (sigma' <= etaY D/3, with a "<~") the constant is 3 for N_n < Nbar, 1 for N_n > Nbar.
 */
const determined = (speed: number, strength: number) =>
  function* <T>(F: Field<T>, { vocabulary: M, etaY, mean, count }: CountPair): Generator<Margin<T>> {
    const clock = { vocabulary: M, classes: 1, etaY, etaZ: 1 };
    const [x, bar] = [readingIn(F, clock, F.of(count)), readingIn(F, clock, F.of(mean))];
    const apart = count > mean ? F.sub(x, bar) : F.sub(bar, x); // h rises
    const D = Math.abs(count - mean);
    const room = F.mul(F.mul(F.of(strength), bar), ratio(F, D, mean));
    yield positive('h(N_n) within h(Nbar) D/Nbar', F.sub(room, apart), room);
    const factor = F.div(lapseSlope(F, M, bar), lapseSlope(F, M, x));
    const one = F.of(1);
    const most = F.mul(F.of(speed * etaY), F.of(D));
    yield positive('G(N_n)/G(Nbar) - 1 within etaY D', F.sub(F.add(one, most), factor), most);
    const least = F.mul(F.mul(ratio(F, M, M - 1), F.of(etaY)), ratio(F, D, 4));
    yield positive('1 - G(N_n)/G(Nbar) within (M/(M-1)) etaY D/4', F.sub(factor, F.sub(one, least)), least);
    if (Math.min(mean, count) * etaY < lateFrom(M)) return;
    const [low, high] = [Math.min(mean, count), Math.max(mean, count)];
    const squared = F.mul(ratio(F, high, low), ratio(F, high, low));
    const moved = count < mean ? factor : F.div(one, factor);
    yield positive('late: G within the square of the counts', F.sub(squared, moved), squared);
  };

export const concentration: Claim = {
  id: 'concentration',
  source: 'Lemmas 10-12',
  headline: false,
  statement:
    'Class counts stay within sqrt(N ln(2/d)/2) + 1 of their means, and h, the speed and theta_n within the bounds that follow.',
  words:
    'Class counts stay as close to their means as this, and h, the speed and theta_n within the bounds that follow.',
  formula: String.raw`|N_n - \lceil N P(n) \rceil| \le \sqrt{\tfrac{1}{2} N \ln(2/\delta)} + 1`,
  silent:
    "Counts up to N = 200, by exact binomial tails. The constant that Eq. 62 of Lemma 11 leaves open is 3 for N_n < Nbar and 1 for N_n > Nbar (M >= 4). Lemma 10's last " +
    '"<" needs N ln(2/d) > 11.66. With h* in the place of h, theta_n gains c(N_n)/Nbar, the shift of claim decoder-clock.',
  checks: [
    check.certified({
      rung: frozen,
      statement:
        'For every P(n) at once, by exact binomial tails: |N_n - ceil(N P(n))| <= sqrt(N ln(2/d)/2) + 1 with probability at least 1 - d, d from ' +
        '1e-9 to 1/2; and |theta_n| < K sqrt(ln(2K/d)/(2N)) + K/N for all counts within it (union over K uniform classes).',
      expected: 'holds',
      worlds: countsWorld(),
      margins: counting(),
      share: 0.15,
      controls: [
        { drops: 'the constant of the radius: four fifths', margins: counting({ radius: 4 / 5 }) },
        { drops: 'the constant of theta: two thirds', margins: counting({ theta: 2 / 3 }) },
      ],
    }),
    check.certified({
      rung: 'algebra',
      statement:
        'For any two counts: |h(N_n) - h(Nbar)| < h(Nbar) D/Nbar; G(N_n)/G(Nbar) - 1 between -(M/(M-1)) etaY D/4 and etaY D, ' +
        'G = 1/(M-1+exp(Mh)); late, within (N_n/Nbar)^(-+2).',
      expected: 'holds',
      worlds: countPair(),
      margins: determined(1, 1),
      controls: [
        { drops: 'the constant 3 of Eq. 62 for N_n < Nbar: 1 in its place', margins: determined(1 / 3, 1) },
        { drops: 'the constant 1 of h: four fifths of it', margins: determined(1, 4 / 5) },
      ],
    }),
  ],
};
