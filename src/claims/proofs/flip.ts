import type { Field } from '../../arithmetic/field.ts';
import type { Formula, Proof } from '../../decide/proof.ts';
import type { Proved } from './proved.ts';

/**
 * When the flip of `learning-rates` comes, for every real M at once.
 *
 * s(x) = (M-1) x - 2 - (x-2) e^x is 0 at x = 0 with the slope M, and concave (s'' = -x e^x): it is positive up to a single root x_f > 0
 * and negative after it. So x_f determines M, and M is elementary in it, e = e^-x:
 *
 *     M(x) = 1 + ((x-2) e^x + 2)/x = e^x w,  w = 1 - 2/x + e (1 + 2/x);      tau_f = V(x)/M(x),  V(x) = (x-1) e^x + 1 at the root.
 *
 * V grows with x, so the flip comes before tau = c ln M exactly when tau_f < c ln M, a statement about the one number x. s grows with M at
 * each x > 0, so x_f does: M >= 14 is x >= x_f(14), which is above 3.4 because s(3.4) > 0 at M = 14; M >= 2 is x >= 2. From x = 10 on y = 1/x is in
 * [0, 1/10], and e and e x, which lie in [0, 5e-5] and [0, 5e-4] there, are taken as numbers of their own.
 */
const M = <T>(F: Field<T>, x: T): T =>
  F.add(F.of(1), F.div(F.add(F.mul(F.sub(x, F.of(2)), F.exp(x)), F.of(2)), x));

/** tau_f = ((x-1) e^x + 1)/M. */
const flipTime = <T>(F: Field<T>, x: T): T =>
  F.div(F.add(F.mul(F.sub(x, F.of(1)), F.exp(x)), F.of(1)), M(F, x));

/** w = M e^-x. */
const w = <T>(F: Field<T>, y: T, e: T): T => {
  const twice = F.mul(F.of(2), y);
  return F.add(F.sub(F.of(1), twice), F.mul(e, F.add(F.of(1), twice)));
};

const before =
  (factor: number): Formula =>
  (F, [x]) =>
    F.sub(F.mul(F.of(factor), F.ln(M(F, x))), flipTime(F, x));

/** (c ln M - tau_f)/x = c + c y ln w - (1 - y + y e)/w. */
const beforeFar =
  (factor: number): Formula =>
  (F, [y, e]) => {
    const c = F.of(factor);
    const time = F.div(F.add(F.sub(F.of(1), y), F.mul(y, e)), w(F, y, e));
    return F.sub(F.add(c, F.mul(F.mul(c, y), F.ln(w(F, y, e)))), time);
  };

const after =
  (factor: number): Formula =>
  (F, [x]) =>
    F.sub(flipTime(F, x), F.mul(F.of(factor), F.ln(M(F, x))));

/** tau_f - ln M = (1 - e - e x)/w - ln w. */
const afterFar: Formula = (F, [y, e, ex]) =>
  F.sub(F.div(F.sub(F.sub(F.of(1), e), ex), w(F, y, e)), F.ln(w(F, y, e)));

const FAR = { y: [0, 0.1], e: [0, 5e-5], ex: [0, 5e-4] } as const;

const late = (from: number, factor = 2): Proof => [
  {
    id: 'late',
    says: `tau_f < ${factor} ln M`,
    variables: ['x'],
    box: [[from, 10]],
    value: before(factor),
  },
  {
    id: 'late-far',
    says: `tau_f < ${factor} ln M for x >= 10`,
    variables: ['1/x', 'e^-x'],
    box: [FAR.y, FAR.e],
    value: beforeFar(factor),
  },
];

export const flipProof: Proved = {
  id: 'flip',
  proof: [
    {
      id: 'start',
      says: 's(x) > 0 at M = 14, x = 3.4: the flip comes later',
      variables: ['x'],
      box: [[3.4, 3.4]],
      value: (F, [x]) => F.sub(F.sub(F.mul(F.of(13), x), F.of(2)), F.mul(F.sub(x, F.of(2)), F.exp(x))),
    },
    ...late(3.4),
    { id: 'early', says: 'tau_f > ln M', variables: ['x'], box: [[2, 10]], value: after(1) },
    {
      id: 'early-far',
      says: 'tau_f > ln M for x >= 10',
      variables: ['1/x', 'e^-x', 'x e^-x'],
      box: [FAR.y, FAR.e, FAR.ex],
      value: afterFar,
    },
  ],
  controls: [
    { id: 'thirteen', drops: 'M >= 14: all M from 13 on', proof: late(3.34) },
    {
      id: 'half-as-late',
      drops: 'the constant 1 of ln M: the flip after 3/2 ln M',
      proof: [{ id: 'early', says: 'tau_f > 3/2 ln M', variables: ['x'], box: [[2, 10]], value: after(1.5) }],
    },
  ],
};
