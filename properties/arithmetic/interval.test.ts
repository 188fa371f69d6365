import type { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, exactDecimal, interval } from '../../src/arithmetic/decimal.ts';
import { Exact } from './exact.ts';
import { apply, broken, fault, inclusion, rounded, unguarded } from './inclusion.ts';
import { operand } from './operands.ts';
import { type Operation, truth } from './oracle.ts';

const OPERATIONS: Operation[] = ['add', 'sub', 'mul', 'div', 'neg', 'sqrt', 'exp', 'ln'];
const ROUNDED: Operation[] = ['add', 'sub', 'mul', 'div', 'sqrt', 'exp', 'ln'];
/** 99 % find a fault in a part of 0.6 %, or 1.2 %, of the operands. exp and ln cost a hundred times the others. */
const runs = (op: Operation) => (op === 'exp' || op === 'ln' ? 400 : 800);

describe('every interval operation contains the exact result', () => {
  for (const op of OPERATIONS) {
    it(`${op}, against doubled precision`, () => {
      fc.assert(inclusion(op, 2), { seed: 1, numRuns: runs(op) });
    });
    it(`${op}, against quadruple precision`, () => {
      fc.assert(inclusion(op, 4), { seed: 2, numRuns: runs(op) / 4 });
    });
  }
});

describe('control: the same property finds', () => {
  for (const [name, rounding] of Object.entries(broken))
    for (const op of ROUNDED)
      it(`${op} with ${name}`, () => {
        expect(
          fc.check(inclusion(op, 2, rounded(rounding)), { endOnFailure: true, seed: 3, numRuns: runs(op) })
            .failed,
        ).toBe(true);
      });
  for (const op of ['exp', 'ln'] as const)
    it(`${op} without its guard ulp`, () => {
      expect(
        fc.check(inclusion(op, 2, rounded(unguarded)), { endOnFailure: true, seed: 3, numRuns: runs(op) })
          .failed,
      ).toBe(true);
    });
});

describe('known hard cases', () => {
  const exactly = (x: string) => {
    const point = new Exact(x);
    return { range: { lo: point, hi: point }, point };
  };
  const one = exactly('1');
  const cases: [Operation, number, string][] = [
    // Above ln 1.2346 by less than 10^-20: exp is above 1.2346 by less than the error of `exponential`.
    ['exp', 5, '0.21074703097765846101'],
    // The same of `logarithm`: ln is above 3.7394 and above -0.66791 by less than its error.
    ['ln', 5, '42.0727389470208318064919351359363498'],
    ['ln', 5, '0.512779167090235311340934858'],
  ];
  for (const [op, digits, x] of cases) {
    it(`${op}(${x}) to ${digits} digits`, () => {
      expect(fault(interval(digits), op, exactly(x), one, 3 * digits)).toBeUndefined();
    });
    it(`control: ${op}(${x}) to ${digits} digits without the guard ulp`, () => {
      expect(fault(interval(digits, unguarded(digits)), op, exactly(x), one, 3 * digits)).toMatch('outside');
    });
  }

  it('exp above and below the exponent range', () => {
    const F = interval(20);
    const far = F.exp(F.of(1e18));
    expect(far.lo.isFinite() && far.lo.greaterThan('1e8999999999999999')).toBe(true);
    expect(far.hi.equals(Infinity)).toBe(true);
    const near = F.exp(F.of(-1e18));
    expect(near.lo.isZero()).toBe(true);
    expect(near.hi.greaterThan(0) && near.hi.lessThan('1e-8999999999999999')).toBe(true);
    expect(F.sign(near)).toBeUndefined();
  });

  it('exp is widened at the last exponents before underflow', () => {
    // exp x = 1.17 10^-9e15, whose ulp lies below the least positive number.
    const x = new Exact('-20723265836946411.0');
    const F = interval(30);
    const { lo, hi } = F.exp({ lo: x, hi: x });
    // Widened by the least positive number on each side: 1.17 - 1 underflows to 0, 1.17 + 1 does not.
    expect(lo.isZero()).toBe(true);
    expect(hi.greaterThan('2.1e-9000000000000000')).toBe(true);
  });

  it('a difference that underflows is not taken for an exact zero', () => {
    const F = interval(10);
    const a = exactly('1.5e-9000000000000000').range;
    const b = exactly('1.4e-9000000000000000').range;
    const { lo, hi } = F.sub(a, b);
    expect(lo.lessThanOrEqualTo(0) && hi.greaterThan(0)).toBe(true);
    expect(F.sign(F.sub(b, a))).toBeUndefined();
    expect(F.sign(F.sub(a, a))).toBe(0);
  });

  it('products and quotients that underflow or overflow keep their side', () => {
    const F = interval(10);
    const least = exactly('1e-9000000000000000').range;
    const most = exactly('9e9000000000000000').range;
    for (const [x, y] of [
      [least, least],
      [most, most],
    ])
      for (const s of [1, -1] as const) {
        const p = F.mul(s === 1 ? x : F.neg(x), y);
        expect(s === 1 ? p.hi.greaterThan(0) : p.lo.lessThan(0)).toBe(true);
        expect(p.lo.lessThanOrEqualTo(p.hi)).toBe(true);
        expect(p.lo.equals(Infinity) || p.hi.equals(-Infinity)).toBe(false);
      }
    expect(F.sign(F.div(least, most))).toBeUndefined();
    expect(F.div(most, least).lo.isFinite()).toBe(true);
  });

  it('division by an interval that contains or touches 0 is unbounded', () => {
    const F = interval(10);
    const between = (lo: number, hi: number) => ({ lo: F.of(lo).lo, hi: F.of(hi).hi });
    for (const b of [between(0, 0), between(0, 1), between(-1, 0), between(-1, 1)]) {
      const q = F.div(F.of(1), b);
      expect(q.lo.equals(-Infinity) && q.hi.equals(Infinity)).toBe(true);
      expect(F.sign(q)).toBeUndefined();
      expect(F.radius(q)).toBe(Infinity);
      expect(F.toNumber(q)).toBeNaN();
    }
  });

  it('the root of a negative interval is unbounded, of one that contains 0 the root of its nonnegative part', () => {
    const F = interval(10);
    const none = F.sqrt(F.between(-4, -1));
    expect(none.lo.equals(-Infinity) && none.hi.equals(Infinity)).toBe(true);
    const part = F.sqrt(F.between(-4, 9));
    expect(part.lo.isZero() && part.hi.equals(3)).toBe(true);
    expect(F.sign(F.sqrt(F.of(0)))).toBe(0);
  });

  it('operations on unbounded intervals and on NaN give intervals', () => {
    const F = interval(10);
    const odd = [NaN, Infinity, -Infinity, 0, 1, -1].map(F.of);
    for (const op of OPERATIONS)
      for (const a of odd)
        for (const b of odd) {
          const { lo, hi } = apply(F, op, a, b);
          expect(lo.isNaN() || hi.isNaN() || lo.greaterThan(hi)).toBe(false);
          expect(lo.equals(Infinity) || hi.equals(-Infinity)).toBe(false);
        }
  });
});

/** One unit in the last place of x at `digits` digits. */
const ulp = (x: Decimal, digits: number) => new Exact(`1e${x.e - digits + 1}`);
const larger = (a: Decimal, b: Decimal) => (a.abs().greaterThan(b.abs()) ? a : b);

describe('widths', () => {
  // + - * / sqrt of points: the ends are adjacent numbers of `digits` digits (1 ulp of the larger end).
  // exp and ln: one ulp below a ceiling (1), two guards (2).
  const most: Record<Operation, number> = { add: 1, sub: 1, mul: 1, div: 1, sqrt: 1, neg: 0, exp: 3, ln: 3 };
  for (const op of OPERATIONS)
    it(`${op} of two points is at most ${most[op]} ulp wide`, () => {
      fc.assert(
        fc.property(
          fc
            .integer({ min: 4, max: 60 })
            .chain((digits) => fc.tuple(fc.constant(digits), operand(digits), operand(digits))),
          ([digits, x, y]) => {
            if (!truth(op, x, y, digits)) return;
            const { lo, hi } = apply(interval(digits), op, { lo: x, hi: x }, { lo: y, hi: y });
            // Where a bound left the exponent range its ulp is not defined.
            if (!hi.isFinite() || lo.isZero() || hi.isZero()) return;
            const allowed = ulp(larger(lo, hi), digits).times(most[op]);
            if (Exact.sub(hi, lo).greaterThan(allowed))
              throw new Error(`[${lo}, ${hi}] is wider than ${allowed}`);
          },
        ),
        { seed: 4, numRuns: 600 },
      );
    });

  // The lower end of a narrow range comes from its upper end: exp(-w) >= 1 - w, ln(1 + r) <= r.
  it.each(['exp', 'ln'] as const)(
    'of %s are those of the exact range, but for a thousandth and 8 ulp',
    (op) => {
      const digits = 20;
      const F = interval(digits);
      fc.assert(
        fc.property(fc.double({ min: 2, max: 40, noNaN: true }), fc.integer({ min: -25, max: 1 }), (x, e) => {
          const lo = exactDecimal(x);
          const hi = lo.plus(new Exact(`1e${e}`));
          const [result, low, high] = [
            apply(F, op, { lo, hi }, F.of(0)),
            truth(op, lo, lo, 60)!,
            truth(op, hi, hi, 60)!,
          ];
          const range = Exact.sub(high.high, low.low).times('1.001');
          expect(Exact.sub(result.hi, result.lo).lessThan(range.plus(ulp(result.hi, digits).times(8)))).toBe(
            true,
          );
        }),
        { seed: 8, numRuns: 200 },
      );
    },
  );

  it('shrink by p digits when p digits become 2p, and the enclosures overlap', () => {
    // exp(x ln y): at p digits at least the two guard ulps wide (2 ulp); at q digits ln y has 3 ulp, times x one more,
    // so the exponent |u| <= 100 is wrong by 4 ulp(u) <= 4 10^(1-q) |u| and the result relatively by 400 10^(1-q); plus
    // its own 3 ulp, one each for 1 - w and the product with it, and the 8 10^4 10^(2-2q) by which w^2/2 makes it wider,
    // below 8 ulp from q = 12 on: under 413 10^(1-q). The least width at p is 2 10^-p relatively: 413 10 / 2 = 2065.
    fc.assert(
      fc.property(
        fc.integer({ min: 6, max: 40 }),
        fc.integer({ min: -40, max: 40 }),
        fc.integer({ min: 2, max: 12 }),
        (p, x, y) => {
          const at = (digits: number) => {
            const F = interval(digits);
            return F.exp(F.mul(F.of(x), F.ln(F.of(y))));
          };
          const [wide, narrow] = [at(p), at(2 * p)];
          expect(narrow.lo.lessThanOrEqualTo(wide.hi) && wide.lo.lessThanOrEqualTo(narrow.hi)).toBe(true);
          const width = (a: typeof wide) => Exact.sub(a.hi, a.lo);
          if (x === 0) return; // exp 0 is the point 1
          expect(width(narrow).lessThanOrEqualTo(width(wide).times(new Exact(`2065e${-p}`)))).toBe(true);
        },
      ),
      { seed: 5, numRuns: 200 },
    );
  });
});

describe('toNumber, radius and contains', () => {
  const ranges = fc
    .integer({ min: 4, max: 40 })
    .chain((p) =>
      fc.tuple(
        fc.constant(p),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.double({ min: 0, max: 1e10, noNaN: true }),
      ),
    );
  it('radius bounds the width, and is 0 only for a point', () => {
    fc.assert(
      fc.property(ranges, ([p, x, w]) => {
        const F = interval(p);
        const a = { lo: F.of(x).lo, hi: F.add(F.of(x), F.of(w)).hi };
        const width = Exact.sub(a.hi, a.lo);
        const radius = F.radius(a);
        expect(radius === 0).toBe(width.isZero());
        expect(radius === Infinity || exactDecimal(radius).greaterThanOrEqualTo(width)).toBe(true);
      }),
      { seed: 6, numRuns: 500 },
    );
  });
  it('radius of a width below the doubles is positive', () => {
    const F = interval(10);
    expect(F.radius({ lo: new Exact(0), hi: new Exact('1e-5000') })).toBe(Number.MIN_VALUE);
  });
  it('toNumber returns a double of the interval, where it contains one', () => {
    fc.assert(
      fc.property(ranges, ([, x]) => {
        // At 20 digits the midpoint of an enclosed double has an error below half its ulp.
        const F = interval(20);
        expect(F.toNumber(F.of(x))).toBe(x + 0); // -0 becomes 0
      }),
      { seed: 7, numRuns: 500 },
    );
  });
  it('contains its ends and its midpoint, and no number outside of them', () => {
    const F = interval(10);
    const third = F.div(F.of(1), F.of(3));
    expect(contains(third, third.lo) && contains(third, third.hi)).toBe(true);
    expect(contains(third, new Exact('0.33333333335'))).toBe(true);
    expect(contains(third, new Exact('0.333333333299'))).toBe(false);
    expect(contains(third, new Exact('0.333333333401'))).toBe(false);
  });
});
