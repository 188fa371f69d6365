import type { Field } from '../arithmetic/field.ts';
import type { Margin } from '../decide/margin.ts';
import { equal, positive } from '../decide/margin.ts';
import { type OnsetWorld, onsetWorld } from '../generators/single-ct.ts';
import { lateFrom, readingIn } from '../ladder/clock.ts';
import { growthAt, kappaOf, singleCt } from '../ladder/single-ct.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';

interface Changed {
  /** etaZ stays, so that nu changes with etaY. */
  readonly sameAttentionRate?: boolean;
  /** Both are read at the same time. */
  readonly sameTime?: boolean;
}

/**
 * B(t0) of two pairs of rates with one nu = etaY/etaZ.
 *
 * Proof. etaY t0/K = 2 (1 + w1) ln M depends on M alone, and Lemma 6 gives the reading x from M and etaY t/K alone. B = ln(1 + kappa
 * x^2)/(4K), and kappa = 2 K ((M-1)/M)^2/(nu C0).
 */
const atOnset = ({ sameAttentionRate, sameTime }: Changed = {}) =>
  function* <T>(F: Field<T>, { factor, ...world }: OnsetWorld): Generator<Margin<T>> {
    const other = {
      ...world,
      etaY: world.etaY * factor,
      etaZ: sameAttentionRate ? world.etaZ : world.etaZ * factor,
    };
    const onset = ({ etaY }: { readonly etaY: number }): T =>
      F.div(F.mul(F.of(world.classes), F.of(lateFrom(world.vocabulary))), F.of(etaY));
    const growth = (rates: typeof other, t: T): T =>
      growthAt(F, world.classes, kappaOf(F, rates), readingIn(F, rates, t));
    const [one, two] = [growth(world, onset(world)), growth(other, onset(sameTime ? world : other))];
    yield equal(F, 'B(t0) is the same', one, two);
    yield positive('B(t0) > 0', one, one);
  };

export const growthAtOnset: Claim = {
  id: 'growth-at-onset',
  source: 'Figure 9',
  headline: false,
  statement:
    'At the onset t0 of the snap B depends on K, M, nu = etaY/etaZ and C0 alone, not on the rates themselves: faster training snaps earlier, at the same attention.',
  formula: String.raw`B(t_0) = \frac{1}{4K} \ln\!\left(1 + \frac{2K}{\nu C_0} \left(\tfrac{M-1}{M}\right)^2 x_0^2\right), \qquad x_0 = x_0(M)`,
  silent:
    'The figure is drawn with C0 = 1; C0 is fixed by the problem. It is about the closed form of Theorem 4.',
  checks: [
    check.certified({
      rung: singleCt,
      statement: 'Rates (etaY, etaZ) and 2 to 1,024 times both: B at t0 of each is the same.',
      expected: 'holds',
      worlds: onsetWorld(),
      margins: atOnset(),
      controls: [
        { drops: 'one nu: etaZ stays as it is', margins: atOnset({ sameAttentionRate: true }) },
        { drops: 'the onset of each: both at the same time', margins: atOnset({ sameTime: true }) },
      ],
    }),
  ],
};
