import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commonTokensLose } from '../../src/claims/common-tokens-lose.ts';
import { dense, largestOf } from './dense.ts';
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

  it('the control fails by what a single common token loses, over what moves most', async () => {
    const problem = {
      vocabulary: 40,
      classes: [
        { next: 10, query: 7, tokens: [0, 1, 2], probabilities: [2, 5, 3] },
        { next: 11, query: 7, tokens: [0, 3], probabilities: [4, 6] },
      ],
    };
    const Z = [[0.25, -0.5, 0.5, 0.125]];
    const { dZ } = dense(problem, [0, 1, 2, 3], [7], Z);
    const { margin, outcome } = await commonTokensLose.checks[0].controls[0].judge(
      { problem, Z },
      null as never,
    );
    expect(outcome).toBe('violated');
    expect(margin!.name).toBe('common token 0 gains (query 7)');
    expect(Math.abs(margin!.value - dZ[0][0] / largestOf(dZ[0]))).toBeLessThan(2 ** -40);
  });
});
