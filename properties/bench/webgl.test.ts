// heavy: 4 s
import { describe, expect, it } from 'vitest';
import { decimal } from '../../src/arithmetic/decimal.ts';
import { ofField, Unavailable } from '../../src/bench/backend.ts';
import { correctDigits, point } from '../../src/bench/digits.ts';
import { webgl } from '../../src/bench/webgl.ts';
import { sharedWork } from '../../src/bench/work.ts';
import { findChromium } from '../../src/browser/chromium.ts';
import { float32Autodiff } from '../trainers/stepBounds.ts';
import { ceiling, floor } from './limits.ts';

const chromium = findChromium();

describe('the fast trainer on WebGL', () => {
  it.skipIf(!chromium)('trains in a page to the digits of single precision (needs Chromium)', async () => {
    const backend = await webgl(chromium);
    try {
      const works = await sharedWork(1);
      for (const work of works) {
        const runs = [backend, ofField(decimal(34), point, false)].map((b) => b.run(work, [1]));
        const [digits] = correctDigits(await runs[0], await runs[1], backend.digits);
        expect(digits).toBeGreaterThanOrEqual(floor(work, float32Autodiff));
        expect(digits).toBeLessThanOrEqual(ceiling(work, float32Autodiff, Math.fround));
      }
      const { samples } = await backend.time(works[0], { seconds: 0.01, samples: 2 });
      expect(samples).toBeGreaterThanOrEqual(2);
      expect(await backend.memory(works[0])).toBeNull();
      expect(backend.note).toContain('renderer: ');
    } finally {
      await backend.close();
    }
  });

  it('states what is missing if it cannot run', async () => {
    expect(findChromium({ PATH: '' })).toBeUndefined();
    expect(findChromium({ CHROME_BIN: '/nowhere/chromium', PATH: process.env.PATH })).toBeUndefined();
    await expect(webgl('/nowhere/chromium')).rejects.toThrow(Unavailable);
    await expect(webgl('/nowhere/chromium')).rejects.toThrow('the browser did not start');
  });
});
