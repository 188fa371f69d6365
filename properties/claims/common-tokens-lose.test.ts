import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { itGetsItsVerdicts } from './rows.ts';

describe('common-tokens-lose', () => {
  itGetsItsVerdicts('common-tokens-lose');

  it('is refuted by its kept world on paper: x + 1/x > 2/r, every number under a root rational', () => {
    const file = new URL(
      '../../fixtures/counterexamples/common-tokens-lose.two-timescale.json',
      import.meta.url,
    );
    const { world, margin } = JSON.parse(readFileSync(file, 'utf8'));
    const [a, b] = world.problem.classes;
    expect(world.Z.flat().every((z: number) => z === 0)).toBe(true);
    const weight = (c: typeof a, l: number) => c.probabilities[c.tokens.indexOf(l)] ?? 0;
    const square = (c: typeof a) => c.probabilities.reduce((s: number, p: number) => s + p * p, 0);
    const token = Number(/token (\d+)/.exec(margin.name)?.[1]);
    // r (x + 1/x) with f = weight/norm: the roots of the norms cancel.
    const inner = a.tokens.reduce((s: number, l: number) => s + weight(a, l) * weight(b, l), 0);
    const [p, q] = [weight(a, token), weight(b, token)];
    const left = inner * (p * p * square(b) + q * q * square(a));
    expect(left).toBeGreaterThan(2 * p * q * square(a) * square(b));
  });
});
