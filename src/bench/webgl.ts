/**
 * The fast trainer on WebGL, in an installed browser. Intercepted requests serve the page from this package's files.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { type BenchBackend, Unavailable } from './backend.ts';
import { findChromium, launchChromium } from './chromium.ts';
import { ofDoubles } from './digits.ts';
import type { Timing } from './document.ts';
import type { Observation } from './trajectory.ts';

/** Folder of the compiled modules, also when this file runs as source. */
const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
/** Origin of the page. Its requests are intercepted and answered from disk; none leaves the browser. */
const ORIGIN = 'http://localhost';
const UNIT = 2 ** -24;

const TINYBENCH = createRequire(import.meta.url).resolve('tinybench');

/** What the modules import by name. */
const imports = {
  '#tfjs': '/vendor/tfjs.js',
  '#tfjs-webgl': '/vendor/tfjs-webgl.js',
  tinybench: '/packages/tinybench',
};
const html = `<!doctype html><title>snapcheck bench</title><script type="importmap">${JSON.stringify({ imports })}</script>`;

/** The response for a path of the page's origin; undefined if there is none. */
function answer(path: string): { body: string | Buffer; contentType: string } | undefined {
  if (path === '/') return { body: html, contentType: 'text/html' };
  const named = path === imports.tinybench;
  const file = named ? TINYBENCH : join(DIST, path);
  if (!named && (relative(DIST, file).startsWith('..') || !file.endsWith('.js'))) return undefined;
  return existsSync(file) ? { body: readFileSync(file), contentType: 'text/javascript' } : undefined;
}

/** Answers every request; the two headers give the page the clock with the finest resolution. */
async function serve(page: Page): Promise<void> {
  const headers = {
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
  };
  await page.route('**/*', (route) => {
    const { origin, pathname } = new URL(route.request().url());
    const found = origin === ORIGIN ? answer(pathname) : undefined;
    return route.fulfill(found ? { status: 200, headers, ...found } : { status: 404 });
  });
  await page.goto(`${ORIGIN}/`);
}

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
export async function webgl(chromium: string | undefined = findChromium()): Promise<BenchBackend> {
  if (!chromium) throw new Unavailable('no Chromium was found on PATH or in CHROME_BIN');
  if (!existsSync(join(DIST, 'bench/page.js')))
    throw new Unavailable('the package is not built: npm run build');
  const browser = await launchChromium(chromium, { gl: true }).catch((error: Error) => {
    throw new Unavailable(`the browser did not start: ${error.message.split('\n')[0]}`);
  });
  /** Calls a function of the page's module by name. Passed as text, so that the compiler does not change the import. */
  const call = <R>(page: Page, name: string, ...args: unknown[]): Promise<R> =>
    page
      .evaluate<R>(`import('/bench/page.js').then((page) => page.${name}(...${JSON.stringify(args)}))`)
      .catch((error: Error) => {
        throw new Unavailable(`the page failed: ${error.message.split('\n')[0]}`);
      });
  try {
    const page = await browser.newPage();
    await serve(page);
    const renderer = await call<string>(page, 'renderer');
    return {
      note: `renderer: ${renderer}${/swiftshader|llvmpipe|software/i.test(renderer) ? ' (in software)' : ''}`,
      digits: -Math.log10(UNIT),
      encloses: false,
      run: async (work, steps, signal) =>
        (await unlessAborted(call<Observation[]>(page, 'trajectory', work, steps), signal)).map(ofDoubles),
      time: (work, budget) => call<Timing>(page, 'time', work, budget),
      // It is in the memory of the renderer's process, which does not report it.
      memory: async () => null,
      close: () => browser.close(),
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
}
