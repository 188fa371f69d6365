// heavy: 4 s
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Interval, interval } from '../../src/arithmetic/decimal.ts';
import { doubleDoubleIntervals } from '../../src/arithmetic/doubleDoubleInterval.ts';
import type { IntervalField } from '../../src/arithmetic/field.ts';
import { mpfrInterval } from '../../src/arithmetic/mpfrInterval.ts';
import { series } from '../../src/arithmetic/series.ts';
import { fates } from '../../src/claims/discriminative.ts';
import { enclosedFlowMargins, overFlow } from '../../src/claims/motions.ts';
import { confirm } from '../../src/decide/enclosure.ts';
import { EnclosureEnds } from '../../src/decide/validated.ts';
import { flowWorld } from '../../src/generators/flows.ts';
import { dress, singleCommonContent } from '../../src/generators/problems.ts';
import { enclosedFlow } from '../../src/ladder/enclosedFlow.ts';
import { flow } from '../../src/ladder/flow.ts';
import { modified } from '../../src/ladder/modified.ts';
import type { FlowWorld } from '../../src/ladder/worlds.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { storedCases } from '../../src/verify/keptCases.ts';
import { rowsOf } from '../../src/verify/registry.ts';
import { describeMpfr } from '../support/mpfr.ts';

/** Small worlds: two classes of at most three tokens. With M in the thousands the terms of dZ cancel in float64 (by a factor of up to M). */
const small = dress(singleCommonContent(2, 2), { extra: 300 });
const worldsTo = (end: readonly [number, number], numRuns: number) =>
  fc.sample(fc.noBias(flowWorld(small, [0, 2], end)), { seed: 5, numRuns });

/** The largest distance of an integration in float64, at a tolerance of 1e-13, from the enclosures of Z, f and dZ (this over its largest). */
function apart<T>(F: IntervalField<T>, world: FlowWorld): number {
  const float = flow.motions(world, { tolerance: 1e-13 })[Symbol.iterator]();
  let most = 0;
  const beside = (boxes: readonly T[], values: readonly number[], scale = 1) => {
    for (const [i, box] of boxes.entries()) {
      // How far the value is outside: 0 inside.
      const [low, high] = [F.lower(box), F.neg(F.lower(F.neg(box)))];
      const x = F.of(values[i]);
      const outside = Math.max(0, F.toNumber(F.sub(low, x)), F.toNumber(F.sub(x, high)));
      most = Math.max(most, outside / scale);
    }
  };
  let last = 0;
  for (const { time, Z, dZ, f } of flow.enclosed!(F, world)) {
    const other = float.next().value!;
    expect(other.time).toBe(time);
    beside(Z.flat(), other.Z.flat());
    beside(f.flat(), other.f.flat());
    const speeds = other.dZ.flat();
    beside(dZ.flat(), speeds, Math.max(...speeds.map(Math.abs)));
    last = time;
  }
  expect(last).toBe(world.end);
  return most;
}

describe('the enclosed flow', () => {
  it('contains an integration in float64 up to its error, to etaY t = 1000', () => {
    for (const world of worldsTo([1, 3], 4)) expect(apart(doubleDoubleIntervals, world)).toBeLessThan(1e-9);
  });

  it('contains an integration in float64 up to its error, by decimals', () => {
    for (const world of worldsTo([-1, 0], 1)) expect(apart(interval(20), world)).toBeLessThan(1e-9);
  });

  it('has, in the norm of its weights, a symmetric Jacobian: it is a gradient flow', () => {
    const F = interval(30);
    for (const { problem, rates } of worldsTo([0, 1], 6)) {
      const layout = reducedLayout(problem);
      const { slope, weights } = enclosedFlow({ problem, rates }, layout);
      const size = weights.length;
      const y = weights.map((_, i) => F.of(((i * 7) % 5) / 4 - 0.5));
      const S = series(F);
      const columns = y.map((_, j) =>
        slope(
          S,
          S.of(0.5),
          y.map((x, i) => S.from(i === j ? [x, F.of(1)] : [x])),
        ).map((g) => g.at(1)),
      );
      const scaled = (i: number, j: number): Interval => F.mul(F.of(weights[i]), columns[j][i]);
      for (let i = 0; i < size; i++)
        for (let j = 0; j < i; j++) {
          // Weights are doubles: half an ulp of etaY/etaZ.
          const [a, b] = [scaled(i, j), scaled(j, i)];
          const apart = Math.abs(F.toNumber(F.sub(a, b)));
          expect(apart).toBeLessThanOrEqual(2 ** -52 * Math.abs(F.toNumber(a)) + F.radius(a) + F.radius(b));
        }
      expect(y.some((_, i) => F.sign(columns[0][i]) !== 0)).toBe(true);
    }
  });

  it('is the rung flow alone: modified has no validated integrator', () => {
    expect(modified.enclosed).toBeUndefined();
    expect(enclosedFlowMargins(modified, overFlow(fates))).toBeUndefined();
  });
});

describeMpfr('the enclosed flow by MPFR', () => {
  it('contains an integration in float64 up to its error', () => {
    const F = mpfrInterval(20);
    for (const world of worldsTo([0, 1], 1)) F.memory.scope(() => expect(apart(F, world)).toBeLessThan(1e-9));
  });

  it('control: it does not contain the flow of other rates', () => {
    const F = mpfrInterval(20);
    const [world] = worldsTo([1, 1], 1);
    const faster = { ...world, rates: { ...world.rates, etaZ: world.rates.etaZ * 1.001 } };
    F.memory.scope(() => {
      const [exact] = [...flow.motions(faster, { times: [world.end], tolerance: 1e-13 })];
      const motions = [...flow.enclosed!(F, world)];
      const { Z } = motions[motions.length - 1];
      const inside = Z.flat().every(
        (z, i) => Math.abs(F.toNumber(z) - exact.Z.flat()[i]) <= F.radius(z) + 1e-9,
      );
      expect(inside).toBe(false);
    });
  });

  const rows = rowsOf(undefined, ['flow']).filter(
    ({ check }) => check.enclosed && check.expected === 'violated',
  );
  const precision = { digits: 20, cap: 40, arithmetic: 'mpfr' } as const;
  it('refutes what is no violation', () => {
    const [row] = rows;
    const [{ world, margin }] = storedCases({ claim: row.claim.id, rung: 'flow' });
    const early = { ...margin, time: 0 };
    for (const { time } of flow.motions(world as FlowWorld)) {
      early.time = time;
      break;
    }
    const confirmed = confirm(row.check.enclosed!, world, early, precision);
    expect(confirmed).toMatchObject({ outcome: 'held', certified: true });
  });

  it('leaves open what no enclosure reaches', () => {
    const [row] = rows;
    const [{ world, margin }] = storedCases({ claim: row.claim.id, rung: 'flow' });
    const none = (): Iterable<never> => {
      throw new EnclosureEnds('no step');
    };
    expect(confirm(none, world, margin, precision)).toMatchObject({
      outcome: 'undecided',
      certified: false,
    });
  });
});
