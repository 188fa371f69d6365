import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { presets, syntheticProblem } from '../../src/model/presets.ts';
import { runExperiment } from '../../src/trainers/experiment.ts';
import { fastTrainer } from '../../src/trainers/fast.ts';
import { tensors } from '../../src/trainers/tensors.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
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

  describe.each([['cpu', 'wasm', 'cpu'] as const, ['wasm', 'cpu', 'wasm'] as const])(
    'of %s, %s and %s at once',
    (...backends) => {
      it('each computes what it computes alone', async () => {
        const runs = async (backend: 'cpu' | 'wasm') =>
          (await runExperiment(fastTrainer(backend), { ...experiment, init: 'zero' })).runs;
        const alone = { cpu: await runs('cpu'), wasm: await runs('wasm') };
        expect(alone.cpu).not.toEqual(alone.wasm);
        expect(await Promise.all(backends.map(runs))).toEqual(backends.map((backend) => alone[backend]));
      });

      it('each starts, whichever is asked first in a process', () => {
        const script = `
        import { withTensors } from './dist/trainers/tensors.js';
        const backends = ${JSON.stringify(backends)};
        const now = await Promise.all(backends.map((backend) =>
          withTensors(backend, (tf) => [tf.getBackend(), tf.add(1, 2).dataSync()[0]].join())));
        console.log(now.join(' '));`;
        const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
          cwd: root,
          encoding: 'utf8',
        });
        expect([child.stderr, child.stdout]).toEqual([
          '',
          `${backends.map((backend) => `${backend},3`).join(' ')}\n`,
        ]);
      });
    },
  );

  it('leaves no listener for unhandled rejections', async () => {
    const count = () => ['uncaughtException', 'unhandledRejection'].map((e) => process.listenerCount(e));
    const before = count();
    await tensors('wasm');
    expect(count()).toEqual(before);
  });
});
