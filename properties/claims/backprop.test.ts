import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jacobi } from '../../src/arithmetic/eigen.ts';
import { float64 } from '../../src/arithmetic/float64.ts';
import { inverse } from '../../src/arithmetic/linear.ts';
import { backprop } from '../../src/claims/backprop.ts';
import { overlaps } from '../../src/generators/assumption2.ts';
import { countedWorld, frozenWorld, undrawnWorld } from '../../src/generators/frozen.ts';
import { discreteReadingsTo } from '../../src/ladder/clock.ts';
import { drawn, featuresOf } from '../../src/ladder/frozen.ts';
import { backpropagated, denseDecoder } from '../support/decoder.ts';
import { expectAsked, inequalities } from './margins.ts';
import { itGetsItsVerdicts } from './rows.ts';

describe('backprop', () => {
  itGetsItsVerdicts('backprop');

  it('asks Theorem 1(a) at counts within and beyond the factor 35 sqrt(K-1), drawn and not drawn', () => {
    const factors = fc.sample(countedWorld(32), { seed: 7, numRuns: 100 }).flatMap((world) => {
      const K = world.problem.classes.length;
      const counts = world.problem.classes.map((_, n) => drawn(world).filter((k) => k === n).length);
      const readings = discreteReadingsTo(
        float64,
        { vocabulary: world.problem.vocabulary, etaY: world.etaY },
        32,
      );
      const most = Math.max(...counts.map((N) => readings[N]));
      return counts.map((N) => ({ factor: most / readings[N], room: 35 * Math.sqrt(K - 1) }));
    });
    const within = factors.filter(({ factor, room }) => factor > 2 && factor <= room);
    expect(within.length).toBeGreaterThan(20);
    expect(Math.max(...within.map(({ factor }) => factor))).toBeGreaterThan(15);
    expect(factors.filter(({ factor, room }) => factor > room).length).toBeGreaterThan(20);
  });

  it('controls the counts in worlds under Assumption 2', () => {
    for (const { problem, Z } of fc.sample(undrawnWorld(), { seed: 8, numRuns: 50 })) {
      const moduli = jacobi(overlaps({ problem, Z })).values.map(Math.abs);
      expect(Math.max(...moduli)).toBeLessThan(1 / 3);
      expect(Math.min(...moduli)).toBeGreaterThan(6 / Math.sqrt(problem.vocabulary));
    }
  });

  it("has -E'_nn above m^2/(1-m^2), m = min |lambda|, attained by two classes: 24/M of Eq. 93 can be 36/M", () => {
    for (const world of fc.sample(countedWorld(1), { seed: 9, numRuns: 60 })) {
      const E = overlaps(world);
      const m = Math.min(...jacobi(E).values.map(Math.abs));
      const A = inverse(
        float64,
        E.map((row, i) => row.map((x, j) => (i === j ? 1 : x))),
      );
      // Rounding: A_nn is near 1, off by a few u times the condition, below (1+1/2)/(1-1/2).
      for (const [n, row] of A.entries())
        expect(row[n] - 1).toBeGreaterThan((m * m) / (1 - m * m) - 2 ** -47);
      if (E.length === 2) expect(Math.abs(A[0][0] - 1 - (m * m) / (1 - m * m))).toBeLessThan(2 ** -47);
    }
  });

  it('f_n . g = w_n . (e_n - alpha_n), with Y and g over all M columns in doubles (Eq. 81 against Lemma 5)', () => {
    fc.assert(
      fc.property(frozenWorld(30), (world) => {
        const features = featuresOf(float64, world);
        const classes = drawn(world);
        const Y = denseDecoder(world, features, classes, 'modified');
        const M = world.problem.vocabulary;
        for (const n of world.problem.classes.keys()) {
          let x = 0;
          for (const k of classes) if (k === n) x += (M * world.etaY) / (M - 1 + Math.exp(x));
          const along = backpropagated(world, features, Y, n).reduce(
            (s, g, l) => s + g * features.columns[n][l],
            0,
          );
          // w_n = (M-1) h* zeta_n, e_n - alpha_n = (M-1)/(M-1+e^x) zeta_n, zeta.zeta = M/(M-1)
          const closed = ((M - 1) * x) / (M - 1 + Math.exp(x));
          // The steps carry the error of (Phi^T Phi)^-1, which grows with its entries. Empirical: at most 2e-12 of
          // this size in 2000 worlds.
          const size = (1 + closed) * Math.max(...features.A.flat().map(Math.abs));
          expect(Math.abs(along - closed)).toBeLessThanOrEqual(1e-11 * size);
        }
      }),
      { seed: 6, numRuns: 40 },
    );
  });

  describe("of two classes of overlap e = 1/4: E'_nn = -e^2/(1-e^2), E'_01 = e/(1-e^2)", () => {
    // f = (1, sqrt(3))/2 has irrational weights: of overlap 1/4 are (1, sqrt 3)/2 and its like with one common token.
    const [M, e] = [900, 1 / 4];
    const own = Math.sqrt(3);
    const problem = {
      vocabulary: M,
      classes: [0, 1].map((n) => ({ next: 10 + n, query: 7, tokens: [0, 1 + n], probabilities: [1, own] })),
    };
    const Z = [[0, 0, 0]];
    const [fall, off] = [e ** 2 / (1 - e ** 2), e / (1 - e ** 2)];
    const q0 = -M / (M - 1) ** 2;

    it("Assumption 2's margins in closed form at K = 2, and none of them without it", () => {
      const xi = (M / (M - 1)) * fall - q0 * off;
      const expected: Record<string, number> = {};
      for (const n of [0, 1]) {
        expected[`xi of class ${10 + n} is positive`] = xi / fall;
        expected[`-E'_${n}${n} > 36/M`] = 1 - 36 / M / fall;
        expected[`sum |E'_${n}k| < 1/sqrt(K-1)`] = 1 - off;
        expected[`-E'_${n}${n} > |E e_n|^2 K/(K+1)`] = 1 - ((2 / 3) * e ** 2) / fall;
      }
      const remainders = (n: number) => {
        // iota_n - q1 (1 - E'_nn), and beta_nk - q1 E'_nk of the other class.
        const [two, three] = [-q0 * off, -q0 * (1 + fall)];
        return [
          ['delta_2 < 3/M', 1 - (two * M) / 3],
          ['-delta_2 < 3/M', 1 + (two * M) / 3],
          [`delta_3 of class ${1 - n} < 3/M`, 1 - (three * M) / 3],
          [`-delta_3 of class ${1 - n} < 3/M`, 1 + (three * M) / 3],
        ] as const;
      };
      const { margins } = backprop.checks.find(({ rung }) => rung === 'two-timescale')!;
      const found = [...margins!(float64, { problem, Z, assumption2: true })].filter(
        ({ requires }) => requires === 'positive',
      );
      const named = found.filter(({ name }) => !name.includes('delta_'));
      expectAsked(new Map(named.map((m) => [m.name, m.value / m.scale])), expected);
      // The names of the remainders come once a class.
      const rest = found
        .filter(({ name }) => name.includes('delta_'))
        .map((m) => [m.name, m.value / m.scale]);
      const inOrder = (rows: (readonly (string | number)[])[]) =>
        rows.map(([name, x]) => `${name} ${(x as number).toFixed(9)}`).sort();
      expect(inOrder(rest)).toEqual(inOrder([...remainders(0), ...remainders(1)]));
      expectAsked(inequalities(backprop, 'two-timescale', { problem, Z }), {
        'xi of class 10 is positive': xi / fall,
        'xi of class 11 is positive': xi / fall,
      });
    });

    it('the remainders of a frozen run at the counts that were drawn', () => {
      const world = { problem, Z, etaY: 0.5, steps: 5, seed: 3, weights: [1, 2], assumption2: true as const };
      const classes = drawn(world);
      const star = [0, 1].map((n) => {
        let x = 0;
        for (const k of classes) if (k === n) x += (M * world.etaY) / (M - 1 + Math.exp(x));
        return x;
      });
      expect(star[0]).not.toBe(star[1]);
      // S q0 scales the bound, s_k q0 the remainder: what all shares are divided by cancels.
      const most = 2.43 * Math.max(...star);
      const expected = Object.fromEntries(
        [0, 1].flatMap((n) => [
          [`delta_2 of class ${n} within 2.43 |q0| S`, 1 - (star[1 - n] * off) / most],
          [
            `delta_3 of class ${1 - n} of class ${n} within 2.43 |q0| S`,
            1 - (star[1 - n] * (1 + fall)) / most,
          ],
        ]),
      );
      const asked = (at: object) =>
        new Map([...inequalities(backprop, 'frozen', at)].filter(([name]) => name.includes('2.43')));
      expectAsked(asked(world), expected);
      expect(asked({ ...world, assumption2: undefined }).size).toBe(0);
    });
  });
});
