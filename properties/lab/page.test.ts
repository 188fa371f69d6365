// heavy: 20 s
/** The page of the lab in a real browser: its numbers, its settings, its links and files. */
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { tourStops } from '../../src/lab/page/tourStops.ts';
import { defaultSetup, type Setup } from '../../src/lab/setup.ts';
import { labWorldOf, setupOf } from '../../src/lab/worlds.ts';
import { runExperiment } from '../../src/trainers/experiment.ts';
import { float64Trainer } from '../../src/trainers/float64.ts';
import { apart, ENGINES_APART, PORTABLE_PAGE, withPortableMath } from '../package/portableMath.ts';
import { missing, PATIENCE } from '../report/chromium.ts';
import { labPages } from './labPages.ts';
import { numbersOfStep } from './onPage.ts';

const title = `the page of the lab${missing ? ` (skipped: ${missing})` : ''}`;
describe.skipIf(missing)(title, { timeout: PATIENCE }, () => {
  const lab = labPages();
  const { open, leave, play, step, paused, saved, complaints, requests } = lab;

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
    await leave(page);
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(lab.url()) && !/^(blob|data):/.test(url))).toEqual([]);
  });

  it('works from disk', async () => {
    complaints.length = 0;
    const file = pathToFileURL(new URL('../../dist/lab/index.html', import.meta.url).pathname).href;
    const page = await open('world=sentence&step=20', {}, file);
    await paused(page, 20);
    await leave(page);
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
  const onPage = async (hash: string, steps: number, script?: string) => {
    const page = await open(hash, { script });
    await paused(page, steps);
    const shown = await page.evaluate(numbersOfStep);
    await leave(page);
    expect(shown.step).toBe(steps);
    return shown;
  };
  const inTerminal = async (setup: Setup, steps: number) => {
    const { etaZ, ratio, momentum, batch, length, init, seed, optimiser } = setup;
    const { runs } = await runExperiment(float64Trainer, {
      problem: labWorldOf(setup.world).problem,
      ...{ etaZ, etaY: ratio * etaZ, momentum, batch, init, optimiser, steps },
      ...{ length: length ?? 128, expected: length === null, seeds: 1, firstSeed: seed },
    });
    return { loss: runs[0].losses[steps - 1], attention: runs[0].attention };
  };

  it.each(experiment)(
    'computes the numbers of the command line, to the last bit where exp and log are the same: %s',
    async (_, hash, setup, steps) => {
      const shown = await onPage(hash, steps, PORTABLE_PAGE);
      const expected = await withPortableMath(() => inTerminal(setup, steps));
      expect(shown.loss).toBe(expected.loss);
      expect(shown.attention).toEqual(expected.attention);
    },
  );

  it("differs by rounding alone with the browser's own exp and log", async ({ annotate }) => {
    const [, hash, setup, steps] = experiment[0];
    const shown = await onPage(hash, steps);
    const expected = await inTerminal(setup, steps);
    const difference = apart(
      [shown.loss, ...shown.attention.flat()],
      [expected.loss, ...expected.attention.flat()],
    );
    await annotate(`relative difference ${difference}`);
    expect(difference).toBeLessThan(ENGINES_APART);
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
    await leave(page);
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
    await leave(page);
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
    await leave(page);
    await leave(again);
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
    await leave(page);
    await leave(again);
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
    await leave(page);
  });

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
    await leave(page);
    await leave(again);
  });

  it('begins a stop whose settings are the defaults', async () => {
    const page = await open('tour=3&lang=zh', { reducedMotion: 'reduce' });
    await page.locator('.seen.yes').waitFor();
    await paused(page, 400);
    await leave(page);
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
    await leave(page);
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
    await leave(page);
  });
});
