/** Whole runs of training, enclosed, against trajectories in more digits. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, decimal, type Interval, interval } from '../../src/arithmetic/decimal.ts';
import { nextAbove, nextBelow } from '../../src/arithmetic/directed.ts';
import { DoubleDoubleBall, doubleDoubleIntervals } from '../../src/arithmetic/doubleDoubleInterval.ts';
import type { Field, IntervalField } from '../../src/arithmetic/field.ts';
import { Float64Interval, float64Intervals } from '../../src/arithmetic/float64Interval.ts';
import { mpfrInterval } from '../../src/arithmetic/mpfrInterval.ts';
import { singleCommon } from '../../src/generators/problems.ts';
import { runWorld, sampledWorld } from '../../src/generators/states.ts';
import { population } from '../../src/ladder/population.ts';
import type { Rung } from '../../src/ladder/rung.ts';
import { sgd } from '../../src/ladder/sgd.ts';
import type { RunWorld } from '../../src/ladder/worlds.ts';
import { describeMpfr } from '../support/mpfr.ts';

/** Fifteen digits more than any of the fields. */
const exactField = decimal(45);
type Exact = ReturnType<typeof exactField.of>;
/** A number of 45 digits, and the two doubles whose sum is nearest: within 2^-105 of it. */
interface Known {
  readonly x: Exact;
  readonly hi: number;
  readonly lo: number;
}
function knownOf(x: Exact): Known {
  const hi = exactField.toNumber(x);
  return { x, hi, lo: exactField.toNumber(exactField.sub(x, exactField.of(hi))) };
}

/** Whether a number lies inside for certain, by doubles alone: most do, and exact ends of boxes take a hundred times as long. */
function clearlyInside(box: unknown, { x, hi, lo }: Known): boolean {
  if (box instanceof Float64Interval) return box.lo < nextBelow(hi) && nextAbove(hi) < box.hi;
  if (box instanceof Object && 'lo' in box && 'hi' in box && !(box instanceof DoubleDoubleBall))
    return contains(box as Interval, x);
  if (!(box instanceof DoubleDoubleBall)) return false;
  // The difference of the first parts is exact where they are near; three roundings, and 2^-105 of the number.
  const distance = Math.abs(box.hi - hi + (box.lo - lo));
  return distance * (1 + 2 ** -50) + 2 ** -100 * Math.abs(hi) < box.radius;
}

/** How far a number of 45 digits lies outside of a box: 0 inside. */
function outside<T>(F: IntervalField<T>, D: Field<Exact>, box: T, known: Known): number {
  if (clearlyInside(box, known)) return 0;
  const [low, high] = [F.lower(box), F.neg(F.lower(F.neg(box)))];
  const ends = [low, high].map((end) => exactEnd(F, D, end));
  return Math.max(0, D.toNumber(D.sub(ends[0], known.x)), D.toNumber(D.sub(known.x, ends[1])));
}
/** An end with all its digits, as doubles that add up to it. */
function exactEnd<T>(F: IntervalField<T>, D: Field<Exact>, end: T) {
  let [rest, total] = [end, D.of(0)];
  for (let k = 0; k < 5; k++) {
    const part = F.toNumber(rest);
    if (part === 0) break;
    total = D.add(total, D.of(part));
    rest = F.sub(rest, F.of(part));
  }
  return total;
}

interface KnownMotion {
  readonly time: number;
  readonly Z: readonly (readonly Known[])[];
  readonly dZ: readonly (readonly Known[])[];
  readonly f: readonly Known[];
}

/** The motions of a world in 45 digits, computed once. */
const exactly = new Map<RunWorld, readonly KnownMotion[]>();
function exactMotions<W extends RunWorld>(rung: Rung<W>, world: W) {
  const known = exactly.get(world) ?? [
    ...Array.from(
      rung.motions(exactField, world),
      ({ time, Z, dZ, f }): KnownMotion => ({
        time,
        ...{ Z: Z.map((row) => row.map(knownOf)), dZ: dZ.map((row) => row.map(knownOf)) },
        f: f.flat().map(knownOf),
      }),
    ),
  ];
  exactly.set(world, known);
  return known;
}

/** The largest distance of the exact motions from their enclosures, the widest box of Z, and how many motions there were. */
function apart<T, W extends RunWorld>(F: IntervalField<T>, rung: Rung<W>, world: W, moved: W = world) {
  const exact = exactMotions(rung, moved);
  let [most, widest, count] = [0, 0, 0];
  const beside = (boxes: readonly T[], values: readonly Known[]) => {
    for (const [i, box] of boxes.entries()) most = Math.max(most, outside(F, exactField, box, values[i]));
  };
  for (const motion of rung.enclosed!(F, world)!) {
    const other = exact[count];
    expect(motion.time).toBe(other.time);
    count += 1;
    for (const [m, row] of motion.Z.entries()) {
      beside(row, other.Z[m]);
      beside(motion.dZ[m], other.dZ[m]);
      widest = Math.max(widest, ...row.map(F.radius));
    }
    beside(motion.f.flat(), other.f);
  }
  return { most, widest, count };
}

const runs = fc.sample(runWorld(singleCommon(), 60), { numRuns: 6, seed: 3 });
const samples = fc.sample(sampledWorld(singleCommon(), 40), { numRuns: 6, seed: 3 });
const fields = [float64Intervals, doubleDoubleIntervals, interval(20)] as unknown as IntervalField<unknown>[];

describe.each(fields.map((F) => [F.name, F] as const))('training enclosed in %s', (_, F) => {
  it('contains the trajectory of 45 digits, in expectation and with samples', () => {
    // The steps are the same code in every field: one run shows that decimals, by far the slowest, have what it needs.
    for (const world of F === fields[2] ? runs.slice(0, 1) : runs) {
      const { most, count, widest } = apart(F, population, world);
      expect(most, JSON.stringify(world)).toBe(0);
      expect(count).toBe(world.steps - 1);
      expect(widest).toBeLessThan(1e-6);
    }
    for (const world of F === fields[2] ? samples.slice(0, 1) : samples)
      expect(apart(F, sgd, world).most).toBe(0);
  });

  it('control: it does not contain the trajectory of another rate', () => {
    const [world] = runs;
    const faster = { ...world, rates: { ...world.rates, etaZ: world.rates.etaZ * (1 + 1e-6) } };
    expect(apart(F, population, world, faster).most).toBeGreaterThan(0);
  });
});

/** Two classes alike that share four tokens, at equal rates: rounding errors grow by a factor a step (properties/claims/judgeTraining.test.ts). */
const growing: RunWorld = {
  problem: {
    vocabulary: 6309573445,
    classes: [0, 1].map((n) => ({
      ...{ next: 6 + n, query: 5, probabilities: [40, 1, 1, 1, 64] },
      tokens: [0, 1, 2, 3, 4 + n],
    })),
  },
  rates: { etaY: 0.8, etaZ: 0.8, momentum: 0 },
  steps: 44,
};

describe('training enclosed', () => {
  it('contains a trajectory whose errors grow by many digits', () => {
    const { most, widest } = apart(doubleDoubleIntervals, population, growing);
    expect(most).toBe(0);
    // Rounding alone would leave 28 digits.
    expect(widest).toBeGreaterThan(1e-25);
  });

  it('is narrower with more digits', () => {
    for (const world of runs) {
      const [a, b] = [float64Intervals, doubleDoubleIntervals].map(
        (F) => apart(F as unknown as IntervalField<unknown>, population, world).widest,
      );
      expect(b).toBeLessThan(1e-12 * a);
    }
  });

  it('leaves what no example touches at exactly 0', () => {
    for (const world of samples) {
      for (const { Z, problem, layout } of sgd.enclosed!(float64Intervals, world)!) {
        const own = layout.queries.map(
          (_, m) => new Set(layout.classes.filter(({ row }) => row === m).flatMap((c) => c.support)),
        );
        for (const [m, row] of Z.entries())
          for (const [l, z] of row.entries())
            if (!own[m].has(l)) expect(float64Intervals.sign(z), `${problem.vocabulary}`).toBe(0);
      }
    }
  });

  it('is had of plain gradient ascent alone', () => {
    const [world] = runs;
    const with_ = (rates: object) =>
      population.enclosed!(float64Intervals, { ...world, rates: { ...world.rates, ...rates } });
    expect(with_({})).toBeDefined();
    expect(with_({ momentum: 0.5 })).toBeUndefined();
    expect(with_({ optimiser: 'adam' })).toBeUndefined();
  });
});

describeMpfr('training enclosed by MPFR', () => {
  it('contains the trajectory of 45 digits', () => {
    const F = mpfrInterval(30);
    for (const world of runs.slice(0, 3))
      F.memory.scope(() => expect(apart(F, population, world).most).toBe(0));
  });
});
