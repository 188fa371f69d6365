// heavy: 4 s
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bitsOf, mpfr } from '../../src/arithmetic/mpfr.ts';
import { describeMpfr } from '../support/mpfr.ts';
import { decimalsOf, Exact } from './exact.ts';
import { type Off, off } from './mpfrOracle.ts';
import type { Operation } from './oracle.ts';

/** Decimals of up to `longest` digits, next to powers of ten among them, from 1e-40 to 1e40. */
const operand = (longest: number) =>
  fc
    .record({
      length: fc.integer({ min: 1, max: longest }),
      near: fc.option(fc.integer({ min: -3, max: 3 })),
      e: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -40, max: 40 })),
      minus: fc.boolean(),
    })
    .chain(({ length, near, e, minus }) => {
      const top = 10n ** BigInt(length);
      const mantissa =
        near === null ? fc.bigInt({ min: 1n, max: top - 1n }) : fc.constant(top + BigInt(near));
      return mantissa.map((m) => new Exact(`${minus ? '-' : ''}${m}e${e - m.toString().length + 1}`));
    });

const isEven = (r: Decimal, p: number): boolean =>
  r
    .times(new Exact(`1e${p - 1 - r.e}`))
    .mod(2)
    .isZero();

/** The bound of each rounding mode on (truth - r)/ulp. */
const bounds: Record<string, [Decimal.Rounding, (e: Off, r: Decimal, p: number) => boolean]> = {
  floor: [Decimal.ROUND_FLOOR, (e) => e.sign >= 0 && e.one < 0],
  ceiling: [Decimal.ROUND_CEIL, (e) => e.sign <= 0 && e.one < 0],
  'toward zero': [Decimal.ROUND_DOWN, (e, r) => (e.sign === 0 || e.sign > 0 === r.isPositive()) && e.one < 0],
  'away from zero': [
    Decimal.ROUND_UP,
    (e, r) => (e.sign === 0 || e.sign < 0 === r.isPositive()) && e.one < 0,
  ],
  'half to even': [Decimal.ROUND_HALF_EVEN, (e, r, p) => e.half < 0 || (e.half === 0 && isEven(r, p))],
};

const compute = (D: Decimal.Constructor, op: Operation, x: Decimal, y: Decimal): Decimal => {
  if (op === 'add') return D.add(x, y);
  if (op === 'sub') return D.sub(x, y);
  if (op === 'mul') return D.mul(x, y);
  if (op === 'div') return D.div(x, y);
  return op === 'sqrt' ? D.sqrt(x) : op === 'exp' ? D.exp(x) : D.ln(x);
};

/** Hard cases of rounding: sums that cancel, quotients and roots of few digits or ties, images next to numbers of few digits. */
const hard: Record<string, (p: number, x: Decimal, y: Decimal) => [Decimal, Decimal]> = {
  add: (_, x, y) => [x, y.times(new Exact('1e-20')).minus(x)],
  sub: (_, x, y) => [x, y.times(new Exact('1e-20')).plus(x)],
  mul: (_, x, y) => [x, y],
  div: (_, x, y) => [x.times(y), y],
  sqrt(p, x) {
    const tie = x
      .abs()
      .toSignificantDigits(p)
      .plus(new Exact(`5e${x.e - p}`));
    return [tie.times(tie), x];
  },
  exp: (p, x) => [decimalsOf(p + 10).ln(x.abs().toSignificantDigits(p)), x],
  ln: (p, x) => [decimalsOf(p + 10).exp(small(x).toSignificantDigits(p)), x],
};

/** |x| < 100, so that exp x scales to an integer of fewer than 1000 digits. */
const small = (x: Decimal): Decimal => (x.e > 1 ? x.times(new Exact(`1e${1 - x.e}`)) : x);
const argument = (op: Operation, x: Decimal): Decimal =>
  op === 'exp' ? small(x) : op === 'sqrt' || op === 'ln' ? x.abs() : x;

/** Results of decimal.js, judged by `check`; with `excess` 0 operands have at most p digits. */
const rounding = (
  op: Operation,
  mode: Decimal.Rounding,
  check: (e: Off, r: Decimal, p: number) => boolean,
  computed = compute,
  excess = 20,
) =>
  fc.property(
    fc
      .integer({ min: 2, max: 60 })
      .chain((p) => fc.tuple(fc.constant(p), operand(p + excess), operand(p + excess), fc.boolean())),
    ([p, a, b, isHard]) => {
      const operands = isHard ? hard[op](p, a, b) : [argument(op, a), b];
      const [u, y] = operands.map((z) => new Exact(excess === 0 ? z.toSignificantDigits(p) : z));
      const D = decimalsOf(p, mode);
      const r = computed(D, op, u, y);
      if (r.isZero()) return; // an exact difference, or ln 1
      const e = off(op, p, u, y, r);
      if (!check(e, r, p)) throw new Error(`${op} of ${u}, ${y} to ${p} digits: ${r} is ${e.ulps} ulp away`);
    },
  );

describeMpfr('decimal.js, by MPFR on exact integers of up to 1000 digits', () => {
  for (const op of ['add', 'sub', 'mul', 'div', 'sqrt'] as const)
    for (const [name, [mode, check]] of Object.entries(bounds))
      it(`rounds ${op} correctly: ${name}`, () => {
        fc.assert(rounding(op, mode, check), { seed: 1, numRuns: 300 });
      });
  // For operands of more digits than the precision, results were found 1e-8 ulp on the wrong side of the value, and so
  // 1 + 1e-8 ulp away on the right side. Intervals need only this: on the wrong side by less than the ulp they add.
  for (const op of ['exp', 'ln'] as const) {
    for (const [name, [mode]] of Object.entries(bounds))
      it(`is within one unit in the last place in ${op} of as many digits: ${name}`, () => {
        const trimmed = rounding(op, mode, (e) => e.one <= 0, compute, 0);
        fc.assert(trimmed, { seed: 2, numRuns: 150 });
      });
    it(`is on the wrong side by less than one unit in ${op}, for operands of any number of digits`, () => {
      fc.assert(
        rounding(op, Decimal.ROUND_FLOOR, (e) => e.sign >= 0 || e.one < 0),
        { seed: 3, numRuns: 300 },
      );
      fc.assert(
        rounding(op, Decimal.ROUND_CEIL, (e) => e.sign <= 0 || e.one < 0),
        { seed: 4, numRuns: 300 },
      );
    });
  }
  it('is on the wrong side in these, whose operands have more digits than the precision', () => {
    const wrong = (op: 'exp' | 'ln', p: number, text: string) => {
      const x = new Exact(text);
      const D = decimalsOf(p, Decimal.ROUND_FLOOR);
      return off(op, p, x, x, compute(D, op, x, x)).sign;
    };
    expect(wrong('exp', 25, '-2.5257286443082554397842865449942')).toBe(-1);
    expect(wrong('ln', 7, '2.718281828459045235360287471')).toBe(-1);
  });
});

describeMpfr('control: the same property finds', () => {
  for (const op of ['add', 'mul', 'div', 'sqrt'] as const) {
    it(`${op} with half rounded up where it goes to even`, () => {
      const [, check] = bounds['half to even'];
      expect(
        fc.check(rounding(op, Decimal.ROUND_HALF_UP, check), { endOnFailure: true, seed: 1, numRuns: 3000 })
          .failed,
      ).toBe(true);
    });
    it(`${op} away from zero where it goes to the floor`, () => {
      const [, check] = bounds.floor;
      expect(
        fc.check(rounding(op, Decimal.ROUND_UP, check), { endOnFailure: true, seed: 1, numRuns: 300 }).failed,
      ).toBe(true);
    });
  }
  for (const op of ['exp', 'ln'] as const) {
    it(`${op} whose last digit is two too large`, () => {
      const wrong: typeof compute = (D, name, x, y) => {
        const r = compute(D, name, x, y);
        return r.plus(new Exact(`2e${r.e - D.precision + 1}`));
      };
      const property = rounding(op, Decimal.ROUND_HALF_EVEN, (e) => e.one <= 0, wrong);
      expect(fc.check(property, { endOnFailure: true, seed: 2, numRuns: 50 }).failed).toBe(true);
    });
  }
});

describeMpfr('MPFR numbers', () => {
  it('represent doubles exactly, and are nowhere coarser than decimals of as many digits', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.integer({ min: 2, max: 1000 }), (x, digits) => {
        const F = mpfr(digits);
        expect(F.memory.scope(() => F.toNumber(F.of(x)))).toBe(x);
        // Half an ulp: 2^-b in binary, 10^-digits / 2 in decimal, relative to the numbers where that is least.
        expect(2n ** BigInt(bitsOf(digits)) >= 2n * 10n ** BigInt(digits)).toBe(true);
      }),
      { seed: 3, numRuns: 200 },
    );
  });
  it('have signs, and none for NaN', () => {
    const F = mpfr(20);
    F.memory.scope(() => {
      expect([-1e-300, 0, -0, 1e300, NaN].map((x) => F.sign(F.of(x)))).toEqual([-1, 0, 0, 1, undefined]);
      expect(F.toNumber(F.div(F.of(0), F.of(0)))).toBeNaN();
      expect(F.toNumber(F.ln(F.of(0)))).toBe(-Infinity);
    });
  });
  it('refuse digits outside of 2 to 1000', () => {
    for (const digits of [1, 0, -5, 2.5, 1001, NaN, Infinity]) expect(() => mpfr(digits)).toThrow(RangeError);
  });
});
