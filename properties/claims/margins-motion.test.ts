/** What is asked of single motions and of displacements between them, at hand-made motions. */
import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { discriminative, fates } from '../../src/claims/discriminative.ts';
import { frequency, order } from '../../src/claims/frequency.ts';
import { type Along, net } from '../../src/claims/motions.ts';
import { entropyFall, scanState, tauSpeed } from '../../src/claims/scan-forms.ts';
import { octaves, slowingMargins } from '../../src/claims/snap.ts';
import { sharpens, sparsification } from '../../src/claims/sparsification.ts';
import { kinds } from '../../src/claims/tokens.ts';
import type { Motion } from '../../src/ladder/rung.ts';
import { isOtherModel } from '../../src/ladder/tree.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { dense, denseFeatures, largestOf, total } from './dense.ts';
import { expectAsked, inequalities, readingOf } from './margins.ts';

const problem = {
  vocabulary: 40,
  classes: [
    { next: 10, query: 7, tokens: [0, 1, 2, 3], probabilities: [2, 5, 3, 1] },
    { next: 11, query: 7, tokens: [0, 4, 5], probabilities: [4, 2, 6] },
  ],
};
const layout = reducedLayout(problem);
const ids = [0, 1, 2, 3, 4, 5];
const Z = [[0.25, -0.5, 0.5, 0.125, 0.75, 0]];
const F = denseFeatures(problem, ids, (_, id) => Z[0][ids.indexOf(id)]);
const f = F.map((row, n) => layout.classes[n].support.map((l) => row[l]));
const dZ = [[-0.5, 0.25, 0.0625, 0.125, -0.0625, 0.375]];
const motion: Motion<number> = { problem, layout, time: 3, Z, dZ, f };
const asked = (along: Along, at: Motion<number> = motion) =>
  new Map([...along(float64, at)].map((m) => [m.name, m.value / m.scale]));

describe('one motion', () => {
  it('frequency: neighbours in the order of probability, each the more frequent minus the rarer', () => {
    const of = (l: number, k: number) => (dZ[0][l] - dZ[0][k]) / 0.5;
    expectAsked(asked(order(1)), {
      'token 1 gains more than the rarer 2 (class 10)': of(1, 2),
      'token 2 gains more than the rarer 3 (class 10)': of(2, 3),
      'token 5 gains more than the rarer 4 (class 11)': of(5, 4),
    });
    expectAsked(asked(order(-1)), {
      'token 1 gains less than the rarer 2 (class 10)': of(2, 1),
      'token 2 gains less than the rarer 3 (class 10)': of(3, 2),
      'token 5 gains less than the rarer 4 (class 11)': of(4, 5),
    });
  });

  it('frequency: tokens that did not move, and equals, are not compared', () => {
    const still = { ...motion, dZ: [[-0.5, 0.25, 0, 0.125, 0, 0.375]] };
    expectAsked(asked(order(1), still), {
      'token 1 gains more than the rarer 3 (class 10)': (0.25 - 0.125) / 0.5,
    });
    const equals = {
      ...problem,
      classes: problem.classes.map((c) => ({ ...c, probabilities: c.probabilities.map(() => 3) })),
    };
    expectAsked(asked(order(1), { ...motion, problem: equals }), {});
  });

  it('frequency: the dominant distinct token and its feature grow, at less than B, which is z over f^2', () => {
    const at = dense(problem, ids, [7], Z);
    const scale = largestOf(at.dZ[0]);
    const expected = Object.fromEntries(
      [
        [10, 0, [1, 2, 3]],
        [11, 1, [4, 5]],
      ].flatMap(([next, n, tokens]) => {
        const row = at.F[n as number];
        const top = (tokens as number[]).reduce((a, b) => (row[b] > row[a] ? b : a));
        const pull = total(row.map((x, l) => x * x * at.dZ[0][l]));
        return [
          [`dominant token ${top} of class ${next} gains`, at.dZ[0][top] / scale],
          [`f of dominant token ${top} grows`, (at.dZ[0][top] - pull) / scale],
          [`z' of dominant token ${top} stays below B'`, 1 - row[top] ** 2],
        ];
      }),
    );
    expectAsked(inequalities(frequency, 'two-timescale', { problem, Z }), expected);
  });

  it('discriminative: a token that did not move in training was never sampled; at a state it is asked', () => {
    const still = { ...motion, dZ: [[-0.5, 0.25, 0, 0, 0, 0.375]] };
    const rates = { etaY: 1, etaZ: 1, momentum: 0 };
    expect([...asked(fates, { ...still, rates }).keys()]).toEqual([
      'distinct token 1 of class 10 gains',
      'common token 0 loses (query 7)',
      'distinct token 5 of class 11 gains',
    ]);
    expect([...fates(float64, still)].length).toBe(7);
    expect(asked(fates, still).get('distinct token 2 of class 10 gains')).toBe(0);
    expect([...fates(float64, motion)].every(({ time }) => time === 3)).toBe(true);
    expect(discriminative.checks.filter(({ rung }) => !isOtherModel(rung))).toHaveLength(4);
  });

  it("sparsification: the entropy over distinct tokens falls by -dH/dz z', by central differences", () => {
    const tokens = [
      [1, 2, 3],
      [4, 5],
    ];
    const entropyAt = (n: number, h: number) => {
      const c = tokens[n].map((l) => F[n][l] * Math.exp(h * dZ[0][l]));
      const p = c.map((x) => x / total(c));
      return -total(p.map((x) => x * Math.log(x)));
    };
    const fall = (n: number) => {
      const slope = (h: number) => (entropyAt(n, h) - entropyAt(n, -h)) / (2 * h);
      return -(4 * slope(2 ** -11) - slope(2 ** -10)) / 3;
    };
    const scale = (n: number) => largestOf(tokens[n].map((l) => dZ[0][l]));
    for (const sense of [1, -1] as const) {
      const way = sense > 0 ? 'falls' : 'rises';
      expectAsked(asked(sharpens(sense)), {
        [`entropy over the distinct tokens of class 10 ${way}`]: (sense * fall(0)) / scale(0),
        [`entropy over the distinct tokens of class 11 ${way}`]: (sense * fall(1)) / scale(1),
      });
    }
    expect(entropyFall(float64, [1, 1], [1, -1])).toBe(0);
  });
});

describe('several motions', () => {
  const rates = { etaY: 0.5, etaZ: 0.25, momentum: 0 };
  const moved = (time: number, z: number): Motion<number> => ({
    ...motion,
    rates,
    time,
    Z: [[z, 2 * z, -z, 0, 0.5, 0]],
    dZ: [[0.125, -0.25, 0, 0, 0, 0.5]],
  });
  const run = [1, 2, 3, 4, 5, 8, 9].map((time) => moved(time, time / 8));

  it('octaves: displacements from t to the first time that is 2t or more', () => {
    const found = [...octaves(float64, run)];
    expect(found.map(({ time }) => time)).toEqual([1, 2, 4]);
    expect(found.map((m) => m.dZ[0])).toEqual([
      [0.125, 0.25, -0.125, 0, 0, 0],
      [0.25, 0.5, -0.25, 0, 0, 0],
      [0.5, 1, -0.5, 0, 0, 0],
    ]);
    expect(found[1].Z).toBe(run[1].Z);
  });

  it('net: the whole run is one motion, its last step taken along', () => {
    const [whole, ...more] = [...net(float64, run)];
    expect(more).toEqual([]);
    expect(whole.time).toBe(0);
    expect(whole.Z).toBe(run[0].Z);
    // (9 - 1)/8 and the last dZ.
    expect(whole.dZ).toEqual([[1.125, 1.75, -1, 0, 0, 0.5]]);
    expect([...net(float64, [])]).toEqual([]);
    expect([...net(float64, [run[0]])][0].dZ).toEqual(run[0].dZ);
  });

  it('snap: the bound is ln of the quotient of two readings over 1 - max f^2 at the start', () => {
    const step = { ...moved(6, 1), dZ: [[-0.25, 0.125, 0, 0, 0, 0.0625]] };
    const x = (t: number) => readingOf(40, (40 * 0.5 * t) / 2);
    const u = Math.max(
      ...problem.classes.map((c) => c.probabilities[0] ** 2 / total(c.probabilities.map((p) => p ** 2))),
    );
    const bound = Math.log(x(12) / x(6)) / (1 - u);
    const expected = Object.fromEntries(
      ids.flatMap((id, l) => [
        [`token ${id} rises no further than the clock allows`, 1 - step.dZ[0][l] / bound],
        [`token ${id} falls no further than the clock allows`, 1 + step.dZ[0][l] / bound],
      ]),
    );
    expectAsked(asked(slowingMargins(1), step), { ...expected, 'attention is not stationary': 1 });
    const still = [...slowingMargins(1)(float64, { ...step, dZ: [[0, 0, 0, 0, 0, 0]] })].at(-1)!;
    expect(still).toMatchObject({ name: 'attention is not stationary', value: 0, scale: 0 });
  });
});

describe('the scan curve', () => {
  const scan = [0.75, 0.5];
  const common = [0.25];

  it('puts each class where 1 - exp(-2 z) = s (P/P_max)^2, or with rare and frequent tokens changed', () => {
    const expected = (onCurve: boolean) => [
      [
        0.25,
        ...[5, 3, 1].map((p) => (onCurve ? p / 5 : 1 / p)),
        ...[2, 6].map((p) => (onCurve ? p / 6 : 2 / p)),
      ].map((share, l) => (l === 0 ? share : -Math.log(1 - (l < 4 ? 0.75 : 0.5) * share ** 2) / 2)),
    ];
    for (const onCurve of [true, false])
      for (const [l, z] of scanState(float64, { problem, scan, common }, onCurve)[0].entries())
        expect(Math.abs(z - expected(onCurve)[0][l])).toBeLessThan(2 ** -50);
  });

  it('sparsification on it: who gains more, which share stays above its floor, entropy', () => {
    const at = scanState(float64, { problem, scan, common }, true);
    const state = dense(problem, ids, [7], at);
    const { distinct } = kinds(problem, layout);
    const expected: Record<string, number> = {};
    for (const [n, tokens] of [
      [1, 2, 3],
      [5, 4],
    ].entries()) {
      expect([...distinct[n]].sort()).toEqual([...tokens].sort());
      const speed = (l: number) => state.dZ[0][l];
      const scale = largestOf(tokens.map(speed));
      const B = state.xi[n] / 2;
      for (const [i, k] of tokens.slice(1).entries()) {
        expected[`token ${tokens[i]} gains more than ${k}`] = (speed(tokens[i]) - speed(k)) / scale;
        const R = state.F[n][k] / state.F[n][tokens[0]];
        expected[`share of token ${k} stays above its floor`] = (speed(k) - speed(tokens[0])) / B + 1 - R * R;
      }
      const c = tokens.map((l) => state.F[n][l]);
      const p = c.map((x) => x / total(c));
      const mean = total(p.map((x, i) => x * speed(tokens[i])));
      const fall = total(p.map((x, i) => x * Math.log(x) * (speed(tokens[i]) - mean)));
      expected[`entropy over the distinct tokens of class ${problem.classes[n].next} falls`] = fall / scale;
    }
    expectAsked(inequalities(sparsification, 'two-timescale', { problem, scan, common }), expected);
  });

  it("tau' is the derivative of (1 - exp(-2 z))/(2 P^2)", () => {
    const half = (z: number) => (1 - Math.exp(-2 * z)) / (2 * 9);
    const slope = (h: number) => (half(0.5 + h * 0.25) - half(0.5 - h * 0.25)) / (2 * h);
    const extrapolated = (4 * slope(2 ** -9) - slope(2 ** -8)) / 3;
    expect(Math.abs(tauSpeed(float64, 3, 0.5, 0.25) - extrapolated)).toBeLessThan(2 ** -36);
  });
});
