// heavy: 4 s
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Interval, interval } from '../../src/arithmetic/decimal.ts';
import type { Field } from '../../src/arithmetic/field.ts';
import { kinds } from '../../src/claims/tokens.ts';
import { problem, singleCommon } from '../../src/generators/problems.ts';
import { pointWorld } from '../../src/generators/states.ts';
import { attentionVelocity, residualEntries } from '../../src/ladder/two-timescale.ts';
import type { PointWorld } from '../../src/ladder/worlds.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { expectOverlap, shrinkingWith } from '../support/overlap.ts';
import { literalVelocity, primes, singleCommonXi } from './literal.ts';

const seed = 3;
const velocityOf = (F: Field<Interval>, { problem, Z }: PointWorld) =>
  attentionVelocity(
    F,
    problem,
    reducedLayout(problem),
    Z.map((row) => row.map(F.of)),
  );

describe('two-timescale', () => {
  it("is Lemma 4 written out with M-vectors: z_m' = (1/K) sum diag(f_n) P_{f_n} Phi A q^(n)", () => {
    fc.assert(
      fc.property(pointWorld(problem(), 3), (world) => {
        shrinkingWith((F) => {
          const layout = reducedLayout(world.problem);
          const literal = literalVelocity(F, world);
          const ours = velocityOf(F, world).dZ;
          return layout.queries.flatMap((_, m) =>
            layout.tokens.map((_, l) => F.sub(ours[m][l], literal[m][l])),
          );
        });
      }),
      { seed, numRuns: 25 },
    );
  });

  it("gives xi_n = -q1 E'_nn - q0 sum_{k != n} E'_nk with E' = I - (I+E)^-1 (Theorem 1, Eq. 26)", () => {
    fc.assert(
      fc.property(pointWorld(problem(), 3), (world) => {
        shrinkingWith((F) => {
          const { q0, q1 } = residualEntries(F, world.problem.vocabulary);
          const { A, xi } = velocityOf(F, world);
          return primes(F, A, q0, q1).map((x, n) => F.sub(x, xi[n]));
        });
      }),
      { seed, numRuns: 40 },
    );
  });

  it('has, for one common token, the closed form of xi by Sherman and Morrison', () => {
    fc.assert(
      fc.property(pointWorld(singleCommon(), 3), (world) => {
        const layout = reducedLayout(world.problem);
        const [ct] = kinds(world.problem, layout).common;
        shrinkingWith((F) => {
          const { f, xi } = velocityOf(F, world);
          const phi = layout.classes.map(({ support }, n) => f[n][support.indexOf(ct)]);
          return singleCommonXi(F, phi, world.problem.vocabulary).map((x, n) => F.sub(x, xi[n]));
        });
      }),
      { seed, numRuns: 40 },
    );
  });

  it('keeps the sum of every row of Z', () => {
    fc.assert(
      fc.property(pointWorld(problem(), 3), (world) => {
        shrinkingWith((F) => velocityOf(F, world).dZ.map((row) => row.reduce((a, b) => F.add(a, b))));
      }),
      { seed, numRuns: 40 },
    );
  });

  it("control: with the sign of E' as Appendix D.1 prints it, xi differs", () => {
    const F = interval(30);
    const [world] = fc.sample(pointWorld(singleCommon(), 3), { seed, numRuns: 1 });
    const { q0, q1 } = residualEntries(F, world.problem.vocabulary);
    const { A, xi } = velocityOf(F, world);
    const printed = primes(F, A, q0, q1).map((x) => F.neg(x));
    expect(() => expectOverlap(F, printed[0], xi[0])).toThrow();
  });
});
