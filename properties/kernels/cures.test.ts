// heavy: 4 s
/** What a report names as a cure, for kernels whose arithmetic is known, and that it is one. */
import { describe, expect, it } from 'vitest';
import { PlainKernel } from '../../fixtures/kernels/plain.mjs';
import { inThread } from '../../src/kernels/hosts/inThread.ts';
import type { Declaration, Kernel } from '../../src/kernels/kernel.ts';
import { runKernel } from '../../src/kernels/run.ts';
import type { StepInput } from '../../src/model/stepInput.ts';
import { plain as uncoloured } from '../../src/report/colour.ts';
import { kernelText } from '../../src/report/kernelReport.ts';
import { TINY } from './judging.ts';

const U = 2 ** -24;
type Plain = Kernel & { exp: (x: number) => number; decoder: (run: never, s: number, slot: never) => number };
const plain = (): Plain => new PlainKernel() as unknown as Plain;

/** An exp that errs by `error` u, up or down by the bits of its argument. */
function inexact(error: number): Kernel {
  const kernel = plain();
  const bits = new Int32Array(1);
  const single = new Float32Array(bits.buffer);
  kernel.exp = (x) => {
    single[0] = x;
    const sign = Math.imul(bits[0], 0x9e3779b1) < 0 ? -1 : 1;
    return Math.fround(Math.exp(x) * (1 + sign * error * U));
  };
  return kernel;
}
/** The stages of a kernel's output, changed. */
const changing = (
  change: (output: Awaited<ReturnType<Kernel['step']>>, input: StepInput) => object,
): Kernel => {
  const kernel = plain();
  return {
    name: 'changed',
    dtype: 'float32',
    step: async (input) => {
      const output = await kernel.step(input);
      return { ...output, ...change(output, input) };
    },
  };
};

const limits = { timeLimit: 60_000 };
const runs = 100;
const run = (kernel: Kernel, declares: Declaration = {}, options: object = {}) =>
  runKernel(inThread({ ...kernel, declares, step: (input) => kernel.step(input) }, limits), {
    runs,
    envelope: TINY,
    ...options,
  });
const text = (result: Awaited<ReturnType<typeof run>>) => kernelText(result, null, 10_000, uncoloured);

/** A kernel that goes on from logits in float64, and shows them in float32. */
const unrounded = (): Kernel => {
  const kernel = plain() as Plain & Record<'logits' | 'sum', unknown>;
  const decoder = kernel.decoder.bind(kernel);
  kernel.decoder = (run, s, slot) => {
    const whole = run as { o: Float32Array; M: number };
    const fine = new Float64Array(whole.o.length);
    const loss = decoder({ ...whole, o: fine } as never, s, slot);
    whole.o.set(Float32Array.from(fine.subarray(s * whole.M, (s + 1) * whole.M)), s * whole.M);
    return loss;
  };
  (kernel as unknown as { logit: unknown }).logit = (
    { Y, M, f }: { Y: Float32Array; M: number; f: Float32Array },
    first: number,
    { tokens, distinct }: { tokens: Int32Array; distinct: number },
    k: number,
  ) => {
    let sum = 0;
    for (let i = 0; i < distinct; i++) sum += f[first + tokens[i]] * Y[tokens[i] * M + k];
    return sum;
  };
  return kernel;
};

describe('a cure', () => {
  it('is the stage that is shown rounded and used unrounded', async () => {
    const result = await run(unrounded());
    const { cures, fault } = result.failure!;
    expect(['probabilities', 'loss']).toContain(fault.kind);
    expect(cures).toMatchObject({ subtracts: false, unused: 'logits' });
    expect(text(result)).toContain('It passes if the shown logits is not seen.');
    // Without the stage the kernel passes.
    const kernel = unrounded();
    const silent: Kernel = {
      ...{ name: 'silent', dtype: 'float32' },
      step: async (input) => {
        const output = await kernel.step(input);
        return { ...output, stages: { ...output.stages, logits: undefined } };
      },
    };
    expect((await run(silent)).verdict).toBe('pass');
  });

  it('is the error of exp that makes the case pass, where a stage with an exp fails', async () => {
    const result = await run(inexact(40));
    const { cures, fault } = result.failure!;
    expect(['attention', 'probabilities', 'loss']).toContain(fault.kind);
    // The exp errs by 40 u: with 64 every case passes.
    expect([8, 16, 32, 64]).toContain(cures.expError);
    expect(text(result)).toContain(`--exp-error ${cures.expError}`);
    expect((await run(inexact(40), { expError: 64 })).verdict).toBe('pass');
  });

  it('is not the error of exp where the failing stage has none', async () => {
    const result = await run(
      changing(({ stages }) => ({
        stages: { ...stages, features: stages!.features!.map((x) => x * (1 + 40 * U)) },
      })),
    );
    expect(result.failure!.fault.kind).toBe('features');
    expect(result.failure!.cures).toEqual({ expError: null, subtracts: false, unused: null });
    expect(text(result)).not.toContain('--exp-error');
  });

  it('is not the error of exp where a hundredth of a probability is wrong', async () => {
    const result = await run(
      changing(({ stages }) => ({
        stages: { ...stages, probabilities: stages!.probabilities!.map((x) => 1.01 * x) },
      })),
    );
    expect(result.failure!.fault.kind).toBe('probabilities');
    expect(result.failure!.cures.expError).toBeNull();
  });

  it('is the warning frozen-residual where e_n - alpha is a difference, at the strict level alone', async () => {
    const kernel = plain();
    const subtracting = kernel as unknown as {
      residual: (run: Record<string, never>, s: number, slot: { residual: Float32Array }) => void;
    };
    subtracting.residual = ({ M, alpha, targets }, s, slot) => {
      for (let k = 0; k < M; k++)
        slot.residual[k] = Math.fround((k === targets[s] ? 1 : 0) - alpha[s * M + k]);
    };
    const strict = await run(kernel, {}, { strict: true });
    expect(strict.failure!.cures.subtracts).toBe(true);
    expect(text(strict)).toContain('--accept frozen-residual');
    expect((await run(kernel, {}, { strict: true, accept: ['frozen-residual'] })).failure).toBeNull();
  });
});

describe('the report of a failure', () => {
  it('tells the case that was found from the one that it was shrunk to', async () => {
    const result = await run(changing(({ loss }) => ({ loss: loss + 1 })));
    const { found, foundAt, calls } = result.failure!;
    const { vocabulary, contextLength, queries } = found.calls[found.call];
    expect(calls[0].vocabulary).toBeLessThan(vocabulary);
    expect(text(result)).toContain(`M = ${vocabulary}, T - 1 = ${contextLength}, B = ${queries.length}`);
    expect(text(result)).toMatch(
      new RegExp(`Found at random case ${foundAt! + 1} \\(.*\\); shrunk to:\n {2}M = `),
    );
  });

  it('has no table of stages for a kernel that never answered, and leaves the lines of its error', async () => {
    const failing = changing(() => {
      throw new Error('IndexError: index 9\n  File "kernel.py", line 3, in step\n    return Y[9]');
    });
    const told = text(await run(failing));
    expect(told).not.toContain('Worst error');
    expect(told).toContain(
      'threw: IndexError: index 9\n      File "kernel.py", line 3, in step\n        return Y[9]\n',
    );
  });
});
