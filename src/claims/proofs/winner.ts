import type { Formula } from '../../decide/proof.ts';
import type { Proved } from './proved.ts';

/**
 * Winner takes all, but only in the limit: in every world of two classes, one query token and one common token, B_n >= (1/16) ln(1 + 8 S(0) Gamma), which grows without
 * bound with Gamma, that is with the time, as Gamma is a multiple of x^2 (ladder/clock.ts).
 *
 * Then exp(2 f^2 B) <= chi (Theorem 3) grows without bound, so each distinct token but the dominant one loses all of its attention relative to it: one winner as
 * t -> infinity. At every finite time the runner-up keeps its share (claims/sparsification.ts), as B is finite: several.
 *
 * In the notation of brake.ts, brake = d(1/S)/dGamma < 8 at all times: (1) with D_i <= a_i is at most
 *
 *     brake/2 <= sum_i t_i (A H_i)^+ (1 + t_i),     A H_i <= A (t (1-t)/B + t_i),   A = (1-e)/(1-t),   because R <= 1,
 *
 * and `bound` is 4 less that. So 1/S <= 1/S(0) + 8 Gamma. Here xi_1 = xi_2 = q1 X, and S = (1/2) q1 (a_1 + a_2) X <= xi_n. Hence B_n = (1/2) int xi_n dGamma >=
 * (1/2) int S dGamma >= (1/16) ln(1 + 8 S(0) Gamma).
 *
 * With one distinct token in each class and M -> infinity the sum is brake/2 itself, so the control refutes the constant 4 in place of 8.
 */
const bound =
  (most: number): Formula =>
  (F, [t, c]) => {
    const one = F.of(1);
    const [e, rest] = [F.mul(c, c), F.sub(one, t)];
    const B = F.add(rest, F.mul(t, e));
    // A H_i/(1-e) at R = 1: t/B + t_i/(1-t).
    const both = F.div(t, B);
    const first = F.mul(F.mul(t, F.add(one, t)), F.add(both, F.div(t, rest)));
    const second = F.mul(F.mul(rest, F.add(one, rest)), F.add(both, one));
    return F.sub(F.of(most), F.mul(F.sub(one, e), F.add(first, second)));
  };

export const winnerProof: Proved = {
  id: 'winner',
  proof: [
    {
      id: 'bound',
      says: 'brake < 8',
      variables: ['t', 'c_2'],
      box: [
        [0, 0.5],
        [0, 1],
      ],
      value: bound(4),
    },
  ],
  controls: [
    {
      id: 'half',
      drops: 'the constant 8: 4',
      proof: [
        {
          id: 'bound',
          says: 'brake < 4',
          variables: ['t', 'c_2'],
          box: [
            [0.01, 0.5],
            [0.01, 1],
          ],
          value: bound(2),
        },
      ],
    },
  ],
};
