import { type Field, ratio } from '../arithmetic/field.ts';
import type { Judgement, Margin } from '../decide/margin.ts';
import { type CountPair, type CountsWorld, countPair, countsWorld } from '../generators/counts.ts';
import { lapseSlope, lateFrom, readingAt, readingIn } from '../ladder/clock.ts';
import { frozen } from '../ladder/frozen.ts';
import { binomialSampler } from '../model/binomial.ts';
import { multinomial } from '../model/multinomial.ts';
import { uniformStream } from '../model/uniform.ts';
import { type AnyCheck, type Check, type Claim, certified } from './claim.ts';
import { positive } from './tokens.ts';

/** Failure probability d: half for Lemma 10, half for what follows from it. */
const DELTA = 0.2;

/** sqrt(N ln(2 n/d)/2) + 1, within which Hoeffding and a union over n classes put N_n of ceil(N P(n)) (Lemma 10). */
export const countRadius = (steps: number, delta: number, classes: number): number =>
  Math.sqrt((steps * Math.log((2 * classes) / delta)) / 2) + 1;

/** Counts of N draws with probabilities p; without independence one draw is repeated N times. */
function draw(world: CountsWorld, p: readonly number[], stream: number, independent: boolean): number[] {
  const sampler = binomialSampler(uniformStream(world.seed + stream));
  const counts = multinomial(sampler, independent ? world.steps : 1, p);
  return [...counts].map((c) => (independent ? c : c * world.steps));
}

/** Lemma 10 for class 0 of unequal P(n); Lemmas 11 and 12 for all classes of uniform draws. Values are bound - |..|. */
const counting =
  (independent: boolean) =>
  (world: CountsWorld): Judgement => {
    const { vocabulary: M, etaY, steps: N, weights } = world;
    const K = weights.length;
    const total = weights.reduce((a, b) => a + b, 0);
    const p = weights.map((w) => w / total);
    const found: { name: string; value: number }[] = [];
    const within = (name: string, distance: number, bound: number) =>
      found.push({ name, value: 1 - distance / bound });

    const [first] = draw(world, p, 0, independent);
    // N w / total: the quotient of two integers, so that ceil is not moved by the rounding of P(n).
    const expected = Math.ceil((N * weights[0]) / total);
    within('N_n (Lemma 10)', Math.abs(first - expected), countRadius(N, DELTA / 2, 1));

    const mean = Math.ceil(N / K);
    const radius = countRadius(N, DELTA / 2, K);
    const clock = { vocabulary: M, classes: 1, etaY, etaZ: 1 };
    const read = (count: number) => readingAt(clock, count);
    const speed = (count: number) => Math.log(M - 1 + Math.exp(read(count)));
    const uniform = weights.map(() => 1 / K);
    for (const count of draw(world, uniform, 1, independent)) {
      const theta = read(count) / read(mean) - 1;
      within('h(N_n) (Lemma 11)', Math.abs(theta), radius / mean);
      const factor = Math.abs(speed(count) - speed(mean));
      within('1/(M-1+exp(M h(N_n))) (Lemma 11)', factor, ((M / (M - 1)) * etaY * radius) / 4);
      const bound = K * Math.sqrt(Math.log((4 * K) / DELTA) / (2 * N)) + K / N;
      within('theta (Lemma 12)', Math.abs(theta), bound);
    }
    const worst = found.reduce((a, b) => (b.value < a.value ? b : a));
    const outcome = worst.value >= 0 ? 'held' : 'violated';
    return { outcome, margin: { ...worst, time: 0 }, digits: null, certified: false };
  };

/**
 * What the lemmas say once |N_n - Nbar| is known, D = |N_n - Nbar|, for any two counts; G = 1/(M-1+exp(Mh)):
 *
 *  - |h(N_n) - h(Nbar)| < h(Nbar) D/Nbar: h is concave with h(0) = 0, so h(N)/N falls and h(N) rises. The constant 1
 *    is attained as etaY N -> 0.
 *  - G(N_n)/G(Nbar) lies within exp(-+ (M/(M-1)) etaY D/4): |d ln G/ds| = M etaY e^x/(M-1+e^x)^2 <= M etaY/(4(M-1)),
 *    by the inequality of the means. For M >= 4 that is at most exp(-+ etaY D/3).
 *  - past 2(1+w1) ln(M)/etaY it lies within (N_n/Nbar)^(-+2): |d ln G/d ln s| = e^x V/V'^2 < 2.
 *
 *  - G(N_n)/G(Nbar) < 1 + etaY D for N_n < Nbar: with x, xbar the readings, M etaY D = (e^xbar - e^x) + (M-1)(xbar - x)
 *    and G(N_n)/G(Nbar) - 1 = (e^xbar - e^x)/(M-1+e^x), e^x >= 1. Sharp as N_n -> 0, Nbar -> inf.
 *
 * So in Eq. 62 (sigma' <= etaY D/3, with a "<~") the constant is 3 for N_n < Nbar, 1 for N_n > Nbar, and sigma' <=
 * (1 - D/Nbar)^-2 - 1 in the late stage. `tight`: the constant 1 on both sides, which N_n < Nbar violates.
 */
const determined = (tight: boolean, strength: number) =>
  function* <T>(F: Field<T>, { vocabulary: M, etaY, mean, count }: CountPair): Generator<Margin<T>> {
    const clock = { vocabulary: M, classes: 1, etaY, etaZ: 1 };
    const [x, bar] = [readingIn(F, clock, F.of(count)), readingIn(F, clock, F.of(mean))];
    const apart = count > mean ? F.sub(x, bar) : F.sub(bar, x); // h rises
    const D = Math.abs(count - mean);
    const room = F.mul(F.mul(F.of(strength), bar), ratio(F, D, mean));
    yield positive('h(N_n) within h(Nbar) D/Nbar', F.sub(room, apart), room);
    const factor = F.div(lapseSlope(F, M, bar), lapseSlope(F, M, x));
    const exponent = F.mul(F.of(etaY), ratio(F, D, 3));
    const first = F.add(F.of(1), exponent);
    const [name, most] = tight
      ? ['G(N_n)/G(Nbar) within 1 + etaY D/3', first]
      : ['G(N_n)/G(Nbar) within exp(etaY D/3)', F.exp(exponent)];
    yield positive(name, F.sub(most, factor), most);
    const linear = F.add(F.of(1), F.mul(F.of(etaY), F.of(D)));
    if (count < mean) yield positive('G(N_n)/G(Nbar) within 1 + etaY D', F.sub(linear, factor), linear);
    if (!tight) yield positive(`${name}, below`, F.sub(F.mul(factor, most), F.of(1)), F.of(1));
    if (Math.min(mean, count) * etaY < lateFrom(M)) return;
    const [low, high] = [Math.min(mean, count), Math.max(mean, count)];
    const squared = F.mul(ratio(F, high, low), ratio(F, high, low));
    const moved = count < mean ? factor : F.div(F.of(1), factor);
    yield positive('late: G within the square of the counts', F.sub(squared, moved), squared);
  };

const drawnCounts: Check<CountsWorld> = {
  rung: frozen.id,
  statement:
    `With probability at least 1 - d (d = ${DELTA}): |N_n - ceil(N P(n))| <= sqrt(N ln(2/d')/2) + 1, and for all K uniform classes ` +
    "h(N_n), 1/(M-1+exp(M h(N_n))) and theta_n within the bounds that follow, |theta_n| <= K sqrt(ln(2K/d')/(2N)) + K/N (d' = d/2).",
  decided: 'statistical',
  expected: 'holds',
  worlds: countsWorld,
  judge: counting(true),
  rate: DELTA,
  least: 200,
  share: 2,
  controls: [
    { drops: 'independence: one class is drawn and repeated', worlds: countsWorld, judge: counting(false) },
  ],
};

export const concentration: Claim = {
  id: 'concentration',
  source: 'Lemmas 10-12',
  headline: false,
  statement:
    'Class counts stay within sqrt(N ln(2/d)/2) + 1 of their means, and h, the speed and theta_n within the bounds that follow.',
  silent:
    "The constant that Eq. 62 of Lemma 11 leaves open is 3 for N_n < Nbar and 1 for N_n > Nbar (M >= 4). Lemma 10's last " +
    '"<" needs N ln(2/d) > 11.66. With h* in the place of h, theta_n gains c(N_n)/Nbar, the shift of claim decoder-clock.',
  checks: [
    drawnCounts as AnyCheck,
    certified({
      rung: 'algebra',
      statement:
        'For any two counts: |h(N_n) - h(Nbar)| < h(Nbar) D/Nbar; 1/(M-1+exp(Mh)) within exp(-+ etaY D/3), and within 1 + etaY D for N_n < Nbar; late, within (N_n/Nbar)^(-+2).',
      expected: 'holds',
      worlds: countPair,
      margins: determined(false, 1),
      controls: [
        { drops: 'the constant 3 of Eq. 62 for N_n < Nbar: 1 in its place', margins: determined(true, 1) },
        { drops: 'the constant 1 of h: four fifths of it', margins: determined(false, 4 / 5) },
      ],
    }),
  ],
};
