import type { Field } from '../../arithmetic/field.ts';
import { inverse } from '../../arithmetic/linear.ts';
import type { Formula } from '../../decide/proof.ts';
import type { Proved } from './proved.ts';

/**
 * xi_n/gamma = (A q^(n))_n - q1 of the first of some classes, from their overlaps. M is a number of the field.
 */
function xiOfFirst<T>(F: Field<T>, E: readonly (readonly T[])[], M: T): T {
  const A = inverse(F, E);
  const rest = F.sub(M, F.of(1));
  const q1 = F.div(M, rest);
  const q0 = F.neg(F.div(q1, rest));
  const [first, ...others] = A[0];
  const all = others.reduce((sum, a) => F.add(sum, F.mul(q0, a)), F.mul(q1, first));
  return F.sub(all, q1);
}

/**
 * Every world of two or three classes, at every M >= 2, whatever the overlaps and however many common tokens: xi_n > 0 for each class that overlaps another, and so
 * every distinct token of such a class gains (Theorem 2(a) without Assumption 2).
 *
 * A world is its overlaps p = f_1.f_2, q = f_1.f_3, s = f_2.f_3 in [0, 1) (no entry of f is negative) with D = det(I + E) > 0, and M. `identity`:
 *
 *     D ((M-1)^2/M) xi_1/gamma = (M-1) N + (p+q) (1-s),      N = p^2 + q^2 - 2pqs = (p-q)^2 + 2pq (1-s).
 *
 * With p = rho t, q = rho (1-t), rho > 0: N/(1-s) >= rho^2 ((1-2t)^2 + 2t (1-t)), because 1/(1-s) >= 1. `square` shows that this is positive for
 * t in [0, 1]; t and 1-t are the second and the third class, and may change places. Two classes: q = s = 0.
 */
const identity: Formula = (F, [p, q, s, M]) => {
  const [one, two] = [F.of(1), F.of(2)];
  const xi = xiOfFirst(
    F,
    [
      [one, p, q],
      [p, one, s],
      [q, s, one],
    ],
    M,
  );
  const pq = F.mul(p, q);
  const squares = F.add(F.mul(p, p), F.mul(q, q));
  const det = F.sub(F.add(one, F.mul(F.mul(two, pq), s)), F.add(squares, F.mul(s, s)));
  const rest = F.sub(M, one);
  const N = F.sub(squares, F.mul(F.mul(two, pq), s));
  const right = F.add(F.mul(rest, N), F.mul(F.add(p, q), F.sub(one, s)));
  return F.sub(F.mul(F.mul(det, F.mul(rest, rest)), xi), F.mul(M, right));
};

export const xiProof: Proved = {
  id: 'xi-positive',
  proof: [
    {
      id: 'identity',
      says: 'D (M-1)^2 xi_1/gamma = M ((M-1) (p^2 + q^2 - 2pqs) + (p+q) (1-s))',
      variables: ['p', 'q', 's', 'M'],
      grid: [
        { from: 2, degree: 2 },
        { from: 5, degree: 2 },
        { from: 11, degree: 2 },
        { from: 2, degree: 2 },
      ],
      value: identity,
    },
    {
      id: 'square',
      says: '(1-2t)^2 + 2t (1-t) > 0',
      variables: ['p/(p+q)'],
      box: [[0, 0.5]],
      mirror: [1],
      value(F, [t]) {
        const away = F.sub(F.of(1), F.mul(F.of(2), t));
        return F.add(F.mul(away, away), F.mul(F.mul(F.of(2), t), F.sub(F.of(1), t)));
      },
    },
  ],
  controls: [
    {
      id: 'four-classes',
      drops:
        'K <= 3: a class overlaps a hub by e, the hub two others by h, e <= 0.5 and h <= 0.6 (then D > 0)',
      proof: [
        {
          id: 'hub',
          says: 'xi_1 > 0 for four classes',
          variables: ['e', 'h', '1/(M-1)'],
          box: [
            [0, 0.5],
            [0, 0.6],
            [0.01, 1],
          ],
          value(F, [e, h, v]) {
            const [one, zero] = [F.of(1), F.of(0)];
            const rows = [
              [one, e, zero, zero],
              [e, one, h, h],
              [zero, h, one, zero],
              [zero, h, zero, one],
            ];
            return xiOfFirst(F, rows, F.add(one, F.div(one, v)));
          },
        },
      ],
    },
  ],
};
