// heavy: 60 s
/** The page of the lab in a real browser. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Download, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../../src/browser/chromium.ts';
import { type LabServer, labServer } from '../../src/cli/labServer.ts';
import { tourStops } from '../../src/lab/page/tourStops.ts';
import { defaultSetup, type Setup } from '../../src/lab/setup.ts';
import { labWorldOf, setupOf } from '../../src/lab/worlds.ts';
import { runExperiment } from '../../src/trainers/experiment.ts';
import { float64Trainer } from '../../src/trainers/float64.ts';
import { chromium, missing, PATIENCE } from '../report/chromium.ts';
import { type AxeFault, axeFaults, numbersOfStep, type Shift, shiftsOf } from './onPage.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const title = `the page of the lab${missing ? ` (skipped: ${missing})` : ''}`;
describe.skipIf(missing)(title, { timeout: PATIENCE }, () => {
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

  const open = async (hash = '', options: BrowserContextOptions = {}, base = server.url): Promise<Page> => {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, ...options });
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

  it('loads without a message or a foreign request, and shows the start before anything is trained', async ({
    annotate,
  }) => {
    [complaints, requests].forEach((list) => {
      list.length = 0;
    });
    const begun = performance.now();
    const page = await open();
    await annotate(`first picture after ${Math.round(performance.now() - begun)} ms`);
    expect(await step(page)).toBe(0);
    await play(page).click();
    await page.waitForFunction(() => document.querySelector('output.step')!.textContent !== '0');
    await page.close();
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(server.url) && !/^(blob|data):/.test(url))).toEqual([]);
  });

  it('works from disk', async () => {
    complaints.length = 0;
    const file = pathToFileURL(new URL('../../dist/lab/index.html', import.meta.url).pathname).href;
    const page = await open('world=sentence&step=20', {}, file);
    await paused(page, 20);
    await page.close();
    expect(complaints).toEqual([]);
  });

  const experiment: readonly [name: string, hash: string, setup: Setup, steps: number][] = [
    ['the published run', 'step=120', defaultSetup, 120],
    ['a random start', 'world=syn-medium&step=40', setupOf('syn-medium'), 40],
    ['Adam', 'etaZ=0.01&optimiser=adam&step=90', { ...defaultSetup, etaZ: 0.01, optimiser: 'adam' }, 90],
    [
      'a random world, expected gradient',
      'random=7,3,1,1,4,100&length=inf&ratio=10&step=64',
      {
        ...defaultSetup,
        world: { random: { seed: 7, classes: 3, queries: 1, common: 1, distinct: 4, vocabulary: 100 } },
        ...{ length: null, ratio: 10 },
      },
      64,
    ],
  ];
  it.each(experiment)(
    'computes the numbers of the command line to the last bit: %s',
    async (_, hash, setup, steps) => {
      const page = await open(hash);
      await paused(page, steps);
      const shown = await page.evaluate(numbersOfStep);
      await page.close();
      const { etaZ, ratio, momentum, batch, length, init, seed, optimiser } = setup;
      const { runs } = await runExperiment(float64Trainer, {
        problem: labWorldOf(setup.world).problem,
        ...{ etaZ, etaY: ratio * etaZ, momentum, batch, init, optimiser, steps },
        ...{ length: length ?? 128, expected: length === null, seeds: 1, firstSeed: seed },
      });
      expect(shown.step).toBe(steps);
      expect(shown.loss).toBe(runs[0].losses[steps - 1]);
      expect(shown.attention).toEqual(runs[0].attention);
    },
  );

  it('has no serious fault by axe, in both schemes, wide and narrow, with everything open', async () => {
    const found: AxeFault[] = [];
    for (const [width, colorScheme] of [
      [1400, 'light'],
      [1400, 'dark'],
      [400, 'light'],
      [400, 'dark'],
    ] as const)
      for (const hash of [
        'formats=float32&step=60',
        'tour=5&lang=zh&step=30',
        'random=1,3,1,1,4,5',
      ] as const) {
        const page = await open(hash, { viewport: { width, height: 900 }, colorScheme });
        await page
          .getByRole('button', { name: 'Terminal' })
          .or(page.getByRole('button', { name: 'In the terminal' }))
          .click();
        await page.evaluate(() => {
          for (const details of document.querySelectorAll('details')) details.open = true;
        });
        await page.waitForTimeout(300);
        // By the debugger, not by a script of the page, which the page's policy forbids.
        await page.evaluate(axe);
        found.push(...(await page.evaluate(axeFaults)));
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
        await page.close();
      }
    expect(found).toEqual([]);
  });

  it('reaches every control by keyboard, in the order of the page', async () => {
    const page = await open('formats=float32&tour=4');
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    const all = await page.evaluate(() => {
      const controls = [
        ...document.querySelectorAll<HTMLElement>('a[href], button, input, select, summary, [tabindex="0"]'),
      ].filter((one) => !(one as HTMLButtonElement).disabled && one.offsetParent !== null);
      for (const [i, one] of controls.entries()) one.dataset.order = String(i);
      return controls.length;
    });
    expect(all).toBeGreaterThan(40);
    const reached: number[] = [];
    for (let i = 0; i < all + 2; i++) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.order);
      if (at === undefined) break;
      reached.push(Number(at));
      const ring = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
      expect(ring, `ring of control ${at}`).not.toBe('none');
    }
    expect(reached).toEqual(Array.from({ length: all }, (_, i) => i));
    await page.close();
  });

  it('is operated by keys: play, pause, step, speed, log time, look back, world, a number', async () => {
    const page = await open('speed=9');
    await play(page).focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => Number(document.querySelector('output.step')!.textContent) > 4);
    await page.keyboard.press('Space');
    await page.getByText('Paused at step').waitFor({ state: 'attached' });
    await page.waitForFunction(() =>
      location.hash.includes(
        `step=${document.querySelector('output.step')!.textContent!.replaceAll(',', '')}&`,
      ),
    );
    const at = await step(page);
    await page.getByRole('checkbox', { name: 'Log time' }).focus();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Step' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(
      (before) => document.querySelector('output.step')!.textContent === String(before + 1),
      at,
    );
    await page.getByRole('slider', { name: 'Look back' }).focus();
    await page.keyboard.press('Home');
    await page.waitForFunction(() => document.querySelector('output.step')!.textContent === '0');
    await page.getByRole('slider', { name: 'Speed' }).focus();
    await page.keyboard.press('Home');
    await page.getByText('1 step a second').waitFor();
    await page.getByLabel('World to train on').focus();
    await page.keyboard.press('End');
    await page.getByLabel('Classes, K').waitFor();
    await page.getByLabel('Classes, K').focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('5');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelectorAll('.classes figure').length === 5);
    await page.close();
  });

  it('keeps the last right setting while a wrong one is typed, and says beside the field what is wrong', async () => {
    const page = await open('step=30');
    await paused(page, 30);
    const ratio = page.getByLabel('Ratio of rates');
    await ratio.fill('-3');
    await ratio.press('Tab');
    await page.getByText('expected a number from 1e-100 to 1e+100, got -3').waitFor();
    expect(await ratio.getAttribute('aria-invalid')).toBe('true');
    expect(await step(page)).toBe(30);
    await ratio.fill('7');
    await ratio.press('Tab');
    await page.waitForFunction(() => document.querySelector('output.step')!.textContent === '0');
    await page.waitForFunction(() => location.hash.includes('ratio=7'));
    await page.close();
  });

  it('takes a problem file, and tells every fault of a wrong one', async () => {
    const page = await open('step=10');
    await paused(page, 10);
    const file = page.getByLabel('Problem file');
    const put = (value: unknown) =>
      file.setInputFiles({
        ...{ name: 'mine.json', mimeType: 'application/json' },
        buffer: Buffer.from(JSON.stringify(value)),
      });
    const one = { next: 3, query: 2, tokens: [0, 1], probabilities: [0.5, 0.4] };
    await put({ vocabulary: 3, classes: [one] });
    const alert = page.getByRole('alert').filter({ hasText: 'mine.json' });
    await alert.waitFor();
    expect(await alert.textContent()).toContain('must sum to 1');
    expect(await alert.textContent()).toContain('must be below the vocabulary size 3');
    expect(await step(page)).toBe(10);
    await put({ vocabulary: 4, classes: [{ ...one, probabilities: [0.5, 0.5] }] });
    await page.getByRole('heading', { name: 'token 2 → token 3' }).first().waitFor();
    expect(await step(page)).toBe(0);
    await page.waitForFunction(() => location.hash.includes('problem='));
    const again = await open(new URL(page.url()).hash.slice(1));
    await again.getByRole('heading', { name: 'token 2 → token 3' }).first().waitFor();
    await page.close();
    await again.close();
  });

  it('puts everything into its link: another page shows the same numbers', async () => {
    const page = await open('world=sentence&ratio=10&etaZ=0.1&momentum=0&length=inf&speed=9&formats=float32');
    await page.getByRole('button', { name: '“it” → “purred”', exact: true }).click();
    await play(page).click();
    await page.waitForFunction(() => Number(document.querySelector('output.step')!.textContent) > 30);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Paused at step').waitFor({ state: 'attached' });
    // The request that was under way at the pause has been answered when the link says the step that is shown.
    await page.waitForFunction(() =>
      location.hash.includes(
        `step=${document.querySelector('output.step')!.textContent!.replaceAll(',', '')}&`,
      ),
    );
    const at = await step(page);
    const shown = await page.evaluate(numbersOfStep);
    const again = await open(new URL(page.url()).hash.slice(1));
    await paused(again, at);
    expect(await again.evaluate(numbersOfStep)).toEqual(shown);
    expect(
      await again.getByRole('button', { name: '“it” → “purred”', exact: true }).getAttribute('aria-pressed'),
    ).toBe('true');
    expect(await again.getByRole('checkbox', { name: 'float32', exact: true }).isChecked()).toBe(true);
    expect(await again.evaluate(() => location.hash)).toBe(new URL(page.url()).hash);
    await page.close();
    await again.close();
  });

  it('says what it cannot read of a link, and takes the defaults', async () => {
    const page = await open('world=nowhere&ratio=fast&colour=red&problem=AAAA');
    const message = page.getByRole('alert').filter({ hasText: 'The link could not be read' });
    for (const part of [
      'world: expected one of',
      'ratio: expected a number',
      'colour: no setting',
      'problem: cannot',
    ])
      expect(await message.textContent()).toContain(part);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await message.waitFor({ state: 'detached' });
    await page.close();
  });

  it.each(['en', 'zh'] as const)(
    'shows at each stop of the tour what its text says: %s',
    async (language) => {
      // With less motion the runs go to their ends without the pace of a tour.
      const page = await open(`lang=${language}`, { reducedMotion: 'reduce' });
      await page.getByRole('button', { name: 'Take the tour' }).click();
      for (const [i, stop] of tourStops.entries()) {
        const tour = page.getByRole('region', { name: 'Tour' });
        await tour.getByRole('heading', { name: stop.title[language] }).waitFor();
        expect(await tour.getAttribute('lang')).toBe(language === 'en' ? 'en' : 'zh-Hans');
        for (const [k, run] of stop.runs.entries()) {
          if (k > 0) await tour.getByRole('button', { name: run.name[language], exact: true }).click();
          await page.waitForFunction(
            (until) => document.querySelector('output.step')!.textContent === until,
            run.until.toLocaleString('en-US'),
          );
          // Formats that train beside arrive a little later.
          await tour.locator('.seen.yes').waitFor();
          expect(await tour.locator('.seen').textContent()).toMatch(/^✓/);
        }
        if (i < tourStops.length - 1)
          await tour.getByRole('button', { name: language === 'en' ? 'Next' : '下一站' }).click();
      }
      await page.getByRole('button', { name: language === 'en' ? 'End' : '结束', exact: true }).click();
      await page.getByRole('region', { name: 'Tour' }).waitFor({ state: 'detached' });
      await page.close();
    },
  );

  it('begins the stop that a link names, as an article would write it', async () => {
    const page = await open('tour=2', { reducedMotion: 'reduce' });
    await page.getByRole('heading', { name: tourStops[1].title.en }).waitFor();
    await page.locator('.seen.yes').waitFor();
    await page.getByRole('heading', { name: '“it” → “barked”' }).first().waitFor();
    // Its own link, with the training, leads back to where it is.
    await page.waitForFunction(() => location.hash.includes('step=1024'));
    const again = await open(new URL(page.url()).hash.slice(1));
    await again.locator('.seen.yes').waitFor();
    await paused(again, 1024);
    await page.close();
    await again.close();
  });

  it('saves pictures and numbers, and says the command of the same run', async () => {
    const page = await open('world=sentence&step=50');
    await paused(page, 50);
    const svg = await saved(page, 'Save as SVG: Loss');
    expect(svg.file.suggestedFilename()).toBe('loss.svg');
    expect(svg.bytes.toString()).toMatch(/^<svg xmlns[^>]+>\n<title>Loss<\/title>/);
    // Complete by itself: neither a property of the page nor an address but that of the format.
    expect(svg.bytes.toString()).not.toMatch(/var\(|url\(http|href=/);
    const png = await saved(page, 'Save as PNG: Loss');
    expect(png.bytes.subarray(1, 4).toString()).toBe('PNG');
    const csv = (await saved(page, 'Save CSV')).bytes.toString().trimEnd().split('\n');
    const { loss, attention } = await page.evaluate(numbersOfStep);
    const last = csv.at(-1)!.split(',');
    expect(last.slice(0, 2).map(Number)).toEqual([50, loss]);
    const head = csv[0].split(',');
    expect(head.filter((name) => name.startsWith('attention of class 1'))).toHaveLength(attention[0].length);
    expect(Number(last[head.indexOf('attention of class 1 to dog')])).toBe(attention[0][4]);
    await page.getByRole('button', { name: 'In the terminal' }).click();
    expect(await page.locator('#terminal code').textContent()).toMatch(
      /^npx snapcheck train --problem problem.json --steps 50 /,
    );
    const problem = JSON.parse((await saved(page, 'Save problem.json')).bytes.toString());
    expect(problem).toEqual(labWorldOf({ name: 'sentence' }).problem);
    await page.close();
  });

  it('trains other formats in the background, which follow the main training', async () => {
    const page = await open('world=sentence&length=inf&step=64&formats=float32,decimal20');
    await paused(page, 64);
    for (const name of ['float32', 'decimal, 20 digits']) {
      const row = page.locator('.compared tbody tr').filter({ hasText: name });
      await row.locator('td', { hasText: /^64$/ }).waitFor();
    }
    // float32 keeps about 7 digits of its 24 bits, float64 all that frames hold.
    const digits = async (name: string) =>
      page.locator('.compared tbody tr').filter({ hasText: name }).locator('td').nth(2).textContent();
    const single = Number(await digits('float32'));
    expect(single).toBeGreaterThan(4);
    expect(single).toBeLessThan(9);
    await page.getByRole('button', { name: 'Remove float32' }).click();
    await page.getByRole('button', { name: 'Remove float32' }).waitFor({ state: 'detached' });
    expect(await page.locator('.compared tbody tr').count()).toBe(2);
    await page.close();
  });

  it('moves nothing on the page while it plays but what it draws', async () => {
    const page = await open('world=sentence&speed=9&length=8&batch=1');
    await play(page).click();
    await page.waitForFunction(() => document.querySelector('output.step')!.textContent !== '0');
    const found: Shift[] = await page.evaluate(shiftsOf, 3000);
    expect(found).toEqual([]);
    expect(await step(page)).toBeGreaterThan(10);
    await page.close();
  });

  it('draws at most four times a second for readers who asked for less motion', async () => {
    const page = await open('speed=9', { reducedMotion: 'reduce' });
    await play(page).click();
    const [drawn, seconds] = await page.evaluate(
      () =>
        new Promise<[number, number]>((resolve) => {
          const begun = performance.now();
          let count = 0;
          const observer = new MutationObserver(() => {
            count++;
          });
          observer.observe(document.querySelector('output.step')!, {
            ...{ characterData: true, childList: true, subtree: true },
          });
          setTimeout(() => resolve([count, (performance.now() - begun) / 1000]), 2500);
        }),
    );
    expect(drawn).toBeGreaterThan(0);
    // One at once, then one a quarter of a second.
    expect(drawn).toBeLessThanOrEqual(Math.ceil(4 * seconds) + 1);
    await page.close();
  });
});
