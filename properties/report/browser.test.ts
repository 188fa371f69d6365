// heavy: 13 s
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../../src/browser/chromium.ts';
import { page as html } from '../../src/report/html/page.ts';
import { reportData } from '../../src/report/html/report.ts';
import { benchFigures } from '../../src/report/pictures/figures.ts';
import type { Result } from '../../src/verify/result.ts';
import { listClaims } from '../../src/verify/verify.ts';
import { chromium, missing, PATIENCE } from './chromium.ts';
import { drawnPictures, pale } from './inBrowser.ts';
import { bench } from './syntheticBench.ts';

const SHAPES = [400, 1400].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
);

const title = `the report in a browser${missing ? ` (skipped: ${missing})` : ''}`;
describe.skipIf(missing)(title, { timeout: PATIENCE }, () => {
  const kept: Result = JSON.parse(
    readFileSync(new URL('../../fixtures/verify-result.json', import.meta.url), 'utf8'),
  );
  const folder = mkdtempSync(join(tmpdir(), 'snapcheck-'));
  const file = join(folder, 'report.html');
  let browser: Browser;
  const complaints: string[] = [];
  const requests: string[] = [];

  beforeAll(async () => {
    const data = await reportData(kept, listClaims(), 'snapcheck verify --report DIR', new Date(0));
    writeFileSync(file, html({ ...data, bench: benchFigures(bench) }));
    browser = await launchChromium(chromium!);
  }, PATIENCE);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  const open = async (options: Parameters<Browser['newPage']>[0]): Promise<Page> => {
    const page = await browser.newPage(options);
    page.setDefaultTimeout(PATIENCE);
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    return page;
  };
  const closed = (width: number, more = {}) => open({ viewport: { width, height: 900 }, ...more });
  /** A page that shows everything, hundreds of drawings: what only uses its table is faster on a `closed` one. */
  const at = async (width: number, more = {}) => {
    const page = await closed(width, more);
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    return page;
  };
  // The report looks at the size and the scheme through style sheets alone: what only measures shares a page.
  let shared: Page | undefined;
  const measured = async (width: number, height = 900): Promise<Page> => {
    shared ??= await at(width);
    await shared.setViewportSize({ width, height });
    return shared;
  };

  it.each(SHAPES)(
    'is readable at $width px, $colorScheme: nothing sideways, every picture whole, every text clear',
    async ({ width, colorScheme }) => {
      const page = await at(width, { colorScheme });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      // WCAG 2.2, criterion 1.4.3, for text of any size.
      expect(await page.evaluate(pale, 4.5)).toEqual([]);
      const pictures = await page.evaluate(drawnPictures);
      const figures = await page.locator('figure:visible').count();
      expect(figures).toBeGreaterThan(25);
      expect(new Set(pictures.map(({ figure }) => figure)).size).toBe(figures);
      expect(pictures).toHaveLength(figures);
      for (const picture of pictures) {
        expect(Math.min(picture.width, picture.height), picture.figure).toBeGreaterThan(100);
        // The margin of a counterexample over time is an axis, a line and its crosses.
        expect(picture.marks, picture.figure).toBeGreaterThan(picture.figure.endsWith('-course') ? 10 : 25);
        expect(picture.outside, picture.figure).toEqual([]);
        expect(picture.colliding, picture.figure).toEqual([]);
        expect(picture.smallest, picture.figure).toBeGreaterThanOrEqual(11);
      }
      await page.close();
    },
  );

  it.each([
    [1400, 900],
    [400, 800],
  ])(
    'shows on the first screen, %i x %i, the headline verdicts and whether they describe training',
    async (width, height) => {
      const page = await measured(width, height);
      const ends = await page.evaluate(() =>
        [
          ...document.querySelectorAll(
            '.first-screen table, .first-screen table + p:first-of-type, .bottom-line, .first-screen ul',
          ),
        ].map((part) => part.getBoundingClientRect().bottom),
      );
      expect(ends).toHaveLength(5);
      expect(Math.max(...ends)).toBeLessThan(height);
    },
  );

  it.each([768, 1000, 1259, 1260])('keeps the tables of the first screen apart at %i px', async (width) => {
    const page = await measured(width);
    const over = await page.evaluate(() =>
      [...document.querySelectorAll('.first-screen table')].map(
        (table) =>
          table.getBoundingClientRect().right - table.closest('section')!.getBoundingClientRect().right,
      ),
    );
    expect(over).toHaveLength(2);
    expect(Math.max(...over)).toBeLessThan(1);
  });

  it('has the titles of groups and claims in the order given, without those of which no row is shown', async () => {
    const page = await closed(1400);
    const titles = () => page.locator('#verdict-table tbody tr:not([data-verdict]):visible').count();
    const claims = new Set(kept.rows.map(({ claim }) => claim)).size;
    expect(await titles()).toBe(claims + 6);
    await page.getByRole('searchbox', { name: 'Text' }).pressSequentially('frequency bias');
    expect(await titles()).toBe(2);
    await page.getByRole('button', { name: 'Show all' }).press('Enter');
    await header(page, 'Time').getByRole('button').click();
    expect(await titles()).toBe(0);
    await page.close();
  });

  it('leads from a tile of the map to its row, and shows the whole atlas as wide as the page', async () => {
    const page = await at(1400);
    await page.locator('#map .wide a').first().click();
    expect(await page.evaluate(() => document.querySelector('tr:target')?.id)).toMatch(/^row-/);
    const [atlas, section] = await page.evaluate(() =>
      ['#atlas-overview .wide svg', '#atlas h2'].map(
        (what) => document.querySelector(what)!.getBoundingClientRect().width,
      ),
    );
    expect(atlas).toBe(section);
    await page.close();
  });

  it('follows the scheme in pictures too', async () => {
    const inks = [];
    const page = await measured(1400);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      inks.push(await page.evaluate(() => getComputedStyle(document.querySelector('figure svg text')!).fill));
    }
    expect(inks[0]).not.toBe(inks[1]);
  });

  const names = (page: Page): Promise<string[]> =>
    page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('#verdict-table tbody tr[data-verdict]')]
        .filter((row) => !row.hidden)
        .map((row) => `${row.querySelector('th')!.textContent} ${row.dataset.rung}`),
    );
  const header = (page: Page, name: string) =>
    page.locator('#verdict-table').getByRole('columnheader', { name });

  it('sorts by every column, up and down, by click and by key, and tells it', async () => {
    const page = await closed(1400);
    const given = await names(page);
    const heads = await page.locator('#verdict-table thead button').count();
    expect(heads).toBe(await page.locator('#verdict-table thead th').count());
    for (let i = 0; i < heads; i++) {
      const orders: string[] = [];
      for (const way of ['ascending', 'descending']) {
        await page.locator('#verdict-table thead button').nth(i).click();
        const ways = await page
          .locator('#verdict-table thead th[aria-sort]')
          .evaluateAll((headers) => headers.map((one) => one.getAttribute('aria-sort')));
        expect(ways).toEqual([way]);
        const now = await names(page);
        expect([...now].sort()).toEqual([...given].sort());
        orders.push(now.join());
      }
      // Sorting up and down differ wherever two rows do; every control of this run fails as it must.
      if (i !== heads - 2) expect(orders[0], `column ${i}`).not.toBe(orders[1]);
    }
    await header(page, 'Time').getByRole('button').focus();
    await page.keyboard.press('Enter');
    expect(await header(page, 'Time').getAttribute('aria-sort')).toBe('ascending');
    const seconds = new Map(kept.rows.map((row) => [`${row.claim} ${row.rung}`, row.seconds]));
    const sorted = (await names(page)).map((name) => seconds.get(name)!);
    expect(sorted).toEqual([...seconds.values()].sort((a, b) => a - b));
    await page.keyboard.press('Space');
    expect(await header(page, 'Time').getAttribute('aria-sort')).toBe('descending');
    await page.close();
  });

  it('filters by verdict, rung, decided and text, together, and counts', async () => {
    const page = await closed(1400);
    const said = () => page.locator('#verdict-filters output').textContent();
    expect(await said()).toBe(`${kept.rows.length} of ${kept.rows.length} rows`);
    await page.getByRole('combobox', { name: 'Verdict' }).selectOption('violated');
    const violated = kept.rows.filter(({ verdict }) => verdict === 'violated');
    expect((await names(page)).sort()).toEqual(violated.map((row) => `${row.claim} ${row.rung}`).sort());
    await page.getByRole('combobox', { name: 'Rung' }).selectOption('sgd');
    expect((await names(page)).every((name) => name.endsWith(' sgd'))).toBe(true);
    await page.getByRole('searchbox', { name: 'Text' }).pressSequentially('FREQUENT');
    expect(await names(page)).toEqual(['frequency sgd']);
    expect(await said()).toBe(`1 of ${kept.rows.length} rows`);
    await page.getByRole('button', { name: 'Show all' }).press('Enter');
    await page.waitForFunction(
      (n) => document.querySelector('output')!.textContent.startsWith(`${n} of`),
      kept.rows.length,
    );
    await page.getByRole('combobox', { name: 'Decided' }).selectOption('statistical');
    expect(await names(page)).toHaveLength(
      kept.rows.filter(({ decided }) => decided === 'statistical').length,
    );
    await page.close();
  });

  it('sorts on a phone, where there is no header to click', async () => {
    const page = await closed(400);
    expect(await page.locator('#verdict-table thead').isVisible()).toBe(false);
    await page.getByRole('combobox', { name: 'Sort by' }).selectOption({ label: 'Time ↓' });
    const slowest = kept.rows.reduce((a, b) => (b.seconds > a.seconds ? b : a));
    expect((await names(page))[0]).toBe(`${slowest.claim} ${slowest.rung}`);
    await page.close();
  });

  it('is complete without scripts', async () => {
    const page = await browser.newPage({
      javaScriptEnabled: false,
      viewport: { width: 1400, height: 900 },
    });
    await page.goto(pathToFileURL(file).href);
    expect(await page.locator('#verdict-table tbody tr[data-verdict]:visible').count()).toBe(
      kept.rows.length,
    );
    expect(await page.locator('#verdict-filters').isVisible()).toBe(false);
    await page.close();
  });

  it('prints, dark screens too, black on white and with every row', async () => {
    const page = await at(1400, { colorScheme: 'dark' });
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
      'rgb(255, 255, 255)',
    );
    expect(await page.evaluate(pale, 4.5)).toEqual([]);
    expect(await page.locator('#verdict-table tbody tr[data-verdict]:visible').count()).toBe(
      kept.rows.length,
    );
    expect(await page.locator('#verdict-filters').isVisible()).toBe(false);
    await page.close();
  });

  it('said nothing on the console, and asked for nothing but itself', () => {
    expect(complaints).toEqual([]);
    expect(new Set(requests.filter((url) => !url.startsWith('data:')))).toEqual(
      new Set([pathToFileURL(file).href]),
    );
    expect(requests.length).toBeGreaterThan(0);
  });
});
