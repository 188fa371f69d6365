// heavy: 6 s
/** `snapcheck/browser` works in a page: no built-in of Node, and the same numbers. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { findChromium, launchChromium } from '../../src/browser/chromium.ts';
import { presets, runExperiment, syntheticProblem } from '../../src/browser.ts';
import type { Run } from '../../src/trainers/experiment.ts';
import { float64Trainer } from '../../src/trainers/float64.ts';
import { apart, ENGINES_APART, PORTABLE_PAGE, withPortableMath } from './portableMath.ts';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const bundled = (entry: string, options: BuildOptions = {}) =>
  build({
    ...{ entryPoints: [join(dist, entry)], bundle: true, write: false, platform: 'browser', format: 'iife' },
    // The bundles of tfjs import built-ins of Node where there is a Node; a page that has no fast trainer needs none of them.
    ...{ globalName: 'snapcheck', external: ['#tfjs*'], logLevel: 'silent', ...options },
  });

const experiment = {
  ...{ etaY: 1, etaZ: 1, momentum: 0.9, batch: 128, length: 128, steps: 20, seeds: 2, firstSeed: 3 },
  init: 'uniform',
} as const;

describe('snapcheck/browser', () => {
  it('imports no built-in of Node; the whole library does', async () => {
    const { outputFiles } = await bundled('browser.js');
    expect(outputFiles![0].text).toContain('runExperiment');
    await expect(bundled('index.js')).rejects.toThrow(/Could not resolve "node:/);
  });

  it.skipIf(!findChromium())(
    'has the numbers of Node in a page: to the last bit with the same exp and log, up to rounding with those of the engines',
    async () => {
      const { outputFiles } = await bundled('browser.js');
      const problem = syntheticProblem(presets['syn-medium']);
      const here = () => runExperiment(float64Trainer, { ...experiment, problem });
      const browser = await launchChromium(findChromium()!);
      try {
        const there = async (script?: string) => {
          const page = await browser.newPage();
          const faults: string[] = [];
          page.on('pageerror', (error) => faults.push(error.message));
          if (script) await page.addScriptTag({ content: script });
          await page.addScriptTag({ content: outputFiles![0].text });
          const results = await page.evaluate(async (given) => {
            const { snapcheck } = globalThis as unknown as {
              snapcheck: typeof import('../../src/browser.ts');
            };
            const same = snapcheck.syntheticProblem(snapcheck.presets['syn-medium']);
            const { runs } = await snapcheck.runExperiment(snapcheck.float64Trainer, {
              ...given,
              problem: same,
            });
            const reference = await snapcheck.runExperiment(snapcheck.reference(20), {
              ...{ ...given, problem: same, steps: 2, seeds: 1 },
            });
            return { runs, reference: reference.runs };
          }, experiment);
          expect(faults).toEqual([]);
          expect(results.reference[0].losses).toHaveLength(2);
          return results.runs;
        };
        const portable = (await withPortableMath(here)).runs;
        expect(await there(PORTABLE_PAGE)).toEqual(portable);
        const numbers = (runs: readonly Run[]) =>
          runs.flatMap(({ losses, attention }) => [...losses, ...attention.flat()]);
        const own = numbers((await here()).runs);
        expect(apart(numbers(portable), own)).toBeLessThan(ENGINES_APART);
        expect(apart(numbers(await there()), own)).toBeLessThan(ENGINES_APART);
      } finally {
        await browser.close();
      }
    },
  );
});
