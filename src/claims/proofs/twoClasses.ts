import type { Field } from '../../arithmetic/field.ts';
import { inverse } from '../../arithmetic/linear.ts';
import type { Formula } from '../../decide/proof.ts';
import type { Proved } from './proved.ts';

/**
 * The criterion of `fate-two-classes` in every world of two classes, at every M >= 2.
 *
 * Of a world z' of a token has only r = f_1.f_2 in (0, 1), its shares a, b in the two classes, and M: with phi = (a, b), Pi the classes of the row's query,
 * K z' = (q1-q0) phi^T Pi A phi + q0 (1^T Pi phi) (phi^T A 1) - q1 phi^T Pi phi, A = (I+E)^-1. The two identities are
 *
 *     (M-1)^2 (1-r^2) K z' = M ((M-1) r + 1) (r (a^2+b^2) - 2ab)      one query: Pi = I
 *     (M-1)^2 (1-r^2) K z' = M ((M-1) r + 1) a (r a - b)              a query of class 1: Pi = e_1 e_1^T
 *
 * and every factor but the criterion, the last one, is positive.
 * Both sides are polynomials, of degree at most 2 in each of M, r, a and b: (1-r^2) A = [[1, -r], [-r, 1]], (M-1)^2 q1 = M (M-1), (M-1)^2 q0 = -M.
 */
const identity =
  (both: boolean, twice: number): Formula =>
  <T>(F: Field<T>, [M, r, a, b]: readonly T[]): T => {
    const one = F.of(1);
    const rest = F.sub(M, one);
    const q1 = F.div(M, rest);
    const q0 = F.neg(F.div(q1, rest));
    const A = inverse(F, [
      [one, r],
      [r, one],
    ]);
    const Aphi = A.map(([x, y]) => F.add(F.mul(x, a), F.mul(y, b)));
    const own = both ? [a, b] : [a];
    const over = (f: (x: T, i: number) => T) => own.map(f).reduce((x, y) => F.add(x, y));
    const straight = F.mul(
      F.sub(q1, q0),
      over((x, i) => F.mul(x, Aphi[i])),
    );
    const crossed = F.mul(
      F.mul(
        q0,
        over((x) => x),
      ),
      F.add(Aphi[0], Aphi[1]),
    );
    const brake = F.mul(
      q1,
      over((x) => F.mul(x, x)),
    );
    const left = F.sub(F.add(straight, crossed), brake);
    const whole = F.mul(F.mul(F.mul(rest, rest), F.sub(one, F.mul(r, r))), left);
    const criterion = both
      ? F.sub(F.mul(r, F.add(F.mul(a, a), F.mul(b, b))), F.mul(F.of(twice), F.mul(a, b)))
      : F.mul(a, F.sub(F.mul(r, a), b));
    return F.sub(whole, F.mul(F.mul(M, F.add(F.mul(rest, r), one)), criterion));
  };

const variables = ['M', 'r', 'a', 'b'];
/** r = 0, 1 and M = 1 have no A or no q. */
const grid = [
  { from: 2, degree: 2 },
  { from: 2, degree: 2 },
  { from: 0, degree: 2 },
  { from: 0, degree: 2 },
];

export const twoClassesProof: Proved = {
  id: 'two-classes',
  proof: [
    {
      id: 'one-query',
      says: "z' by r (a^2+b^2) - 2ab, one query",
      variables,
      grid,
      value: identity(true, 2),
    },
    {
      id: 'two-queries',
      says: "z' by a (r a - b), a query of class 1",
      variables,
      grid,
      value: identity(false, 2),
    },
  ],
  controls: [
    {
      id: 'without-two',
      drops: 'the 2 of 2ab: 1 in its place',
      proof: [
        {
          id: 'one-query',
          says: "z' by r (a^2+b^2) - ab",
          variables,
          grid,
          value: identity(true, 1),
        },
      ],
    },
  ],
};
