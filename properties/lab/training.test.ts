// heavy: 7 s
/** The lab's training is the command line's, and its lamps are those of `check`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { terminalCommand } from '../../src/lab/command.ts';
import { agreement, falseSnap } from '../../src/lab/compare.ts';
import { trainerOf } from '../../src/lab/formats.ts';
import { isMark, marksTo, nextMark } from '../../src/lab/marks.ts';
import type { Format, Frame } from '../../src/lab/protocol.ts';
import { defaultSetup, type Setup } from '../../src/lab/setup.ts';
import { theoryCurve } from '../../src/lab/theory.ts';
import { LabTraining, modelOfSetup } from '../../src/lab/training.ts';
import { labWorldOf, labWorlds, setupOf } from '../../src/lab/worlds.ts';
import { gammaAt, readingAt } from '../../src/ladder/clock.ts';
import { TOLERANCE } from '../../src/ladder/integrate.ts';
import { attentionVelocity } from '../../src/ladder/two-timescale.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { problemFaults } from '../../src/model/problemShape.ts';
import { classTracks } from '../../src/runs/course.ts';
import { judgeRun } from '../../src/runs/judge.ts';
import { Recorder } from '../../src/runs/record.ts';
import { runExperiment } from '../../src/trainers/experiment.ts';
import { float64Trainer } from '../../src/trainers/float64.ts';
import { here } from '../attack/inProcess.ts';

async function trained(setup: Setup, steps: number, format: Format = 'float64'): Promise<Frame[]> {
  const training = await LabTraining.start(setup, await trainerOf(format, 'file:///'));
  const first = training.frame();
  const { marks } = await training.advance(steps, Number.POSITIVE_INFINITY);
  training.dispose();
  return [first, ...marks];
}

const experimentOf = (setup: Setup, steps: number) => ({
  ...{ problem: labWorldOf(setup.world).problem, etaY: setup.ratio * setup.etaZ, etaZ: setup.etaZ },
  ...{ momentum: setup.momentum, batch: setup.batch, length: setup.length!, steps, init: setup.init },
  ...{ seeds: 1, firstSeed: setup.seed, optimiser: setup.optimiser, model: modelOfSetup(setup) },
});

const setups: readonly Setup[] = [
  defaultSetup,
  setupOf('syn-medium'),
  { ...defaultSetup, world: { name: 'sentence' }, optimiser: 'adam', etaZ: 0.01 },
  { ...defaultSetup, heads: 2, init: 'uniform', attention: 'sigmoid' },
  {
    ...defaultSetup,
    world: { random: { seed: 7, classes: 5, queries: 2, common: 3, distinct: 4, vocabulary: 1000 } },
    normaliser: 'layernorm',
    residual: 0.5,
    seed: -3,
  },
];

describe('a training of the lab', () => {
  it.each(setups)('has the numbers of runExperiment to the last bit (%#)', async (setup) => {
    const steps = 60;
    const frames = await trained(setup, steps);
    const { runs } = await runExperiment(float64Trainer, experimentOf(setup, steps));
    const last = frames[frames.length - 1];
    expect(last.step).toBe(steps);
    expect(last.classes.map(({ attention }) => attention)).toEqual(runs[0].attention);
    for (const { step, loss } of frames.slice(1)) expect(loss).toBe(runs[0].losses[step - 1]);
  });

  it.each([...setups, { ...setupOf('case-slow-decoder'), momentum: 0.5 }])(
    'is made in the terminal by the command that the lab gives (%#)',
    async (setup) => {
      const folder = mkdtempSync(join(tmpdir(), 'snapcheck-lab-'));
      try {
        const { command, file } = terminalCommand(setup, 40);
        if (file) writeFileSync(join(folder, file.name), file.text);
        const [npx, name, ...words] = command.split(' ');
        expect([npx, name]).toEqual(['npx', 'snapcheck']);
        const { stdout, stderr } = await here([...words, '--json'], folder);
        expect(stdout, stderr).not.toBe('');
        const [run] = JSON.parse(stdout).runs;
        const frames = await trained(setup, 40);
        expect(run.losses[39]).toBe(frames[frames.length - 1].loss);
        expect(run.attention).toEqual(frames[frames.length - 1].classes.map(({ attention }) => attention));
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

  it('has the lamps of check on the record of the same run', async () => {
    const steps = 32;
    const frames = await trained(defaultSetup, steps);
    const experiment = experimentOf(defaultSetup, steps);
    const recorder = new Recorder(experiment.problem, defaultSetup.seed, steps);
    await runExperiment(float64Trainer, experiment, { state: (moment) => recorder.add(moment) });
    const { claims } = await judgeRun(recorder.run({}, 'float64'), { seeds: 0 });
    const states = { holds: 'holds', idle: 'waits', fails: 'violated' };
    expect(frames[frames.length - 1].lamps.map(({ claim, state }) => [claim, state])).toEqual(
      claims.map(({ claim, outcome }) => [
        claim,
        claim === 'snap' && outcome === 'fails' ? 'waits' : states[outcome],
      ]),
    );
    expect(frames[0].lamps.map(({ state }) => state)).toEqual(['waits', 'waits', 'waits', 'waits']);
  });

  it.each([
    ['loss', Number.NaN, 0, /the loss of step 1 is NaN/],
    ['logit', 1, Number.POSITIVE_INFINITY, /a logit is not finite after step 1/],
  ])('ends where a %s is not finite', async (_, loss, z, message) => {
    let step = 0;
    const trainer = {
      ...float64Trainer,
      start: async (...given: Parameters<typeof float64Trainer.start>) => {
        const session = await float64Trainer.start(...given);
        const read = () => ({ ...session.read(), ...(step > 0 && { Z: [[z], [z]] }) });
        return { ...session, step: () => (++step > 0 ? loss : 0), read };
      },
    };
    const training = await LabTraining.start(defaultSetup, trainer);
    await expect(training.advance(10, Number.POSITIVE_INFINITY)).rejects.toThrow(message);
  });
});

describe('the marks', () => {
  it('are the same however one gets there', () => {
    const marks = marksTo(5000);
    expect(marks).toEqual(Array.from({ length: 5001 }, (_, step) => step).filter(isMark));
    expect(marks.slice(0, 34)).toEqual([...Array(33).keys(), 33]);
    for (const [i, step] of marks.slice(0, -1).entries()) expect(nextMark(step)).toBe(marks[i + 1]);
  });
});

describe('worlds', () => {
  it.each(labWorlds)('%s is a valid problem', (name) => {
    expect(problemFaults(labWorldOf({ name }).problem).count).toBe(0);
  });

  it('random sizes give a valid problem, the same for the same seed', () => {
    const sizes = fc.record({
      seed: fc.integer(),
      classes: fc.integer({ min: 1, max: 24 }),
      queries: fc.integer({ min: 1, max: 24 }),
      common: fc.integer({ min: 0, max: 40 }),
      distinct: fc.integer({ min: 1, max: 40 }),
      vocabulary: fc.integer({ min: 2, max: 1e9 }),
    });
    fc.assert(
      fc.property(sizes, (random) => {
        const { problem } = labWorldOf({ random });
        expect(problemFaults(problem).count).toBe(0);
        expect(labWorldOf({ random }).problem).toEqual(problem);
      }),
    );
  });

  it.each([
    ['case-slow-decoder', 512, 'discriminative'],
    ['case-frequency', 512, 'frequency'],
    ['case-short-sequences', 19, 'discriminative'],
    ['case-adam', 19, 'discriminative'],
    ['case-sign', 19, 'sparsification'],
  ] as const)('%s breaks its claim in the lab too', async (name, steps, claim) => {
    const frames = await trained(setupOf(name), steps);
    const lamp = frames[frames.length - 1].lamps.find((one) => one.claim === claim)!;
    expect(lamp.state).toBe('violated');
    expect(lamp.failed).not.toEqual([]);
  });
});

describe('the curve of the theory', () => {
  const setup: Setup = { ...defaultSetup, length: null, ratio: 100, etaZ: 0.001, momentum: 0 };

  it('is the velocity of attention times gamma, integrated over time', () => {
    const last = 512;
    const points = theoryCurve(setup, last);
    const { problem } = labWorldOf(setup.world);
    const layout = reducedLayout(problem);
    const clock = {
      ...{ vocabulary: problem.vocabulary, classes: problem.classes.length },
      ...{ etaY: setup.ratio * setup.etaZ, etaZ: setup.etaZ },
    };
    /** dz/dt = etaZ gamma(t) dz/dGamma: the clock's gamma, where the curve has its integral. */
    const speed = (t: number, Z: number[][]) => {
      const gamma = setup.etaZ * gammaAt(float64, clock, readingAt(clock, t));
      return attentionVelocity(float64, problem, layout, Z).dZ.map((row) => row.map((v) => gamma * v));
    };
    const zero = layout.queries.map(() => layout.tokens.map(() => 0));
    /** By the midpoint rule, in steps of h. */
    const integrated = (h: number): number[][] => {
      let Z = zero;
      for (let t = 0; t < last; t += h) {
        const half = speed(t, Z).map((row, m) => row.map((v, l) => Z[m][l] + (h / 2) * v));
        Z = speed(t + h / 2, half).map((row, m) => row.map((v, l) => Z[m][l] + h * v));
      }
      return Z;
    };
    const { at } = classTracks(problem, layout, zero);
    const [there, coarse, fine] = [
      points[points.length - 1].classes,
      at(integrated(0.5)),
      at(integrated(0.25)),
    ];
    for (const [n, { attention }] of fine.entries())
      for (const [i, c] of attention.entries()) {
        // The rule is of second order: the finer one is off by a third of what the two differ by. The curve's own error is ten tolerances
        // at most (integrate.ts), relative to 1 + |z|, and attention changes by less than a logit does.
        const bound = Math.abs(coarse[n].attention[i] - c) + 20 * TOLERANCE;
        expect(Math.abs(there[n].attention[i] - c)).toBeLessThan(bound);
      }
    const moved = there[0].attention.map((c, i) => Math.abs(c - points[0].classes[0].attention[i]));
    // So that a wrong scale of time cannot hide in the bound.
    expect(Math.max(...moved)).toBeGreaterThan(1e3 * TOLERANCE);
  });

  it('starts where training starts, and training comes near it where the decoder is fast', async () => {
    const steps = 2048;
    const [frames, points] = [await trained(setup, steps), theoryCurve(setup, steps)];
    expect(points.map(({ step }) => step)).toEqual(marksTo(steps));
    expect(points[0].classes).toEqual(frames[0].classes);
    const moved = (classes: Frame['classes']) =>
      classes[0].attention.map((c, i) => c - frames[0].classes[0].attention[i]);
    const [ours, theirs] = [
      moved(frames[frames.length - 1].classes),
      moved(points[points.length - 1].classes),
    ];
    const along = ours.reduce((sum, x, i) => sum + x * theirs[i], 0);
    expect(along / Math.hypot(...ours) / Math.hypot(...theirs)).toBeGreaterThan(0.9);
  });
});

describe('formats', () => {
  it('part, or agree to their digits', async () => {
    // Decimals take their time in proportion to the batch, which the digits of a step do not depend on.
    const few: Setup = { ...defaultSetup, batch: 8 };
    const [a, b, c] = await Promise.all(
      (['float64', 'decimal30', 'float32'] as const).map((format) => trained(few, 40, format)),
    );
    expect(Math.min(...agreement(a, b).digits.map(({ digits }) => digits))).toBeGreaterThan(10);
    const low = Math.min(...agreement(c, b).digits.map(({ digits }) => digits));
    expect(low).toBeGreaterThan(3);
    expect(low).toBeLessThan(9);
    expect(agreement(a, b).partedAt).toBeNull();
    const moved = a.map((frame) => ({
      ...frame,
      classes: frame.classes.map((own) => ({ ...own, attention: own.attention.map((x) => x + 0.02) })),
    }));
    expect(agreement(a, moved).partedAt).toBe(0);
  });

  it('snap falsely where they have too few digits, and not where they have enough', async () => {
    const setup: Setup = { ...defaultSetup, ratio: 10, length: null };
    const steps = 4096;
    const formats = ['double-double', 'float64', 'float32-subtracting'] as const;
    const [precise, float64, subtracts] = await Promise.all(
      formats.map((format) => trained(setup, steps, format)),
    );
    const at = falseSnap(subtracts, precise, 'float32-subtracting')!;
    expect(at).toBeGreaterThan(0);
    expect(falseSnap(float64, precise, 'float64')).toBeNull();
    // Cut at the start of the false snap, there is none yet.
    const before = subtracts.filter(({ step }) => step < at / 2);
    expect(falseSnap(before, precise, 'float32-subtracting')).toBeNull();
  });
});
