// heavy: 4 s
/** A user's tfjs in the process of the bundled copy: neither changes the other, whichever starts first. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** Prints what each copy computes on WASM, the backend of each after the user selects another, and its new tensors. */
const program = (usersFirst: boolean) => `
  import { tensors } from './dist/trainers/tensors.js';
  async function installed() {
    const { default: tf } = await import('@tensorflow/tfjs');
    await import('@tensorflow/tfjs-backend-wasm');
    await tf.setBackend('wasm');
    return tf;
  }
  const users = ${usersFirst} && await installed();
  const own = await tensors('wasm');
  const both = [own, users || await installed()];
  const slopes = both.map((tf) => [...tf.grad((x) => tf.sum(tf.mul(x, x)))(tf.tensor1d([1, 2])).dataSync()]);
  await both[1].setBackend('cpu');
  await tensors('wasm');
  const before = both.map((tf) => tf.memory().numTensors);
  both[1].tensor1d([1]);
  console.log(JSON.stringify({
    slopes,
    backends: both.map((tf) => tf.getBackend()),
    more: both.map((tf, i) => tf.memory().numTensors - before[i]),
    production: both[1].env().getBool('PROD'),
  }));`;

it.each([true, false])('the installed one starts first: %j', (usersFirst) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', program(usersFirst)],
    { cwd: fileURLToPath(new URL('../../', import.meta.url)), encoding: 'utf8' },
  );
  expect(status, stderr).toBe(0);
  // Its own banner, which advises tfjs-node; a kernel that is registered twice would warn, too.
  expect(stderr).not.toMatch(/already/);
  expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toEqual({
    slopes: [
      [2, 4],
      [2, 4],
    ],
    backends: ['wasm', 'cpu'],
    more: [0, 1],
    production: false,
  });
});
