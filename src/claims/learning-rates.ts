import type { Field } from '../arithmetic/field.ts';
import { jets, moving } from '../arithmetic/jet.ts';
import type { Margin } from '../decide/margin.ts';
import { largest, positive } from '../decide/margin.ts';
import { type ClockWorld, clockWorld, type PairWorld, pairWorld } from '../generators/learningRates.ts';
import { singleCommon, unequalDistinct } from '../generators/problems.ts';
import { type Clock, GammaAt, readingAt, readingIn, timeAt } from '../ladder/clock.ts';
import { flip, flipReading } from '../ladder/flip.ts';
import { flow } from '../ladder/flow.ts';
import { logarithmicTimes } from '../ladder/integrate.ts';
import type { Motion } from '../ladder/rung.ts';
import { attentionVelocity, twoTimescale } from '../ladder/two-timescale.ts';
import { reducedLayout } from '../model/layout.ts';
import type { Rates } from '../model/training.ts';
import { zeros } from '../model/transformer.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';
import { distinctEntropyOf } from './distinctEntropy.ts';
import { slowDecoderOfPairs } from './isolations.ts';
import type { FlowMotions, OverFlow } from './motions.ts';
import { flipProof } from './proofs/flip.ts';

const larger = (factor: number) => `${factor.toPrecision(3)} times larger`;

export const clockOf = ({ problem, etaY, etaZ }: ClockWorld): Clock => ({
  vocabulary: problem.vocabulary,
  classes: problem.classes.length,
  etaY,
  etaZ,
});

/** xi_n/gamma > 0 of every class at the world's Z: B_n = (1/K) int xi_n/gamma dGamma grows as Gamma does. */
const drives = <T>(F: Field<T>, { problem, Z }: ClockWorld): T[] => {
  const logits = Z.map((row) => row.map(F.of));
  return attentionVelocity(F, problem, reducedLayout(problem), logits).xi;
};

/**
 * d ln Gamma/d ln etaY at a fixed time and etaZ, by Taylor arithmetic along the clock. Gamma and t are both
 * proportional to 1/etaY at a given reading, so at fixed t etaY is proportional to t_1(x), the time for etaY = 1, and
 * Gamma to q = Gamma_1(x)/t_1(x): the derivative is (q'/q) / (t_1'/t_1).
 */
function sensitivity<T>(F: Field<T>, clock: Clock, x: T): T {
  const S = jets(F, 1);
  const unit = { ...clock, etaY: 1 };
  const along = moving(F, 1, x, F.of(1));
  const t = timeAt(S, unit, along);
  const q = S.div(GammaAt(S, unit, along), t);
  return F.div(F.mul(q[1], t[0]), F.mul(q[0], t[1]));
}

/** From this M on the flip comes before 2 K ln M/etaY (at 13 it comes after). */
const LEAST = 14;

/**
 * etaZ and the time held fixed, x the clock's reading and s = (M-1) x - 2 - (x-2) e^x:
 *
 *  - d ln Gamma/d ln etaY and, with xi_n > 0, dB_n/d etaY have the sign of s;
 *  - with etaY larger by the world's factor Gamma is larger when s > 0 in both trainings, smaller when s < 0 in both;
 *  - s > 0 at t0' = K ln M/etaY, and for M >= 14 s < 0 at 2 K ln M/etaY: early and late are the paper's stages;
 *  - the snap comes earlier: the reading is ahead.
 */
const decoderRate = (sense: (early: boolean) => 1 | -1, least: number) =>
  function* <T>(F: Field<T>, world: ClockWorld): Generator<Margin<T>> {
    const clock = clockOf(world);
    const { vocabulary: M, classes: K, etaY } = clock;
    const faster = { ...clock, etaY: world.factor * etaY };
    const t = F.of(world.time);
    const [x, ahead] = [readingIn(F, clock, t), readingIn(F, faster, t)];
    const [side, other] = [flip(F, M, x), flip(F, M, ahead)];
    const early = F.sign(side) === 1;
    // Where the sign is not known, the product with s is open too.
    const turn = (value: T) =>
      F.sign(side) === undefined ? F.mul(side, value) : sense(early) > 0 ? value : F.neg(value);
    const d = turn(sensitivity(F, clock, x));
    yield positive(`Gamma ${early ? 'rises' : 'falls'} with etaY`, d, F.of(1), world.time);
    for (const [n, xi] of drives(F, world).entries())
      yield positive(
        `B of class ${world.problem.classes[n].next} follows`,
        F.mul(d, xi),
        largest(F, [xi]),
        world.time,
      );
    if (F.sign(side) === F.sign(other)) {
      const [a, b] = [GammaAt(F, clock, x), GammaAt(F, faster, ahead)];
      const name = `Gamma is ${early ? 'larger' : 'smaller'} with etaY ${larger(world.factor)}`;
      yield positive(name, turn(F.sub(b, a)), largest(F, [a, b]), world.time);
    }
    yield positive('the clock is ahead, the snap earlier', F.sub(ahead, x), x, world.time);
    const stage = (k: number) =>
      flip(F, M, readingIn(F, clock, F.div(F.mul(F.of(k * K), F.ln(F.of(M))), F.of(etaY))));
    yield positive("early until t0' = K ln M/etaY", stage(1), F.of(M));
    if (M >= least) yield positive('late from 2 K ln M/etaY on', F.neg(stage(2)), F.of(M));
  };

/** Both rates larger by the world's factor (or etaZ smaller by it, for the control): Gamma and every B_n are larger. */
const bothRates = (power: 1 | -1) =>
  function* <T>(F: Field<T>, world: ClockWorld): Generator<Margin<T>> {
    const clock = clockOf(world);
    const { etaY, etaZ } = clock;
    const faster = { ...clock, etaY: world.factor * etaY, etaZ: world.factor ** power * etaZ };
    const t = F.of(world.time);
    const [a, b] = [clock, faster].map((c) => GammaAt(F, c, readingIn(F, c, t)));
    yield positive('Gamma is larger', F.sub(b, a), largest(F, [a, b]), world.time);
    for (const [n, xi] of drives(F, world).entries())
      yield positive(`B of class ${world.problem.classes[n].next} grows with Gamma`, xi, F.of(1), world.time);
  };

/** Times a decade at which two flows are compared. */
const PER_DECADE = 2;
/** "Early" and "late" along the flow: the factor in time between them and the flip. */
const CLEAR = 3;

/** From this fall of entropy on, as a part of its start, two flows are compared: below it they differ by rounding. */
const VISIBLE = 1e-4;

/** Two flows of one problem at one time: their entropies over distinct tokens, and the larger fall from their common start. */
interface Pair<T> {
  readonly time: number;
  readonly slow: T;
  readonly fast: T;
  readonly fall: T;
}

/** Two flows side by side, at the times at which the fall of entropy is visible. */
function* sideBySide<T>(
  F: Field<T>,
  motions: FlowMotions<T>,
  { problem, rates, end }: PairWorld,
  faster: Rates,
): Generator<Pair<T>> {
  const times = logarithmicTimes(Math.min(0.1 / faster.etaY, end), end, PER_DECADE);
  const layout = reducedLayout(problem);
  const start = distinctEntropyOf(F, {
    problem,
    layout,
    Z: zeros(F, layout.queries.length, layout.tokens.length),
  });
  const fast = motions({ problem, rates: faster, end }, times)[Symbol.iterator]();
  for (const motion of motions({ problem, rates, end }, times)) {
    const [a, b] = [motion, fast.next().value as Motion<T>].map((m) => distinctEntropyOf(F, m));
    const size = (x: T) => Math.abs(F.toNumber(F.sub(start, x)));
    const fall = F.of(Math.max(size(a), size(b)));
    if (F.toNumber(fall) > VISIBLE * F.toNumber(start)) yield { time: motion.time, slow: a, fast: b, fall };
  }
}

/** Of two flows with one etaZ, the one with the larger etaY is sparser early and denser late. */
const sparserThenDenser = (sense: 1 | -1): OverFlow<PairWorld> =>
  function* (F, motions, world) {
    const { problem, rates, factor } = world;
    const clock = { ...rates, vocabulary: problem.vocabulary, classes: problem.classes.length };
    const faster = { ...rates, etaY: factor * rates.etaY };
    const turn = flipReading(problem.vocabulary);
    for (const { time, slow, fast, fall } of sideBySide(F, motions, world, faster)) {
      const early = readingAt({ ...clock, etaY: faster.etaY }, CLEAR * time) < turn;
      const late = readingAt(clock, time / CLEAR) > turn;
      if (!early && !late) continue;
      const denser = F.mul(F.of(sense * (late ? 1 : -1)), F.sub(fast, slow));
      const name = `attention over distinct tokens is ${late ? 'denser' : 'sparser'} with etaY ${larger(factor)}`;
      yield positive(name, denser, fall, time);
    }
  };

/** Of two flows with one etaY/etaZ, the one with the larger rates is sparser at every time. */
const sparserTogether = (sense: 1 | -1): OverFlow<PairWorld> =>
  function* (F, motions, world) {
    const { rates, factor } = world;
    const faster = { ...rates, etaY: factor * rates.etaY, etaZ: factor * rates.etaZ };
    for (const { time, slow, fast, fall } of sideBySide(F, motions, world, faster)) {
      const name = `attention over distinct tokens is sparser with both rates ${larger(factor)}`;
      yield positive(name, F.mul(F.of(sense), F.sub(slow, fast)), fall, time);
    }
  };

export const learningRates: Claim = {
  id: 'learning-rates',
  source: 'section 6',
  headline: false,
  statement:
    'Larger etaY at fixed etaZ: the snap comes earlier and, late, attention is denser. Early it is the other way round: the sign ' +
    'turns where (x-2) e^x = (M-1) x - 2, x = M h, between K ln M/etaY and (for M >= 14) 2 K ln M/etaY.',
  words:
    'Larger etaY at fixed etaZ: the snap comes earlier and, late, attention is denser. Early it is the other way round: the sign turns where both sides are equal, between K ln M/etaY and (for M from 14 on) 2 K ln M/etaY.',
  formula: String.raw`\frac{\partial B}{\partial \eta_Y} > 0 \iff (x - 2)\, e^x < (M-1)\, x - 2, \qquad x = M h`,
  silent:
    "The paper says denser (Theorem 4's corollaries), without the early time when it is sparser. B is a function of Gamma and of " +
    'the problem alone, so the comparison at one Z speaks for whole trajectories.',
  checks: [
    check.certified({
      rung: twoTimescale,
      statement:
        'At any time and Z: Gamma and B rise with etaY before the flip and fall after it, as derivative and over a finite factor.',
      expected: 'holds',
      worlds: clockWorld(singleCommon()),
      margins: decoderRate((early) => (early ? 1 : -1), LEAST),
      controls: [
        {
          drops: 'the flip: attention must be denser at all times, as printed',
          margins: decoderRate(() => -1, LEAST),
        },
        {
          drops: 'M >= 14: the flip must come before 2 K ln M/etaY for every vocabulary',
          margins: decoderRate((early) => (early ? 1 : -1), 2),
        },
      ],
      share: 0.5,
    }),
    check.flow({
      rung: flow,
      statement:
        'With etaY larger by a factor, entropy over distinct tokens is lower early and higher late (three times clear of the flip).',
      expected: 'violated',
      why:
        'under the true gradient entropy falls to a minimum and rises again; with a larger etaY the minimum is later and lower, ' +
        'so very late the larger etaY is the sparser one (and moderately late the flip itself comes later than the clock says).',
      worlds: pairWorld(unequalDistinct()),
      isolates: slowDecoderOfPairs,
      over: sparserThenDenser(1),
      controls: [{ drops: 'which is denser: the order is reversed', over: sparserThenDenser(-1) }],
      share: 0.5,
    }),
    check.proved({
      rung: 'algebra',
      statement:
        'For every real M at once: the sign turns after K ln M/etaY (M >= 2) and before 2 K ln M/etaY (M >= 14).',
      ...flipProof,
    }),
  ],
};

export const learningRatesTogether: Claim = {
  id: 'learning-rates-together',
  source: 'Appendix F',
  headline: false,
  statement: 'Both learning rates larger at a fixed ratio: attention is sparser at every time.',
  formula: String.raw`B(t;\, s \eta_Y, s \eta_Z) > B(t;\, \eta_Y, \eta_Z) \text{ for } s > 1`,
  silent:
    'Flows depend on etaY t and etaZ t alone, so on the flow the statement is that attention sharpens at all times.',
  checks: [
    check.certified({
      rung: twoTimescale,
      statement: 'At any time and Z: Gamma and B are larger with both rates larger by a factor.',
      expected: 'holds',
      worlds: clockWorld(singleCommon()),
      margins: bothRates(1),
      controls: [{ drops: 'the fixed ratio: etaZ falls by the factor', margins: bothRates(-1) }],
      share: 0.5,
    }),
    check.flow({
      rung: flow,
      statement: 'With both rates larger by a factor, entropy over distinct tokens is lower at every time.',
      expected: 'violated',
      why:
        'under the true gradient attention over distinct tokens sharpens to a point and then spreads again: on the small published ' +
        'problem its entropy goes from 2.1513 to 2.0660 and, at t = 1e12, back to 2.0745.',
      worlds: pairWorld(unequalDistinct()),
      isolates: slowDecoderOfPairs,
      over: sparserTogether(1),
      controls: [{ drops: 'which is sparser: the order is reversed', over: sparserTogether(-1) }],
      share: 0.5,
    }),
  ],
};
