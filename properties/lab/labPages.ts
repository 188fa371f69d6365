/** Pages of the lab in a real browser, for the tests. */
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContextOptions, Download, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launchChromium } from '../../src/browser/chromium.ts';
import { type LabServer, labServer } from '../../src/cli/labServer.ts';
import { chromium, PATIENCE } from '../report/chromium.ts';

/** Starts the lab and a browser before the tests of a suite, and ends them after. */
export function labPages() {
  let browser: Browser;
  let server: LabServer;
  const complaints: string[] = [];
  const requests: string[] = [];

  beforeAll(async () => {
    server = await labServer(0);
    browser = await launchChromium(chromium!);
  }, PATIENCE);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  // A window takes as long as the page in it. The lab keeps nothing but its address, so that another test can have the window.
  const left = new Map<string, Page[]>();
  const kinds = new Map<Page, Page[]>();
  type Options = BrowserContextOptions & { readonly script?: string };
  const window = async (options: Options): Promise<Page> => {
    const kind = JSON.stringify(options);
    if (!left.has(kind)) left.set(kind, []);
    const waiting = left.get(kind)!;
    const known = waiting.pop();
    if (known) return known;
    const { script, ...context } = options;
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, ...context });
    kinds.set(page, waiting);
    if (script) await page.addInitScript(script);
    page.setDefaultTimeout(PATIENCE);
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    return page;
  };
  const open = async (hash = '', options: Options = {}, base = server.url): Promise<Page> => {
    const page = await window(options);
    await page.goto(`${base}${hash && `#${hash}`}`);
    await page.locator('.classes svg').first().waitFor();
    return page;
  };
  /** Ends the lab on this page, and keeps the window for a later `open`. */
  const leave = async (page: Page): Promise<void> => {
    await page.goto('about:blank');
    kinds.get(page)!.push(page);
  };
  const play = (page: Page) => page.getByRole('button', { name: 'Play', exact: false }).first();
  const step = async (page: Page): Promise<number> =>
    Number((await page.locator('output.step').textContent())!.replaceAll(',', ''));
  const paused = (page: Page, at: number) =>
    page.getByText(`Paused at step ${at.toLocaleString('en-US')}`).waitFor({ state: 'attached' });
  const saved = async (page: Page, name: string): Promise<{ file: Download; bytes: Buffer }> => {
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name }).click(),
    ]);
    return { file, bytes: readFileSync(await file.path()) };
  };
  return { open, leave, play, step, paused, saved, complaints, requests, url: () => server.url };
}
