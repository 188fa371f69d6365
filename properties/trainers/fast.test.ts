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

/** What a script prints that has `withTensors`, tfjs, and an operation whose result names the backend. */
function inNewProcess(script: string): string {
  const head = `
    import * as tf from '#tfjs';
    import { withTensors } from './dist/trainers/tensors.js';
    const add = () => [tf.getBackend(), tf.add(1, 2).dataSync()[0]].join();`;
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', head + script], {
    ...{ cwd: root, encoding: 'utf8' },
  });
  expect(child.stderr).toBe('');
  return child.stdout.trimEnd();
}

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
        expect(
          inNewProcess(`
          const asked = ${JSON.stringify(backends)}.map((backend) => withTensors(backend, add));
          console.log((await Promise.all(asked)).join(' '));`),
        ).toBe(backends.map((backend) => `${backend},3`).join(' '));
      });
    },
  );

  it.each([
    ['one that has started', 'await withTensors("cpu", add);'],
    ['one that starts next', ''],
  ])('computes on none while another one starts: %s', (_, before) => {
    expect(
      inNewProcess(`
        ${before}
        const wasm = withTensors('wasm', add);
        while (tf.getBackend() !== 'wasm') await new Promise(setImmediate);
        console.log(await withTensors('cpu', add), await wasm, await withTensors('cpu', add), await withTensors('wasm', add));`),
    ).toBe('cpu,3 wasm,3 cpu,3 wasm,3');
  });

  it('leaves no listener for unhandled rejections', async () => {
    const count = () => ['uncaughtException', 'unhandledRejection'].map((e) => process.listenerCount(e));
    const before = count();
    await tensors('wasm');
    expect(count()).toEqual(before);
  });
});
