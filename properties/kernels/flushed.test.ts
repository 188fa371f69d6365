/** A kernel that flushes subnormal numbers: what each of its operations may lose is in the bounds. */
import { describe, expect, it } from 'vitest';
import { otherKernel } from '../../fixtures/kernels/otherKernels.ts';
import { inThread } from '../../src/kernels/hosts/inThread.ts';
import { checkCalls } from '../../src/kernels/judging/checkCalls.ts';
import { referenceFor } from '../../src/kernels/judging/judgeRecord.ts';
import { kernelRoundoff } from '../../src/kernels/judging/roundoff.ts';
import { floats, SMALLEST_NORMAL, type StepInput } from '../../src/model/stepInput.ts';

/** One token once, and one `times` times, whose score is 82 below, and whose w is small: attention is normal, each of its terms of dZ is not. */
const belowNormal = (times: number): StepInput => ({
  ...{ vocabulary: 3, contextLength: times + 1, etaY: 1, etaZ: 1, momentum: 0 },
  contexts: Int32Array.from({ length: times + 1 }, (_, t) => (t === 0 ? 0 : 1)),
  ...{ queries: Int32Array.of(2), targets: Int32Array.of(0) },
  Y: floats('float32', [2 ** -7, 2 ** -8, 0, 0, 2 ** -7, 0, 0, 0, 0]),
  Z: floats('float32', [0, 0, 0, 0, 0, 0, 0, -82, 0]),
  ...{ velocityY: floats('float32', 9), velocityZ: floats('float32', 9) },
});

describe('dZ that is added up over positions', () => {
  it.each([1, 20, 40])('may lose every one of %i terms to a flush', async (times) => {
    const input = belowNormal(times);
    const [{ dz, sequence }] = referenceFor('float32', input).evaluations();
    const exact = dz[sequence.tokens.indexOf(1)] as number;
    expect(Math.abs(exact) / times).toBeLessThan(SMALLEST_NORMAL.float32);
    expect(Math.abs(exact) / times).toBeGreaterThan(SMALLEST_NORMAL.float32 / 4);
    const kernel = otherKernel('float32', {
      ...{ subnormals: 'flushed', residual: 'subtraction', backward: 'chain rule' },
    });
    const { stages } = await kernel.step(input);
    expect(stages!.gradientZ![2 * 3 + 1]).toBe(0);
    const roundoff = kernelRoundoff('float32', {}, false);
    expect(await checkCalls(inThread(kernel, { timeLimit: 60_000 }), [input], roundoff)).toBeNull();
  });
});
