// heavy: 5 s
import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { atlasChecks } from '../../src/atlas/checks.ts';
import type { Setting } from '../../src/atlas/settings.ts';
import { trainWorld } from '../../src/atlas/training.ts';
import { populationExamples } from '../../src/ladder/population.ts';
import { gradient } from '../../src/model/gradient.ts';
import { supportLayout } from '../../src/model/layout.ts';
import type { Problem } from '../../src/model/problem.ts';
import { judgementText } from '../../src/report/run.ts';
import { saturatedGap } from '../../src/runs/freeze.ts';
import { judgeRun } from '../../src/runs/judge.ts';
import type { RunJudgement } from '../../src/runs/judgement.ts';
import type { RecordedRun } from '../../src/runs/run.ts';
import { ours, published, small } from './ours.ts';

const outcomes = ({ claims }: RunJudgement) => Object.fromEntries(claims.map((c) => [c.claim, c.outcome]));
const fateOf = ({ tokens }: RunJudgement, token: number) => tokens.find((t) => t.token === token)!;

/** One query; token 0 is common, 1 to 3 and 4 to 6 are distinct. */
const pair: Problem = {
  vocabulary: 100,
  classes: [
    { next: 90, query: 80, tokens: [0, 1, 2, 3], probabilities: [0.4, 0.3, 0.2, 0.1] },
    { next: 91, query: 80, tokens: [0, 4, 5, 6], probabilities: [0.4, 0.3, 0.2, 0.1] },
  ],
};
/** A run whose Z is given, on `pair`; row by token 0 to 6. */
const drawn = (...Z: number[][]): RecordedRun => ({
  problem: pair,
  type: 'float64',
  steps: Z.map((_, t) => t),
  Z: Z.map((row) => [row]),
});
const asTheory = drawn([0, 0, 0, 0, 0, 0, 0], [-3, 3, 2, 1, 3, 2, 1], [-3.1, 3.1, 2.1, 1.1, 3.1, 2.1, 1.1]);

describe('the four claims of a run', () => {
  it('a run as the theory says has all of them, in the order of the tokens', async () => {
    const judged = await judgeRun(asTheory);
    expect(outcomes(judged)).toEqual({
      discriminative: 'holds',
      frequency: 'holds',
      sparsification: 'holds',
      snap: 'holds',
    });
    expect(judged.tokens.map((t) => t.fate)).toEqual(['loses', ...Array(6).fill('gains')]);
    expect(judged.tokens.every((t) => t.fate === t.predicted)).toBe(true);
    expect(judged.frozenFrom).toBe(1);
    expect(judged.classes.every((c) => c.outOfOrder.length === 0)).toBe(true);
  });
  it('sparsification is asked only of classes with distinct tokens of different frequency', async () => {
    const [one, equal] = [
      { next: 90, query: 80, tokens: [0, 1], probabilities: [0.4, 0.6] },
      { next: 91, query: 80, tokens: [0, 2, 3], probabilities: [0.4, 0.3, 0.3] },
    ];
    const judge = (classes: Problem['classes'], ...Z: number[][]) =>
      judgeRun({ ...drawn(...Z), problem: { vocabulary: 100, classes } }, { seeds: 0 });
    expect(outcomes(await judge([one, equal], [0, 0, 0, 0], [-2, 1, 1, 1])).sparsification).toBe('idle');
    const unequal = { ...equal, probabilities: [0.4, 0.4, 0.2] };
    const rarerWins = await judge([one, unequal], [0, 0, 0, 0], [-2, 1, 0, 0.3]);
    expect(rarerWins.claims.find(({ claim }) => claim === 'sparsification')).toMatchObject({
      outcome: 'fails',
      checked: 1,
    });
  });
  it('a long record is judged: more states than a call takes arguments', async () => {
    const states = 150_000;
    expect(() => Math.max(...Array<number>(states).fill(0)), 'more than a call takes').toThrow(RangeError);
    const Z = Array.from({ length: states }, (_, t) => [[0, t, 0, 0, 0, 0, 0]]);
    const judged = await judgeRun({ problem: pair, type: 'float64', steps: Z.map((_, t) => t), Z });
    expect(judged.steps.recorded).toBe(states);
    expect(judged.speedAtEnd).toBe(1);
  }, 60_000);
  it('a distinct token that loses, and a common one that gains, are named', async () => {
    const judged = await judgeRun(drawn(asTheory.Z[0][0] as number[], [3, 3, 2, -1, 3, 2, 1]));
    expect(outcomes(judged).discriminative).toBe('fails');
    expect(fateOf(judged, 3).fate).toBe('loses');
    expect(fateOf(judged, 0).fate).toBe('gains');
    expect(judged.claims[0].failed).toEqual(
      [
        'common token 0 loses (query 80)',
        'distinct token 3 of class 90 gains',
        'common token 0 loses (query 80)',
      ].sort((a, b) => judged.claims[0].failed.indexOf(a) - judged.claims[0].failed.indexOf(b)),
    );
    expect(judgementText(judged, { all: false, again: '' })).toContain('✗ discriminative');
  });
  it('tokens out of order are named, also where a pair between them is in order', async () => {
    const judged = await judgeRun(drawn(asTheory.Z[0][0] as number[], [-3, 1, 3, 2, 3, 2, 1]));
    expect(outcomes(judged).frequency).toBe('fails');
    expect(judged.classes.map((c) => c.outOfOrder)).toEqual([
      [
        [1, 2],
        [1, 3],
      ],
      [],
    ]);
  });
  it('attention that spreads over distinct tokens fails sparsification; one that speeds up does not snap', async () => {
    const judged = await judgeRun(
      drawn(asTheory.Z[0][0] as number[], [0, 0, 0.01, 0.02, 0, 0.01, 0.02], [0, 0, 0.4, 1.1, 0, 0.4, 1.1]),
    );
    expect(outcomes(judged)).toMatchObject({ sparsification: 'fails', snap: 'fails' });
    expect(judged.frozenFrom).toBeNull();
    for (const { effectiveDistinct } of judged.classes)
      expect(effectiveDistinct![1]).toBeGreaterThan(effectiveDistinct![0]);
  });
  it('speeds are moves per step, and the freeze begins after the last that reaches a tenth of the largest', async () => {
    const at = (...heights: number[]) => drawn(...heights.map((z) => [-3 * z, z, z, z, z, z, z]));
    // Moves of 1, 0.5, 0.05, 0.04 a step.
    const even = await judgeRun(at(0, 1, 1.5, 1.55, 1.59));
    expect(even.frozenFrom).toBe(2);
    expect(outcomes(even).snap).toBe('holds');
    // Differences of 3 * 1.6 at most, each to 2^-50, over 3.
    expect(Math.abs(even.speedAtEnd! - 0.04)).toBeLessThan(2 ** -49);
    // The last interval has 100 steps and a long way: slow all the same.
    const uneven = await judgeRun({ ...at(0, 1, 1.5, 4), steps: [0, 1, 2, 102] });
    expect(uneven.frozenFrom).toBe(2);
    expect(outcomes(uneven).snap).toBe('holds');
    // The same way in one step is the fastest.
    const fast = await judgeRun(at(0, 1, 1.5, 4));
    expect(fast.frozenFrom).toBeNull();
    expect(outcomes(fast).snap).toBe('fails');
  });
  it('a run that never moves answers nothing', async () => {
    const judged = await judgeRun(drawn([0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0]));
    expect(new Set(Object.values(outcomes(judged)))).toEqual(new Set(['idle']));
    const [discriminative, frequency, sparsification, snap] = judgementText(judged, {
      ...{ all: false, again: 'x', width: 200 },
    }).split('\n');
    for (const line of [discriminative, frequency, sparsification])
      expect(line).toMatch(/^· \w+ +not asked: no /);
    expect(snap).toMatch(/^· snap +attention never moves$/);
    expect(judged.tokens.every((t) => t.fate === 'stays')).toBe(true);
  });
  it('a change within the rounding of the updates has no sign', async () => {
    const run = drawn([1, 1, 1, 1, 1, 1, 1], [1, 1 + 2 ** -50, 1, 1, 1, 1, 1]);
    expect(fateOf(await judgeRun({ ...run, steps: [0, 3] }), 1).fate).toBe('gains');
    expect(fateOf(await judgeRun({ ...run, steps: [0, 8] }), 1).fate).toBe('stays');
    expect(fateOf(await judgeRun({ ...run, steps: [0, 3], type: 'float32' }), 1).fate).toBe('stays');
  });
});

describe('our own training', () => {
  it('is judged as the atlas judges it, from the same motions', async () => {
    const [steps, etaY] = [300, 0.9];
    const run = await ours({ problem: pair, rates: { etaY, etaZ: etaY / 100, momentum: 0 }, steps });
    const setting = { ratio: 100, length: null, batch: null, motion: 'steps' } as unknown as Setting;
    const world = {
      ...{ problem: pair, rates: { etaY, etaZ: etaY / 100, momentum: 0 }, effective: etaY, steps, seed: 1 },
    };
    const every = new Set(Array.from({ length: steps }, (_, t) => t));
    const motions = await trainWorld(setting, world, every);
    const judged = await judgeRun(run, { seeds: 0 });
    for (const { claim, margins } of atlasChecks) {
      const kind = claim === 'snap' ? 'whole' : 'net';
      const held = [...margins(motions, kind)].every(({ value }) => value > 0);
      expect([claim, outcomes(judged)[claim]]).toEqual([claim, held ? 'holds' : 'fails']);
    }
  });
  it('on expectations it departs from itself by roundings alone; by another rate it does', async () => {
    const rates = { etaY: 1, etaZ: 1, momentum: 0.9 };
    const run = await ours({ rates });
    const { comparison } = await judgeRun(run);
    // The reference sums the columns that are no target as one: the sum of M columns has at most M roundings more, in every step.
    const roundings = run.steps.at(-1)! * run.problem.vocabulary;
    expect(comparison.population!.difference).toBeLessThan(2 * roundings * 2 ** -53);
    expect(comparison.unanswered).toEqual(['what sampling explains: batch and length are not both known']);
    const other = await judgeRun({ ...run, rates: { ...rates, etaZ: 1.1 } });
    expect(other.comparison.population!.difference).toBeGreaterThan(0.01);
  });
  it('sampled, it stays within the spread of other seeds; with twice the rate it departs', async () => {
    const run = await ours({ seed: 1000 });
    const { comparison } = await judgeRun(run, { seeds: 19 });
    expect(comparison.sampled!.departs).toBe(false);
    const fast = await ours({ seed: 1000, rates: { ...published, etaZ: 2 } });
    expect((await judgeRun({ ...fast, rates: published }, { seeds: 19 })).comparison.sampled!.departs).toBe(
      true,
    );
  });
  it('without rates the reference is not answered, and the claims are', async () => {
    const run = await ours();
    const { comparison, claims, onset } = await judgeRun({ ...run, rates: undefined });
    expect(comparison.population).toBeNull();
    expect(comparison.unanswered[0]).toContain('etaY, etaZ and momentum are not all known');
    expect(onset).toBeNull();
    expect(claims).toEqual((await judgeRun(run, { seeds: 0 })).claims);
  });
});

describe('a numerical freeze', () => {
  const layoutY = (gap: number) =>
    // Rows of tokens 1, 2, 3 vote for class 90, those of 4, 5, 6 for 91; token 0 for none.
    Array.from({ length: 7 }, (_, l) =>
      Array.from({ length: 100 }, (_, j) => ((l > 0 && l < 4 && j === 90) || (l > 3 && j === 91) ? gap : 0)),
    );
  const still = (
    gap: number,
    z: number,
    etaZ: number | undefined,
    type: RecordedRun['type'],
  ): RecordedRun => ({
    ...drawn([0, 0, 0, 0, 0, 0, 0], [-z, z, z, z, z, z, z], [-z, z, z, z, z, z, z]),
    Y: [layoutY(gap), layoutY(gap), layoutY(gap)],
    ...(etaZ !== undefined && { rates: { etaZ, momentum: 0 } }),
    type,
  });
  const causes = async (run: RecordedRun) => new Set((await judgeRun(run)).tokens.map((t) => t.freeze));

  it('begins where 1 - alpha_n is half the spacing of numbers below 1', () => {
    for (const [type, round] of [
      ['float32', Math.fround],
      ['float64', (x: number) => x],
    ] as const) {
      expect(round(1 - Math.exp(-saturatedGap(type) - 0.01))).toBe(1);
      expect(round(1 - Math.exp(-saturatedGap(type) + 0.01))).toBeLessThan(1);
    }
  });
  it('by a saturated decoder: past the gap of float32, and not of float64', async () => {
    expect(await causes(still(20, 1, 1, 'float32'))).toEqual(new Set(['saturated']));
    expect(await causes(still(20, 1, 1, 'float64'))).not.toContain('saturated');
    expect(await causes(still(120, 1, 1, 'float64'))).toEqual(new Set(['saturated']));
  });
  it('by an update below half an ulp; one above it is unexplained, as is one with an unknown rate', async () => {
    expect(await causes(still(2, 1, 1e-9, 'float32'))).toEqual(new Set(['half an ulp']));
    expect(await causes(still(2, 1, 1, 'float32'))).toEqual(new Set(['unexplained']));
    expect(await causes(still(2, 1, undefined, 'float32'))).toEqual(new Set(['unexplained']));
    expect(await causes({ ...still(2, 1, 1e-9, 'float32'), Y: undefined })).toEqual(new Set(['unknown']));
    const judged = await judgeRun(still(2, 1, 1e-9, 'float32'));
    expect(judgementText(judged, { all: false, again: '' })).toContain('NUMERICAL FREEZE: 7 of 7 logits');
  });
  it('of a real loop in float32: its updates are lost beside logits of 4096, where those of the same loop in doubles are not', async () => {
    const layout = supportLayout(pair);
    const examples = populationExamples(float64, pair);
    const rates = { etaY: 1, etaZ: 0.05, momentum: 0 };
    const loop = (type: RecordedRun['type']): RecordedRun => {
      const round = type === 'float32' ? Math.fround : (x: number) => x;
      let Y = layout.tokens.map(() => layout.columns.map(() => 0));
      let Z = [layout.tokens.map(() => 4096)];
      const states = [{ Y, Z }];
      for (let t = 0; t < 600; t++) {
        const d = gradient(float64, layout, { Y, Z }, examples);
        Y = Y.map((row, l) => row.map((y, j) => round(y + round(rates.etaY * d.Y[l][j]))));
        Z = Z.map((row, m) => row.map((z, l) => round(z + round(rates.etaZ * d.Z[m][l]))));
        states.push({ Y, Z });
      }
      return {
        ...{ problem: pair, rates, type, steps: states.map((_, t) => t) },
        Z: states.map((one) => one.Z),
        Y: states.map((one) => one.Y),
      };
    };
    const [single, double] = [await judgeRun(loop('float32')), await judgeRun(loop('float64'))];
    expect(double.tokens.every((t) => t.freeze === null && t.fate !== 'stays')).toBe(true);
    expect(single.tokens.every((t) => t.freeze === 'half an ulp')).toBe(true);
    // The screen says so, although the claim of the snap alone would be content.
    expect(outcomes(single).snap).toBe('holds');
    expect(judgementText(single, { all: false, again: '' })).toContain('NUMERICAL FREEZE: 7 of 7 logits');
    expect(judgementText(double, { all: false, again: '' })).toContain('Numerical freeze: none');
  });
  it('is none where logits still move, or the gradient is 0', async () => {
    expect(await causes({ ...still(2, 1, 1e-9, 'float32'), Z: asTheory.Z })).toEqual(new Set([null]));
    expect(await causes(still(0, 1, 1, 'float32'))).toEqual(new Set([null]));
  });
});

describe('an interruption', () => {
  it('ends our training alone: all that the record decides is decided, and what is not answered is named', async () => {
    const run = await ours({ steps: 20 });
    const whole = await judgeRun(run, { seeds: 5 });
    expect(whole.interrupted).toBe(false);
    for (const [stopAt, unanswered] of [
      [0, 'the reference: interrupted'],
      [3, 'what sampling explains: interrupted after 2 of 5 trainings'],
    ] as const) {
      const controller = new AbortController();
      if (stopAt === 0) controller.abort();
      const onTraining = (done: number) => done === stopAt && controller.abort();
      const cut = await judgeRun(run, { seeds: 5, signal: controller.signal, onTraining });
      const population = stopAt === 0 ? null : whole.comparison.population;
      expect(cut).toEqual({
        ...whole,
        comparison: { unanswered: [unanswered], population, sampled: null },
        interrupted: true,
      });
      expect(judgementText(cut, { all: false, again: '' })).toContain(`Not answered: ${unanswered}.`);
    }
    // An abort that comes when nothing is left to train interrupts nothing.
    const controller = new AbortController();
    const late = (done: number) => done === 6 && controller.abort();
    expect(await judgeRun(run, { seeds: 5, signal: controller.signal, onTraining: late })).toEqual(whole);
  });
});

describe('the screen', () => {
  it('has at most 23 lines of 80 columns, the four claims first', async () => {
    const judged = await judgeRun(await ours(), { seeds: 3 });
    const lines = judgementText(judged, { all: false, again: 'snapcheck check run.npz', width: 80 }).split(
      '\n',
    );
    expect(lines.length).toBeLessThanOrEqual(23);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines[0]).toMatch(/^[✓✗·] discriminative/);
    expect(lines.at(-1)).toContain('--all');
    const all = judgementText(judged, { all: true, again: '', width: 80 });
    expect(all.split('\n').length).toBeGreaterThan(small.classes.reduce((n, c) => n + c.tokens.length, 0));
  });
});
