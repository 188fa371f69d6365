import { dot, type Field, ratio } from '../arithmetic/field.ts';
import type { Margin } from '../decide/margin.ts';
import { equal } from '../decide/margin.ts';
import { equalOverlapWithUnused, equalOverlapWorld } from '../generators/frozen.ts';
import { lapseSlope } from '../ladder/clock.ts';
import { expectedTrajectory, featuresOf, frozen } from '../ladder/frozen.ts';
import type { FrozenWorld } from '../ladder/worlds.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';
import { reparameterised } from './decoder.ts';

/** What is checked of w_n(N): the clock run at the rate (1 - rho) etaY, or, as printed, 1 - rho times the clock. */
type Reading = <T>(F: Field<T>, world: FrozenWorld, rho: T) => T;

/** x(N), x(s) = x(s-1) + rate M / (M - 1 + exp x(s-1)). */
const run = <T>(F: Field<T>, M: number, rate: T, steps: number): T => {
  let x = F.of(0);
  for (let s = 0; s < steps; s++) x = F.add(x, F.div(F.mul(rate, F.of(M)), lapseSlope(F, M, x)));
  return x;
};

const slowed: Reading = (F, { problem, etaY, steps }, rho) => {
  const rate = F.div(F.mul(F.sub(F.of(1), rho), F.of(etaY)), F.of(problem.classes.length));
  return run(F, problem.vocabulary, rate, steps);
};

const printed: Reading = (F, { problem, etaY, steps }, rho) => {
  const x = run(F, problem.vocabulary, F.div(F.of(etaY), F.of(problem.classes.length)), steps);
  return F.mul(F.sub(F.of(1), rho), x);
};

/**
 * All f_n.f_n' = rho, K = M, the true gradient, every class in every step with share 1/K. By symmetry all
 * w_n = (M-1) y zeta_n with one y, e_n - alpha_n = r zeta_n, and since the zeta_n of all M entries sum to 0
 *
 *     dw_n = (etaY/K) r (zeta_n + rho sum_{n' != n} zeta_n') = (1 - rho) (etaY/K) r zeta_n:
 *
 * y is the clock of the rate (1 - rho) etaY/K. It is not 1 - rho times the clock of etaY/K (Eq. 43), since the clock is
 * not linear in its rate: late they differ like ln((1-rho) etaY t) and (1-rho) ln(etaY t).
 */
const rates = (reading: Reading) =>
  function* <T>(F: Field<T>, world: FrozenWorld): Generator<Margin<T>> {
    const M = world.problem.vocabulary;
    const features = featuresOf(F, world);
    const { layout } = features;
    const states = [...expectedTrajectory(F, world, features, 'true')];
    const rho = dot(F, features.columns[0], features.columns[1]);
    const x = reading(F, world, rho);
    const W = reparameterised(F, features.columns, states[states.length - 1]);
    for (const [n, row] of W.entries())
      for (const [j, w] of row.entries()) {
        const share = layout.classes[n].target === j ? ratio(F, M - 1, M) : ratio(F, -1, M);
        yield { ...equal(F, `w_${n} at column ${j}`, w, F.mul(share, x), world.steps), scale: x };
      }
  };

export const effectiveRate: Claim = {
  id: 'effective-rate',
  source: 'Remark 1',
  headline: false,
  statement:
    "Under the true gradient, with all f_n.f_n' = rho and K = M, overlap slows the decoder to the rate (1 - rho) etaY: " +
    'w_n = (M-1) h*(N; (1-rho) etaY/K) zeta_n.',
  words:
    "Under the true gradient, with all f_n.f_n' = rho and K = M, overlap slows the decoder by the factor 1 - rho.",
  formula: String.raw`w_n = (M-1)\, h^*\!\left(N; (1-\rho)\,\eta_Y/K\right) \zeta_n`,
  silent:
    'Remark 1 prints (1 - rho)(M-1) h*(N/K) zeta_n, which is false already after two steps: an effective rate is not a factor on h*. Where K < M the ' +
    'zeta_n of the classes do not sum to 0 and w_n is no multiple of zeta_n at all.',
  checks: [
    check.certified({
      rung: frozen,
      statement:
        'Equal overlaps, K = M, every step sees all classes: w_n = (M-1) h* zeta_n with the clock at the rate (1 - rho) etaY/K.',
      expected: 'holds',
      worlds: equalOverlapWorld(),
      margins: rates(slowed),
      share: 0.15,
      controls: [
        {
          drops: 'the rate inside the clock: 1 - rho times h*, as Eq. 43 is printed',
          margins: rates(printed),
        },
        { drops: 'K = M: vocabulary entries that are no target', worlds: equalOverlapWithUnused() },
      ],
    }),
  ],
};
