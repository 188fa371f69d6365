/** The built-in kernels that run in a page of an installed browser. */
import { describe, expect, it, vi } from 'vitest';
import { browserKernel } from '../../src/kernels/builtin/browserKernel.ts';
import { checkCalls } from '../../src/kernels/judging/checkCalls.ts';
import { kernelRoundoff } from '../../src/kernels/judging/roundoff.ts';
import { type KernelHost, NoKernel } from '../../src/kernels/kernel.ts';
import type { StepInput } from '../../src/model/stepInput.ts';
import { missing } from '../report/chromium.ts';
import { faultOf, hasty, kept, misbehaving, patient } from './hosting.ts';
import { someInput } from './inputs.ts';

const named = (text: string) => (missing ? `${text} (skipped: ${missing})` : text);
const inPage = it.skipIf(missing);

/** The rate that misbehaving/page.mjs doubles. */
const WRONG_RATE = 0.375;

/** The stage at fault at the standard level; undefined where there is none. */
const fault = async (host: KernelHost, input: StepInput): Promise<string | undefined> =>
  (await checkCalls(host, [input], kernelRoundoff('float32', host.declares, false)))?.kind;

/** Odd sizes, which a texture or a vector of the page pads, and even ones. */
const odd = someInput('float32', 5);
const even = someInput('float32', 4);
/** With every logit near this one. */
const offset = (input: StepInput, logit: number): StepInput => ({
  ...input,
  Y: Float32Array.from(input.Y, (y) => y + logit),
});

describe('a built-in kernel in a page', () => {
  inPage(named('on WebGPU stays within the bounds of the standard level'), async () => {
    const host = kept(await browserKernel('webgpu', patient));
    expect(host).toMatchObject({ name: 'tfjs-webgpu', dtype: 'float32' });
    expect(await fault(host, offset(odd, -200))).toBe(undefined);
    expect(await fault(host, offset(even, -1e24))).toBe(undefined);
  });

  inPage(
    named('on WebGL has the two faults of tfjs in docs/kernels.md, and planted ones are seen'),
    async () => {
      const file = misbehaving('page.mjs');
      const host = kept(await browserKernel('webgl', { ...hasty, startLimit: 60_000, file }));
      for (const input of [even, offset(even, -200)]) expect(await fault(host, input)).toBe(undefined);
      // matMul multiplies the padding of exp(o - max), which is exp(-max), by 0.
      expect(await fault(host, offset(odd, -200))).toBe('velocityZ');
      // max is at least -1e20.
      expect(await fault(host, offset(even, -1e24))).toBe('velocityY');
      expect(await fault(host, { ...even, etaZ: WRONG_RATE })).toBe('Z');
      const thrown = await faultOf(host.step(someInput('float32', 2)));
      expect(thrown).toMatchObject({ kind: 'threw', message: 'a page that throws' });
      expect(await faultOf(host.step(someInput('float32', 3)))).toMatchObject({ kind: 'hung' });
    },
  );

  it('says what is missing where there is no browser', async () => {
    const started = browserKernel('webgpu', { ...patient, chromium: '/nowhere/chromium' });
    await expect(started).rejects.toThrow(NoKernel);
    await expect(started).rejects.toThrow('tfjs-webgpu: the browser did not start');
    vi.stubEnv('CHROME_BIN', '/nowhere/chromium');
    try {
      await expect(browserKernel('webgl', patient)).rejects.toThrow(
        'tfjs-webgl: no Chromium was found on PATH or in CHROME_BIN',
      );
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
