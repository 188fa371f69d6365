import { check } from './check.ts';
import type { Claim } from './claim.ts';
import { brakeProof } from './proofs/brake.ts';

export const brake: Claim = {
  id: 'brake',
  source: 'own (the step of snap that random worlds cannot settle)',
  headline: false,
  statement:
    'The brake of the snap: with one query token and one common token, S = -dz_CT/dGamma falls so fast that d(1/S)/dGamma > 2 (1 - u), u = max f_CT^2. The constant 2 is the best.',
  words:
    'The brake of the snap: with one query token and one common token, S, the speed at which the common token loses, falls at least so fast; u is the largest f_CT^2. The constant 2 is the best.',
  formula: String.raw`\frac{d}{d\Gamma} \frac{1}{S} > 2\,(1 - u), \qquad S = -\frac{dz_c}{d\Gamma}`,
  silent:
    'Three classes and more at finite M: certified in the random worlds of snap, and proved where distinct tokens are many and M is K + 1 or more (proofs/brake.ts), but not for few distinct tokens.',
  checks: [
    check.proved({
      rung: 'algebra',
      statement:
        'In every world of two classes, M >= 3, and of any number of classes for M to infinity: d(1/S)/dGamma > 2 (1 - max f_CT^2).',
      ...brakeProof,
    }),
  ],
};
