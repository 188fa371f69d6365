import { check } from './check.ts';
import type { Claim } from './claim.ts';
import { winnerProof } from './proofs/winner.ts';

export const winner: Claim = {
  id: 'winner',
  source: 'own (the limit of Theorem 3)',
  headline: false,
  statement:
    'Two classes: winner takes all, in the limit only: B_n >= (1/16) ln(1 + 8 S(0) Gamma) grows without bound with the time, S = -dz_CT/dGamma, so the dominant distinct token of a class gets all attention that its distinct tokens have as t -> infinity, and at no time before.',
  words:
    'Two classes: winner takes all, in the limit only: B_n grows without bound with the time, so the dominant distinct token of a class gets all attention that its distinct tokens have as t grows without bound, and at no time before.',
  formula: String.raw`B_n \ge \frac{1}{16} \ln\left(1 + 8\, S(0)\, \Gamma\right) \to \infty, \qquad S = -\frac{dz_c}{d\Gamma}`,
  silent:
    'How slow it is: Gamma grows like the square of ln(M etaY t/K), so B_n grows like ln ln t. What is left to the runner-up at a finite time is a statement of sparsification.',
  checks: [
    check.proved({
      rung: 'algebra',
      statement:
        'In every world of two classes, one query token and one common token: d(1/S)/dGamma < 8, so that B_n >= (1/16) ln(1 + 8 S(0) Gamma).',
      ...winnerProof,
    }),
  ],
};
