// evidence: 50 s
/** The page of the lab for everyone: axe, the keyboard, the tour in both languages, nothing that jumps, less motion. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { tourStops } from '../../src/lab/page/tourStops.ts';
import { missing, PATIENCE } from '../report/chromium.ts';
import { labPages } from './labPages.ts';
import { type AxeFault, axeFaults, type Shift, shiftsOf } from './onPage.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const title = `the page of the lab for everyone${missing ? ` (skipped: ${missing})` : ''}`;
describe.skipIf(missing)(title, { timeout: PATIENCE }, () => {
  const { open, play, step } = labPages();

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
