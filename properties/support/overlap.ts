import { expect } from 'vitest';
import { type Interval, interval } from '../../src/arithmetic/decimal.ts';
import type { Field } from '../../src/arithmetic/field.ts';

/** Asserts that the enclosures of the two sides of an equality overlap. */
export function expectOverlap(F: Field<Interval>, left: Interval, right: Interval): void {
  expect(F.sign(F.sub(left, right)) ?? 0, `${left.lo} .. ${left.hi} meets ${right.lo} .. ${right.hi}`).toBe(
    0,
  );
}

/**
 * Asserts that differences are 0 to rounding: their enclosures contain 0 at 30 and at 60 digits, and their width falls by
 * at least half of the 30 digits in between.
 */
export function shrinkingWith(differences: (F: Field<Interval>) => readonly Interval[]): void {
  const [F, G] = [interval(30), interval(60)];
  const [coarse, fine] = [differences(F), differences(G)];
  expect(fine).toHaveLength(coarse.length);
  for (const [i, d] of coarse.entries()) {
    expect(F.sign(d) ?? 0).toBe(0);
    expect(G.sign(fine[i]) ?? 0).toBe(0);
    expect(G.radius(fine[i])).toBeLessThanOrEqual(F.radius(d) * 10 ** -15);
  }
}
