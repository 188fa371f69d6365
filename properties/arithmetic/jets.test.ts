import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Interval, interval } from '../../src/arithmetic/decimal.ts';
import type { Field } from '../../src/arithmetic/field.ts';
import { float64 } from '../../src/arithmetic/float64.ts';
import { type Jet, jets, moving } from '../../src/arithmetic/jet.ts';
import { expression } from './expressions.ts';

const overlap = (a: Interval, b: Interval) => a.lo.lessThanOrEqualTo(b.hi) && b.lo.lessThanOrEqualTo(a.hi);
const quarter = fc.integer({ min: -12, max: 12 }).map((k) => k / 4);
const digits = fc.integer({ min: 20, max: 40 });

/** [f(x), f'(x), f''(x)] from a jet of order 2. */
const derivatives = (
  F: Field<Interval>,
  f: (J: Field<Jet<Interval>>, x: Jet<Interval>) => Jet<Interval>,
  x: number,
) => {
  const j = f(jets(F, 2), moving(F, 2, F.of(x), F.of(1)));
  return [j[0], j[1], F.mul(F.of(2), j[2])];
};

describe('derivatives of compositions are the closed forms', () => {
  const forms: Record<
    string,
    {
      f: <T>(F: Field<T>, x: T, a: T) => T;
      first: <T>(F: Field<T>, x: T, a: T) => T;
      second: <T>(F: Field<T>, x: T, a: T) => T;
    }
  > = {
    'exp(a x^2)': {
      f: (F, x, a) => F.exp(F.mul(a, F.mul(x, x))),
      first: (F, x, a) => F.mul(F.mul(F.mul(F.of(2), a), x), F.exp(F.mul(a, F.mul(x, x)))),
      // (2a + 4 a^2 x^2) exp(a x^2)
      second: (F, x, a) =>
        F.mul(
          F.add(F.mul(F.of(2), a), F.mul(F.of(4), F.mul(F.mul(a, a), F.mul(x, x)))),
          F.exp(F.mul(a, F.mul(x, x))),
        ),
    },
    'ln(1 + a^2 + x^2)': {
      f: (F, x, a) => F.ln(F.add(F.add(F.of(1), F.mul(a, a)), F.mul(x, x))),
      first: (F, x, a) => F.div(F.mul(F.of(2), x), F.add(F.add(F.of(1), F.mul(a, a)), F.mul(x, x))),
      // 2 (c - x^2) / (c + x^2)^2 with c = 1 + a^2
      second: (F, x, a) => {
        const c = F.add(F.of(1), F.mul(a, a));
        const s = F.add(c, F.mul(x, x));
        return F.div(F.mul(F.of(2), F.sub(c, F.mul(x, x))), F.mul(s, s));
      },
    },
    'sqrt(1 + a^2 + x^2)': {
      f: (F, x, a) => F.sqrt(F.add(F.add(F.of(1), F.mul(a, a)), F.mul(x, x))),
      first: (F, x, a) => F.div(x, F.sqrt(F.add(F.add(F.of(1), F.mul(a, a)), F.mul(x, x)))),
      // (1 + a^2) / s^3
      second: (F, x, a) => {
        const c = F.add(F.of(1), F.mul(a, a));
        const s = F.sqrt(F.add(c, F.mul(x, x)));
        return F.div(c, F.mul(s, F.mul(s, s)));
      },
    },
    'a / (1 + x^2)': {
      f: (F, x, a) => F.div(a, F.add(F.of(1), F.mul(x, x))),
      first: (F, x, a) => {
        const s = F.add(F.of(1), F.mul(x, x));
        return F.div(F.mul(F.of(-2), F.mul(a, x)), F.mul(s, s));
      },
      // a (6 x^2 - 2) / (1 + x^2)^3
      second: (F, x, a) => {
        const s = F.add(F.of(1), F.mul(x, x));
        return F.div(F.mul(a, F.sub(F.mul(F.of(6), F.mul(x, x)), F.of(2))), F.mul(s, F.mul(s, s)));
      },
    },
  };
  for (const [name, { f, first, second }] of Object.entries(forms))
    it(name, () => {
      fc.assert(
        fc.property(digits, quarter, quarter, (p, x, a) => {
          const F = interval(p);
          const got = derivatives(F, (S, t) => f(S, t, S.of(a)), x);
          const expected = [f, first, second].map((g) => g(F, F.of(x), F.of(a)));
          got.forEach((g, i) => {
            expect(overlap(g, expected[i])).toBe(true);
            // |x|, |a| <= 3: no term exceeds (2 + 4 a^2 x^2) exp(a x^2) <= 326 e^27 < 2e14, and fewer than 40
            // operations add at most 4 ulp each: 160 * 2e14 * 10^(1-p) < 10^(18-p).
            expect(F.radius(g)).toBeLessThanOrEqual(10 ** (18 - p));
          });
        }),
        { seed: 1, numRuns: 100 },
      );
    });
});

/** Laws of Taylor series that hold coefficient by coefficient. */
const laws = (make: (F: Field<Interval>, order: number) => Field<Jet<Interval>>) =>
  fc.property(
    digits,
    fc.array(quarter, { minLength: 6, maxLength: 6 }),
    fc.array(quarter, { minLength: 6, maxLength: 6 }),
    (p, u, v) => {
      const F = interval(p);
      const S = make(F, 5);
      const same = (a: Jet<Interval>, b: Jet<Interval>) =>
        a.length === 6 && a.every((x, i) => overlap(x, b[i]));
      const a = u.map(F.of);
      const b = v.map(F.of);
      const positive = S.add(S.of(1), S.mul(a, a));
      return (
        same(S.ln(S.exp(a)), a) &&
        same(S.exp(S.ln(positive)), positive) &&
        same(S.mul(S.sqrt(positive), S.sqrt(positive)), positive) &&
        same(S.mul(S.div(b, positive), positive), b) &&
        same(S.exp(S.add(a, b)), S.mul(S.exp(a), S.exp(b))) &&
        same(S.sub(S.neg(a), b), S.neg(S.add(b, a))) &&
        same(S.ln(S.mul(positive, S.exp(b))), S.add(S.ln(positive), b))
      );
    },
  );

/** f(x + h) - f(x - h) = 2 h f'(x) + 2 h^3 c3 for some point of [x - h, x + h], c3 = f'''/6 there. */
const centralDifference = (make: (F: Field<Interval>, order: number) => Field<Jet<Interval>>) =>
  fc.property(
    digits,
    expression(3),
    quarter,
    fc.integer({ min: 1, max: 8 }).map((k) => 2 ** -k),
    (p, f, x, h) => {
      const F = interval(p);
      const S = make(F, 3);
      const difference = F.sub(f.at(F, F.of(x + h)), f.at(F, F.of(x - h)));
      const slope = f.at(S, moving(F, 3, F.of(x), F.of(1)))[1];
      const around = { lo: F.of(x - h).lo, hi: F.of(x + h).hi };
      const third = f.at(S, moving(F, 3, around, F.of(1)))[3];
      const series = F.mul(F.of(2 * h), F.add(slope, F.mul(F.of(h * h), third)));
      return overlap(difference, series);
    },
  );

describe('Taylor arithmetic', () => {
  it('obeys the laws of series in every coefficient', () => {
    fc.assert(laws(jets), { seed: 2, numRuns: 60 });
  });
  it('agrees with central differences within the remainder that the jet encloses', () => {
    fc.assert(centralDifference(jets), { seed: 3, numRuns: 400 });
  });
  it('is the plain field in its constant term', () => {
    fc.assert(
      fc.property(expression(3), quarter, (f, x) => {
        const S = jets(float64, 2);
        expect(S.toNumber(f.at(S, moving(float64, 2, x, 1)))).toBe(f.at(float64, x));
      }),
      { seed: 4 },
    );
  });
  it('has sign 0 only where the whole series is 0', () => {
    const S = jets(float64, 2);
    expect(S.sign([0, 0, 0])).toBe(0);
    expect(S.sign([0, 1, 0])).toBeUndefined();
    expect(S.sign([0, 0, -1])).toBeUndefined();
    expect(S.sign([-2, 1, 0])).toBe(-1);
    expect(S.sign([NaN, 0, 0])).toBeUndefined();
  });

  /** Each has one wrong operation: values stay right, derivatives do not. */
  const mutants: Record<
    string,
    (F: Field<Interval>, J: Field<Jet<Interval>>) => Partial<Field<Jet<Interval>>>
  > = {
    'a product rule without its second term': (F, S) => ({
      mul: (a, b) => S.mul(a, b).map((x, i) => (i === 1 ? F.mul(a[1], b[0]) : x)),
    }),
    'exp without the 1/i of its recurrence': (F, S) => ({
      exp: (a) => S.exp(a).map((x, i) => (i === 2 ? F.mul(F.of(2), x) : x)),
    }),
    'ln without the products of its recurrence': (F, S) => ({
      ln: (a) => S.ln(a).map((x, i) => (i === 2 ? F.div(a[2], a[0]) : x)),
    }),
    'sqrt with a derivative twice too large': (F, S) => ({
      sqrt: (a) => S.sqrt(a).map((x, i) => (i === 1 ? F.mul(F.of(2), x) : x)),
    }),
    'a quotient of the wrong sign in its slope': (F, S) => ({
      div: (a, b) => S.div(a, b).map((x, i) => (i === 1 ? F.neg(x) : x)),
    }),
  };
  for (const [name, mutate] of Object.entries(mutants)) {
    const broken = (F: Field<Interval>, order: number) => {
      const S = jets(F, order);
      return { ...S, ...mutate(F, S) };
    };
    it(`control: the laws find ${name}`, () => {
      expect(fc.check(laws(broken), { endOnFailure: true, seed: 2, numRuns: 60 }).failed).toBe(true);
    });
    it(`control: central differences find ${name}`, () => {
      expect(fc.check(centralDifference(broken), { endOnFailure: true, seed: 3, numRuns: 400 }).failed).toBe(
        true,
      );
    });
  }
});
