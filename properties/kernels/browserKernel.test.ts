// heavy: 4 s
/** The built-in kernels that run in a page of an installed browser. */
import { describe, expect, it, vi } from 'vitest';
import { browserKernel } from '../../src/kernels/builtin/browserKernel.ts';
import { checkCalls } from '../../src/kernels/judging/checkCalls.ts';
import { kernelRoundoff } from '../../src/kernels/judging/roundoff.ts';
import { type KernelHost, NoKernel } from '../../src/kernels/kernel.ts';
import type { StepInput } from '../../src/model/stepInput.ts';
import { missing } from '../report/chromium.ts';
import { closesHosts, faultOf, kept, misbehaving, patient } from './hosting.ts';
import { someInput } from './inputs.ts';

closesHosts();

const named = (text: string) => (missing ? `${text} (skipped: ${missing})` : text);
const inPage = it.skipIf(missing);

/** The rate that misbehaving/page.mjs doubles. */
const WRONG_RATE = 0.375;

/** The stage at fault at the standard level; undefined where there is none. */
const fault = async (host: KernelHost, input: StepInput): Promise<string | undefined> =>
  (await checkCalls(host, [input], kernelRoundoff('float32', host.declares, false)))?.kind;

/** Of odd sizes, which a texture or a vector of the page pads; one shape, since each takes a second to compile. */
const odd = someInput('float32', 5);
/** With every logit near this one. */
const offset = (logit: number): StepInput => ({ ...odd, Y: Float32Array.from(odd.Y, (y) => y + logit) });

describe('a built-in kernel in a page', () => {
  inPage(named('on WebGPU stays within the bounds of the standard level'), async () => {
    const host = kept(await browserKernel('webgpu', patient));
    expect(host.name).toMatch(/-webgpu$/);
    for (const input of [odd, offset(-200), offset(-1e24)]) expect(await fault(host, input)).toBe(undefined);
  });

  inPage(
    named('on WebGL has the two faults that docs/kernels.md names, and planted ones are seen'),
    async () => {
      const host = kept(await browserKernel('webgl', { ...patient, file: misbehaving('page.mjs') }));
      expect(await fault(host, odd)).toBe(undefined);
      // matMul multiplies the padding of exp(o - max), which is exp(-max), by 0. No loss depends on padding.
      expect(await fault(host, offset(-200))).toBe('velocityZ');
      // max is at least -1e20, so that o - max is -1e24. The logits are equal: the exact loss is ln 5.
      expect((await host.step(offset(-1e24))).loss).toBeGreaterThan(1e23);
      expect(await fault(host, { ...odd, etaZ: WRONG_RATE })).toBe('Z');
      const thrown = await faultOf(host.step(someInput('float32', 2)));
      expect(thrown).toMatchObject({ kind: 'threw', message: 'a page that throws' });
    },
  );

  it('says what is missing where there is no browser', async () => {
    const started = browserKernel('webgpu', { ...patient, chromium: '/nowhere/chromium' });
    await expect(started).rejects.toThrow(NoKernel);
    await expect(started).rejects.toThrow('-webgpu: the browser did not start');
    vi.stubEnv('CHROME_BIN', '/nowhere/chromium');
    try {
      await expect(browserKernel('webgl', patient)).rejects.toThrow(
        '-webgl: no Chromium was found on PATH or in CHROME_BIN',
      );
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
