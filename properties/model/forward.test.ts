// heavy: 4 s
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, type Interval, interval } from '../../src/arithmetic/decimal.ts';
import { doubleDouble } from '../../src/arithmetic/doubleDouble.ts';
import { dot, type Field, sum } from '../../src/arithmetic/field.ts';
import { commons, singleCommon } from '../../src/generators/problems.ts';
import { type GradientWorld, gradientWorld, logit } from '../../src/generators/states.ts';
import { gradient } from '../../src/model/gradient.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { attention, forward, normalise, project, softmax } from '../../src/model/transformer.ts';
import { attentionOverPositions } from './positions.ts';
import { holds, overlapAll, widest } from './worlds.ts';

const world = gradientWorld(fc.oneof(singleCommon(4, 4), commons(4, 3, 3)));

const prepare = (F: Field<Interval>, w: GradientWorld) => {
  const layout = reducedLayout(w.problem);
  const parameters = { Y: w.Y.map((r) => r.map(F.of)), Z: w.Z.map((r) => r.map(F.of)) };
  const example = { cls: w.cls, mass: w.counts.map(F.of), weight: F.of(1) };
  return { layout, parameters, example };
};

/**
 * The enclosures of one formula at 20 and at 40 digits: both must be narrow, since a wide one contains every number.
 * Every rounding error is proportional to the ulp, 10^20 times smaller; three decades allow for the different leading
 * digits of intermediate numbers.
 */
const shrinking = (at: (F: Field<Interval>) => readonly Interval[], target: number) => {
  const [F, G] = [interval(20), interval(40)];
  const [coarse, fine] = [at(F), at(G)];
  for (const x of [...coarse, ...fine]) expect(holds(x, target)).toBe(true);
  const narrow = widest(G, fine);
  expect(Number.isFinite(narrow)).toBe(true);
  expect(narrow).toBeLessThanOrEqual(Math.max(widest(F, coarse), 1e-20) * 1e-17);
};

describe('the forward pass', () => {
  it('has attention of sum 1, f of norm 1, probabilities of sum 1 and residuals of sum 0', () => {
    fc.assert(
      fc.property(world, (w) => {
        const run = (F: Field<Interval>) => {
          const { layout, parameters, example } = prepare(F, w);
          return { layout, ...forward(F, layout, parameters, example) };
        };
        const weighted = (F: Field<Interval>, xs: readonly Interval[], copies: readonly number[]) =>
          sum(
            F,
            xs.map((x, k) => F.mul(F.of(copies[k]), x)),
          );
        shrinking((F) => [sum(F, run(F).attention)], 1);
        shrinking((F) => {
          const { f } = run(F);
          return [dot(F, f, f)];
        }, 1);
        shrinking((F) => {
          const { layout, alpha } = run(F);
          return [weighted(F, alpha, layout.multiplicity)];
        }, 1);
        shrinking((F) => {
          const { layout, residual } = run(F);
          return [weighted(F, residual, layout.multiplicity)];
        }, 0);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('does not change when the masses of a sequence are scaled', () => {
    fc.assert(
      fc.property(world, fc.integer({ min: -30, max: 30 }), (w, k) => {
        const F = interval(25);
        const { layout, parameters, example } = prepare(F, w);
        const scale = F.div(F.of(2 ** Math.abs(k)), F.of(3));
        const scaled = example.mass.map((c) => (k < 0 ? F.div(c, scale) : F.mul(c, scale)));
        const a = forward(F, layout, parameters, example);
        const b = forward(F, layout, parameters, { ...example, mass: scaled });
        for (const part of ['attention', 'f', 'logits', 'alpha', 'residual'] as const)
          expect(overlapAll(a[part], b[part])).toBe(true);
        expect(overlapAll([a.J], [b.J])).toBe(true);
        expect(widest(F, a.f)).toBeLessThan(1e-15);
      }),
      { seed: 2, numRuns: 80 },
    );
  });

  it('control: scaling one mass alone changes f', () => {
    const F = interval(25);
    const at = (mass: number[]) => normalise(F, attention(F, [F.of(0), F.of(0)], mass.map(F.of)));
    expect(overlapAll(at([1, 2]), at([1, 4]))).toBe(false);
  });

  it('gives the sum of the other probabilities as the residual at the target, with all digits', () => {
    // alpha_n = 1 - e^-200: at 30 digits the difference 1 - alpha_n is 0, the sum has all digits.
    const F = interval(30);
    const problem = {
      vocabulary: 2,
      classes: [{ next: 0, query: 0, tokens: [1], probabilities: [1] }],
    };
    const layout = reducedLayout(problem);
    const Y = [[F.of(200), F.of(0)]];
    const { residual } = forward(
      F,
      layout,
      { Y, Z: [[F.of(0)]] },
      { cls: 0, mass: [F.of(1)], weight: F.of(1) },
    );
    // e^-200 = 1.3838965267367376e-87
    expect(F.sign(F.sub(residual[0], F.of(1.383896526736737e-87)))).toBe(1);
    expect(F.sign(F.sub(F.of(1.383896526736738e-87), residual[0]))).toBe(1);
  });
});

describe('softmax', () => {
  it.each([0, 52, 53, 60, 100, 300, 1000])(
    'in double-double shifts logits near 2^%i by all their digits',
    (k) => {
      const logits = <T>(F: Field<T>) =>
        // Three numbers near 2^k that differ by 1 and by 3, rounded to 106 bits.
        [1, 2, 4].map((x) => F.add(F.mul(F.of(4 / 3), F.of(2 ** k)), F.of(k <= 100 ? x : x * 2 ** (k - 60))));
      const F = decimal(400);
      const { alpha, J } = softmax(doubleDouble, logits(doubleDouble), 0);
      const exact = softmax(F, logits(F), 0);
      // Logits have almost 106 bits: their error, times e^0, is that of ln alpha.
      const error = 2 ** (k - 98) + 2 ** -50;
      if (k <= 100) {
        for (const [j, a] of alpha.entries())
          expect(Math.abs(Math.log(doubleDouble.toNumber(a) / F.toNumber(exact.alpha[j])))).toBeLessThan(
            error,
          );
        expect(Math.abs(doubleDouble.toNumber(J) - F.toNumber(exact.J))).toBeLessThan(4 * error);
      } else expect(alpha.map(doubleDouble.toNumber)).toEqual([0, 0, 1]);
    },
  );
});

describe('counts and positions', () => {
  const sequence = fc.integer({ min: 1, max: 6 }).chain((size) =>
    fc.record({
      z: fc.array(logit(20), { minLength: size, maxLength: size }),
      order: fc.array(fc.nat({ max: size - 1 }), { minLength: 1, maxLength: 40 }),
    }),
  );
  it('give the same attention, for every order of the tokens', () => {
    fc.assert(
      fc.property(sequence, ({ z, order }) => {
        const F = interval(25);
        const logits = z.map(F.of);
        const ids = z.map((_, i) => 100 + 7 * i);
        const counts = z.map((_, i) => order.filter((j) => j === i).length);
        const { b, v } = attentionOverPositions(
          F,
          logits,
          ids,
          order.map((i) => ids[i]),
        );
        const byCounts = attention(F, logits, counts.map(F.of));
        expect(overlapAll(v, byCounts)).toBe(true);
        expect(holds(sum(F, b), 1)).toBe(true);
        // 40 exponentials of at most 4 ulp each, sums and quotients of numbers up to 1.
        expect(widest(F, [...v, ...byCounts, ...b])).toBeLessThan(1e-20);
        counts.forEach((c, i) => {
          if (c === 0) expect(F.sign(byCounts[i]) === 0 && F.sign(v[i]) === 0).toBe(true);
        });
      }),
      { seed: 3, numRuns: 150 },
    );
  });
  it('control: one more token is found', () => {
    const F = interval(25);
    const z = [F.of(1), F.of(2)];
    const { v } = attentionOverPositions(F, z, [0, 1], [0, 1, 1]);
    expect(overlapAll(v, attention(F, z, [F.of(2), F.of(2)]))).toBe(false);
  });
});

describe('the gradient', () => {
  it('has row sums 0 in Y and in Z', () => {
    fc.assert(
      fc.property(world, (w) => {
        shrinking((F) => {
          const { layout, parameters, example } = prepare(F, w);
          const d = gradient(F, layout, parameters, [example]);
          const copies = layout.multiplicity.map(F.of);
          return [...d.Y.map((row) => dot(F, row, copies)), ...d.Z.map((row) => sum(F, row))];
        }, 0);
      }),
      { seed: 4, numRuns: 60 },
    );
  });

  it('is diag(v) P_f g / ||v|| in Z, which is diag(f) P_f g, and f (e_n - alpha)^T in Y', () => {
    fc.assert(
      fc.property(world, (w) => {
        const F = interval(25);
        const { layout, parameters, example } = prepare(F, w);
        const d = gradient(F, layout, parameters, [example]);
        const { attention: v, f, residual } = forward(F, layout, parameters, example);
        const { support, row } = layout.classes[w.cls];
        const copies = residual.map((x, k) => F.mul(F.of(layout.multiplicity[k]), x));
        const g = support.map((l) => dot(F, parameters.Y[l], copies));
        const norm = F.sqrt(dot(F, v, v));
        const expected = project(F, f, g).map((x, i) => F.div(F.mul(v[i], x), norm));
        expect(
          overlapAll(
            support.map((l) => d.Z[row][l]),
            expected,
          ),
        ).toBe(true);
        support.forEach((l, i) => {
          expect(
            overlapAll(
              d.Y[l],
              residual.map((x) => F.mul(f[i], x)),
            ),
          ).toBe(true);
        });
        // The gradient is 0 in the rows of other queries and tokens.
        d.Z.forEach((zs, m) => {
          if (m !== row) expect(zs.every((x) => F.sign(x) === 0)).toBe(true);
        });
      }),
      { seed: 5, numRuns: 80 },
    );
  });

  it('is orthogonal to f through the projection, and the control without it is not', () => {
    fc.assert(
      fc.property(world, (w) => {
        shrinking((F) => {
          const { layout, parameters, example } = prepare(F, w);
          const { f } = forward(F, layout, parameters, example);
          const g = layout.classes[w.cls].support.map((l) => parameters.Y[l][0]);
          return [dot(F, f, project(F, f, g))];
        }, 0);
      }),
      { seed: 6, numRuns: 40 },
    );
    const F = interval(20);
    const f = [F.of(0.6), F.of(0.8)];
    expect(holds(dot(F, f, [F.of(1), F.of(1)]), 0)).toBe(false);
  });
});
