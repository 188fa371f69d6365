// heavy: 12 s
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

/** How a page is looked at. */
interface Looks {
  readonly colorScheme?: 'light' | 'dark';
  readonly media?: 'screen' | 'print';
}

const title = `the report in a browser${missing ? ` (skipped: ${missing})` : ''}`;
describe.skipIf(missing)(title, { timeout: PATIENCE }, () => {
  const kept: Result = JSON.parse(
    readFileSync(new URL('../../fixtures/verify-result.json', import.meta.url), 'utf8'),
  );
  const folder = mkdtempSync(join(tmpdir(), 'snapcheck-'));
  const file = join(folder, 'report.html');
  /** The same without its drawings, which are most of the work of a browser: for what uses the table alone. */
  const table = join(folder, 'table.html');
  let browser: Browser;
  const complaints: string[] = [];
  const requests: string[] = [];

  beforeAll(async () => {
    const data = await reportData(kept, listClaims(), 'snapcheck verify --report DIR', new Date(0));
    writeFileSync(file, html({ ...data, bench: benchFigures(bench) }));
    const none = { courses: [], dynamics: [], atlas: [], bench: [], map: null, kills: undefined };
    writeFileSync(table, html({ ...data, ...none }));
    browser = await launchChromium(chromium!);
  }, PATIENCE);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  const open = async (): Promise<Page> => {
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE);
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    return page;
  };
  // A page takes a second to open: two serve all tests.
  let [used, shown]: (Page | undefined)[] = [];
  /** The page with the table, for what changes nothing there. */
  const resting = async (width: number, height = 900): Promise<Page> => {
    const page = used ?? (await open());
    await page.setViewportSize({ width, height });
    if (!used) await page.goto(pathToFileURL(table).href);
    used = page;
    return page;
  };
  /** The same, loaded anew. */
  const closed = async (width: number): Promise<Page> => {
    const page = await resting(width);
    await page.reload();
    return page;
  };
  /** The whole report, everything shown, for what only looks: it follows size and scheme by style sheets alone. */
  const at = async (width: number, media: Looks = {}): Promise<Page> => {
    const page = shown ?? (await open());
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ media: 'screen', colorScheme: 'light', ...media });
    if (!shown) {
      await page.goto(pathToFileURL(file).href);
      await page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = true;
      });
    }
    shown = page;
    return page;
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
    },
  );

  it.each([
    [1400, 900],
    [400, 800],
  ])(
    'shows on the first screen, %i x %i, the headline verdicts and whether they describe training',
    async (width, height) => {
      const page = await resting(width, height);
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
    const page = await resting(width);
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
  });

  it('follows the scheme in pictures too', async () => {
    const inks = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await at(1400, { colorScheme });
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
    const first = page.locator('#verdict-table thead button').first();
    const clicked: string[][] = [];
    for (let i = 0; i < 2; i++) {
      await first.click();
      clicked.push(await names(page));
    }
    // The other columns without a picture between, which takes longer than all else; a pointer would hit each button.
    const columns = await page.evaluate(() => {
      const rows = () =>
        [...document.querySelectorAll<HTMLElement>('#verdict-table tbody tr[data-verdict]')]
          .filter((row) => !row.hidden)
          .map((row) => `${row.querySelector('th')!.textContent} ${row.dataset.rung}`);
      const ways = () =>
        [...document.querySelectorAll('#verdict-table thead th[aria-sort]')].map((head) =>
          head.getAttribute('aria-sort'),
        );
      return [...document.querySelectorAll<HTMLElement>('#verdict-table thead button')].map((button) => {
        button.scrollIntoView({ block: 'center', behavior: 'instant' });
        const { left, top, width, height } = button.getBoundingClientRect();
        const hit = button.contains(document.elementFromPoint(left + width / 2, top + height / 2));
        const told = [0, 1].map(() => {
          button.click();
          return { ways: ways(), rows: rows() };
        });
        return { hit, told };
      });
    });
    expect(columns).toHaveLength(await page.locator('#verdict-table thead th').count());
    expect(columns[0].told.map(({ rows }) => rows)).toEqual(clicked);
    for (const [i, { hit, told }] of columns.entries()) {
      expect(hit, `column ${i}`).toBe(true);
      expect(told.map(({ ways }) => ways)).toEqual([['ascending'], ['descending']]);
      for (const { rows } of told) expect([...rows].sort()).toEqual([...given].sort());
      // Sorting up and down differ wherever two rows do; every control of this run fails as it must.
      if (i !== columns.length - 2) expect(told[0].rows, `column ${i}`).not.toEqual(told[1].rows);
    }
    await header(page, 'Time').getByRole('button').focus();
    await page.keyboard.press('Enter');
    expect(await header(page, 'Time').getAttribute('aria-sort')).toBe('ascending');
    const seconds = new Map(kept.rows.map((row) => [`${row.claim} ${row.rung}`, row.seconds]));
    const sorted = (await names(page)).map((name) => seconds.get(name)!);
    expect(sorted).toEqual([...seconds.values()].sort((a, b) => a - b));
    await page.keyboard.press('Space');
    expect(await header(page, 'Time').getAttribute('aria-sort')).toBe('descending');
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
  });

  it('sorts on a phone, where there is no header to click', async () => {
    const page = await closed(400);
    expect(await page.locator('#verdict-table thead').isVisible()).toBe(false);
    await page.getByRole('combobox', { name: 'Sort by' }).selectOption({ label: 'Time ↓' });
    const slowest = kept.rows.reduce((a, b) => (b.seconds > a.seconds ? b : a));
    expect((await names(page))[0]).toBe(`${slowest.claim} ${slowest.rung}`);
  });

  it('is complete without scripts, and makes a PDF', async () => {
    const page = await browser.newPage({
      javaScriptEnabled: false,
      ...{ viewport: { width: 1400, height: 900 }, colorScheme: 'dark' },
    });
    await page.goto(pathToFileURL(file).href);
    expect(await page.locator('#verdict-table tbody tr[data-verdict]:visible').count()).toBe(
      kept.rows.length,
    );
    expect(await page.locator('#verdict-filters').isVisible()).toBe(false);
    // All is laid out on sheets; one of them is written, since the others would only test Chromium.
    const pdf = await page.pdf({ format: 'A4', pageRanges: '1' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    await page.close();
  });

  it('prints, dark screens too, black on white and with every row', async () => {
    const page = await at(1400, { colorScheme: 'dark', media: 'print' });
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
      'rgb(255, 255, 255)',
    );
    expect(await page.evaluate(pale, 4.5)).toEqual([]);
    expect(await page.locator('#verdict-table tbody tr[data-verdict]:visible').count()).toBe(
      kept.rows.length,
    );
    expect(await page.locator('#verdict-filters').isVisible()).toBe(false);
  });

  it('said nothing on the console, and asked for nothing but itself', () => {
    expect(complaints).toEqual([]);
    expect(new Set(requests.filter((url) => !url.startsWith('data:')))).toEqual(
      new Set([file, table].map((path) => pathToFileURL(path).href)),
    );
    expect(requests.length).toBeGreaterThan(0);
  });
});
