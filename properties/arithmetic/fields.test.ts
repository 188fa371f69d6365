import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, decimal, exactDecimal, interval } from '../../src/arithmetic/decimal.ts';
import type { Field } from '../../src/arithmetic/field.ts';
import { dot, greatest, ratio, sum } from '../../src/arithmetic/field.ts';
import { float64 } from '../../src/arithmetic/float64.ts';
import { Exact } from './exact.ts';

type Binary = 'add' | 'sub' | 'mul' | 'div';
type Unary = 'sqrt' | 'exp' | 'ln';
const BINARY: Binary[] = ['add', 'sub', 'mul', 'div'];
const UNARY: Unary[] = ['sqrt', 'exp', 'ln'];

/** Doubles for which no operation of the lists overflows or gives a subnormal number. */
const moderate = fc.oneof(
  fc.double({ min: 1e-100, max: 1e100, noNaN: true }),
  fc.integer({ min: -50, max: 50 }).map((k) => 1 + k * 2 ** -52),
  fc.double({ min: 1e-3, max: 600, noNaN: true }),
);
const signed = fc.tuple(moderate, fc.boolean()).map(([x, minus]) => (minus ? -x : x));
/** The arguments of `op` that keep its result a normal double. */
const argument = { sqrt: moderate, ln: moderate, exp: fc.double({ min: -700, max: 700, noNaN: true }) };

/** In u = 2^-53, relative. IEEE operations: 1. V8's exp and log are fdlibm's: below 1 ulp, which is at most 2u. */
const ulps = { add: 1, sub: 1, mul: 1, div: 1, sqrt: 1, exp: 2, ln: 2 };

function far<T>(F: Field<T>, result: number, exact: T, allowed: number): boolean {
  const error = Math.abs(F.toNumber(F.sub(F.of(result), exact)));
  return error > allowed * 2 ** -53 * Math.abs(F.toNumber(exact));
}

describe('float64 against decimals of 60 digits', () => {
  const F = decimal(60);
  for (const op of BINARY)
    it(op, () => {
      fc.assert(
        // Operands differ by factors 1e-7 .. 1e7: the error of 60 digits is far below u.
        fc.property(signed, signed, (x, y) => !far(F, float64[op](x, y), F[op](F.of(x), F.of(y)), ulps[op])),
        { seed: 1, numRuns: 1000 },
      );
    });
  for (const op of UNARY)
    it(op, () => {
      fc.assert(
        fc.property(argument[op], (x) => !far(F, float64[op](x), F[op](F.of(x)), ulps[op])),
        { seed: 2, numRuns: 500 },
      );
    });
  it('control: a result in single precision is found', () => {
    const broken = fc.property(
      argument.exp,
      (x) => !far(F, Math.fround(Math.exp(x / 10)), F.exp(F.of(x / 10)), 2),
    );
    expect(fc.check(broken, { endOnFailure: true, seed: 2 }).failed).toBe(true);
  });
  it('signs', () => {
    for (const G of [float64, decimal(20)] as Field<unknown>[]) {
      expect([-1e-300, 0, -0, 1e300, NaN].map((x) => G.sign(G.of(x)))).toEqual([-1, 0, 0, 1, undefined]);
      expect(G.radius(G.of(0.1))).toBe(0);
    }
  });
});

describe('decimals of p digits against 2p', () => {
  // + - * / sqrt are rounded to nearest: half an ulp, at most 0.5 10^(1-p) relatively. exp and ln: within an ulp.
  // The operands have p digits, and the error of the 2p-digit result is 10^-p of that: 1 % covers it for p >= 4.
  const relative = { add: 0.505, sub: 0.505, mul: 0.505, div: 0.505, sqrt: 0.505, exp: 1.01, ln: 1.01 };
  const digits = fc.integer({ min: 4, max: 60 });
  const close = (p: number, op: Binary | Unary, x: number, y: number): boolean => {
    const [F, G] = [decimal(p), decimal(2 * p)];
    const [a, b] = [F.of(x), F.of(y)];
    const at = (D: typeof F, u: typeof a, v: typeof a) =>
      op === 'exp' || op === 'ln' || op === 'sqrt' ? D[op](u) : D[op](u, v);
    // The operands of the field of 2p digits: the same numbers, not rounded.
    const widened = [a, b].map((u) => G.add(G.of(0), u));
    const [short, long] = [at(F, a, b), at(G, widened[0], widened[1])];
    const error = Exact.sub(short, long).abs();
    return error.lessThanOrEqualTo(Exact.mul(long.abs(), relative[op]).times(new Exact(`1e${1 - p}`)));
  };
  for (const op of BINARY)
    it(op, () => {
      fc.assert(
        fc.property(digits, signed, signed, (p, x, y) => close(p, op, x, y)),
        { seed: 3, numRuns: 500 },
      );
    });
  for (const op of UNARY)
    it(op, () => {
      fc.assert(
        fc.property(digits, argument[op], (p, x) => close(p, op, x, 1)),
        { seed: 4, numRuns: 300 },
      );
    });
  it('a field keeps its precision when fields of other precisions are used', () => {
    const F = decimal(12);
    const before = F.div(F.of(2), F.of(3)).toString();
    const G = decimal(50);
    G.exp(G.div(G.of(1), G.of(3)));
    expect(F.div(F.of(2), F.of(3)).toString()).toBe(before);
    expect(before).toBe('0.666666666667');
  });
});

describe('sum, dot and ratio', () => {
  const integers = fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 20 });
  it('are exact on small integers in every field, the empty sum 0', () => {
    fc.assert(
      fc.property(integers, (xs) => {
        const total = xs.reduce((a, b) => a + b, 0);
        const squares = xs.reduce((a, b) => a + b * b, 0);
        for (const F of [float64, decimal(20), interval(20)] as Field<unknown>[]) {
          expect(F.toNumber(sum(F, xs.map(F.of))) + 0).toBe(total + 0); // -0 becomes 0
          expect(F.toNumber(dot(F, xs.map(F.of), xs.map(F.of)))).toBe(squares);
        }
      }),
      { seed: 5 },
    );
  });
  it('the largest is found in every field, and enclosed where enclosures overlap', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 6 }), (xs) => {
        // In thirds, which intervals enclose.
        for (const F of [float64, decimal(20), interval(20)] as Field<unknown>[]) {
          const third = (x: number) => ratio(F, x, 3);
          // The same value again, as another enclosure.
          const values = xs.flatMap((x) => [third(x), F.sub(third(x + 3), F.of(1))]);
          const distance = F.sub(greatest(F, values), third(Math.max(...xs)));
          expect(Math.abs(F.toNumber(distance))).toBeLessThanOrEqual(1e-15);
          if (F.radius(F.of(Number.NaN)) > 0) expect([0, undefined]).toContain(F.sign(distance));
        }
      }),
      { seed: 6 },
    );
  });
  it('the largest of overlapping intervals encloses all of both', () => {
    const F = interval(20);
    for (const [a, b] of [
      [F.between(0, 2), F.between(1, 3)],
      [F.between(1, 3), F.between(0, 2)],
    ])
      for (const end of [2, 3]) {
        // It may be any number that either may be, above the other's least.
        const distance = F.sub(greatest(F, [a, b]), F.of(end));
        expect([0, undefined]).toContain(F.sign(distance));
      }
  });
  it('ratio encloses p/q', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1 }), (p, q) => {
        const F = interval(8);
        const r = ratio(F, p, q);
        const back = F.mul(r, F.of(q));
        expect(contains(back, exactDecimal(p))).toBe(true);
      }),
      { seed: 6, numRuns: 300 },
    );
  });
});
