import fc from 'fast-check';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { problem } from '../../src/generators/problems.ts';
import { sequenceLength } from '../../src/generators/states.ts';
import { binomialSampler } from '../../src/model/binomial.ts';
import { categoricalSampler, countSampler, multinomial } from '../../src/model/multinomial.ts';
import { type Batch, batches, uniformMatrix } from '../../src/model/sampling.ts';
import { type Uniform, uniformStream } from '../../src/model/uniform.ts';
import { binomialLaw, histogram, misfit } from './statistics.ts';

const DRAWS = 100_000;

/** Whether the numbers look uniform on [0, 1): 64 cells. */
const uniformity = (draw: Uniform, draws: number) =>
  misfit(
    histogram(() => Math.floor(64 * draw()), draws),
    new Map(Array.from({ length: 64 }, (_, k) => [k, 1 / 64])),
    draws,
  );

describe('uniform streams', () => {
  it('lie in [0, 1), repeat for a seed, and are uniform', () => {
    const [a, b] = [uniformStream(7), uniformStream(7)];
    for (let i = 0; i < 1000; i++) {
      const u = a();
      expect(u >= 0 && u < 1).toBe(true);
      expect(b()).toBe(u);
    }
    expect(uniformity(a, DRAWS)).toBeLessThan(1);
  });

  /** The `nth` numbers of the streams of seeds 0, 1, 2, .. as a stream, which must be uniform. */
  const across = (stream: (seed: number) => Uniform, nth: number) => {
    let seed = 0;
    return () => {
      const u = stream(seed++);
      for (let i = 0; i < nth; i++) u();
      return u();
    };
  };
  for (const nth of [0, 1, 2, 10])
    it(`number ${nth} is uniform across neighbouring seeds, and independent of the next seed's`, () => {
      expect(uniformity(across(uniformStream, nth), 20_000)).toBeLessThan(1);
      const next = across(uniformStream, nth);
      let before = next();
      const pairs = () => {
        const after = next();
        const cell = 8 * Math.floor(8 * before) + Math.floor(8 * after);
        before = after;
        return cell / 64;
      };
      expect(uniformity(pairs, 20_000)).toBeLessThan(1);
    });
  it("control: the generator's own seeding fails that", () => {
    const raw = (seed: number): Uniform => {
      const generator = xoroshiro128plus(seed);
      return () => uniformFloat64(generator);
    };
    expect(uniformity(across(raw, 0), 20_000)).toBeGreaterThan(1);
  });
  it('seeds beyond 32 bits and below 0 have different streams', () => {
    const firsts = [0, 1, -1, 2 ** 32, 2 ** 32 + 1, -(2 ** 32), 2 ** 53, 2 ** 31].map((s) =>
      uniformStream(s)(),
    );
    expect(new Set(firsts).size).toBe(firsts.length);
  });
});

/** Both algorithms, their border n p = 10, p beyond 1/2, and the largest n. */
const LAWS: [number, number][] = [
  [1, 0.3],
  [2, 0.5],
  [9, 0.999],
  [40, 0.2499],
  [40, 0.25],
  [30, 0.5],
  [127, 0.3],
  [127, 0.95],
  [1000, 0.0101],
  [1e5, 0.2],
  [1e9, 9.9e-9],
  [1e9, 1.2e-8],
  [1e9, 1e-3],
];

describe('binomial numbers', () => {
  for (const [n, p] of LAWS)
    it(`n = ${n}, p = ${p} follow their law`, () => {
      const draw = binomialSampler(uniformStream(n + 1000 * p));
      expect(
        misfit(
          histogram(() => draw(n, p), DRAWS),
          binomialLaw(n, p),
          DRAWS,
        ),
      ).toBeLessThan(1);
    });
  it('control: a law two percent off is found', () => {
    for (const [n, p] of [
      [40, 0.25],
      [127, 0.3],
    ]) {
      const draw = binomialSampler(uniformStream(3));
      const seen = histogram(() => draw(n, p * 1.02), DRAWS);
      expect(misfit(seen, binomialLaw(n, p), DRAWS)).toBeGreaterThan(1);
    }
  });
  it('certain and impossible events', () => {
    const draw = binomialSampler(uniformStream(1));
    expect([draw(0, 0.5), draw(10, 0), draw(10, 1), draw(1e9, 1), draw(1e9, 0)]).toEqual([0, 0, 10, 1e9, 0]);
  });
});

describe('counts of a sequence', () => {
  /** Probabilities over six decades, some of them tiny. */
  const law = fc
    .array(
      fc.integer({ min: -6, max: 0 }).map((k) => 10 ** k),
      { minLength: 1, maxLength: 30 },
    )
    .map((ws) => ws.map((w) => w / ws.reduce((a, b) => a + b, 0)));

  it('are nonnegative integers that sum to T - 1', () => {
    fc.assert(
      fc.property(law, sequenceLength(), fc.integer(), (p, T, seed) => {
        const uniform = uniformStream(seed);
        for (const counts of [
          countSampler(uniform, p)(T - 1),
          multinomial(binomialSampler(uniform), T - 1, p),
        ]) {
          expect(counts.length).toBe(p.length);
          expect(counts.every((c) => Number.isInteger(c) && c >= 0)).toBe(true);
          expect(counts.reduce((a, b) => a + b, 0)).toBe(T - 1);
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  // Every token's count is binomial, for both ways of drawing: token by token, or by conditional binomials.
  const p = [0.4, 1e-3, 0.3, 0.2, 0.099];
  for (const n of [1, 2, 7, 60, 75, 76, 1000, 1e6])
    it(`n = ${n}: each is binomial`, () => {
      const draw = countSampler(uniformStream(n), p);
      const all = Array.from({ length: 20_000 }, () => draw(n));
      p.forEach((q, l) => {
        let i = 0;
        const seen = histogram(() => all[i++][l], all.length);
        expect(misfit(seen, binomialLaw(n, q), all.length)).toBeLessThan(1);
      });
    });

  it('two counts have the covariance of the multinomial distribution: their sum is binomial', () => {
    for (const n of [60, 1000]) {
      const draw = countSampler(uniformStream(n + 1), p);
      const seen = histogram(() => {
        const c = draw(n);
        return c[0] + c[3];
      }, 20_000);
      expect(misfit(seen, binomialLaw(n, p[0] + p[3]), 20_000)).toBeLessThan(1);
    }
  });

  it('rare last tokens keep their mass', () => {
    // 1 - 0.5 - 0.5 is 0 in doubles; 1e-9 of 1e9 draws is a Poisson number of mean 1.
    const law = [0.5, 0.5 - 1e-9, 1e-9];
    const draw = countSampler(uniformStream(5), law);
    const seen = histogram(() => draw(1e9)[2], 20_000);
    expect(misfit(seen, binomialLaw(1e9, 1e-9), 20_000)).toBeLessThan(1);
  });

  it('many tokens of less than a slot of the table keep their mass', () => {
    // A fifth of a slot and three fifths.
    const law = [0.95, ...Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? 0.000025 : 0.000075))];
    const draw = countSampler(uniformStream(6), law);
    const n = 1000;
    const heavy = histogram(() => draw(n).reduce((a, c, l) => (l > 0 && l % 2 === 0 ? a + c : a), 0), 5_000);
    expect(misfit(heavy, binomialLaw(n, 0.0375), 5_000)).toBeLessThan(1);
  });

  it('categories follow their distribution, for any number and any skew', () => {
    for (const weights of [
      [1],
      [1, 1],
      [5, 1, 0.01, 3],
      Array.from({ length: 1000 }, (_, i) => 1 / (i + 1)),
    ]) {
      const total = weights.reduce((a, b) => a + b, 0);
      const seen = histogram(categoricalSampler(uniformStream(9), weights), DRAWS);
      expect(misfit(seen, new Map(weights.map((w, k) => [k, w / total])), DRAWS)).toBeLessThan(1);
    }
  });
});

describe('batches', () => {
  it('have their size, classes and counts, and repeat for a seed', () => {
    fc.assert(
      fc.property(
        problem(),
        fc.integer({ min: 1, max: 20 }),
        sequenceLength(),
        fc.integer(),
        (world, B, T, seed) => {
          const [a, b] = [1, 2].map(() => batches(world, B, T, uniformStream(seed)));
          for (let i = 0; i < 2; i++) {
            const batch: Batch = a.next().value;
            expect(batch).toEqual(b.next().value);
            expect(batch.length).toBe(B);
            for (const { cls, counts } of batch) {
              expect(counts.length).toBe(world.classes[cls].tokens.length);
              expect(counts.reduce((x, y) => x + y, 0)).toBe(T - 1);
            }
          }
        },
      ),
      { seed: 2, numRuns: 60 },
    );
  });
  it('draw classes by weight', () => {
    const weights = [1, 3, 0.5, undefined];
    const world = {
      vocabulary: 10,
      classes: weights.map((weight, next) => ({
        next,
        query: 5,
        tokens: [next],
        probabilities: [1],
        ...(weight === undefined ? {} : { weight }),
      })),
    };
    const source = batches(world, 1, 2, uniformStream(4));
    const seen = histogram(() => source.next().value![0].cls, 40_000);
    expect(misfit(seen, new Map([1, 3, 0.5, 1].map((w, k) => [k, w / 5.5])), 40_000)).toBeLessThan(1);
  });
});

describe('the random start', () => {
  it('is uniform on [-1/sqrt(M), 1/sqrt(M)], rows x columns', () => {
    const matrix = uniformMatrix(50, 400, 34, uniformStream(11));
    expect([matrix.length, matrix[0].length]).toEqual([50, 400]);
    const scaled = matrix.flat().map((x) => (x * Math.sqrt(34) + 1) / 2);
    let i = 0;
    expect(uniformity(() => scaled[i++], scaled.length)).toBeLessThan(1);
  });
});
