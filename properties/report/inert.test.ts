// heavy: 5 s
/** A report of hostile strings is as dead as one of plain words: in the browser, and with its policy taken out. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../../src/browser/chromium.ts';
import { escapeHtml } from '../../src/report/html/markup.ts';
import { page } from '../../src/report/html/page.ts';
import { reportData } from '../../src/report/html/report.ts';
import type { Result } from '../../src/verify/result.ts';
import { chromium, missing, PATIENCE } from './chromium.ts';
import { HOSTILE, withTexts } from './hostile.ts';

/** Runs in the browser. */
function census() {
  const found = [...document.querySelectorAll('*')].map(
    (element) => `${element.localName} ${[...element.attributes].map(({ name }) => name).sort()}`,
  );
  const links = [...document.querySelectorAll('[href], [src], [action], [data], [srcset]')].map((element) =>
    (element.getAttribute('href') ?? element.outerHTML).replace(/^#.*/, '#'),
  );
  return { found, links: [...new Set(links)].sort(), ran: (globalThis as { ran?: number }).ran };
}

interface Seen extends ReturnType<typeof census> {
  readonly dialogs: readonly string[];
  readonly requests: readonly string[];
}

describe.skipIf(missing)(`hostile text in the report${missing ? ` (skipped: ${missing})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'snapcheck-'));
  let browser: Browser;
  let [plain, hostile, broken]: Seen[] = [];
  const texts: Record<'plain' | 'hostile' | 'broken', string> = { plain: '', hostile: '', broken: '' };

  /** Without the policy, which would hide a hole. */
  const document = async (result: Result, text: string) => {
    const data = await reportData(result, [], text, new Date(0));
    // No text of a result is in the pictures of training, of the atlas and of the bench, which are most of the document.
    const whole = page({ ...data, dynamics: [], atlas: [], bench: [] });
    const open = whole.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
    expect(open.length).toBeLessThan(whole.length);
    return open;
  };

  beforeAll(async () => {
    texts.plain = await document(withTexts('word'), 'word');
    texts.hostile = await document(withTexts(HOSTILE), HOSTILE);
    texts.broken = texts.hostile.replace(escapeHtml(HOSTILE), () => HOSTILE);
    browser = await launchChromium(chromium!);
    [plain, hostile, broken] = await Promise.all([look('plain'), look('hostile'), look('broken')]);
  }, PATIENCE);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  const look = async (name: keyof typeof texts): Promise<Seen> => {
    const file = join(folder, `${name}.html`);
    writeFileSync(file, texts[name]);
    const tab = await browser.newPage();
    const requests: string[] = [];
    const dialogs: string[] = [];
    tab.on('request', (request) => requests.push(request.url()));
    tab.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await tab.goto(pathToFileURL(file).href, { timeout: PATIENCE });
    await tab.waitForTimeout(500);
    const seen = await tab.evaluate(census);
    await tab.close();
    const own = pathToFileURL(file).href;
    return { ...seen, dialogs, requests: requests.filter((url) => url !== own && url !== 'data:,') };
  };

  it('runs no script, makes no element or attribute, asks for nothing, and links nowhere', () => {
    expect(hostile.found).toEqual(plain.found);
    expect(hostile.links).toEqual(plain.links);
    expect(hostile.links).toEqual(['#', 'data:,', 'https://arxiv.org/abs/2305.16380']);
    expect(hostile).toMatchObject({ ran: undefined, dialogs: [], requests: [] });
  });

  it('would be seen if one text were not escaped', () => {
    expect(texts.broken).not.toBe(texts.hostile);
    expect(broken.ran).toBe(1);
    expect(broken.found).not.toEqual(plain.found);
  });
});
