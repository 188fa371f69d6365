import type { Field } from '../../arithmetic/field.ts';
import type { Formula, Proof } from '../../decide/proof.ts';
import type { Proved } from './proved.ts';

/**
 * Lemmas 8 and 9 for every real M >= 100 at once, M to infinity included. u = 1/M in [0, 1/100], m = ln M, y = 1/m (or 1/x), x the clock's reading.
 *
 * Roots of e^x - (M-1) x, which is convex (negative between its roots, positive outside):
 *
 *     1/(M-1) < x0 < 1/M + 3/M^2      and      ln M + ln ln M < x1 < ln M + (5/4) ln ln M
 *
 *   `x0`: at x = u + 3u^2, ((M-1) x - 1)/u - (e^x - 1)/u = 2 - 3u - (1 + 3u) (e^x - 1)/x, and (e^x - 1)/x < 1/(1 - x/2) on (0, 2). The lower
 *     bound is e^x > 1. `V(x0)`: V(x0) = 2 e^x0 - 1 < 1 + 3u, in the same way: the first stage begins at tau < (1 + 3/M)/M.
 *   `x1-above`: at x = m + ln m, where e^x = M m, ((M-1) x - e^x)/(M ln m) = 1 - u - u m/ln m. Past m = 40 u and u m are numbers of their own
 *     in [0, 1e-17] and [0, 2e-16], and ln m > 1.
 *   `x1-below`: at x = m + y', y' = (5/4) l, l = ln m, (e^x - (M-1) x)/M > e^y' - m - y', which over m is e^(l/4) - 1 - (5/4) l e^-l. It grows
 *     with l past 1, so [1.527, 8] (1.527 < ln ln 100) is enough.
 *
 * First stage, tau <= m. `ahead`: at x = m - 1/2, V/M - m = e^-1/2 - 1/2 - u (m + 1/2) > 0, so the reading is below it. `half`: gamma/tau =
 * (M-1)^2 x/(V V') falls in x (V >= M x is convex with V(0) = 0, so V/x rises, and V' rises), and at m - 1/2 it is at least (1-u)^2 (1 - y/2)/((1 + a y) (1 - u + e^-1/2)), a =
 * e^-1/2 - 1/2.
 *
 * Second stage, x >= x1 > 6. With b = (M-1) x/e^x in [0, 1], V = e^x (1 + b - e^-x), V' = e^x (1 + b/x): gamma tau < 2 ln(M tau) follows from
 * x V/V' < 2 ln V, which is, over x and times 1 + b y, y = 1/x in (0, 1/6],
 *
 *     (1 - b) + 2 b y + e^-x + 2 y (1 + b y) ln(1 + b - e^-x) > 0,
 *
 * and its last two terms are not negative, as b >= e^-x. At y = 0, b = 1 the rest is 0; it is divided by the larger of y and 1 - b: with
 * 1 - b = k y (`late-y`) and with y = k (1 - b) (`late-b`), k in [0, 1].
 */
const one = <T>(F: Field<T>): T => F.of(1);
const half = <T>(F: Field<T>): T => F.exp(F.of(-0.5));

/** An upper bound of (1 + 3u) (e^x - 1)/x at x = u + 3u^2. */
const grown = <T>(F: Field<T>, u: T): T => {
  const factor = F.add(one(F), F.mul(F.of(3), u));
  return F.div(factor, F.sub(one(F), F.div(F.mul(u, factor), F.of(2))));
};

/** e^((k-1) l) - 1 - k l e^-l. */
const below =
  (k: number): Formula =>
  (F, [l]) =>
    F.sub(F.sub(F.exp(F.mul(F.sub(F.of(k), one(F)), l)), one(F)), F.mul(F.mul(F.of(k), l), F.exp(F.neg(l))));

const u = [0, 0.01] as const;
const m = [4.605, 40] as const;
const FAR = [
  [0, 1e-17],
  [0, 2e-16],
] as const;
const y = [0, 0.218] as const;
const unit = [0, 1] as const;

const early: Proof = [
  {
    id: 'x0',
    says: 'x0 < 1/M + 3/M^2',
    variables: ['1/M'],
    box: [u],
    value: (F, [u]) => F.sub(F.sub(F.of(2), F.mul(F.of(3), u)), grown(F, u)),
  },
  {
    id: 'V(x0)',
    says: 'V(x0) < 1 + 3/M',
    variables: ['1/M'],
    box: [u],
    value: (F, [u]) => F.sub(F.of(1.5), grown(F, u)),
  },
  {
    id: 'x1-above',
    says: 'x1 > ln M + ln ln M',
    variables: ['ln M'],
    box: [m],
    value: (F, [m]) => F.sub(one(F), F.mul(F.exp(F.neg(m)), F.add(one(F), F.div(m, F.ln(m))))),
  },
  {
    id: 'x1-above-far',
    says: 'x1 > ln M + ln ln M for ln M >= 40',
    variables: ['1/M', 'ln M/M'],
    box: FAR,
    value: (F, [u, um]) => F.sub(F.sub(one(F), u), um),
  },
  {
    id: 'x1-below',
    says: 'x1 < ln M + (5/4) ln ln M',
    variables: ['ln ln M'],
    box: [[1.527, 8]],
    value: below(1.25),
  },
  {
    id: 'ahead',
    says: 'x < ln M - 1/2 while tau <= ln M',
    variables: ['ln M'],
    box: [m],
    value: (F, [m]) => F.sub(F.sub(half(F), F.of(0.5)), F.mul(F.exp(F.neg(m)), F.add(m, F.of(0.5)))),
  },
  {
    id: 'ahead-far',
    says: 'x < ln M - 1/2 while tau <= ln M, for ln M >= 40',
    variables: ['1/M', 'ln M/M'],
    box: FAR,
    value: (F, [u, um]) => F.sub(F.sub(half(F), F.of(0.5)), F.add(um, F.mul(u, F.of(0.5)))),
  },
  {
    id: 'half',
    says: 'gamma > tau/2 while tau <= ln M',
    variables: ['1/M', '1/ln M'],
    box: [u, y],
    value(F, [u, y]) {
      const less = F.sub(one(F), u);
      const speed = F.mul(F.mul(less, less), F.sub(one(F), F.div(y, F.of(2))));
      const ahead = F.add(one(F), F.mul(F.sub(half(F), F.of(0.5)), y));
      return F.sub(speed, F.div(F.mul(ahead, F.add(less, half(F))), F.of(2)));
    },
  },
];

export const speedProof: Proved = {
  id: 'speed',
  proof: [
    ...early,
    {
      id: 'late-y',
      says: 'gamma < 2 ln(M tau)/tau past x1, where 1 - b <= 1/x',
      variables: ['1/x', '(1-b) x'],
      box: [y, unit],
      value: (F, [y, k]) => F.add(k, F.mul(F.of(2), F.sub(one(F), F.mul(y, k)))),
    },
    {
      id: 'late-b',
      says: 'gamma < 2 ln(M tau)/tau past x1, where 1/x <= 1 - b',
      variables: ['b', '1/(x (1-b))'],
      box: [unit, unit],
      value: (F, [b, k]) => F.add(one(F), F.mul(F.of(2), F.mul(b, k))),
    },
  ],
  controls: [
    {
      id: 'nineteen',
      drops: 'the constant 2 of the second stage: 1.9',
      proof: [
        {
          id: 'late',
          says: 'gamma < 1.9 ln(M tau)/tau past x1',
          variables: ['1/x', 'b'],
          box: [
            [0.001, 0.16],
            [0.5, 1],
          ],
          // (c - 1) - b + c b y + e + c y (1 + b y) ln(1 + b - e)
          value(F, [y, b]) {
            const c = F.of(1.9);
            const e = F.exp(F.neg(F.div(one(F), y)));
            const by = F.mul(b, y);
            const log = F.ln(F.sub(F.add(one(F), b), e));
            const last = F.mul(F.mul(F.mul(c, y), F.add(one(F), by)), log);
            return F.add(F.add(F.sub(F.sub(c, one(F)), b), F.add(F.mul(c, by), e)), last);
          },
        },
      ],
    },
    {
      id: 'eleven',
      drops: 'the constant 5/4 of w1: 1.1',
      proof: [
        {
          id: 'x1-below',
          says: 'x1 < ln M + 1.1 ln ln M',
          variables: ['ln ln M'],
          box: [[1.527, 8]],
          value: below(1.1),
        },
      ],
    },
  ],
};
