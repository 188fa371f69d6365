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

  const open = async (
    hash = '',
    options: BrowserContextOptions & { readonly script?: string } = {},
    base = server.url,
  ): Promise<Page> => {
    const { script, ...context } = options;
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, ...context });
    if (script) await page.addInitScript(script);
    page.setDefaultTimeout(PATIENCE);
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(`${base}${hash && `#${hash}`}`);
    await page.locator('.classes svg').first().waitFor();
    return page;
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
  return { open, play, step, paused, saved, complaints, requests, url: () => server.url };
}
