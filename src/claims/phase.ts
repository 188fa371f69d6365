import type { Field } from '../arithmetic/field.ts';
import { jets, moving } from '../arithmetic/jet.ts';
import type { Margin } from '../decide/margin.ts';
import { equal, positive } from '../decide/margin.ts';
import { type TurnWorld, turnWorld } from '../generators/single-ct.ts';
import { gammaAt, lapse, rhoAt, timeAt } from '../ladder/clock.ts';
import { growthAt, kappaOf, logitAt, singleCt } from '../ladder/single-ct.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';

/** What a control puts back as printed. */
interface Printed {
  /** Eq. 124: B = ln(C0 + 4 Gamma)/4K, without the constant of integration. */
  readonly constant?: boolean;
  /** Eq. 14: 1/4 in the place of 1/(4K). */
  readonly factor?: boolean;
  /** Eq. 132: nu = etaZ/etaY where etaY/etaZ belongs, in the condition. */
  readonly inverted?: boolean;
  /** Theorem 1(b): ln(etaY t/K) where ln(M etaY t/K) belongs. */
  readonly withoutM?: boolean;
}

/** M etaY t / K at reading x. */
const ticks = lapse;

/** z solves its equation, B its own, both from 0; derivatives by the reading x, by Taylor arithmetic. */
function* closedForms<T>(F: Field<T>, world: TurnWorld, printed: Printed): Generator<Margin<T>> {
  const S = jets(F, 1);
  const K = printed.factor ? 1 : world.classes;
  const B = <U>(G: Field<U>, x: U): U => {
    const right = growthAt(G, K, kappaOf(G, world), x);
    return printed.constant ? G.add(right, G.div(G.ln(G.of(world.C0)), G.of(4 * K))) : right;
  };
  yield equal(F, 'z(0) = 0', logitAt(F, world, F.of(0)), F.of(0));
  yield equal(F, 'B(0) = 0', B(F, F.of(0)), F.of(0));
  for (const [where, at] of [
    ['scan', world.scan],
    ['snap', world.snap],
  ] as const) {
    const x = F.of(at);
    const line = moving(F, 1, x, F.of(1));
    const xi = F.div(
      F.mul(gammaAt(F, world, x), F.exp(F.mul(F.of(4), logitAt(F, world, x)))),
      F.of(world.C0),
    );
    const drive = F.mul(F.mul(F.of(world.etaZ), xi), timeAt(S, world, line)[1]);
    yield equal(F, `z' = -etaZ gamma e^(4z)/C0 (${where})`, logitAt(S, world, line)[1], F.neg(drive));
    yield equal(F, `B' = etaZ xi/K (${where})`, B(S, line)[1], F.div(drive, F.of(world.classes)));
  }
}

/**
 * Scan, t < t0' = K ln(M)/etaY, tau = etaY t/K: tau/(1 + 1/ln(M-1)) < x < tau, so B is ln(1 + kappa tau^2)/(4K) within
 * ln(1 + 1/ln(M-1))/(2K). (M tau = e^x - 1 + (M-1) x, where e^x - 1 is at least x, attained as t -> 0, and at most
 * x (M-2)/ln(M-1), since x < ln(M-1) up to t0' and (e^x - 1)/x grows.)
 */
function* scanning<T>(F: Field<T>, world: TurnWorld): Generator<Margin<T>> {
  const { vocabulary: M, classes: K } = world;
  const kappa = kappaOf(F, world);
  const x = F.of(world.scan);
  const B = growthAt(F, K, kappa, x);
  const tau = F.div(ticks(F, M, x), F.of(M));
  const slow = F.div(tau, F.add(F.of(1), F.div(F.of(1), F.ln(F.of(M - 1)))));
  const above = growthAt(F, K, kappa, tau);
  yield positive('scan: B < ln(1 + kappa tau^2)/(4K)', F.sub(above, B), above);
  yield positive('scan: B > the same at tau/(1 + 1/ln(M-1))', F.sub(B, growthAt(F, K, kappa, slow)), above);
}

/**
 * Snap, where e^x >= (M-1) x, so for all t >= t0, with L = ln(M etaY t/K): L - ln 2 < x < L (ln 2 is met in the limit
 * M -> inf at the crossing itself), hence
 *
 *     ln(1 - ln2/L)/(2K)  <  B - ln(L)/(2K) - ln(kappa)/(4K)  <  1/(4 K kappa (L - ln 2)^2):
 *
 * B grows like ln ln t, and the form is B once L is large against 1/sqrt(kappa) = sqrt(C0 nu/(2K)) M/(M-1).
 */
function* snapping<T>(F: Field<T>, world: TurnWorld, { inverted, withoutM }: Printed): Generator<Margin<T>> {
  const { vocabulary: M, classes: K, etaY, etaZ } = world;
  const kappa = kappaOf(F, world);
  const x = F.of(world.snap);
  const B = growthAt(F, K, kappa, x);
  const ln2 = F.ln(F.of(2));
  const total = ticks(F, M, x);
  const L = F.ln(withoutM ? F.div(total, F.of(M)) : total);
  const late = F.sub(L, ln2);
  const form = F.add(F.div(F.ln(L), F.of(2 * K)), F.div(F.ln(kappa), F.of(4 * K)));
  const condition = inverted ? kappaOf(F, { ...world, etaY: etaZ, etaZ: etaY }) : kappa;
  const over = F.div(F.of(1), F.mul(F.of(4 * K), F.mul(condition, F.mul(late, late))));
  const under = F.div(F.ln(F.sub(F.of(1), F.div(ln2, L))), F.of(2 * K));
  yield positive(
    'snap: B below ln(L)/(2K) + ln(kappa)/(4K) + 1/(4 K kappa (L - ln 2)^2)',
    F.sub(F.add(form, over), B),
    B,
  );
  yield positive(
    'snap: B above ln(L)/(2K) + ln(kappa)/(4K) + ln(1 - ln2/L)/(2K)',
    F.sub(B, F.add(form, under)),
    B,
  );
}

/**
 * Past t0 the speed D = -dz/d ln t = kappa x rho / (2 (1 + kappa x^2)), rho = dx/d ln t, falls for good once
 * kappa x^2 >= 1, that is L > sqrt(C0 nu/(2K)) M/(M-1) + ln 2; as long as kappa x^2 <= 1/4 it rises, once the clock has
 * settled (e^x >= 4 (M-1) x^2, so that -rho'/rho < 1/(4x)).
 */
function* turning<T>(F: Field<T>, world: TurnWorld): Generator<Margin<T>> {
  const S = jets(F, 1);
  const x = moving(F, 1, F.of(world.snap), F.of(1));
  const reach = S.mul(kappaOf(S, world), S.mul(x, x));
  const speed = S.div(S.mul(reach, rhoAt(S, world.vocabulary, x)), S.mul(x, S.add(S.of(1), reach)));
  const change = F.mul(F.div(speed[1], speed[0]), x[0]);
  const { side } = world;
  yield positive(`snap: -dz/d ln t is ${side}`, side === 'rising' ? change : F.neg(change), F.of(1));
}

/**
 * Learning rates at fixed t, with d ln t = 0: x moves by rho d ln etaY. Both larger (nu fixed): B larger. etaY alone:
 * B larger in the scan and smaller past t0; the sign is that of (M-1) x - 2 - (x-2) e^x.
 */
function* rates<T>(F: Field<T>, world: TurnWorld): Generator<Margin<T>> {
  const S = jets(F, 1);
  const K = world.classes;
  const kappa = kappaOf(F, world);
  for (const [where, at, sense] of [
    ['scan', world.scan, 1],
    ['snap', world.snap, -1],
  ] as const) {
    const x = moving(F, 1, F.of(at), rhoAt(F, world.vocabulary, F.of(at)));
    const both = growthAt(S, K, S.mul(moving(F, 1, kappa, F.of(0)), S.of(1)), x)[1];
    yield positive(`${where}: both rates larger, B larger`, both, both);
    const alone = growthAt(S, K, moving(F, 1, kappa, F.neg(kappa)), x)[1];
    const name = `${where}: etaY larger, B ${sense > 0 ? 'larger' : 'smaller'}`;
    yield positive(name, F.mul(F.of(sense), alone), both);
  }
}

export const statements = (printed: Printed = {}) =>
  function* <T>(F: Field<T>, world: TurnWorld): Generator<Margin<T>> {
    yield* closedForms(F, world, printed);
    yield* scanning(F, world);
    yield* snapping(F, world, printed);
    yield* turning(F, world);
    yield* rates(F, world);
  };

/** For the control of `turning`: the other side of the turn. */
function* turned<T>(F: Field<T>, world: TurnWorld): Generator<Margin<T>> {
  yield* turning(F, { ...world, side: world.side === 'rising' ? 'falling' : 'rising' });
}

export const phase: Claim = {
  id: 'phase',
  source: 'Theorem 4',
  headline: false,
  statement:
    'Phase transition: with a single common token B = ln(1 + 4 Gamma/C0)/(4K); in the scan it grows like ln t, past t0 only like ' +
    'ln ln t, and larger etaY then means a smaller B.',
  words:
    'Phase transition: with a single common token B has this closed form; in the scan it grows like ln t, past t0 only like ln ln t, and larger etaY then means a smaller B.',
  formula: String.raw`B = \frac{1}{4K} \ln\!\left(1 + \frac{4 \Gamma}{C_0}\right)`,
  silent:
    'As printed (Eq. 14, 124, 129-132) B lacks the constant -ln(C0)/4, is K times too large, and has nu inverted in the condition ' +
    'of Eq. 132, which is ln(M etaY t/K) >> sqrt(C0 nu/(2K)). Nothing about how well the scalar equation follows two-timescale: ' +
    'its norms are constant only while the distinct tokens have hardly moved, and its xi needs M >> rho0^2 (at rho0^2 = 362 and M = 100 ' +
    'the B of two-timescale is four times as large). C0 is rho0^4/(K-1), because xi has K-1 terms; Eq. 13 prints rho0^4/K.',
  checks: [
    check.certified({
      rung: singleCt,
      statement:
        'M >= 25: the closed forms solve their equations; in the scan and past t0 B lies between explicit bounds; -dz/d ln t rises, then falls for good; the sign of dB/d etaY.',
      expected: 'holds',
      worlds: turnWorld(),
      margins: statements(),
      share: 0.5,
      controls: [
        { drops: 'the constant of integration, as in Eq. 124', margins: statements({ constant: true }) },
        { drops: 'the factor 1/K, as in Eq. 14', margins: statements({ factor: true }) },
        { drops: 'the sense of nu, as in Eq. 132', margins: statements({ inverted: true }) },
        { drops: 'M in ln(M etaY t/K), as in Theorem 1(b)', margins: statements({ withoutM: true }) },
        { drops: 'the side of the turn at which the speed falls', margins: turned },
      ],
    }),
  ],
};
