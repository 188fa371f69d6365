import { describe, expect, it } from 'vitest';
import { contains, decimal, exactDecimal } from '../../src/arithmetic/decimal.ts';
import { scoped } from '../../src/arithmetic/field.ts';
import { bitsOf, loadMpfr, mpfr } from '../../src/arithmetic/mpfr.ts';
import { mpfrInterval } from '../../src/arithmetic/mpfrInterval.ts';
import { containsAll, correctDigits } from '../../src/bench/digits.ts';
import { ends, exactly, openMpfr, openMpfrInterval } from '../../src/bench/mpfr.ts';
import { sharedWork } from '../../src/bench/work.ts';

const installed = await loadMpfr().then(
  () => true,
  () => false,
);

describe.skipIf(!installed)('MPFR in the bench (needs gmp-wasm)', () => {
  const D = decimal(300);

  it('converts its numbers to decimals without rounding', () => {
    for (const digits of [34, 100]) {
      const F = mpfr(digits);
      const [third, back, tiny] = scoped(F, () => {
        const x = F.div(F.of(1), F.of(-3));
        const y = F.add(F.of(2 ** 60), F.of(2 ** -40));
        return [exactly(F, x), exactly(F, y), exactly(F, F.of(0))];
      });
      // To nearest: within half an ulp, 2^-b of a value in [1/4, 1/2) being 2^-(b+2), and so 3 times it off -1.
      const error = D.add(D.mul(third, D.of(3)), D.of(1)).abs();
      expect(error.isZero()).toBe(false);
      expect(error.lessThanOrEqualTo(exactDecimal(3 * 2 ** -(bitsOf(digits) + 2)))).toBe(true);
      expect(back.equals(exactDecimal(2 ** 60).plus(exactDecimal(2 ** -40)))).toBe(true);
      expect(tiny.isZero()).toBe(true);
    }
  });

  it('gives infinite ends for an unbounded interval', () => {
    const F = mpfrInterval(34);
    const [lo, hi] = scoped(F, () => {
      const { lo, hi } = ends(F, F.div(F.of(1), F.between(-1, 1)));
      return [lo.toNumber(), hi.toNumber()];
    });
    expect([lo, hi]).toEqual([-Infinity, Infinity]);
  });

  it('encloses the result with twice the digits, and intervals contain the results in points', async () => {
    const [, work] = await sharedWork(1);
    const steps = [1, 10];
    const [enclosed, reference, points] = await Promise.all(
      [openMpfrInterval(34), openMpfr(68), openMpfr(34)].map(async (b) => (await b).run(work, steps)),
    );
    expect(enclosed.every((look, i) => containsAll(look, reference[i]))).toBe(true);
    expect(enclosed.every(({ J }) => J.lo.lessThan(J.hi) && contains(J, J.lo))).toBe(true);
    const [of, their] = [enclosed, points].map((looks) => correctDigits(looks, reference, 34));
    for (const [i] of steps.entries()) expect(their[i]).toBeGreaterThanOrEqual(of[i]);
  });
});
