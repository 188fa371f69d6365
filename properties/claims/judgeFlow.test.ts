import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { judgeIntegrated, TOLERANCES } from '../../src/claims/judgeFlow.ts';
import { errorOf, moments } from '../../src/claims/moments.ts';
import { type FlowMargins, flowMargins } from '../../src/claims/motions.ts';
import { kinds } from '../../src/claims/tokens.ts';
import { largest, positive } from '../../src/decide/margin.ts';
import { flowWorld } from '../../src/generators/flows.ts';
import { singleCommon } from '../../src/generators/problems.ts';
import { flow } from '../../src/ladder/flow.ts';
import { integrate, type Slope } from '../../src/ladder/integrate.ts';

const margin = (name: string, value: number, time = 1, scale = 1) => positive(name, value, scale, time);
/** A margin of the given exact value, read with an error of `bad` tolerances; beside it one that is in no doubt. */
const reading = (value: number, bad = 1): FlowMargins<null> =>
  function* (_, tolerance) {
    yield margin('clear', 1);
    yield margin('it', value + (bad * tolerance) / 4);
  };
const outcome = (question: FlowMargins<null>) => judgeIntegrated(question, null).outcome;

describe('a margin along a differential equation', () => {
  it('is violated as soon as it lies below 0 by more than its error: -1e-9 is no rounding', () => {
    expect(judgeIntegrated(reading(-1e-9), null)).toMatchObject({ outcome: 'violated', certified: false });
    expect(outcome(reading(-1e-10))).toBe('violated');
  });
  it('holds where it lies above 0 by more than its error, and integrations are made stricter until one tells', () => {
    expect(outcome(reading(1e-10))).toBe('held');
    const seen: number[] = [];
    const counting: FlowMargins<null> = function* (world, tolerance) {
      seen.push(tolerance);
      yield* reading(1)(world, tolerance);
    };
    expect(outcome(counting)).toBe('held');
    expect(seen).toEqual(TOLERANCES.slice(0, 2));
  });
  it('is undecided within its error, at 0, and where it is no number', () => {
    for (const value of [0, 1e-15, -1e-15, Number.NaN]) expect(outcome(reading(value))).toBe('undecided');
    // As exact as one likes: two integrations that took the same steps say nothing below their tolerance.
    expect(outcome(reading(1e-14, 0))).toBe('undecided');
    expect(outcome(reading(1e-6, 1e8))).toBe('undecided');
  });
  it('is undecided where only one of the integrations has it', () => {
    const once: FlowMargins<null> = function* (_, tolerance) {
      if (tolerance === TOLERANCES[1] || tolerance === TOLERANCES[3]) yield margin('it', 1);
      else yield margin('other', 1);
    };
    expect(outcome(once)).toBe('undecided');
    const late: FlowMargins<null> = function* (_, tolerance) {
      yield margin('it', 1, tolerance);
    };
    expect(outcome(late)).toBe('undecided');
  });
  it('is undecided where the looser of two integrations has it, and the stricter has not', () => {
    // Only the integrations at TOLERANCES[0] and [2] see what fails: beside others, alone at a moment, at a moment after all.
    const failing: FlowMargins<null>[] = [
      function* (_, tolerance) {
        yield margin('clear', 1);
        if (tolerance === TOLERANCES[0] || tolerance === TOLERANCES[2]) yield margin('it', -1);
      },
      function* (_, tolerance) {
        yield margin('clear', 1);
        if (tolerance === TOLERANCES[0] || tolerance === TOLERANCES[2]) yield margin('it', -1, 2);
        else yield { ...margin('known', 0, 2), requires: 'zero' };
      },
      function* (_, tolerance) {
        yield margin('clear', 1);
        if (tolerance === TOLERANCES[0] || tolerance === TOLERANCES[2]) yield margin('it', -1, 2);
      },
    ];
    for (const [i, question] of failing.entries()) expect(outcome(question), `case ${i}`).not.toBe('held');
    // Both strictest have it not: nothing is asked there.
    const first: FlowMargins<null> = function* (_, tolerance) {
      yield margin('clear', 1);
      if (tolerance === TOLERANCES[0]) yield margin('it', -1);
    };
    expect(outcome(first)).toBe('held');
  });
  it('is asked too where the loosest integration has none', () => {
    const late: FlowMargins<null> = function* (_, tolerance) {
      if (tolerance !== TOLERANCES[0]) yield margin('it', -1);
    };
    expect(outcome(late)).toBe('violated');
  });
  it('is undecided, with the reason, where the integration ends before its time', () => {
    const stiff: FlowMargins<null> = function* (_, tolerance) {
      yield margin('it', 1, 0);
      const slope: Slope = (_t, y, out) => {
        out[0] = 1e60 * (1 - y[0]);
      };
      for (const { time } of integrate({ start: new Float64Array(1), slope, times: [1], tolerance }))
        yield margin('it', 1, time);
    };
    const { outcome, margin: told } = judgeIntegrated(stiff, null);
    expect(outcome).toBe('undecided');
    expect(told?.name).toMatch(/^not integrated: expected to reach t = 1 in \d+ steps, got to .*too stiff/);
    const broken: FlowMargins<null> = () => {
      throw new RangeError('a fault of ours');
    };
    expect(() => judgeIntegrated(broken, null)).toThrow('a fault of ours');
  });
  it('counts as below 0 where nothing moved at all', () => {
    expect(
      outcome(function* () {
        yield margin('it', 0, 1, 0);
      }),
    ).toBe('violated');
  });
  it('is read no better than equalities that are known to hold', () => {
    const missing = (by: number): FlowMargins<null> =>
      function* () {
        yield margin('it', 1e-9);
        yield { ...margin('known', by), requires: 'zero' };
      };
    expect(outcome(missing(1e-11))).toBe('held');
    expect(outcome(missing(-1e-9))).toBe('undecided');
  });
  it('that nobody yields says nothing', () => {
    expect(judgeIntegrated(function* () {}, null)).toMatchObject({ outcome: 'held', idle: true });
    // Nor where equalities are read beside.
    const known: FlowMargins<null> = function* () {
      yield { ...margin('known', 0), requires: 'zero' };
    };
    expect(judgeIntegrated(known, null)).toMatchObject({ outcome: 'held', idle: true });
  });
});

describe('the error of a flow', () => {
  const worlds = fc.sample(flowWorld(singleCommon()), { seed: 31, numRuns: 12 });
  const question = flowMargins(flow, function* (F, { problem, layout, dZ, time }) {
    for (const l of kinds(problem, layout).distinct.flat())
      yield positive(`distinct token ${l}`, dZ[0][l], largest(F, dZ[0]), time);
  });
  const at = (world: (typeof worlds)[number], level: number) => [
    ...moments(float64, question(world, TOLERANCES[level])),
  ];
  /** Of each moment, the estimate for the stricter of two integrations and what a third one shows. */
  const compared = (level: number) =>
    worlds.flatMap((world) => {
      const [loose, strict, exact] = [level, level + 1, level + 2].map((k) => at(world, k));
      return strict.map((moment, i) => {
        const shown = [...moment.margins].map(([name, v]) =>
          Math.abs(v.relative - exact[i].margins.get(name)!.relative),
        );
        return { error: errorOf(loose[i], moment, TOLERANCES[level + 1]), shown: Math.max(...shown) };
      });
    });

  it.each([0, 1])(
    'is above what a stricter integration shows, at every moment (from tolerance %i on)',
    (level) => {
      const all = compared(level);
      expect(all.length).toBeGreaterThan(400);
      for (const { error, shown } of all) expect(shown).toBeLessThanOrEqual(error);
    },
  );

  it('is small: below the 1e-6 that every margin was once allowed, at nine moments of ten', () => {
    const small = compared(1).filter(({ error }) => error < 1e-6);
    expect(small.length).toBeGreaterThan(0.9 * compared(1).length);
  });

  it('without what is missed by sums that are known would be too small: rounding that both integrations share', () => {
    const bare = worlds.flatMap((world) => {
      const [loose, strict, exact] = [0, 1, 2].map((k) => at(world, k));
      return strict.map((moment, i) => {
        const shown = [...moment.margins].map(([name, v]) =>
          Math.abs(v.relative - exact[i].margins.get(name)!.relative),
        );
        const error = errorOf({ ...loose[i], missed: 0 }, { ...moment, missed: 0 }, TOLERANCES[1]);
        return Math.max(...shown) / error;
      });
    });
    expect(Math.max(...bare)).toBeGreaterThan(1);
  });
});
