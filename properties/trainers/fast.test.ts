import { describe, expect, it } from 'vitest';
import { presets, syntheticProblem } from '../../src/model/presets.ts';
import { runExperiment } from '../../src/trainers/experiment.ts';
import { fastTrainer } from '../../src/trainers/fast.ts';
import { tensors } from '../../src/trainers/tensors.ts';

const experiment = {
  problem: syntheticProblem(presets['syn-small']),
  etaY: 1,
  etaZ: 1,
  momentum: 0.9,
  batch: 8,
  length: 128,
  steps: 5,
  seeds: 2,
  firstSeed: 1,
} as const;

describe('the fast trainer', () => {
  for (const backend of ['cpu', 'wasm'] as const)
    for (const init of ['zero', 'uniform'] as const)
      it(`holds no tensor after a run: ${backend}, ${init} start`, async () => {
        const tf = await tensors(backend);
        const before = tf.memory().numTensors;
        await runExperiment(fastTrainer(backend), { ...experiment, init });
        expect(tf.memory().numTensors).toBe(before);
      });

  it('counts a tensor that a session still holds (control)', async () => {
    const tf = await tensors('cpu');
    const before = tf.memory().numTensors;
    const parameters = { Y: [[0, 0]], Z: [[0]] };
    const layout = {
      vocabulary: 2,
      tokens: [0],
      columns: [0, 1],
      multiplicity: [1, 1],
      queries: [1],
      classes: [{ support: [0], row: 0, target: 1 }],
    };
    const session = await fastTrainer('cpu').start(layout, parameters, experiment);
    expect(tf.memory().numTensors).toBeGreaterThan(before);
    session.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('two sessions on different backends alternate without an effect on each other', async () => {
    const alone = await runExperiment(fastTrainer('wasm'), { ...experiment, init: 'zero' });
    const [wasm] = await Promise.all([
      runExperiment(fastTrainer('wasm'), { ...experiment, init: 'zero' }),
      runExperiment(fastTrainer('cpu'), { ...experiment, init: 'zero' }),
    ]);
    expect(wasm.runs).toEqual(alone.runs);
  });

  it('leaves no listener for unhandled rejections', async () => {
    const count = () => ['uncaughtException', 'unhandledRejection'].map((e) => process.listenerCount(e));
    const before = count();
    await tensors('wasm');
    expect(count()).toEqual(before);
  });
});
