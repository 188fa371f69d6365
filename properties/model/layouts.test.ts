import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, type Interval, interval } from '../../src/arithmetic/decimal.ts';
import type { Field } from '../../src/arithmetic/field.ts';
import { decades } from '../../src/generators/problems.ts';
import { logit } from '../../src/generators/states.ts';
import { gradient } from '../../src/model/gradient.ts';
import { fullLayout, type Layout, reducedLayout, supportLayout } from '../../src/model/layout.ts';
import { classWeights, type Problem, probabilities } from '../../src/model/problem.ts';
import { type Batch, batchExamples, batches } from '../../src/model/sampling.ts';
import { type Rates, type State, startState, step } from '../../src/model/training.ts';
import type { Example, Matrix } from '../../src/model/transformer.ts';
import { uniformStream } from '../../src/model/uniform.ts';
import { overlap, smallProblem } from './worlds.ts';

interface Run {
  readonly problem: Problem;
  readonly rates: Rates;
  readonly seed: number;
  /** T, or Infinity for the population gradient. */
  readonly length: number;
  /** Start of Y per token of the vocabulary: one number for all columns, as the merged column requires. */
  readonly y: readonly number[];
  /** Y(0) of the columns of targets, per target and token. */
  readonly targets: readonly (readonly number[])[];
  readonly z: readonly (readonly number[])[];
}

const STEPS = 3;

const exactly = <T>(arb: fc.Arbitrary<T>, n: number) => fc.array(arb, { minLength: n, maxLength: n });
const run = smallProblem.chain((problem) =>
  fc.record<Run>({
    problem: fc.constant(problem),
    rates: fc.record({
      etaY: decades(-1, 1),
      etaZ: decades(-1, 1),
      momentum: fc.constantFrom(0, 0.5, 0.9),
    }),
    seed: fc.integer(),
    length: fc.constantFrom(2, 3, 20, 1e6, Infinity),
    y: exactly(logit(2), problem.vocabulary),
    targets: exactly(exactly(logit(2), problem.vocabulary), problem.classes.length),
    z: exactly(exactly(logit(2), problem.vocabulary), problem.vocabulary),
  }),
);

/** Start of a layout: the entries it keeps of one start on the full vocabulary. */
function start<T>(F: Field<T>, layout: Layout, w: Run): State<T> {
  const target = new Map(w.problem.classes.map((c, i) => [c.next, i]));
  return startState(F, layout, {
    Y: layout.tokens.map((l) =>
      layout.columns.map((k) => (target.has(k) ? w.targets[target.get(k)!][l] : w.y[l])),
    ),
    Z: layout.queries.map((m) => layout.tokens.map((l) => w.z[m][l])),
  });
}

function trajectory<T>(F: Field<T>, layout: Layout, w: Run): { state: State<T>; J: T }[] {
  const source = w.length === Infinity ? undefined : batches(w.problem, 3, w.length, uniformStream(w.seed));
  const population = (): Example<T>[] => {
    const weights = classWeights(F, w.problem);
    return w.problem.classes.map((c, cls) => ({ cls, mass: probabilities(F, c), weight: weights[cls] }));
  };
  const path: { state: State<T>; J: T }[] = [];
  let state = start(F, layout, w);
  for (let i = 0; i < STEPS; i++) {
    const examples = source ? batchExamples(F, source.next().value as Batch) : population();
    const next = step(F, layout, state, examples, w.rates);
    path.push(next);
    state = next.state;
  }
  return path;
}

/** The entries of `matrix` that a smaller layout keeps; its merged column equals the column of any non-target. */
function entries(
  kind: 'Y' | 'Z',
  big: Layout,
  small: Layout,
  matrix: Matrix<Interval>,
): { row: number; column: number; value: Interval }[] {
  const [bigRows, bigColumns] = kind === 'Y' ? [big.tokens, big.columns] : [big.queries, big.tokens];
  const [rows, columns] = kind === 'Y' ? [small.tokens, small.columns] : [small.queries, small.tokens];
  return bigRows.flatMap((r, i) =>
    bigColumns.flatMap((c, j) => {
      const row = rows.indexOf(r);
      const column = columns.includes(c) ? columns.indexOf(c) : kind === 'Y' ? columns.indexOf(-1) : -1;
      return row < 0 || column < 0 ? [] : [{ row, column, value: matrix[i][j] }];
    }),
  );
}

const PARTS = [
  ['Y', 'Y'],
  ['velocityY', 'Y'],
  ['Z', 'Z'],
  ['velocityZ', 'Z'],
] as const;

const agree = (make: (problem: Problem) => Layout) =>
  fc.property(run, (w) => {
    const F = interval(30);
    const [big, small] = [fullLayout(w.problem), make(w.problem)];
    const [a, b] = [trajectory(F, big, w), trajectory(F, small, w)];
    a.forEach(({ state, J }, i) => {
      if (!overlap(J, b[i].J)) throw new Error(`J differs at step ${i}`);
      for (const [part, kind] of PARTS)
        for (const { row, column, value } of entries(kind, big, small, state[part])) {
          const other = b[i].state[part][row][column];
          // Wide enclosures would overlap in any case. Rates and logits here amplify errors by far less than 1e10.
          if (!(F.radius(value) < 1e-18 && F.radius(other) < 1e-18)) throw new Error(`${part} is too wide`);
          if (!overlap(value, other)) throw new Error(`${part}[${row}][${column}] differs at step ${i}`);
        }
    });
  });

describe('layouts of one trajectory', () => {
  it('full and support agree', () => {
    fc.assert(agree(supportLayout), { seed: 1, numRuns: 12 });
  });
  it('full and reduced agree', () => {
    fc.assert(agree(reducedLayout), { seed: 2, numRuns: 12 });
  });
  it('control: a wrong multiplicity is found', () => {
    const wrong = (problem: Problem): Layout => {
      const layout = reducedLayout(problem);
      return { ...layout, multiplicity: layout.multiplicity.map((k) => k + (k > 1 ? 1 : 0)) };
    };
    expect(() => fc.assert(agree(wrong), { seed: 2, numRuns: 12, includeErrorInReport: true })).toThrow(
      /differs at step/,
    );
  });
  it('control: merging columns that differ at the start is found', () => {
    const apart = fc.property(run, (w) => {
      const F = interval(30);
      const layout = reducedLayout(w.problem);
      const full = fullLayout(w.problem);
      const state = start(F, full, w);
      // The first non-target column of the full matrix starts one higher.
      const odd = full.columns.findIndex((k) => !layout.columns.includes(k));
      if (odd < 0) return;
      const Y = state.Y.map((row) => row.map((x, k) => (k === odd ? F.add(x, F.of(1)) : x)));
      const cls = { cls: 0, mass: probabilities(F, w.problem.classes[0]), weight: F.of(1) };
      const a = gradient(F, full, { ...state, Y }, [cls]);
      const b = gradient(F, layout, start(F, layout, w), [cls]);
      if (!overlap(a.J, b.J)) throw new Error('J differs');
    });
    expect(() => fc.assert(apart, { seed: 2, numRuns: 12, includeErrorInReport: true })).toThrow('J differs');
  });

  it('entries that a layout drops never change', () => {
    fc.assert(
      fc.property(run, (w) => {
        const F = interval(20);
        const [full, support] = [fullLayout(w.problem), supportLayout(w.problem)];
        const first = start(F, full, w);
        const last = trajectory(F, full, w)[STEPS - 1].state;
        const same = (a: Interval, b: Interval) => a.lo.equals(b.lo) && a.hi.equals(b.hi);
        full.tokens.forEach((l, i) => {
          if (support.tokens.includes(l)) return;
          expect(last.Y[i].every((x, k) => same(x, first.Y[i][k]))).toBe(true);
          expect(last.Z.every((row, m) => same(row[i], first.Z[m][i]))).toBe(true);
        });
        full.queries.forEach((m, i) => {
          if (!support.queries.includes(m))
            expect(last.Z[i].every((x, l) => same(x, first.Z[i][l]))).toBe(true);
        });
      }),
      { seed: 3, numRuns: 6 },
    );
  });

  it('decimals of 40 digits are within the rounding errors accumulated by intervals of 40 digits', () => {
    // Both evaluate the same formula. The interval contains every rounding error of the decimal run; a different shift
    // of the softmax adds at most the same again.
    fc.assert(
      fc.property(run, (w) => {
        const [D, F] = [decimal(40), interval(40)];
        const layout = reducedLayout(w.problem);
        const [a, b] = [trajectory(D, layout, w), trajectory(F, layout, w)];
        a.forEach(({ state }, i) => {
          for (const [part] of PARTS)
            state[part].forEach((row, r) => {
              row.forEach((x, c) => {
                const box = b[i].state[part][r][c];
                const margin = box.hi.minus(box.lo);
                expect(
                  x.greaterThanOrEqualTo(box.lo.minus(margin)) && x.lessThanOrEqualTo(box.hi.plus(margin)),
                ).toBe(true);
              });
            });
        });
      }),
      { seed: 4, numRuns: 15 },
    );
  });

  it('the worlds above include targets and queries that are contextual tokens, several queries, every length', () => {
    const worlds = fc.sample(run, { seed: 1, numRuns: 100 });
    const share = (is: (w: Run) => boolean) => worlds.filter(is).length;
    const contextual = (w: Run) => new Set(w.problem.classes.flatMap((c) => c.tokens));
    expect(share((w) => w.problem.classes.some((c) => contextual(w).has(c.next)))).toBeGreaterThan(10);
    expect(share((w) => w.problem.classes.some((c) => contextual(w).has(c.query)))).toBeGreaterThan(10);
    expect(share((w) => new Set(w.problem.classes.map((c) => c.query)).size > 1)).toBeGreaterThan(10);
    expect(share((w) => w.rates.momentum > 0)).toBeGreaterThan(10);
    for (const length of [2, 3, 20, 1e6, Infinity])
      expect(share((w) => w.length === length)).toBeGreaterThan(3);
  });
});

describe('the shape of layouts', () => {
  it('multiplicities add up to the vocabulary, and indices point at their tokens', () => {
    fc.assert(
      fc.property(smallProblem, (problem) => {
        for (const layout of [fullLayout(problem), supportLayout(problem), reducedLayout(problem)]) {
          expect(layout.multiplicity.reduce((a, b) => a + b, 0)).toBe(problem.vocabulary);
          problem.classes.forEach((c, n) => {
            const { support, row, target } = layout.classes[n];
            expect(support.map((i) => layout.tokens[i])).toEqual(c.tokens);
            expect(layout.queries[row]).toBe(c.query);
            expect(layout.columns[target]).toBe(c.next);
            expect(layout.multiplicity[target]).toBe(1);
          });
        }
      }),
      { seed: 5 },
    );
  });
  it('a vocabulary of targets alone has no merged column', () => {
    const problem: Problem = {
      vocabulary: 2,
      classes: [0, 1].map((n) => ({ next: n, query: 0, tokens: [n], probabilities: [1] })),
    };
    expect(reducedLayout(problem).columns).toEqual([0, 1]);
  });
});
