// heavy: 5 s

// `expect` takes longer than what is checked here thousands of times; fast-check shows the operands of a failure.
import assert from 'node:assert/strict';
import type { Decimal } from 'decimal.js';
import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, exactDecimal, type Interval, interval } from '../../src/arithmetic/decimal.ts';
import {
  type DoubleDoubleBall,
  doubleDoubleIntervals as F,
} from '../../src/arithmetic/doubleDoubleInterval.ts';
import type { IntervalField } from '../../src/arithmetic/field.ts';
import { watched } from '../../src/decide/domain.ts';
import { rational as Q } from '../exact/rational.ts';
import {
  ball,
  centre,
  contains,
  isAtMost,
  isNormalised,
  middleOf,
  pair,
  pointOf,
  sampleAt,
  size,
} from './balls.ts';
import { hardDouble, hardPair } from './doubles.ts';
import { Exact } from './exact.ts';
import { expression } from './expressions.ts';
import { fault } from './inclusion.ts';
import { samples } from './operands.ts';
import type { Operation } from './oracle.ts';

type Binary = 'add' | 'sub' | 'mul' | 'div';
type Unary = 'sqrt' | 'exp' | 'ln';
const BINARY: Binary[] = ['add', 'sub', 'mul', 'div'];
const UNARY: Unary[] = ['sqrt', 'exp', 'ln'];
const OPERATIONS: Operation[] = [...BINARY, ...UNARY, 'neg'];
const DIGITS = 60;
const D = decimal(DIGITS);
const narrow = interval(DIGITS);

const containsRational = (G: IntervalField<DoubleDoubleBall>, op: Binary) =>
  fc.property(pair, ([x, y]) => {
    const result = G[op](x.a, y.a);
    assert(isNormalised(result));
    const [p, q] = [pointOf(x), pointOf(y)];
    if (op === 'div' && Q.sign(q) === 0) return;
    const exact = Q[op](p, q);
    assert(contains(result, exact));
    assert([undefined, Q.sign(exact)].includes(G.sign(result)));
  });

/** Fields that are wrong: one forgets its own roundings, one the widths of its operands. */
const wrong: Record<string, (op: Binary) => IntervalField<DoubleDoubleBall>> = {
  'without the errors of its centre': (op) => ({
    ...F,
    [op]: (a: DoubleDoubleBall, b: DoubleDoubleBall) => {
      const { hi, lo, radius } = F[op](a, b);
      return ball(hi, lo, a.radius + b.radius === 0 && radius < Infinity ? 0 : radius);
    },
  }),
  'without the radius of an operand': (op) => ({
    ...F,
    [op]: (a: DoubleDoubleBall, b: DoubleDoubleBall) => F[op](a, { ...b, radius: 0 }),
  }),
};

/** The relative error of one operation on points, in u^2 = 2^-106, as the field's docstrings state it. */
const relative: Record<Binary, number> = { add: 4, sub: 4, mul: 8, div: 16 };
const plain = fc
  .tuple(fc.double({ min: 2 ** -200, max: 2 ** 200, noNaN: true }), fc.boolean())
  .chain(([x, minus]) => centre(minus ? -x : x))
  .map(([hi, lo]) => ball(hi, lo, 0));

describe('+ - * / of balls of double-doubles, against exact rationals', () => {
  for (const op of BINARY) {
    it(`${op} contains the exact result at every point`, () => {
      fc.assert(containsRational(F, op), { seed: 1, numRuns: 1500 });
    });
    for (const [name, field] of Object.entries(wrong))
      it(`control: ${op} ${name} is found`, () => {
        expect(
          fc.check(containsRational(field(op), op), { endOnFailure: true, seed: 1, numRuns: 3000 }).failed,
        ).toBe(true);
      });
    it(`${op} of points has a radius of at most ${relative[op]} u^2`, () => {
      fc.assert(
        fc.property(plain, plain, (a, b) => {
          const { hi, radius } = F[op](a, b);
          // The radius is that part of the double next to the result, or of the first digit of a quotient.
          assert(radius <= Math.abs(hi) * relative[op] * 2 ** -106 * (1 + 2 ** -50));
        }),
        { seed: 2, numRuns: 1000 },
      );
    });
  }
  it('are points where the result of doubles is a double-double: sums, products, whole quotients, roots', () => {
    const short = fc.double({ min: 2 ** -100, max: 2 ** 100, noNaN: true });
    const ordinary = plain.map(({ hi, lo }) => ball(hi, Math.abs(lo) < 2 ** -400 ? 0 : lo, 0));
    fc.assert(
      fc.property(short, short, ordinary, fc.constantFrom(1, -1, 0.5, -8, 2 ** 40), (x, y, z, power) => {
        for (const result of [
          F.add(F.of(x), F.of(y)),
          F.mul(F.of(x), F.of(y)),
          F.mul(z, F.of(power)),
          F.mul(F.of(power), z),
        ])
          expect(result.radius).toBe(0);
        expect(F.sub(z, z)).toMatchObject(F.of(0));
        expect(F.add(z, F.of(0))).toMatchObject({ ...z });
        expect(F.mul(z, F.of(0)).radius).toBe(0);
        const half = Math.fround(x);
        expect(F.sqrt(F.of(half * half))).toMatchObject(F.of(half));
        expect(F.div(F.of(half * half), F.of(half))).toMatchObject(F.of(half));
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});

const decimalOf = ({ hi, lo }: DoubleDoubleBall): Decimal => Exact.add(exactDecimal(hi), exactDecimal(lo));
/** Arguments in which the low parts are normal numbers: next to the ends of the reduced ranges, near 0 and 1, and others. */
const argument: Record<Unary, Arbitrary<number>> = {
  exp: fc.oneof(
    fc.double({ min: -600, max: 600, noNaN: true }),
    fc
      .tuple(
        fc.integer({ min: -55000, max: 55000 }),
        fc.constantFrom(0, 0.5),
        fc.integer({ min: -9, max: 9 }),
      )
      .map(([n, half, step]) => ((n + half) * Math.LN2) / 64 + step * 2 ** -40),
    fc
      .tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.integer({ min: 0, max: 60 }))
      .map(([x, k]) => x * 2 ** -k),
  ),
  ln: fc.oneof(
    fc.double({ min: 2 ** -800, max: 2 ** 800, noNaN: true }),
    fc.double({ min: 0.5, max: 2, noNaN: true }),
    fc
      .tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: 7, max: 52 }))
      .map(([n, k]) => 1 + n * 2 ** -k),
  ),
  sqrt: fc.double({ min: 2 ** -400, max: 2 ** 400, noNaN: true }),
};
/**
 * Largest radius of a function of a point. exp: 16 u^2 of it. ln: of a exp(-y), about 1, that and 8 u^2 of the product; the last
 * sum has 4 u^2 of the result, the others much less.
 */
const most: Record<Unary, (value: number) => number> = {
  sqrt: (value) => 8 * value,
  exp: (value) => 16 * value,
  ln: (value) => 24 + 4 * Math.abs(value),
};
/** What 60 digits do not tell: of the value, of the argument of exp, up to 600 times that, and of ln, up to the first digits. */
const slack = (op: Unary, value: Decimal): Decimal =>
  value
    .abs()
    .plus(op === 'ln' ? 1 : 0)
    .times('1e-57');
const functions = (G: IntervalField<DoubleDoubleBall>, op: Unary, isSharp: boolean) =>
  fc.property(argument[op].chain(centre), ([hi, lo]) => {
    const a = ball(hi, lo, 0);
    const value = D[op](D.add(D.of(0), decimalOf(a)));
    const { hi: high, lo: low, radius } = G[op](a);
    const off = Exact.sub(decimalOf(ball(high, low, 0)), value).abs();
    assert(off.lte(exactDecimal(radius).plus(slack(op, value))));
    if (isSharp) assert(radius <= most[op](Math.abs(high)) * 2 ** -106 * (1 + 2 ** -30));
  });
/** exp, ln and sqrt of a ball contain those of its points. */
const wide = (G: IntervalField<DoubleDoubleBall>, op: Unary) =>
  fc.property(argument[op].chain(sampleAt), ({ a, share }) => {
    const x = Exact.add(decimalOf(a), Exact.mul(exactDecimal(share), exactDecimal(a.radius)));
    if (x.abs().gt(1e6) || (op !== 'exp' && x.lte(0))) return;
    const value = D[op](D.add(D.of(0), x));
    const result = G[op](a);
    if (result.radius === Infinity) return;
    const off = Exact.sub(decimalOf(result), value).abs();
    assert(off.lte(exactDecimal(result.radius).plus(slack(op, value))));
  });

describe('sqrt, exp and ln of balls of double-doubles, against decimals of 60 digits', () => {
  for (const op of UNARY) {
    it(`${op} of a point contains the value, with the radius that is promised`, () => {
      fc.assert(functions(F, op, true), { seed: 4, numRuns: 1500 });
    });
    it(`${op} of a ball contains the values at its points`, () => {
      fc.assert(wide(F, op), { seed: 5, numRuns: 1000 });
    });
    it(`control: ${op} without the errors of its centre, or without the radius of its operand, is found`, () => {
      const bare = { ...F, [op]: (a: DoubleDoubleBall) => ({ ...F[op](a), radius: 0 }) };
      const still = { ...F, [op]: (a: DoubleDoubleBall) => F[op]({ ...a, radius: 0 }) };
      expect(
        fc.check(functions(bare, op, false), { endOnFailure: true, seed: 4, numRuns: 2000 }).failed,
      ).toBe(true);
      expect(fc.check(wide(still, op), { endOnFailure: true, seed: 5, numRuns: 1000 }).failed).toBe(true);
    });
  }
  it('a narrow ball has a narrow image: its radius times the derivative, but for 1 part in 100 and the error of a point', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 9, noNaN: true }), fc.integer({ min: 20, max: 100 }), (x, k) => {
        const a = ball(x, 0, x * 2 ** -k);
        const slopes = { exp: Math.exp(x), ln: 1 / x, sqrt: 0.5 / Math.sqrt(x) };
        for (const op of UNARY) {
          const result = F[op](a);
          expect(
            result.radius <= a.radius * slopes[op] * 1.01 + most[op](Math.abs(result.hi)) * 2 ** -105,
          ).toBe(true);
        }
      }),
      { seed: 6, numRuns: 300 },
    );
  });
  it("ln contains the value, however wrong the engine's logarithm is", () => {
    const { log } = Math;
    for (const off of [2 ** -10, -(2 ** -9), 2 ** -20, 1, Number.NaN])
      for (const x of [0.1, 0.9, 3, 1e100]) {
        const value = D.ln(D.of(x));
        Math.log = (y) => log(y) + off;
        const result = F.ln(F.of(x));
        Math.log = log;
        const error = Exact.sub(decimalOf(result), value).abs();
        expect(error.lte(exactDecimal(result.radius).plus(slack('ln', value))), `${off} at ${x}`).toBe(true);
        // Third order in the error of the guess, or the width of doubles.
        expect(result.radius <= (Math.abs(off) < 2 ** -8 ? Math.abs(off) ** 3 : 0) + 2 ** -44).toBe(true);
      }
  });
  it('of 0 and 1 are points', () => {
    expect([F.exp(F.of(0)), F.ln(F.of(1)), F.sqrt(F.of(4)), F.sqrt(F.of(0))]).toEqual([1, 0, 2, 0].map(F.of));
  });
});

/** Balls as intervals with decimal ends; an operand becomes a ball that contains it. */
function withDecimalEnds(G: IntervalField<DoubleDoubleBall>): IntervalField<Interval> {
  const all = G.of(Number.NaN);
  const into = ({ lo, hi }: Interval): DoubleDoubleBall => {
    const middle = lo.plus(hi).times(0.5);
    const high = Number(middle.toString());
    if (!Number.isFinite(high)) return all;
    const low = Number(Exact.sub(middle, exactDecimal(high)).toString());
    const c = decimalOf(ball(high, low, 0));
    const off = Exact.max(Exact.sub(hi, c), Exact.sub(c, lo));
    const radius = off.isZero() ? 0 : Number(off.toString()) * (1 + 2 ** -50) + Number.MIN_VALUE;
    return Number.isFinite(Math.abs(high) + radius) ? ball(high, low, radius) : all;
  };
  const back = (a: DoubleDoubleBall): Interval => {
    const [c, r] = [decimalOf(a), exactDecimal(a.radius)];
    return a.radius === Infinity ? { lo: new Exact(-Infinity), hi: r } : { lo: c.minus(r), hi: c.plus(r) };
  };
  const one = (op: (a: DoubleDoubleBall) => DoubleDoubleBall) => (a: Interval) => back(op(into(a)));
  const two =
    (op: (a: DoubleDoubleBall, b: DoubleDoubleBall) => DoubleDoubleBall) => (a: Interval, b: Interval) =>
      back(op(into(a), into(b)));
  return {
    ...{ name: G.name, digits: G.digits, of: (x) => back(G.of(x)), between: (x, y) => back(G.between(x, y)) },
    ...{ add: two(G.add), sub: two(G.sub), mul: two(G.mul), div: two(G.div), neg: one(G.neg) },
    ...{ sqrt: one(G.sqrt), exp: one(G.exp), ln: one(G.ln), lower: one(G.lower) },
    ...{
      toNumber: (a) => G.toNumber(into(a)),
      sign: (a) => G.sign(into(a)),
      radius: (a) => G.radius(into(a)),
    },
  };
}

describe('balls of double-doubles pass what intervals of decimals pass', () => {
  const G = withDecimalEnds(F);
  for (const op of OPERATIONS)
    it(`${op} contains the exact result`, () => {
      fc.assert(
        fc.property(
          fc.boolean().chain((excess) => samples(30, excess, op)),
          ([a, b]) => {
            expect(fault(G, op, a, b, 2 * DIGITS)).toBeUndefined();
          },
        ),
        { seed: 7, numRuns: 600 },
      );
    });
  it('enclosures of expressions contain those of decimals', () => {
    fc.assert(
      fc.property(expression(4), fc.integer({ min: -12, max: 12 }), ({ at, text }, quarters) => {
        const { lo, hi } = at(G, G.of(quarters / 4));
        const near = at(narrow, narrow.of(quarters / 4));
        if (near.lo.lt(lo) || near.hi.gt(hi))
          throw new Error(`${text}: [${lo}, ${hi}] and [${near.lo}, ${near.hi}]`);
      }),
      { seed: 8, numRuns: 400 },
    );
  });
});

describe('where a result does not exist, balls of double-doubles', () => {
  const all = { hi: 0, lo: 0, radius: Infinity };
  it('are unbounded for a quotient by a ball that contains or touches 0', () => {
    for (const b of [F.of(0), F.between(0, 1), F.between(-1, 0), F.between(-1, 1)]) {
      const q = F.div(F.of(1), b);
      expect(q).toMatchObject(all);
      expect([F.sign(q), F.radius(q), F.toNumber(q)]).toEqual([undefined, Infinity, Number.NaN]);
    }
  });
  it('are unbounded for the root and the logarithm of a negative ball, not for the root of one that contains 0', () => {
    expect(F.sqrt(F.between(-4, -1))).toMatchObject(all);
    expect(F.sqrt(F.of(-5e-324))).toMatchObject(all);
    expect(F.ln(F.between(-4, 1))).toMatchObject(all);
    const part = F.sqrt(F.between(-4, 9));
    expect(F.sign(F.sub(part, F.of(3)))).toBeUndefined();
    expect(F.sign(F.sub(part, F.of(3.0001)))).toBe(-1);
    expect(F.sign(part)).toBeUndefined();
  });
  it('are balls for unbounded operands, for NaN and at the ends of the range, and no sign is told of NaN', () => {
    const odd = [Number.NaN, Infinity, -Infinity, 0, 1, -1, 5e-324, -1.7e308].map(F.of);
    for (const a of [...odd, F.between(-1.7e308, 1.7e308)])
      for (const b of odd)
        for (const op of OPERATIONS) {
          const result = (BINARY as Operation[]).includes(op) ? F[op as Binary](a, b) : F[op as Unary](a);
          expect(isNormalised(result) && Number.isFinite(result.hi), `${op} of ${a.hi}, ${b.hi}`).toBe(true);
        }
    expect(F.sign(F.of(Number.NaN))).toBeUndefined();
    expect(F.sign(F.mul(F.of(1e-300), F.of(1e-300)))).toBeUndefined();
    expect(F.sign(F.mul(F.between(-1e-200, 1e-200), F.of(1e-200)))).toBeUndefined();
    expect(F.mul(F.of(1e300), F.of(1e300))).toMatchObject(all);
    expect(F.mul(F.of(0), F.of(Number.NaN))).toMatchObject(F.of(0));
  });
  it('are told by `watched`', () => {
    const W = watched(F);
    const [, fine] = W.watch(() => W.sqrt(W.between(0.5, 1)));
    const [, root] = W.watch(() => W.exp(W.sqrt(W.of(-1))));
    const [, quotient] = W.watch(() => W.div(W.of(1), W.between(-1, 1)));
    const [, logarithm] = W.watch(() => W.ln(W.of(Number.NaN)));
    expect([fine, root, quotient, logarithm]).toEqual([true, false, false, false]);
  });
});

describe('of balls of double-doubles', () => {
  it('lower is a point not above the ball, and next to its end; the sign is that of all points', () => {
    fc.assert(
      fc.property(hardDouble.chain(sampleAt), ({ a }) => {
        const low = F.lower(a);
        expect(low.radius).toBe(0);
        const end = Q.sub(middleOf(a), Q.of(a.radius));
        expect(isAtMost(middleOf(low), end)).toBe(true);
        // The error of the sum, once more, and one step of the low part.
        const slack = Q.add(Q.mul(size(end), Q.of(2 ** -102)), Q.of(2 * Number.MIN_VALUE));
        expect(isAtMost(Q.sub(end, middleOf(low)), slack)).toBe(true);
        const top = Q.add(middleOf(a), Q.of(a.radius));
        expect(F.sign(a)).toBe(
          Q.sign(end) === 1
            ? 1
            : Q.sign(top) === -1
              ? -1
              : Q.sign(end) === 0 && Q.sign(top) === 0
                ? 0
                : undefined,
        );
      }),
      { seed: 9, numRuns: 1000 },
    );
  });
  it('between contains both ends and is hardly wider, radius is the width', () => {
    fc.assert(
      fc.property(hardPair, ([x, y]) => {
        const [low, high] = [Math.min(x, y), Math.max(x, y)];
        const a = F.between(low, high);
        expect(contains(a, Q.of(low)) && contains(a, Q.of(high))).toBe(true);
        expect(F.radius(F.of(x))).toBe(0);
        expect(F.radius(a)).toBe(2 * a.radius);
        if (Number.isFinite(a.radius))
          expect(a.radius <= (high / 2 - low / 2) * (1 + 2 ** -50) + 8 * Number.MIN_VALUE).toBe(true);
      }),
      { seed: 10, numRuns: 1000 },
    );
  });
});
