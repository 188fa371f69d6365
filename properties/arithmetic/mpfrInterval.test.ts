import fc from 'fast-check';
import { expect, it } from 'vitest';
import { exactDecimal, type Interval, interval } from '../../src/arithmetic/decimal.ts';
import type { Field } from '../../src/arithmetic/field.ts';
import { DOWN, NEAREST, UP } from '../../src/arithmetic/mpfr.ts';
import { type Directions, mpfrInterval } from '../../src/arithmetic/mpfrInterval.ts';
import { describeMpfr } from '../support/mpfr.ts';
import { Exact } from './exact.ts';
import { expression } from './expressions.ts';
import { apply, inclusion } from './inclusion.ts';
import { withDecimalEnds } from './mpfrText.ts';
import type { Operation } from './oracle.ts';

const OPERATIONS: Operation[] = ['add', 'sub', 'mul', 'div', 'neg', 'sqrt', 'exp', 'ln'];
const ROUNDED: Operation[] = ['add', 'sub', 'mul', 'div', 'sqrt', 'exp', 'ln'];
const by = (directions?: Directions) => (digits: number) => withDecimalEnds(mpfrInterval(digits, directions));

describeMpfr('every operation of MPFR intervals contains the exact result', () => {
  for (const op of OPERATIONS)
    it(`${op}, against doubled precision`, () => {
      fc.assert(inclusion(op, 2, by()), { seed: 1, numRuns: 600 });
    });
});

describeMpfr('control: the same property finds in MPFR intervals', () => {
  const broken: Record<string, Directions> = {
    'lower ends rounded to nearest': { down: NEAREST, up: UP },
    'upper ends rounded to nearest': { down: DOWN, up: NEAREST },
    'directions exchanged': { down: UP, up: DOWN },
  };
  for (const [name, directions] of Object.entries(broken))
    for (const op of ROUNDED)
      it(`${op} with ${name}`, () => {
        expect(
          fc.check(inclusion(op, 2, by(directions)), { endOnFailure: true, seed: 3, numRuns: 600 }).failed,
        ).toBe(true);
      });
});

describeMpfr('where a result does not exist or leaves the exponent range, MPFR intervals', () => {
  const point = (x: string): Interval => ({ lo: new Exact(x), hi: new Exact(x) });
  const F = () => withDecimalEnds(mpfrInterval(20));

  it('are unbounded for a quotient by an interval that contains or touches 0', () => {
    const G = F();
    for (const b of [G.of(0), G.between(0, 1), G.between(-1, 0), G.between(-1, 1)]) {
      const q = G.div(G.of(1), b);
      expect(q.lo.equals(-Infinity) && q.hi.equals(Infinity)).toBe(true);
      expect([G.sign(q), G.radius(q), G.toNumber(q)]).toEqual([undefined, Infinity, Number.NaN]);
    }
  });
  it('are unbounded for the root of a negative interval, not of one that contains 0', () => {
    const G = F();
    const none = G.sqrt(G.between(-4, -1));
    expect(none.lo.equals(-Infinity) && none.hi.equals(Infinity)).toBe(true);
    const part = G.sqrt(G.between(-4, 9));
    expect(part.lo.isZero() && part.hi.equals(3)).toBe(true);
    expect(G.sign(G.sqrt(G.of(0)))).toBe(0);
  });
  it('keep the direction on overflow and underflow', () => {
    const G = F();
    const far = G.exp(G.of(1e18));
    expect(far.lo.greaterThan('1e300000000') && far.lo.isFinite() && far.hi.equals(Infinity)).toBe(true);
    const near = G.exp(G.of(-1e18));
    expect(near.lo.isZero() && near.hi.greaterThan(0) && near.hi.lessThan('1e-300000000')).toBe(true);
    expect(G.sign(near)).toBeUndefined();
    const tiny = point('1e-320000000');
    expect(G.sign(G.mul(tiny, tiny))).toBeUndefined();
    expect(G.sign(G.sub(tiny, tiny))).not.toBe(1);
  });
  it('are intervals for unbounded operands and for NaN', () => {
    const G = F();
    const odd = [NaN, Infinity, -Infinity, 0, 1, -1].map(G.of);
    for (const op of OPERATIONS)
      for (const a of odd)
        for (const b of odd) {
          const { lo, hi } = apply(G, op, a, b);
          expect(lo.isNaN() || hi.isNaN() || lo.greaterThan(hi)).toBe(false);
          expect(lo.equals(Infinity) || hi.equals(-Infinity)).toBe(false);
        }
  });
  it('have the signs, widths and doubles of their ends', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.double({ min: 0, max: 1e10, noNaN: true }),
        (x, width) => {
          const G = mpfrInterval(20);
          G.memory.scope(() => {
            expect(G.toNumber(G.of(x)) + 0).toBe(x + 0); // -0 becomes 0
            expect(G.radius(G.of(x))).toBe(0);
            expect(G.sign(G.of(x))).toBe(Math.sign(x) + 0);
            const a = G.between(x, x + width);
            const far = exactDecimal(x + width).minus(exactDecimal(x));
            const radius = G.radius(a);
            expect(exactDecimal(radius).greaterThanOrEqualTo(far)).toBe(true);
            // Rounded up twice: to the field's digits, and to a double.
            expect(radius <= far.toNumber() * (1 + 2 * Number.EPSILON) + Number.MIN_VALUE).toBe(true);
            expect(G.radius(G.lower(a))).toBe(0);
            expect(G.toNumber(G.lower(a)) + 0).toBe(x + 0);
          });
        },
      ),
      { seed: 4, numRuns: 500 },
    );
  });
});

describeMpfr('intervals of decimal.js and of MPFR, on the same expressions', () => {
  // The value lies in both, so that disjoint enclosures show that one is wrong.
  const meet = (decimalField: (p: number) => Field<Interval>) =>
    fc.property(
      expression(3),
      fc.integer({ min: -12, max: 12 }),
      fc.integer({ min: 5, max: 40 }),
      ({ at, text }, quarters, p) => {
        const ours = at(decimalField(p), decimalField(p).of(quarters / 4));
        // At the same digits, and at three times as many: almost a point.
        for (const digits of [p, 3 * p]) {
          const F = withDecimalEnds(mpfrInterval(digits));
          const { lo, hi } = at(F, F.of(quarters / 4));
          if (lo.greaterThan(ours.hi) || hi.lessThan(ours.lo))
            throw new Error(`${text} at ${quarters / 4}: [${ours.lo}, ${ours.hi}] and [${lo}, ${hi}]`);
        }
      },
    );
  it('overlap, and the decimal one contains the enclosure at three times the digits', () => {
    fc.assert(
      meet((p) => interval(p)),
      { seed: 5, numRuns: 250 },
    );
  });
  it('control: a decimal exp that is an ulp too large is found', () => {
    const shifted = (p: number): Field<Interval> => {
      const F = interval(p);
      const shift = (a: Interval) => F.mul(a, F.add(F.of(1), F.of(10 ** (2 - p))));
      return { ...F, exp: (a) => shift(F.exp(a)) };
    };
    expect(fc.check(meet(shifted), { endOnFailure: true, seed: 5, numRuns: 250 }).failed).toBe(true);
  });
});
