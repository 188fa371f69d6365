// heavy: 8 s
import { describe, expect, it } from 'vitest';
import { attentionVelocity } from '../../src/ladder/two-timescale.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { seeds } from '../support/settings.ts';
import { equations86And88 } from './identities.ts';
import { exactMargins, holdsExactly, MOST_DEGREE, MOST_ERROR, pointOf, prove } from './prove.ts';
import { rational, written } from './rational.ts';
import { STATEMENTS } from './statements.ts';

const seed = seeds(1)[0];
/** What the proofs so far leave together. */
let error = 0;

describe.each(STATEMENTS)('$name over exact rationals', ({ margins, patterns, controls }) => {
  it('is an identity on every pattern of supports, but for a probability below 2^-60', () => {
    for (const pattern of patterns) {
      const proof = prove(margins, pattern, seed);
      const shown = proof.refuted.map(({ name, value }) => `${pattern.name}, ${name}: ${written(value)}`);
      expect(shown).toEqual([]);
      expect(proof.equalities).toBeGreaterThan(0);
      expect(proof.degree).toBeLessThanOrEqual(MOST_DEGREE);
      expect(proof.error).toBeLessThan(MOST_ERROR);
      error += proof.error;
    }
  });

  it.each(controls)('is refuted at the first point without $drops', (control) => {
    const broken = patterns.find((pattern) =>
      exactMargins(control.margins, pointOf(pattern, 0, seed)).some(
        (margin) => margin.requires === 'zero' && !holdsExactly(margin),
      ),
    );
    expect(broken, 'a pattern on which the control is no identity').toBeDefined();
    expect(prove(control.margins, broken!, seed).refuted.length).toBeGreaterThan(0);
  });
});

describe('exact rationals', () => {
  it('leave all statements on all patterns together a probability below 2^-60', () => {
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(MOST_ERROR);
  });

  it('give every statement a control', () => {
    expect(STATEMENTS.filter(({ controls }) => controls.length === 0)).toEqual([]);
  });

  /**
   * The least world: classes of (4, 3), one common token, M = 3. r = 16/25, A = 1/(1-r^2) [[1, -r], [-r, 1]] = 1/369 [[625, -400], [-400, 625]],
   * q1 = 3/2, q0 = -3/4.
   */
  const least = {
    problem: {
      vocabulary: 3,
      classes: [
        { next: 0, query: 0, tokens: [0, 1], probabilities: [4, 3] },
        { next: 1, query: 0, tokens: [0, 2], probabilities: [4, 3] },
      ],
    },
    Z: [[0, 0, 0]],
  };

  it('by hand, the least world: xi = 76/41, distinct tokens gain 342/1025, the common one loses twice as much', () => {
    const layout = reducedLayout(least.problem);
    const { xi, dZ } = attentionVelocity(rational, least.problem, layout, [least.Z[0].map(rational.of)]);
    // (625 q1 - 400 q0)/369 - q1 = (937.5 + 300)/369 - 1.5
    expect(xi.map(written)).toEqual(['76/41', '76/41']);
    // f^2 xi/K = (9/25)(76/41)/2
    expect(dZ[0].map(written)).toEqual(['-684/1025', '342/1025', '342/1025']);
  });

  it('by hand, the least world: beta = 475/164, where Eq. 88 as printed has 229/164', () => {
    const world = { ...least, free: [1, 1] };
    // -(A q^(1))_2 = (400 q1 - 625 q0)/369 = (600 + 468.75)/369; the wrong sign adds 2 q0.
    expect(exactMargins(equations86And88(), world).filter((margin) => !holdsExactly(margin))).toEqual([]);
    const wrong = exactMargins(equations86And88(true), world).find(({ name }) => name === 'beta_01')!;
    expect(written(wrong.value)).toBe('3/2');
    expect(written(wrong.scale)).toBe(written(rational.of(475 / 164)));
  });
});
