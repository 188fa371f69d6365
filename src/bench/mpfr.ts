/** Backends over MPFR, and the conversion of its numbers to decimals. */
import { type Decimal, exactDecimal, type Interval } from '../arithmetic/decimal.ts';
import type { Field, IntervalField } from '../arithmetic/field.ts';
import { loadMpfr, MpfrMissing, mpfr } from '../arithmetic/mpfr.ts';
import { mpfrInterval } from '../arithmetic/mpfrInterval.ts';
import { type BenchBackend, ofField, Unavailable } from './backend.ts';
import { point } from './digits.ts';

/**
 * The exact value of a number of a binary field: the sum of the double nearest to it, the double nearest to the
 * remainder, and so on. Each subtraction removes the leading bits, so it is exact in the field, and the last
 * remainder is 0.
 */
export function exactly<T>(F: Field<T>, x: T): Decimal {
  let sum = exactDecimal(0);
  for (let rest = x; F.sign(rest) !== 0; ) {
    const leading = F.toNumber(rest);
    // An unbounded interval (its double is NaN, but its sign is known), or not a number.
    if (!Number.isFinite(leading)) return exactDecimal((F.sign(rest) ?? Number.NaN) * Infinity);
    sum = sum.plus(exactDecimal(leading));
    // Smaller than the smallest double.
    if (leading === 0) break;
    rest = F.sub(rest, F.of(leading));
  }
  return sum;
}

/** The exact endpoints of an interval. */
export const ends = <T>(F: IntervalField<T>, x: T): Interval => ({
  lo: exactly(F, F.lower(x)),
  hi: exactly(F, F.lower(F.neg(x))).negated(),
});

/** MPFR's memory is in WebAssembly, which does not report it. */
const withoutMemory = (backend: BenchBackend): BenchBackend => ({ ...backend, memory: async () => null });

/** @throws Unavailable if gmp-wasm is not installed */
async function loaded(): Promise<void> {
  await loadMpfr().catch((error) => {
    throw error instanceof MpfrMissing ? new Unavailable(error.message) : error;
  });
}

/** @throws Unavailable if gmp-wasm is not installed */
export async function openMpfr(digits: number): Promise<BenchBackend> {
  await loaded();
  const F = mpfr(digits);
  return withoutMemory(ofField(F, (x) => point(exactly(F, x)), false));
}

/** @throws Unavailable if gmp-wasm is not installed */
export async function openMpfrInterval(digits: number): Promise<BenchBackend> {
  await loaded();
  const F = mpfrInterval(digits);
  return withoutMemory(ofField(F, (x) => ends(F, x), true));
}
