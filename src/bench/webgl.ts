/** The fast trainer on WebGL, in a page of an installed browser. */
import { createRequire } from 'node:module';
import { modulesPage, NoBrowser } from '../browser/modulesPage.ts';
import { type BenchBackend, Unavailable } from './backend.ts';
import { ofDoubles } from './digits.ts';
import type { Timing } from './document.ts';
import type { Observation } from './trajectory.ts';

const UNIT = 2 ** -24;

/** The result, or a rejection at an abort: a page cannot be interrupted. */
const unlessAborted = <R>(answer: Promise<R>, signal?: AbortSignal): Promise<R> =>
  new Promise((resolve, reject) => {
    const abort = () => reject(signal?.reason);
    signal?.addEventListener('abort', abort);
    answer.then(resolve, reject).finally(() => signal?.removeEventListener('abort', abort));
  });

/**
 * @throws Unavailable if there is no browser, no playwright-core, no compiled module, or no WebGL
 */
export async function webgl(chromium?: string): Promise<BenchBackend> {
  const packages = { tinybench: createRequire(import.meta.url).resolve('tinybench') };
  const page = await modulesPage({ graphics: 'webgl', chromium, packages }).catch((error: Error) => {
    throw error instanceof NoBrowser ? new Unavailable(error.message) : error;
  });
  const call = <R>(name: string, ...args: unknown[]): Promise<R> =>
    page.call<R>('/bench/page.js', name, ...args).catch((error: Error) => {
      throw new Unavailable(`the page failed: ${error.message}`);
    });
  try {
    const renderer = await call<string>('renderer');
    return {
      note: `renderer: ${renderer}${/swiftshader|llvmpipe|software/i.test(renderer) ? ' (in software)' : ''}`,
      digits: -Math.log10(UNIT),
      encloses: false,
      run: async (work, steps, signal) =>
        (await unlessAborted(call<Observation[]>('trajectory', work, steps), signal)).map(ofDoubles),
      time: (work, budget) => call<Timing>('time', work, budget),
      // It is in the memory of the renderer's process, which does not report it.
      memory: async () => null,
      close: () => page.close(),
    };
  } catch (error) {
    await page.close();
    throw error;
  }
}
