/**
 * A page of an installed browser that runs this package's compiled modules. Intercepted requests are answered from disk:
 * no server, no network.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { findChromium, type Graphics, launchChromium } from './chromium.ts';

/** Folder of the compiled modules, also when this file runs as source. */
const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
/** Origin of the page. */
const ORIGIN = 'http://localhost';
/** Gives the page the clock with the finest resolution. */
const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};
/** The bundles that the modules import by name. */
const BUNDLES = {
  '#tfjs': '/vendor/tfjs.js',
  '#tfjs-webgl': '/vendor/tfjs-webgl.js',
  '#tfjs-webgpu': '/vendor/tfjs-webgpu.js',
};

/** There is no such page here; the message states what is missing. */
export class NoBrowser extends Error {}

export interface ModulesPage {
  /**
   * Calls an exported function of a compiled module; arguments and result pass as JSON.
   * @param module its path in dist, e.g. `/bench/page.js`
   * @throws Error with the first line of the page's error
   */
  call<R>(module: string, name: string, ...args: readonly unknown[]): Promise<R>;
  /** Whether the page has crashed, or its browser has ended. */
  ended(): boolean;
  /** Ends the browser. */
  close(): Promise<void>;
}

export interface PageOptions {
  readonly graphics: Graphics;
  /** Path of the browser; by default the one that `findChromium` finds. */
  readonly chromium?: string;
  /** Files of packages that the modules import, by name. */
  readonly packages?: Readonly<Record<string, string>>;
}

const firstLine = (error: unknown): string => String((error as Error)?.message ?? error).split('\n')[0];

/** @throws NoBrowser if there is no browser, no playwright-core, or no compiled module */
export async function modulesPage({
  graphics,
  chromium = findChromium(),
  packages = {},
}: PageOptions): Promise<ModulesPage> {
  if (!chromium) throw new NoBrowser('no Chromium was found on PATH or in CHROME_BIN');
  if (!existsSync(join(DIST, 'vendor/tfjs.js')))
    throw new NoBrowser('the package is not built: npm run build');
  const browser = await launchChromium(chromium, graphics).catch((error: unknown) => {
    throw new NoBrowser(`the browser did not start: ${firstLine(error)}`);
  });
  try {
    return await served(browser, packages);
  } catch (error) {
    await browser.close();
    throw error;
  }
}

async function served(browser: Browser, packages: Readonly<Record<string, string>>): Promise<ModulesPage> {
  const files = new Map(Object.entries(packages).map(([name, file]) => [`/packages/${name}`, file]));
  const imports = {
    ...BUNDLES,
    ...Object.fromEntries(Object.keys(packages).map((name) => [name, `/packages/${name}`])),
  };
  const html = `<!doctype html><title>snapcheck</title><script type="importmap">${JSON.stringify({ imports })}</script>`;
  /** The response for a path of the page's origin; undefined if there is none. */
  const answer = (path: string): { body: string | Buffer; contentType: string } | undefined => {
    if (path === '/') return { body: html, contentType: 'text/html' };
    const file = files.get(path) ?? join(DIST, path);
    if (!files.has(path) && (relative(DIST, file).startsWith('..') || !file.endsWith('.js')))
      return undefined;
    return existsSync(file) ? { body: readFileSync(file), contentType: 'text/javascript' } : undefined;
  };
  const page = await browser.newPage();
  let ended = false;
  for (const event of ['crash', 'close'] as const)
    page.on(event as 'crash', () => {
      ended = true;
    });
  await page.route('**/*', (route) => {
    const { origin, pathname } = new URL(route.request().url());
    const found = origin === ORIGIN ? answer(pathname) : undefined;
    return route.fulfill(found ? { status: 200, headers: ISOLATED, ...found } : { status: 404 });
  });
  await page.goto(`${ORIGIN}/`);
  return {
    // Passed as text, so that the compiler does not change the import.
    call: <R>(module: string, name: string, ...args: readonly unknown[]) =>
      page
        .evaluate<R>(`import('${module}').then((module) => module.${name}(...${JSON.stringify(args)}))`)
        .catch((error: unknown) => {
          throw new Error(firstLine(error).replace(/^page\.evaluate: (Error: )?/, ''));
        }),
    ended: () => ended,
    close: () => browser.close(),
  };
}
