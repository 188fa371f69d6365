// heavy: 5 s
// `expect` takes longer than what is checked here thousands of times; fast-check shows the operands of a failure.
import assert from 'node:assert/strict';
import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, exactDecimal, type Interval, interval } from '../../src/arithmetic/decimal.ts';
import type { IntervalField } from '../../src/arithmetic/field.ts';
import { float64Intervals as F, type Float64Interval } from '../../src/arithmetic/float64Interval.ts';
import { watched } from '../../src/decide/domain.ts';
import { rational as Q, type Rational } from '../exact/rational.ts';
import { around, aroundDecimal, hardDouble, hardPair, ordinal, type Range, rangeFrom } from './doubles.ts';
import { Exact } from './exact.ts';
import { expression } from './expressions.ts';
import { fault } from './inclusion.ts';
import { samples } from './operands.ts';
import { type Operation, type Truth, truth } from './oracle.ts';

type Binary = 'add' | 'sub' | 'mul' | 'div';
type Unary = 'sqrt' | 'exp' | 'ln';
const BINARY: Binary[] = ['add', 'sub', 'mul', 'div'];
const UNARY: Unary[] = ['sqrt', 'exp', 'ln'];
const OPERATIONS: Operation[] = [...BINARY, ...UNARY, 'neg'];
/** Digits of decimals next to which doubles are coarse. */
const DIGITS = 60;
/** Cases of a property: one that a part p of the operands violates is found with a probability of 99 % for p = 0.3 %. */
const RUNS = 1500;
const narrow = interval(DIGITS);
/** Sizes in which the next double that the field finds may be the one after it. */
const isCoarse = (x: number) => Math.abs(x) >= 2 ** -1022 && Math.abs(x) <= 2 ** -1020;

const enclosed = ({ low, high }: Range): Float64Interval => F.between(low, high);
const exactly = (op: Binary, x: number, y: number): Rational | undefined =>
  op === 'div' && y === 0 ? undefined : Q[op](Q.of(x), Q.of(y));
/** The doubles around a rational number. */
const aroundRational = (exact: Rational) =>
  around(Q.toNumber(exact), (d) =>
    Number.isFinite(d) ? (Q.sign(Q.sub(Q.of(d), exact)) as number) : Math.sign(d),
  );

/** Intervals of doubles with decimal ends: operands are rounded outward to doubles. */
function withDecimalEnds(G: IntervalField<Float64Interval>): IntervalField<Interval> {
  const into = ({ lo, hi }: Interval) => G.between(aroundDecimal(lo)[0], aroundDecimal(hi)[1]);
  const back = ({ lo, hi }: Float64Interval): Interval => ({ lo: exactDecimal(lo), hi: exactDecimal(hi) });
  const one = (op: (a: Float64Interval) => Float64Interval) => (a: Interval) => back(op(into(a)));
  const two =
    (op: (a: Float64Interval, b: Float64Interval) => Float64Interval) => (a: Interval, b: Interval) =>
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

/** The field with nothing rounded outward: both ends as JavaScript rounds them. */
const nearest = (() => {
  const least = (values: number[]) => Math.min(...values.filter((x) => !Number.isNaN(x)));
  const most = (values: number[]) => Math.max(...values.filter((x) => !Number.isNaN(x)));
  const two = (op: (x: number, y: number) => number) => (a: Float64Interval, b: Float64Interval) => {
    const values = [a.lo, a.hi].flatMap((x) => [op(x, b.lo), op(x, b.hi)]);
    return { lo: least(values), hi: most(values) };
  };
  const one = (op: (x: number) => number) => (a: Float64Interval) => ({ lo: op(a.lo), hi: op(a.hi) });
  return {
    ...F,
    ...{ add: two((x, y) => x + y), sub: two((x, y) => x - y), mul: two((x, y) => x * y) },
    ...{ div: two((x, y) => x / y), sqrt: one(Math.sqrt), exp: one(Math.exp), ln: one(Math.log) },
  } satisfies IntervalField<Float64Interval>;
})();

const operands: Arbitrary<[Range, Range]> = hardPair.chain(([x, y]) => fc.tuple(rangeFrom(x), rangeFrom(y)));
/** The exact result at the points of the operands lies in the enclosure, and a sign that is told is its sign. */
const containsRational = (G: IntervalField<Float64Interval>, op: Binary) =>
  fc.property(operands, ([a, b]) => {
    const { lo, hi } = G[op](enclosed(a), enclosed(b));
    assert(lo <= hi && lo < Infinity && hi > -Infinity);
    const exact = exactly(op, a.point, b.point);
    if (!exact) return;
    const [below, above] = aroundRational(exact);
    assert(lo <= below && above <= hi);
    assert([undefined, Q.sign(exact)].includes(G.sign({ lo, hi })));
  });

describe('+ - * / of intervals of doubles, against exact rationals', () => {
  for (const op of BINARY) {
    it(`${op} contains the exact result at every point`, () => {
      fc.assert(containsRational(F, op), { seed: 1, numRuns: RUNS });
    });
    it(`control: ${op} that is not rounded outward is found`, () => {
      const { div } = nearest;
      const safe = {
        ...nearest,
        div: (a: Float64Interval, b: Float64Interval) => (b.lo > 0 || b.hi < 0 ? div(a, b) : F.div(a, b)),
      };
      expect(
        fc.check(containsRational(safe, op), { endOnFailure: true, seed: 1, numRuns: 3000 }).failed,
      ).toBe(true);
    });
    it(`${op} of points has the doubles next to the exact result as its ends, both the result where it is a double`, () => {
      fc.assert(
        fc.property(hardPair, ([x, y]) => {
          const exact = exactly(op, x, y);
          if (!exact) return;
          const { lo, hi } = F[op](F.of(x), F.of(y));
          const [below, above] = aroundRational(exact);
          const more = below !== above && isCoarse(Q.toNumber(exact)) ? 1n : 0n;
          assert(ordinal(below) - ordinal(lo) <= more && ordinal(hi) - ordinal(above) <= more);
        }),
        { seed: 2, numRuns: RUNS },
      );
    });
  }
  it('an end of a product of proper intervals is at most one double further out than the nearest', () => {
    fc.assert(
      fc.property(operands, ([a, b]) => {
        const ends = [a.low, a.high].flatMap((x) => [b.low, b.high].map((y) => [x, y] as const));
        if (ends.flat().some((x) => !Number.isFinite(x))) return;
        const exact = ends.map(([x, y]) => Q.mul(Q.of(x), Q.of(y)));
        const least = exact.reduce((p, q) => (Q.sign(Q.sub(p, q)) === -1 ? p : q));
        const most = exact.reduce((p, q) => (Q.sign(Q.sub(p, q)) === 1 ? p : q));
        const { lo, hi } = F.mul(enclosed(a), enclosed(b));
        const allowed = (x: Rational) => (isCoarse(Q.toNumber(x)) ? 2n : 1n);
        assert(ordinal(aroundRational(least)[0]) - ordinal(lo) <= allowed(least));
        assert(ordinal(hi) - ordinal(aroundRational(most)[1]) <= allowed(most));
      }),
      { seed: 3, numRuns: 2000 },
    );
  });
});

/** Arguments of exp next to multiples of ln 2/64, of ln next to powers of 2, and all others. */
const argument: Record<Unary, Arbitrary<number>> = {
  exp: fc.oneof(
    hardDouble,
    fc.double({ min: -750, max: 715, noNaN: true }),
    fc
      .tuple(
        fc.integer({ min: -69000, max: 65600 }),
        fc.constantFrom(0, 0.5),
        fc.integer({ min: -9, max: 9 }),
      )
      .map(([n, half, step]) => ((n + half) * Math.LN2) / 64 + step * 2 ** -48),
    fc
      .double({ min: -1, max: 1, noNaN: true })
      .chain((x) => fc.integer({ min: 0, max: 60 }).map((k) => x * 2 ** -k)),
  ),
  ln: fc.oneof(
    hardDouble,
    fc.double({ min: 0.5, max: 2, noNaN: true }),
    fc
      .tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: 7, max: 52 }))
      .map(([n, k]) => 1 + n * 2 ** -k),
    // Around both ends of the reduced range, where the series has its largest terms; most of a sum with ln 2 hides them.
    fc
      .tuple(
        fc.constantFrom(1.42, 0.71),
        fc.integer({ min: -(2 ** 30), max: 2 ** 30 }),
        fc.constantFrom(-1000, -3, -1, 0, 0, 0, 1, 3, 1000),
      )
      .map(([m, step, k]) => m * (1 + step * 2 ** -35) * 2 ** k),
  ),
  sqrt: fc.oneof(
    hardDouble,
    fc.integer({ min: 0, max: 2 ** 26 }).map((k) => k * k),
  ),
};
/** By how many doubles an end may be further out than the double next to the exact value (see the modules' docstrings). */
const further = (op: Unary, x: number): bigint =>
  // Rounded outward before and after the scaling of a subnormal exponential.
  op === 'exp' ? (x < -708 ? 2n : 1n) : op === 'ln' ? 1n : isCoarse(Math.sqrt(x)) ? 1n : 0n;

/**
 * ln x = k ln 2 + ln m at 80 digits, 0.75 <= m < 1.5, without cancellation; decimals of the least doubles have too many digits for
 * the oracle to be fast.
 */
const eighty = decimal(80);
function logarithm(x: number): Truth | undefined {
  if (!(x > 0)) return undefined;
  let [m, k] = [x, 0];
  for (; m >= 1.5; k++) m /= 2;
  for (; m < 0.75; k--) m *= 2;
  const D = eighty;
  const value = D.add(D.mul(D.of(k), D.ln(D.of(2))), D.ln(D.of(m)));
  const error = value.abs().times(`1e-${DIGITS}`);
  return { low: value.minus(error), high: value.plus(error), sign: Math.sign(x - 1) };
}
const functionAt = (op: Unary, x: number): Truth | undefined =>
  op === 'ln' ? logarithm(x) : truth(op, exactDecimal(x), Exact(1), DIGITS);

const functions = (G: IntervalField<Float64Interval>, op: Unary, isSharp: boolean) =>
  fc.property(
    argument[op].map((x) => (op === 'exp' ? x : Math.abs(x))),
    (x) => {
      const value = functionAt(op, x);
      if (!value) return;
      const { lo, hi } = G[op](G.of(x));
      // A double between the two bounds is the value, as far as 60 digits tell.
      const [below, above] = [aroundDecimal(value.high)[0], aroundDecimal(value.low)[1]];
      assert(lo <= below && above <= hi);
      assert([undefined, value.sign].includes(G.sign(G.between(lo, hi))));
      if (!isSharp) return;
      assert(ordinal(below) - ordinal(lo) <= further(op, x));
      assert(ordinal(hi) - ordinal(above) <= further(op, x));
    },
  );

describe('sqrt, exp and ln of intervals of doubles, against decimals of 60 digits', () => {
  for (const op of UNARY) {
    it(`${op} of a point contains the value, and its ends are as near as is promised`, () => {
      fc.assert(functions(F, op, true), { seed: 4, numRuns: RUNS });
    });
    it(`control: ${op} that is not rounded outward is found`, () => {
      expect(
        fc.check(functions(nearest, op, false), { endOnFailure: true, seed: 4, numRuns: 3000 }).failed,
      ).toBe(true);
    });
  }
  it('are monotone: the ends are those of the ends', () => {
    fc.assert(
      fc.property(hardDouble.chain(rangeFrom), (range) => {
        const a = enclosed(range);
        const [low, high] = [F.between(a.lo, a.lo), F.between(a.hi, a.hi)];
        expect([F.exp(a).lo, F.exp(a).hi]).toEqual([F.exp(low).lo, F.exp(high).hi]);
        if (a.lo > 0) expect([F.ln(a).lo, F.ln(a).hi]).toEqual([F.ln(low).lo, F.ln(high).hi]);
      }),
      { seed: 5, numRuns: 500 },
    );
  });
  it('of 0 and 1 are points', () => {
    expect([F.exp(F.of(0)), F.ln(F.of(1)), F.sqrt(F.of(4)), F.sqrt(F.of(0))]).toEqual([1, 0, 2, 0].map(F.of));
  });
});

describe('intervals of doubles pass what intervals of decimals pass', () => {
  const G = withDecimalEnds(F);
  for (const op of OPERATIONS)
    it(`${op} contains the exact result`, () => {
      fc.assert(
        fc.property(
          fc.boolean().chain((excess) => samples(16, excess, op)),
          ([a, b]) => {
            expect(fault(G, op, a, b, DIGITS)).toBeUndefined();
          },
        ),
        { seed: 6, numRuns: 600 },
      );
    });
  it('enclosures of expressions contain those of decimals', () => {
    fc.assert(
      fc.property(expression(4), fc.integer({ min: -12, max: 12 }), ({ at, text }, quarters) => {
        const wide = at(F, F.of(quarters / 4));
        const near = at(narrow, narrow.of(quarters / 4));
        const meet =
          near.lo.greaterThanOrEqualTo(exactDecimal(wide.lo)) &&
          near.hi.lessThanOrEqualTo(exactDecimal(wide.hi));
        if (!meet) throw new Error(`${text}: [${wide.lo}, ${wide.hi}] and [${near.lo}, ${near.hi}]`);
      }),
      { seed: 7, numRuns: 400 },
    );
  });
});

describe('where a result does not exist, intervals of doubles', () => {
  const all = { lo: -Infinity, hi: Infinity };
  it('are unbounded for a quotient by an interval that contains or touches 0', () => {
    for (const b of [F.of(0), F.between(0, 1), F.between(-1, 0), F.between(-1, 1)]) {
      const q = F.div(F.of(1), b);
      expect(q).toMatchObject(all);
      expect([F.sign(q), F.radius(q), F.toNumber(q)]).toEqual([undefined, Infinity, Number.NaN]);
    }
  });
  it('are unbounded for the root and the logarithm of a negative interval, not for one that contains 0', () => {
    expect(F.sqrt(F.between(-4, -1))).toMatchObject(all);
    expect(F.ln(F.between(-4, 0))).toMatchObject(all);
    expect(F.sqrt(F.between(-4, 9))).toMatchObject({ lo: 0, hi: 3 });
    expect(F.ln(F.between(-4, 1))).toMatchObject({ lo: -Infinity, hi: 0 });
  });
  it('are intervals for unbounded operands and for NaN, and no sign is told of NaN', () => {
    const odd = [Number.NaN, Infinity, -Infinity, 0, 1, -1, 5e-324, -1.7e308].map(F.of);
    for (const a of odd)
      for (const b of odd)
        for (const op of OPERATIONS) {
          const { lo, hi } =
            op in F && (BINARY as Operation[]).includes(op) ? F[op as Binary](a, b) : F[op as Unary](a);
          expect(lo <= hi && lo < Infinity && hi > -Infinity, `${op} of ${a.lo}, ${b.lo}`).toBe(true);
        }
    expect(F.sign(F.of(Number.NaN))).toBeUndefined();
    expect(F.sign(F.sub(F.of(Infinity), F.of(Infinity)))).toBeUndefined();
  });
  it('keep the direction on overflow and underflow', () => {
    expect(F.exp(F.of(1e9))).toMatchObject({ lo: Number.MAX_VALUE, hi: Infinity });
    expect(F.exp(F.of(-1e9))).toMatchObject({ lo: 0, hi: Number.MIN_VALUE });
    expect(F.mul(F.of(1e300), F.of(-1e300))).toMatchObject({ lo: -Infinity, hi: -Number.MAX_VALUE });
    expect(F.mul(F.of(1e-300), F.of(1e-300))).toMatchObject({ lo: 0, hi: Number.MIN_VALUE });
    expect(F.sign(F.mul(F.of(1e-300), F.of(1e-300)))).toBeUndefined();
  });
  it('are told by `watched`', () => {
    const W = watched(F);
    const [, fine] = W.watch(() => W.sqrt(W.between(0, 1)));
    const [, root] = W.watch(() => W.exp(W.sqrt(W.of(-1))));
    const [, quotient] = W.watch(() => W.div(W.of(1), W.between(-1, 1)));
    expect([fine, root, quotient]).toEqual([true, false, false]);
  });
});

describe('of intervals of doubles', () => {
  it('radius bounds the width and is 0 for points alone, toNumber is a point of the interval, lower its lower end', () => {
    fc.assert(
      fc.property(hardDouble.chain(rangeFrom), (range) => {
        const a = enclosed(range);
        const isBounded = Number.isFinite(a.hi - a.lo);
        expect(F.radius(a) === 0).toBe(a.lo === a.hi);
        if (isBounded)
          expect(exactDecimal(F.radius(a)).gte(Exact.sub(exactDecimal(a.hi), exactDecimal(a.lo)))).toBe(true);
        const x = F.toNumber(a);
        if (Number.isFinite(a.lo) && Number.isFinite(a.hi)) expect(x >= a.lo && x <= a.hi).toBe(true);
        else expect(x).toBeNaN();
        expect(F.lower(a)).toMatchObject({ lo: a.lo, hi: a.lo });
      }),
      { seed: 8, numRuns: 1000 },
    );
  });
});
