import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, interval } from '../../src/arithmetic/decimal.ts';
import { determinant, jacobi } from '../../src/arithmetic/eigen.ts';
import { ratio } from '../../src/arithmetic/field.ts';
import { float64 } from '../../src/arithmetic/float64.ts';
import { inverse } from '../../src/arithmetic/linear.ts';
import { type Broken, lemmas } from '../../src/claims/correlation.ts';
import { decide } from '../../src/decide/enclosure.ts';
import { correlation, gramOf, strongCorrelation } from '../../src/generators/correlations.ts';
import { shrinkingWith } from '../support/overlap.ts';
import { itGetsItsVerdicts } from './rows.ts';

const worlds = fc.sample(correlation(), { seed: 63, numRuns: 60 });
/** Which of the statements fail anywhere when something is broken. */
const failing = (broken: Broken, of: readonly (typeof worlds)[number][] = worlds) =>
  new Set(
    of
      .flatMap((world) => {
        const one = decide((F, w: typeof world) => lemmas(broken)(F, w), world);
        const all = [...lemmas(broken)(float64, world)].filter(
          ({ value, requires }) => requires === 'positive' && value < -1e-9,
        );
        return [...all.map(({ name }) => name), ...(one.outcome === 'violated' ? [one.margin!.name] : [])];
      })
      .map((name) => name.split(/[:,]/)[0]),
  );

describe('correlation', () => {
  itGetsItsVerdicts('correlation');

  it('asks worlds with |lambda_1| near 1, and below the lambda that they name', () => {
    const largest = worlds.map((world) => {
      const E = gramOf(float64, world).map((row, n) => row.map((x, k) => (n === k ? 0 : x)));
      const first = Math.max(...jacobi(E).values.map(Math.abs));
      expect(first).toBeLessThan(world.lambda);
      return first;
    });
    expect(Math.max(...largest)).toBeGreaterThan(0.998);
  });

  it('refutes each lemma when that lemma is broken, and only what depends on it', () => {
    expect(failing({})).toEqual(new Set());
    expect(failing({ third: true })).toContain('Lemma 13');
    expect(failing({ sign: true })).toContain('Lemma 14');
    expect(failing({ sign: true })).toContain('Lemma 16');
    expect(failing({ printed93: true })).toEqual(new Set(['Eq. 93']));
    const strong = failing({}, fc.sample(strongCorrelation(), { seed: 64, numRuns: 20 }));
    expect(strong).toContain('Lemma 15');
    expect(strong).toContain('Lemma 17');
  });

  it("has the closed form of two classes: E' = [[-e^2, e], [e, -e^2]]/(1-e^2), which attains Lemmas 13 and 15", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999 }), (k) => {
        shrinkingWith((F) => {
          const e = ratio(F, k, 1000);
          const A = inverse(F, [
            [F.of(1), e],
            [e, F.of(1)],
          ]);
          const rest = F.sub(F.of(1), F.mul(e, e));
          // A = I - E', and the eigenvalue of E' of largest modulus is -e/(1-e).
          const shifted = A.map((row, i) =>
            row.map((a, j) => (i === j ? F.sub(F.add(F.of(1), F.div(e, F.sub(F.of(1), e))), a) : F.neg(a))),
          );
          return [
            F.sub(F.sub(F.of(1), A[0][0]), F.neg(F.div(F.mul(e, e), rest))),
            F.sub(F.neg(A[0][1]), F.div(e, rest)),
            determinant(F, shifted),
          ];
        });
      }),
      { seed: 65, numRuns: 40 },
    );
  });

  it('shows Eq. 93 as printed false for every overlap of two classes: e^2/(1-e^2) < e^2/(1-e)', () => {
    const F = interval(30);
    for (const k of [1, 10, 100, 300, 499]) {
      const e = ratio(F, k, 1000);
      const square = F.mul(e, e);
      const fall = F.div(square, F.sub(F.of(1), square));
      expect(F.sign(F.sub(fall, F.div(square, F.sub(F.of(1), e))))).toBe(-1);
      expect(F.sign(F.sub(fall, F.div(square, F.add(F.of(1), e))))).toBe(1);
    }
  });

  it('holds in Lemma 13 for lambda_2 too: lambda_max and -lambda_min both reach max E_ij, since E_ii = 0', () => {
    for (const world of worlds) {
      const E = gramOf(float64, world).map((row, n) => row.map((x, k) => (n === k ? 0 : x)));
      const { values } = jacobi(E);
      expect(Math.abs(values[1])).toBeGreaterThanOrEqual(Math.max(...E.flat()) * (1 - 2 ** -43));
    }
  });

  it("finds lambda/(1+lambda) among float64 eigenvalues, E' inverted at 40 digits", () => {
    const F = decimal(40);
    for (const world of worlds.slice(0, 30)) {
      const G = gramOf(F, world);
      const E = G.map((row, n) => row.map((x, k) => (n === k ? 0 : F.toNumber(x))));
      const P = inverse(F, G).map((row, n) => row.map((a, k) => F.toNumber(F.sub(F.of(n === k ? 1 : 0), a))));
      const ascending = (A: number[][]) => [...jacobi(A).values].sort((a, b) => a - b);
      // lambda -> lambda/(1+lambda) rises, with slope at most 1/(1-|lambda_1|)^2; Jacobi errs by 2^-43 n of the matrix's
      // norm at most, which is 1 for E and at most 1/(1-|lambda_1|) for E' (Lemma 15).
      const steep = 1 / (1 - world.lambda);
      ascending(P).forEach((x, i) => {
        const lambda = ascending(E)[i];
        expect(Math.abs(x - lambda / (1 + lambda))).toBeLessThanOrEqual((steep + 1) * steep * 6 * 2 ** -43);
      });
    }
  });
});
