/** Backends over MPFR, and its numbers as decimals. */
import { type Decimal, exactDecimal, type Interval } from '../arithmetic/decimal.ts';
import type { Field, IntervalField } from '../arithmetic/field.ts';
import { loadMpfr, MpfrMissing, mpfr } from '../arithmetic/mpfr.ts';
import { mpfrInterval } from '../arithmetic/mpfrInterval.ts';
import { type BenchBackend, ofField, Unavailable } from './backend.ts';
import { point } from './digits.ts';

/**
 * A number of a binary field, exactly: the sum of the double nearest to it, the double nearest to what is left, and so
 * on. Each difference takes away the leading bits, so that the field holds it without rounding, and the last is 0.
 */
export function exactly<T>(F: Field<T>, x: T): Decimal {
  let sum = exactDecimal(0);
  for (let rest = x; F.sign(rest) !== 0; ) {
    const leading = F.toNumber(rest);
    // Unbounded (an interval field calls that NaN, and yet knows its sign), or not a number.
    if (!Number.isFinite(leading)) return exactDecimal((F.sign(rest) ?? Number.NaN) * Infinity);
    sum = sum.plus(exactDecimal(leading));
    // Below the doubles.
    if (leading === 0) break;
    rest = F.sub(rest, F.of(leading));
  }
  return sum;
}

/** The ends of an enclosure, each as an enclosure without width. */
export const ends = <T>(F: IntervalField<T>, x: T): Interval => ({
  lo: exactly(F, F.lower(x)),
  hi: exactly(F, F.lower(F.neg(x))).negated(),
});

/** Its memory lies in WebAssembly's, which does not tell. */
const untold = (backend: BenchBackend): BenchBackend => ({ ...backend, memory: async () => null });

/** @throws Unavailable where gmp-wasm is not installed */
async function loaded(): Promise<void> {
  await loadMpfr().catch((error) => {
    throw error instanceof MpfrMissing ? new Unavailable(error.message) : error;
  });
}

/** @throws Unavailable where gmp-wasm is not installed */
export async function openMpfr(digits: number): Promise<BenchBackend> {
  await loaded();
  const F = mpfr(digits);
  return untold(ofField(F, (x) => point(exactly(F, x)), false));
}

/** @throws Unavailable where gmp-wasm is not installed */
export async function openMpfrInterval(digits: number): Promise<BenchBackend> {
  await loaded();
  const F = mpfrInterval(digits);
  return untold(ofField(F, (x) => ends(F, x), true));
}
