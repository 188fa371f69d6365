import { check } from './check.ts';
import type { Claim } from './claim.ts';
import { clockGapProof } from './proofs/clockGap.ts';

export const clockGap: Claim = {
  id: 'clock-gap',
  source: 'own (sharpens Lemma 7(a))',
  headline: false,
  statement:
    'For etaY <= 1 the discrete clock of the decoder is never ahead of the continuous one by 3/10 of a first step: h*(s) - h(s) < (3/10) etaY/M at every step s and every M.',
  words:
    'For etaY of at most 1 the discrete clock of the decoder is never ahead of the continuous one by 3/10 of a first step, at every step s and every M.',
  formula: String.raw`h^*(s) - h(s) < \frac{3}{10}\, \frac{\eta_Y}{M} \quad \text{for } \eta_Y \le 1`,
  silent:
    'Lemma 7(a) prints 2 etaY/M. For large etaY the constant is 1 (see decoder-clock); the largest ratio found for etaY <= 1 is 0.2313, at M = 2, etaY = 1, s = 2.',
  checks: [
    check.proved({
      rung: 'algebra',
      statement: 'For every etaY <= 1, real M >= 2 and step s >= 1: h*(s) - h(s) < (3/10) etaY/M.',
      ...clockGapProof,
    }),
  ],
};
