// heavy: 5 s
/**
 * Tests of tfjs: the built-in kernels that use it, and the operations that exceed the error bound of a correct
 * float32 operation. The quirks are kept in fixtures/tfjs-quirks.json, which fixtures/kernels/tfjs.mjs measures.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type InstalledTf, installedTfjs } from '../../fixtures/kernels/installedTfjs.ts';
import { ratio } from '../../fixtures/kernels/tfjsKinds.mjs';
import { ops as opsModule } from '../../fixtures/kernels/tfjsOps.mjs';
import kept from '../../fixtures/tfjs-quirks.json' with { type: 'json' };
import { builtinKernels } from '../../src/kernels/builtin/builtin.ts';
import { naiveKernel } from '../../src/kernels/builtin/naive.ts';
import { kernelCases } from '../../src/kernels/cases/cases.ts';
import { inThread } from '../../src/kernels/hosts/inThread.ts';
import { checkCalls } from '../../src/kernels/judging/checkCalls.ts';
import { kernelRoundoff } from '../../src/kernels/judging/roundoff.ts';
import type { Kernel } from '../../src/kernels/kernel.ts';
import { runKernel } from '../../src/kernels/run.ts';
import { DEFAULT_SEED } from '../../src/model/seeds.ts';
import type { Dtype } from '../../src/model/stepInput.ts';
import { tensors } from '../../src/trainers/tensors.ts';
import { someInput } from './inputs.ts';
import { beyondSmall, SMALL, TINY } from './judging.ts';

type Numbers = Record<string, number | number[]>;
interface Op {
  compute(tf: InstalledTf, input: Numbers): number[];
  exact(input: Numbers): number[];
  bound(input: Numbers): number[];
}
const ops = opsModule as unknown as Record<string, Op>;

/** Numbers that are not finite are stored as text. */
const decode = (x: unknown): never => (Array.isArray(x) ? x.map(Number) : Number(x)) as never;

const CASES = 20;
/** Cases of larger sizes beside them. */
const LARGE = 2;
const TIME_LIMIT = 20_000;
const host = (kernel: Kernel) => inThread(kernel, { timeLimit: TIME_LIMIT });

describe('operations of tfjs that exceed the error bound of a correct float32 operation', () => {
  it.each(kept.quirks)('$id on $backend still occurs', async ({ id, op, backend, at, exact, ...quirk }) => {
    const tf = await installedTfjs(backend as 'cpu' | 'wasm');
    const input: Numbers = Object.fromEntries(
      Object.entries(quirk.input).map(([name, x]) => [name, decode(x)]),
    );
    const right = ops[op].exact(input)[at];
    expect(right).toBe(Number(exact));
    let got: number | string;
    try {
      got = tf.tidy(() => ops[op].compute(tf, input)[at]);
    } catch (error) {
      got = `throws: ${(error as Error).message}`;
    }
    const misses = typeof got === 'string' ? Infinity : ratio(got, right, ops[op].bound(input)[at]);
    expect(
      misses,
      `${op} on ${backend} gives ${got} for ${JSON.stringify(quirk.input)}, where ${right} is right. If tfjs has been mended, take "${id}" out of fixtures/kernels/tfjs.mjs and run that again`,
    ).toBeGreaterThan(1);
  });

  it('are listed for the installed version, which is the bundled one too', async () => {
    const [installed, bundled] = [await installedTfjs('cpu'), await tensors('cpu')];
    expect(kept.measuredOn.tfjs, 'run fixtures/kernels/tfjs.mjs again').toBe(installed.version_core);
    expect(bundled.version_core).toBe(installed.version_core);
  });
});

describe('built-in kernels', () => {
  const settings = { numRuns: CASES, seed: DEFAULT_SEED };
  const drawn = (dtype: Dtype) => {
    const large = fc.sample(kernelCases(dtype), settings).filter((calls) => calls.some(beyondSmall));
    return [...fc.sample(kernelCases(dtype, SMALL), settings), ...large.slice(0, LARGE)];
  };
  const [random, random64] = [drawn('float32'), drawn('float64')];

  it.each(builtinKernels)('$name stays within the bounds of the standard level', async ({ name, load }) => {
    const kernel = await load();
    expect(kernel.name).toBe(name);
    for (const calls of kernel.dtype === 'float32' ? random : random64)
      expect(await checkCalls(host(kernel), calls, kernelRoundoff(kernel.dtype, {}, false))).toBe(null);
  });

  it('float64 computes e_n - alpha accurately: it passes at the strict level', async () => {
    const kernel = await builtinKernels.find(({ name }) => name === 'float64')!.load();
    for (const calls of random64)
      expect(await checkCalls(host(kernel), calls, kernelRoundoff('float64', {}, true))).toBe(null);
  });

  it.each(['cpu', 'wasm'] as const)(
    'tfjs-naive-%s fails at the strict level, because it computes alpha - onehot',
    async (backend) => {
      const { failure } = await runKernel(host(naiveKernel(backend)), {
        strict: true,
        runs: 200,
        envelope: TINY,
        shrinkSeconds: 0.5,
      });
      expect(failure?.fault.kind).toMatch(/^(gradient|velocity)[YZ]$/);
      expect(failure?.confirmed).toBe(true);
    },
  );

  it('with tf.losses.softmaxCrossEntropy the kernel fails even at the standard level', async () => {
    const kernel = naiveKernel('wasm', (tf, o, target) => tf.losses.softmaxCrossEntropy(target, o));
    const { failure } = await runKernel(host(kernel), { runs: 200, envelope: TINY, shrinkSeconds: 0.5 });
    expect(['loss', 'gradientY']).toContain(failure?.fault.kind);
    expect(failure?.confirmed).toBe(true);
  });

  it.each(builtinKernels.filter(({ name }) => name.startsWith('tfjs')))(
    '$name leaves no tensor behind',
    async ({ name, load }) => {
      const kernel = await load();
      const tf = await tensors(name.endsWith('cpu') ? 'cpu' : 'wasm');
      await kernel.step(someInput());
      const before = tf.memory().numTensors;
      for (const M of [1, 4, 7]) await kernel.step(someInput('float32', M));
      expect(tf.memory().numTensors).toBe(before);
    },
  );
});
