/** The browser of the tests is started as Playwright starts it, but for what is said in `src/browser/chromium.ts`. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { launchChromium } from '../../src/browser/chromium.ts';
import { missing } from './chromium.ts';

it.skipIf(missing || process.platform === 'win32')(
  'turns off all that Playwright does: of two lists the last counts',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'snapcheck-chromium-'));
    try {
      const [fake, words] = ['fake', 'words'].map((name) => join(folder, name));
      writeFileSync(fake, `#!/bin/sh\nprintf '%s\\n' "$@" >'${words}'\n`, { mode: 0o755 });
      await expect(launchChromium(fake)).rejects.toThrow();
      const lists = [...readFileSync(words, 'utf8').matchAll(/^--disable-features=(.*)$/gm)].map(([, list]) =>
        list.split(','),
      );
      expect(lists).toHaveLength(2);
      expect(lists[1]).toEqual(expect.arrayContaining(lists[0]));
      expect(lists[0].length).toBeGreaterThan(5);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
