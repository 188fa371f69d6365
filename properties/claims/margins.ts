/** What a claim asks at one world, in float64, for comparison with numbers from another route. */
import { expect } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import type { Claim } from '../../src/claims/claim.ts';
import { relative } from '../../src/decide/margin.ts';

/** Relative margins by name (and time, where it is not 0). */
export type Asked = ReadonlyMap<string, number>;

/** The inequalities of a check at a world: what is > 0, over what it is compared with. */
export function inequalities(claim: Claim, rung: string, world: unknown): Asked {
  const check = claim.checks.find((c) => c.rung === rung)!;
  const found = [...check.margins!(float64, world)].filter(({ requires }) => requires === 'positive');
  const asked = found.map(
    (m) => [m.time === 0 ? m.name : `${m.name} at ${m.time}`, relative(float64, m)] as const,
  );
  expect(new Set(asked.map(([name]) => name)).size, 'names are told apart').toBe(asked.length);
  return new Map(asked);
}

/** Every equality of a check at a world is one in float64 too, up to cancellation of 20 bits; how many there are. */
export function expectEqualities(claim: Claim, rung: string, world: unknown): number {
  const check = claim.checks.find((c) => c.rung === rung)!;
  const found = [...check.margins!(float64, world)].filter(({ requires }) => requires === 'zero');
  for (const m of found) expect(Math.abs(relative(float64, m)), m.name).toBeLessThanOrEqual(2 ** -30);
  return found.length;
}

/**
 * The same names, in any order, each with its number. The worlds are chosen so that a route loses at most 20 bits to
 * cancellation: a hundred roundings of 2^-53 stay below 2^-26 then, and another formula differs by far more.
 */
export function expectAsked(asked: Asked, expected: Readonly<Record<string, number>>): void {
  expect([...asked.keys()].sort()).toEqual(Object.keys(expected).sort());
  for (const [name, value] of Object.entries(expected)) {
    const got = asked.get(name)!;
    const room = 2 ** -26 * Math.max(1, Math.abs(value));
    expect(Math.abs(got - value), `${name}: got ${got}, expected ${value}`).toBeLessThanOrEqual(room);
  }
}

/** The x in [low, high] at which a rising function reaches 0, by bisection to the last double. */
export function rootOf(rising: (x: number) => number, low: number, high: number): number {
  for (let middle = (low + high) / 2; low < middle && middle < high; middle = (low + high) / 2)
    if (rising(middle) < 0) low = middle;
    else high = middle;
  return low;
}

/** x = M h of the decoder's clock when M etaY t/K = ticks: e^x + (M-1) x - 1 = ticks. */
export const readingOf = (M: number, ticks: number): number =>
  rootOf((x) => Math.expm1(x) + (M - 1) * x - ticks, 0, Math.log1p(ticks));
