/** The fast trainer on WebGL or WebGPU as a kernel, in a page of an installed browser. */
import { type ModulesPage, modulesPage, NoBrowser } from '../../browser/modulesPage.ts';
import { callLimitOf, type Limits, type Running, restarting, startLimitOf, within } from '../hosts/host.ts';
import { decodeAnswer, encodeRequest } from '../hosts/protocol.ts';
import { type Declaration, KernelFault, type KernelHost, NoKernel } from '../kernel.ts';
import { checkLimits } from '../kernelChecks.ts';

/** Backends of tfjs that a page alone has. */
export type PageBackend = 'webgl' | 'webgpu';

/**
 * What both languages permit exp: 3 + 2 |x| units in the last place (OpenGL ES Shading Language 3.20, section 4.7.1;
 * WGSL, "Accuracy of Concrete Floating Point Expressions"). They also permit divisions of 2.5 units, which cannot be declared.
 */
const DECLARES: Declaration = { expError: { ulps: 3, perUnit: 2 } };

/** The compiled module that runs in the page. */
const PAGE = '/kernels/builtin/page.js';

export interface BrowserOptions extends Pick<Limits, 'timeLimit' | 'startLimit'> {
  /** Path of the browser; by default CHROME_BIN, or the first Chromium on PATH. */
  readonly chromium?: string;
  /** Path of a file that the page runs in place of `page.ts`. */
  readonly file?: string;
}

/**
 * A browser with the kernel's page.
 * @throws NoKernel if there is no browser, or the backend does not start in it
 */
async function openKernel(
  backend: PageBackend,
  { chromium, file, ...limits }: BrowserOptions,
): Promise<Running> {
  const refused = (error: Error) => new NoKernel(`tfjs-${backend}: ${error.message}`);
  const module = file === undefined ? PAGE : '/packages/page';
  let page: ModulesPage;
  try {
    page = await modulesPage({
      graphics: backend,
      chromium,
      packages: file === undefined ? {} : { page: file },
    });
  } catch (error) {
    throw error instanceof NoBrowser ? refused(error) : error;
  }
  try {
    await within(startLimitOf(limits), page.call(module, 'startBackend', backend));
  } catch (error) {
    await page.close();
    throw refused(error as Error);
  }
  let requests = 0;
  return {
    step: async (input) => {
      const id = ++requests;
      const line = page
        .call<string>(module, 'answerRequest', backend, encodeRequest(id, input))
        .catch((error) => {
          throw new KernelFault(page.ended() ? 'exited' : 'threw', error.message);
        });
      // The first call compiles the shaders.
      const limit = Math.max(callLimitOf(limits, input), id === 1 ? startLimitOf(limits) : 0);
      return decodeAnswer(await within(limit, line), id, input);
    },
    end: () => page.close(),
  };
}

/**
 * A host for the fast trainer in a page. After a fault that ends it, the next call starts a new browser.
 * @throws NoKernel if there is no browser, or the backend does not start in it; BadInput with every fault of the limits
 */
export async function browserKernel(backend: PageBackend, options: BrowserOptions): Promise<KernelHost> {
  checkLimits(options);
  const start = () => openKernel(backend, options);
  const about = { name: `tfjs-${backend}`, dtype: 'float32' as const, declares: DECLARES };
  return restarting(about, start, await start());
}
