import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Field } from '../../src/arithmetic/field.ts';
import { type Bounded, degrees } from './degrees.ts';
import { NotRational } from './rational.ts';

/** Polynomials in s over the integers modulo a prime, lowest coefficient first, without leading zeros. */
type Polynomial = readonly bigint[];
const PRIME = 2n ** 61n - 1n;
const mod = (x: bigint) => ((x % PRIME) + PRIME) % PRIME;
const trimmed = (a: readonly bigint[]): Polynomial => a.slice(0, a.findLastIndex((x) => x !== 0n) + 1);
const plus = (a: Polynomial, b: Polynomial, sense = 1n): Polynomial =>
  trimmed(
    Array.from({ length: Math.max(a.length, b.length) }, (_, i) => mod((a[i] ?? 0n) + sense * (b[i] ?? 0n))),
  );
function times(a: Polynomial, b: Polynomial): Polynomial {
  const c = new Array<bigint>(Math.max(0, a.length + b.length - 1)).fill(0n);
  for (const [i, x] of a.entries()) for (const [j, y] of b.entries()) c[i + j] = mod(c[i + j] + x * y);
  return trimmed(c);
}
function inverse(x: bigint): bigint {
  let [result, base] = [1n, x];
  for (let e = PRIME - 2n; e > 0n; e >>= 1n) {
    if (e % 2n === 1n) result = mod(result * base);
    base = mod(base * base);
  }
  return result;
}
/** a/b and what remains. */
function divided(a: Polynomial, b: Polynomial): { quotient: Polynomial; rest: Polynomial } {
  let rest = a;
  const lead = inverse(b[b.length - 1]);
  const quotient: bigint[] = [];
  while (rest.length >= b.length) {
    const shift = rest.length - b.length;
    const factor = mod(rest[rest.length - 1] * lead);
    quotient[shift] = factor;
    rest = plus(rest, [...new Array<bigint>(shift).fill(0n), ...b.map((x) => mod(x * factor))], -1n);
  }
  return { quotient: Array.from(quotient, (x: bigint | undefined) => x ?? 0n), rest };
}
const common = (a: Polynomial, b: Polynomial): Polynomial =>
  b.length === 0 ? a : common(b, divided(a, b).rest);

/** A rational function of s, with its bound beside it. */
interface Both {
  readonly over: Polynomial;
  readonly under: Polynomial;
  readonly bound: Bounded;
}

/** An operand: a constant, or a polynomial of degree 1 or 2 as coordinates give them. Its value at s = 0 is the number. */
const leaf: fc.Arbitrary<Both> = fc.oneof(
  fc
    .integer({ min: -3, max: 3 })
    .map((x) => ({ over: trimmed([mod(BigInt(x))]), under: [1n], bound: degrees.of(x) })),
  fc
    .tuple(
      fc.integer({ min: 65, max: 1e6 }),
      fc.array(fc.bigInt({ min: 0n, max: PRIME - 1n }), { maxLength: 2 }),
    )
    .map(([x, higher]) => ({ over: trimmed([BigInt(x), ...higher]), under: [1n], bound: degrees.of(x) })),
);

/** Random formulas; a root is taken of a square, and a quotient whose divisor is 0 is left out. */
const { formula } = fc.letrec<{ formula: Both }>((tie) => ({
  formula: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    leaf,
    fc
      .tuple(fc.constantFrom('add', 'sub', 'mul', 'div', 'same', 'root'), tie('formula'), tie('formula'))
      .map(apply),
  ),
}));

function apply([name, a, b]: [string, Both, Both]): Both {
  const D = degrees;
  const [ab, ba] = [times(a.over, b.under), times(b.over, a.under)];
  switch (name) {
    case 'add':
      return { over: plus(ab, ba), under: times(a.under, b.under), bound: D.add(a.bound, b.bound) };
    case 'sub':
      return { over: plus(ab, ba, -1n), under: times(a.under, b.under), bound: D.sub(a.bound, b.bound) };
    case 'mul':
      return { over: times(a.over, b.over), under: times(a.under, b.under), bound: D.mul(a.bound, b.bound) };
    case 'same': {
      // Two quotients by one divisor, whose denominators the bound takes for one.
      if (b.over.length === 0 || b.bound.value.p === 0n) return a;
      const one = D.of(1);
      return {
        over: times(plus(a.over, a.under), b.under),
        under: times(a.under, b.over),
        bound: D.add(D.div(a.bound, b.bound), D.div(one, b.bound)),
      };
    }
    case 'root':
      if (a.bound.value.p <= 0n) return a;
      return { over: a.over, under: a.under, bound: D.sqrt(D.mul(a.bound, a.bound)) };
    default:
      if (b.over.length === 0 || b.bound.value.p === 0n) return a;
      return { over: ab, under: ba, bound: D.div(a.bound, b.bound) };
  }
}

/** The degree of the numerator in lowest terms, along a line: at most that of any numerator in all coordinates. */
const trueDegree = ({ over, under }: Both): number =>
  over.length === 0 ? Number.NEGATIVE_INFINITY : over.length - common(over, under).length;

describe('degrees', () => {
  it('bound the degree of the numerator in lowest terms, of random formulas along random lines', () => {
    let [attained, high] = [0, 0];
    fc.assert(
      fc.property(formula, (both) => {
        const found = trueDegree(both);
        expect(found).toBeLessThanOrEqual(both.bound.degree);
        if (found > 0) high += 1;
        if (found > 0 && found === both.bound.degree) attained += 1;
      }),
      { seed: 7, numRuns: 2000 },
    );
    expect(high).toBeGreaterThan(200);
    // A bound that is always far too large would pass as well.
    expect(attained).toBeGreaterThan(high / 10);
  });

  it('keep denominators: x/y + 1/y has the degree of x + 1, x/y + 1/z more', () => {
    const [x, y, z] = [100, 101, 102].map(degrees.of);
    const one = degrees.of(1);
    expect(degrees.add(degrees.div(x, y), degrees.div(one, y)).degree).toBe(2);
    expect(degrees.add(degrees.div(x, y), degrees.div(one, z)).degree).toBe(4);
    expect(degrees.div(degrees.div(x, y), degrees.div(z, y)).degree).toBe(2);
  });

  it('of a root are halved, over the denominators of its square', () => {
    const f = degrees.div(degrees.of(300), degrees.of(500));
    const root = degrees.sqrt(degrees.mul(f, f));
    expect([root.degree, [...root.below].length]).toEqual([2, 1]);
    // (3/5) s of degrees 2 and 2 again: the factor 500 is the same.
    expect(degrees.add(root, f).degree).toBe(2);
  });

  it('leave the sign of an accidental 0 open, and have no exponential of it', () => {
    const zero = degrees.sub(degrees.of(100), degrees.of(100));
    expect(degrees.sign(zero)).toBe(undefined);
    expect(degrees.sign(degrees.of(0))).toBe(0);
    expect(() => degrees.exp(zero)).toThrow(NotRational);
    expect((degrees as Field<Bounded>).exp(degrees.of(0)).degree).toBe(0);
  });
});
