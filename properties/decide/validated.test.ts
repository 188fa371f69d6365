// heavy: 6 s
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Interval, interval } from '../../src/arithmetic/decimal.ts';
import { type DoubleDouble, doubleDouble } from '../../src/arithmetic/doubleDouble.ts';
import { type DoubleDoubleBall, doubleDoubleIntervals } from '../../src/arithmetic/doubleDoubleInterval.ts';
import type { IntervalField } from '../../src/arithmetic/field.ts';
import { mpfrInterval } from '../../src/arithmetic/mpfrInterval.ts';
import {
  type EncloseOptions,
  EnclosureEnds,
  enclose,
  type Parts,
  type RightHandSide,
} from '../../src/decide/validated.ts';
import { describeMpfr } from '../support/mpfr.ts';
import { decaying, growing, type Known, known } from './systems.ts';

type Problem = Pick<Known, 'slope' | 'start' | 'at'>;
type Options = Omit<EncloseOptions, 'accuracy'>;

/** The digits to which a step is exact, where nothing else is said: so few that low orders need no more than some hundreds of steps. */
const DIGITS = 12;

/** Solves with steps that are exact to `digits` digits. */
const run = <T>(F: IntervalField<T>, { slope, start, at }: Problem, digits = DIGITS, options?: Options) => [
  ...enclose(F, { slope, start: start.map(F.of), weights: start.map(() => 1) }, at.map(F.of), {
    accuracy: digits / F.digits,
    ...options,
  }),
];

/** Whether `inner` lies in `outer`. */
const within = (inner: Interval, outer: Interval) =>
  outer.lo.lessThanOrEqualTo(inner.lo) && outer.hi.greaterThanOrEqualTo(inner.hi);

/** Decimals with enough digits for a sum of three doubles that are not tiny. */
const ample = interval(200);
/** A ball as the interval between its ends. */
const endsOf = ({ hi, lo, radius }: DoubleDoubleBall): Interval =>
  ample.add(ample.add(ample.of(hi), ample.of(lo)), ample.between(-radius, radius));

/** Balls of double-doubles, about thirty times as fast as decimals, and decimals: the integrator knows neither. */
const balls = { F: doubleDoubleIntervals, ends: endsOf };
const decimals = { F: interval(40), ends: (box: Interval) => box };

/** Per requested u and component: the solution with 80 digits, and the enclosure. */
const beside = <T>(
  { F, ends }: { F: IntervalField<T>; ends: (box: T) => Interval },
  system: Known,
  digits?: number,
  options?: Options,
) => {
  const exact = interval(80);
  return run(F, system, digits, options).flatMap(({ index, y }) => {
    const solution = system.solution(exact, exact.of(system.at[index]));
    return y.map((box, i) => ({ box: ends(box), solution: solution[i], width: F.radius(box) }));
  });
};
const contained = (all: ReturnType<typeof beside>) => all.every(({ box, solution }) => within(solution, box));

describe('solutions in closed form lie in their enclosures', () => {
  it.each(known)('$name', (system) => {
    const expectNarrow = (all: ReturnType<typeof beside>, digits: number) => {
      expect(all).toHaveLength(system.at.length * system.start.length);
      expect(contained(all)).toBe(true);
      // No enclosure is so wide that it says nothing: the worst of these systems, Riccati's close to its pole, stretches errors by
      // cos(1.5)^-2 = 200, in a few hundred steps.
      for (const { width, solution } of all)
        expect(width / (1 + Math.abs(Number(solution.lo)))).toBeLessThan(1e5 * 10 ** -digits);
    };
    const coarse = beside(balls, system, 10);
    expectNarrow(coarse, 10);
    // Near the 30 digits of the field it is rounding that counts.
    expectNarrow(beside(balls, system, 25), 18);
    const fine = beside(decimals, system, 24);
    expectNarrow(fine, 24);
    for (const [i, { box, width }] of fine.entries()) {
      expect(within(box, coarse[i].box)).toBe(true);
      // Of the 14 digits between the two, three are for the longer run.
      expect(width).toBeLessThan(1e-11 * coarse[i].width);
    }
  });

  it.each(known)('$name: at orders from 2 to 20', (system) => {
    const near = { ...system, at: system.at.slice(0, 1) };
    for (const order of [2, 5, 20]) expect(contained(beside(balls, near, 10, { order }))).toBe(true);
  });
});

it('an oscillator is not wrapped: after 20 turns its enclosure is as wide as errors add up', () => {
  const F = doubleDoubleIntervals;
  const turns = { ...known.find(({ name }) => name.includes('oscillator'))!, at: [20 * 2 * Math.PI] };
  const [{ y, steps, radius }] = run(F, turns);
  // Each step adds at most ten times its tolerance of 10^-12 (1 + |y|); the norm of a rotation is 1.
  expect(radius).toBeLessThan(steps * 20 * 1e-12);
  expect(Math.max(...y.map(F.radius))).toBeLessThan(2 * steps * 20 * 1e-12);
});

describe('what is broken on purpose is caught', () => {
  const broken = (part: Partial<Parts>): Parts => ({
    remainder: (_, D) => D,
    tube: (F, bound) => F.mul(F.of(2), bound),
    ...part,
  });
  // Of low order, and with a step that is far from its limit, so that the remainder is the error and its bound nearly attained.
  const low = { order: 3 };

  it('whole, the same systems pass', () => {
    for (const system of [growing, decaying])
      expect(contained(beside(balls, system, DIGITS, { ...low, parts: broken({}) }))).toBe(true);
  });

  it('the remainder dropped: the solution is outside', () => {
    const parts = broken({ remainder: (F) => F.of(0) });
    expect(contained(beside(balls, { ...growing, at: [0.1] }, DIGITS, { ...low, parts }))).toBe(false);
  });

  it('the remainder halved: the solution is outside, since its bound is attained to a small part', () => {
    const parts = broken({ remainder: (F, D) => F.div(D, F.of(2)) });
    expect(contained(beside(balls, { ...growing, at: [0.1] }, DIGITS, { ...low, parts }))).toBe(false);
  });

  it('the remainder smaller by 5 %: still outside', () => {
    const parts = broken({ remainder: (F, D) => F.mul(F.of(0.95), D) });
    expect(contained(beside(balls, { ...growing, at: [0.1] }, DIGITS, { ...low, parts }))).toBe(false);
  });

  it('a tube that is too narrow by a hair is rejected, at every step', () => {
    // Where solutions part, rho must exceed e^(mu h) times the bound, and where they do not, the bound itself.
    const hair = broken({ tube: (F, bound) => F.mul(F.add(F.of(1), F.of(1e-15)), bound) });
    expect(() => run(doubleDoubleIntervals, growing, DIGITS, { parts: hair })).toThrow(EnclosureEnds);
    const none = broken({ tube: (_, bound) => bound });
    expect(() => run(doubleDoubleIntervals, decaying, DIGITS, { parts: none })).toThrow(EnclosureEnds);
    expect(contained(beside(balls, decaying, DIGITS, { parts: hair }))).toBe(true);
  });
});

describe('where no enclosure exists, none is given', () => {
  const none: Record<string, Problem> = {
    "y' = y^2 from 1, beyond its pole at 1": { slope: (F, _, [y]) => [F.mul(y, y)], start: [1], at: [2] },
    "y' = -1/y from 1, beyond u = 1/2 where y is 0": {
      slope: (F, _, [y]) => [F.neg(F.div(F.of(1), y))],
      start: [1],
      at: [0.625],
    },
    "y' = sqrt(y) from 0, which has many solutions": {
      slope: (F, _, [y]) => [F.sqrt(y)],
      start: [0],
      at: [1],
    },
    'a logarithm of what falls below 0': {
      slope: (F, _, [y]) => [F.sub(F.ln(y), F.of(3))],
      start: [1],
      at: [1],
    },
  };
  for (const [name, problem] of Object.entries(none))
    it(name, () => {
      expect(() => run(doubleDoubleIntervals, problem)).toThrow(EnclosureEnds);
    });
});

it('solutions from every point of a start lie in the enclosure: its ends, of an equation that does not mix them', () => {
  const F = interval(20);
  const slope: RightHandSide = (G, _, [y]) => [G.mul(y, G.sub(G.of(1), y))];
  const at = [F.of(3)];
  const [{ y }] = enclose(F, { slope, start: [F.between(0.125, 0.1251)], weights: [1] }, at);
  for (const from of [0.125, 0.12505, 0.1251]) {
    const [{ y: inner }] = enclose(F, { slope, start: [F.of(from)], weights: [1] }, at);
    expect(within(inner[0], y[0])).toBe(true);
  }
});

it("solutions from a wide start part as the ball says, not as the point does: y' = y^2 around 0, whose derivative there is 0", () => {
  const F = interval(20);
  const slope: RightHandSide = (G, _, [y]) => [G.mul(y, y)];
  const [{ y }] = enclose(F, { slope, start: [F.between(0, 1)], weights: [1] }, [F.of(0.25)]);
  // From 1 to 1/(1 - u).
  expect(within(F.div(F.of(4), F.of(3)), y[0])).toBe(true);
  expect(within(F.of(0), y[0])).toBe(true);
});

it("solutions from a wide start part as fast as at the end of a step: y' = 16 u y, from 1 to 1.5", () => {
  const F = interval(20);
  const slope: RightHandSide = (G, u, [y]) => [G.mul(G.mul(G.of(16), u), y)];
  const [{ y }] = enclose(F, { slope, start: [F.between(1, 1.5)], weights: [1] }, [F.of(1)]);
  const exact = interval(40);
  for (const from of [1, 1.5])
    expect(within(exact.mul(exact.of(from), exact.exp(exact.of(8))), y[0])).toBe(true);
});

it('rounding of many steps is counted: growth in a field whose products are a millionth too wide', () => {
  const F = interval(20);
  const wide = F.between(1 - 1e-6, 1 + 1e-6);
  const rough: IntervalField<Interval> = { ...F, mul: (a, b) => F.mul(F.mul(a, b), wide) };
  const [{ y, steps }] = enclose(rough, { ...growing, start: [F.of(1)], weights: [1] }, [F.of(5)]);
  expect(steps).toBeGreaterThan(5);
  expect(within(interval(40).exp(F.of(5)), y[0])).toBe(true);
});

describe('random systems of polynomials', () => {
  const quarter = fc.integer({ min: -4, max: 4 }).map((k) => k / 4);
  /** y_i' = a_i + sum_j b_ij y_j + sum_jk c_ijk y_j y_k. */
  const system = fc.integer({ min: 1, max: 3 }).chain((n) => {
    const row = (m: number) => fc.array(quarter, { minLength: m, maxLength: m });
    return fc.record({ a: row(n), b: row(n * n), c: row(n * n * n), start: row(n) });
  });

  type System = { a: number[]; b: number[]; c: number[]; start: number[] };
  const [STEPS, ORDER] = [128, 24];

  /**
   * y(1) by Taylor series in double-doubles (31 digits), by products of coefficients written out: nothing is shared with the integrator. Null where
   * some |y| passes 2. Below, with at most 13 terms with coefficients up to 1 of moduli up to 4 in the disc where |y| <= 4, a solution exists in
   * a disc of radius 2/(1 + 12 + 9 16) > 1/80 and is at most 4 there: a step of 1/128 leaves out at most 4 sum_{k>24} (80/128)^k < 1e-4. That is a
   * bound for the worst system; those drawn have far larger discs: 1e-18 is far above 3e-31, the largest difference of 128 and 256 steps in 44 of them (empirical).
   */
  function integrated({ a, b, c, start }: System, steps: number): DoubleDouble[] | null {
    const n = start.length;
    const D = doubleDouble;
    let y = start.map(D.of);
    const h = D.of(1 / steps);
    for (let step = 0; step < steps; step++) {
      const t = y.map((v) => [v]);
      for (let k = 0; k < ORDER; k++) {
        const next = t.map((_, i) => {
          let g = D.of(k === 0 ? a[i] : 0);
          for (let j = 0; j < n; j++) {
            g = D.add(g, D.mul(D.of(b[i * n + j]), t[j][k]));
            for (let l = 0; l < n; l++) {
              let product = D.of(0);
              for (let m = 0; m <= k; m++) product = D.add(product, D.mul(t[j][m], t[l][k - m]));
              g = D.add(g, D.mul(D.of(c[(i * n + j) * n + l]), product));
            }
          }
          return D.div(g, D.of(k + 1));
        });
        for (const [i, v] of next.entries()) t[i].push(v);
      }
      y = t.map((row) => row.reduceRight((s, v) => D.add(D.mul(s, h), v)));
      if (!y.every((v) => Math.abs(D.toNumber(v)) < 2)) return null;
    }
    return y;
  }

  it('contain Taylor series of 31 digits', () => {
    const F = doubleDoubleIntervals;
    let reached = 0;
    fc.assert(
      fc.property(system, (drawn) => {
        const { a, b, c, start } = drawn;
        const n = start.length;
        const expected = integrated(drawn, STEPS);
        if (expected === null) return;
        const slope: RightHandSide = (G, _, y) =>
          start.map((__, i) => {
            let g = G.of(a[i]);
            for (let j = 0; j < n; j++) {
              g = G.add(g, G.mul(G.of(b[i * n + j]), y[j]));
              for (let l = 0; l < n; l++)
                g = G.add(g, G.mul(G.of(c[(i * n + j) * n + l]), G.mul(y[j], y[l])));
            }
            return g;
          });
        const [{ y }] = run(F, { slope, start, at: [1] });
        reached += 1;
        for (const [i, box] of y.entries()) {
          const exact = ample.add(ample.of(expected[i].hi), ample.of(expected[i].lo));
          const slack = ample.between(-1e-18, 1e-18);
          expect(within(exact, ample.add(endsOf(box), slack))).toBe(true);
          expect(F.radius(box)).toBeLessThan(1e-8);
        }
      }),
      { seed: 3, numRuns: 30 },
    );
    expect(reached).toBeGreaterThan(15);
  });
});

describeMpfr('by MPFR', () => {
  it.each(known)('$name: the enclosures overlap those by double-doubles, and outlive the steps', (system) => {
    const M = mpfrInterval(20);
    const ours = run(doubleDoubleIntervals, system).map(({ y }) => y.map(endsOf));
    M.memory.scope(() => {
      // The memory that steps free is written over.
      const theirs = run(M, system);
      run(M, growing);
      for (const [k, { y }] of theirs.entries())
        for (const [i, box] of y.entries()) {
          const [low, high] = [M.toNumber(M.lower(box)), -M.toNumber(M.lower(M.neg(box)))];
          const slack = 1e-14 * (1 + Math.abs(low));
          expect(low - slack).toBeLessThanOrEqual(Number(ours[k][i].hi));
          expect(high + slack).toBeGreaterThanOrEqual(Number(ours[k][i].lo));
        }
    });
  });
});
