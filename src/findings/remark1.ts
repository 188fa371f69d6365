/** Remark 1: the true gradient where all overlaps are equal. */
import { type Field, sum } from '../arithmetic/field.ts';
import { jets, moving } from '../arithmetic/jet.ts';
import { above, equal } from '../decide/margin.ts';
import { fraction, integer, numbers, over } from '../generators/findings.ts';
import { type Finding, reading } from './finding.ts';
import { tauAt } from './formulas.ts';

interface Alike {
  /** M - K, the number of tokens that are no target. */
  readonly spare: number;
  readonly K: number;
  /** f_n.f_n' */
  readonly rho: number;
  /** Reading M h of the clock. */
  readonly x: number;
}
const worlds = numbers<Alike>({
  spare: integer(0, 200),
  K: integer(2, 12),
  rho: fraction(),
  x: over(-2, 1.5),
});

/**
 * The velocity of w_n, sum_j (Phi^T Phi)_nj (e_j - alpha_j), at its target, another target and a token that is no target,
 * in units of etaY/K. The reading of all rows is x: alpha_j = e^x/(M-1+e^x) at its target, 1/(M-1+e^x) elsewhere; 1/M at Y = 0, x = 0.
 */
function velocity<T>(F: Field<T>, { spare, K, rho }: Alike, x: T = F.of(0)): T[] {
  const M = K + spare;
  const grown = F.exp(x);
  const total = F.add(F.of(M - 1), grown);
  const at = (j: number, c: number): T =>
    F.sub(F.of(j === c ? 1 : 0), F.div(j === c ? grown : F.of(1), total));
  const weight = (j: number): T => F.of(j === 0 ? 1 : rho);
  return (spare > 0 ? [0, 1, K] : [0, 1]).map((c) =>
    sum(
      F,
      Array.from({ length: K }, (_, j) => F.mul(weight(j), at(j, c))),
    ),
  );
}
const NAMES = ['the target', 'another target', 'a token that is no target'];

/** Printed: w_n' = (1 - rho) (e_n - 1/M) at the start. */
function* printedStart<T>(F: Field<T>, world: Alike) {
  const M = world.K + world.spare;
  const kept = F.sub(F.of(1), F.of(world.rho));
  for (const [i, v] of velocity(F, world).entries()) {
    const entry = F.sub(F.of(i === 0 ? 1 : 0), F.div(F.of(1), F.of(M)));
    yield equal(F, `velocity of w_n at ${NAMES[i]}`, v, F.mul(kept, entry));
  }
}

/** The gap to other targets grows at the rate 1 - rho, the gap to tokens that are no target at the rate 1. */
function* correctedStart<T>(F: Field<T>, world: Alike) {
  const [own, other, none] = velocity(F, world);
  yield equal(F, 'gap to another target', F.sub(own, other), F.sub(F.of(1), F.of(world.rho)));
  if (none !== undefined) yield equal(F, 'gap to a token that is no target', F.sub(own, none), F.of(1));
}

/**
 * K = M: where w_k = (M-1) h zeta_k for all k, x = M h, the true gradient moves w_n along zeta_n, and the gap x of its entries
 * as the clock of rate 1 - rho. Claim effective-rate checks the same along trajectories.
 */
function* slowed<T>(F: Field<T>, { K, rho, x }: Alike) {
  const S = jets(F, 1);
  const kept = F.sub(F.of(1), F.of(rho));
  const [own, other] = velocity(F, { spare: 0, K, rho, x }, F.of(x));
  yield equal(F, 'w_n moves along zeta_n', own, F.mul(F.of(1 - K), other));
  // tau at which the clock of rate 1 - rho reads x: tau(x) / (1 - rho).
  const slope = F.div(tauAt(S, K, moving(F, 1, F.of(x), F.of(1)))[1], kept);
  yield equal(F, "dx/dtau of the slowed clock and of w_n'", F.mul(slope, F.sub(own, other)), F.of(1));
  // h((1-rho) s) > (1-rho) h(s): when the slower clock reads (1-rho) x, the clock of rate 1 has not yet reached x.
  const part = tauAt(F, K, F.mul(kept, F.of(x)));
  yield above(F, 'h((1-rho) s) above (1-rho) h(s)', F.mul(kept, tauAt(F, K, F.of(x))), part);
}

export const remark1: Finding = {
  id: 'remark-1',
  place: 'Appendix D.2, Remark 1 (Eq. 43)',
  kind: 'false as printed',
  words:
    "w_n(N) = (M-1) h*(N/K)(zeta_n + rho sum_{n' != n} zeta_n') = (1-rho)(M-1) h*(N/K) zeta_n ... Therefore, the effective learning rate is etaY' := (1-rho) etaY",
  why: 'For K < M the second equality fails in the first step, since only K of the zeta_n are summed; for K = M the first fails in the second step, since a smaller rate is not a constant factor. Theorem 1 does not use it; one sentence after Theorem 1 does (finding original-dynamics).',
  expected: 'confirmed',
  printed: reading({
    says: "w_n + rho sum_(n' != n) zeta_n' = (1-rho) zeta_n: all overlaps rho, the true gradient only reduces the decoder's rate to (1-rho) etaY, w_n = (1-rho)(M-1) h*(N/K) zeta_n",
    worlds,
    margins: printedStart,
  }),
  corrected: reading({
    says: 'at the start the gap to other targets grows at the rate (1-rho) etaY, the gap to the M-K tokens that are no target at the rate etaY; for K = M the rate (1-rho) etaY gives h((1-rho) s), which is above (1-rho) h(s)',
    worlds,
    margins: function* <T>(F: Field<T>, world: Alike) {
      yield* correctedStart(F, world);
      yield* slowed(F, world);
    },
  }),
  argument:
    'Eq. 43 sums zeta_n over all M entries of the vocabulary, but only K of them are targets; sum over n <= K of zeta_n is not 0 unless K = M. For K = M claim effective-rate confirms the slower clock along whole trajectories. A slower clock is not a proportionally smaller reading: h is concave.',
};
