import type { Field } from '../../arithmetic/field.ts';
import type { Proved } from './proved.ts';

/**
 * For etaY <= 1, every M >= 2 and every s >= 1: h*(s) - h(s) < (3/10) etaY/M.
 *
 * Let x* = M h*, x = M h, g = x* - x, W = (M - 1 + e^x*)/M >= 1. In claims/decoder-clock.ts: V(x*) - V(x) = M etaY c(s) and
 * c(s) < upper ln W, upper = (e^etaY - 1 - etaY)/etaY^2. Suppose g >= k etaY, k = 3/10. V grows, so
 *
 *     V(x*) - V(x) >= V(x*) - V(x* - k etaY) = (M-1) k etaY + e^x* (1 - e^(-k etaY)),      e^x* = M W - (M - 1).
 *
 * With G = (1 - e^(-k etaY))/etaY, u = 1/M, over M etaY: k (1-u) + (W - 1 + u) G <= c(s) < upper ln W. The left side falls in u, as G <= k, so
 * u = 1/2 is the worst. (W - 1/2) G - upper ln W is convex in W, and least at W = upper/G. `gap` shows that k/2 + upper - G/2 - upper ln(upper/G) > 0, the
 * opposite, whatever W is.
 *
 * Both functions are taken by their series, which do not cancel: G/k >= 1 - z/2 + z^2/6 - z^3/24 with z = k eta (it alternates and falls), and
 * upper <= sum_{j<8} eta^j/(j+2)! + 2 eta^8/10! (the rest is at most a geometric series with the quotient 1/11).
 */
const K = 0.3;

/** A lower bound of G. */
export const clockPull = <T>(F: Field<T>, eta: T): T => {
  const z = F.mul(F.of(K), eta);
  // 1 - z/2 (1 - z/3 (1 - z/4))
  const part = (n: number, rest: T) => F.sub(F.of(1), F.mul(F.div(z, F.of(n)), rest));
  return F.mul(F.of(K), part(2, part(3, part(4, F.of(1)))));
};

/** An upper bound of `upper`. */
export const shiftBound = <T>(F: Field<T>, eta: T): T => {
  // 1/2 (1 + eta/3 (1 + eta/4 (.. (1 + 2 eta/10))))
  let value = F.add(F.of(1), F.div(F.mul(F.of(2), eta), F.of(10)));
  for (let n = 9; n > 2; n--) value = F.add(F.of(1), F.mul(F.div(eta, F.of(n)), value));
  return F.div(value, F.of(2));
};

export const clockGapProof: Proved = {
  id: 'clock-gap',
  proof: [
    {
      id: 'gap',
      says: 'k/2 + (W - 1/2) G > upper ln W for every W',
      variables: ['etaY'],
      box: [[0, 1]],
      value(F, [eta]) {
        const [G, up] = [clockPull(F, eta), shiftBound(F, eta)];
        const rest = F.sub(F.of(K / 2), F.div(G, F.of(2)));
        return F.add(rest, F.mul(up, F.sub(F.of(1), F.ln(F.div(up, G)))));
      },
    },
  ],
  controls: [
    {
      id: 'fifth',
      drops: 'the constant 3/10: 1/5, at M = 2 after two steps',
      proof: [
        {
          id: 'second-step',
          says: 'V(x) > V(x* - etaY/5) at M = 2, s = 2',
          variables: ['etaY'],
          box: [[0.5, 1]],
          value(F, [eta]) {
            const two = F.of(2);
            const star = F.add(eta, F.div(F.mul(two, eta), F.add(F.of(1), F.exp(eta))));
            const back = F.sub(star, F.div(eta, F.of(5)));
            return F.sub(F.mul(F.of(4), eta), F.sub(F.add(F.exp(back), back), F.of(1)));
          },
        },
      ],
    },
  ],
};
