// heavy: 6 s
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DOMParser } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { atlasSentences } from '../../fixtures/documents/atlas.ts';
import { decideCells } from '../../src/atlas/cells.ts';
import { type Atlas, atlasText, checkAtlas, expectedCells, merge } from '../../src/atlas/document.ts';
import { nameOf, settingsOf, slices } from '../../src/atlas/settings.ts';
import { clopperPearson } from '../../src/decide/statistics.ts';
import { atlasTable, holding } from '../../src/report/atlas.ts';
import { atlasPictures, shortLimits } from '../../src/report/pictures/atlasMap.ts';
import { wellFormed } from '../report/wellFormed.ts';
import { expectGenerated } from '../support/generated.ts';

const folder = fileURLToPath(new URL('../../fixtures/atlas/', import.meta.url));
const text = readFileSync(`${folder}atlas.json`, 'utf8');
const checked = checkAtlas(JSON.parse(text));
const atlas = 'value' in checked ? checked.value : ({} as Atlas);

describe('the atlas that is kept', () => {
  it('is complete, canonical, and decided to its stated width', () => {
    expect(atlas.cells).toHaveLength(expectedCells(atlas).length);
    const merged = merge([{ file: 'atlas.json', atlas }]);
    expect('value' in merged && atlasText(merged.value)).toBe(text);
    for (const { low, high } of atlas.cells) expect(high - low).toBeLessThan(atlas.width);
  });

  it('agrees with this program: some cells are decided again', async () => {
    const quick = new Set(atlas.cells.filter(({ worlds }) => worlds <= 128).map(({ setting }) => setting));
    const settings = settingsOf(slices).filter((setting) => quick.has(nameOf(setting)));
    for (const setting of settings.filter((_, i) => i % 30 === 0)) {
      const kept = atlas.cells.filter((cell) => cell.setting === nameOf(setting) && cell.worlds <= 128);
      const claims = kept.map(({ claim }) => claim);
      expect(await decideCells({ setting, claims, seed: atlas.seed, width: atlas.width })).toEqual(kept);
    }
  });

  it('gives the statements of docs/atlas.md: simultaneous limits, recomputed from the counts', () => {
    const page = readFileSync(new URL('../../docs/atlas.md', import.meta.url), 'utf8');
    const missing = atlasSentences(atlas).filter((sentence) => !page.includes(sentence));
    expect(missing, 'docs/atlas.md lacks these: run npm run documents').toEqual([]);
    // The first sentence computed independently: all claims, base setting, ratios from 100 on.
    const base = atlas.cells.filter(({ setting }) =>
      /^ratio=(100|1000|10000) commons=1 asymmetry=1 K=3 M=100 T=inf batch=all momentum=0 asked=steps$/.test(
        setting,
      ),
    );
    expect(base).toHaveLength(12);
    const level = 0.01 / (6 * atlas.cells.length);
    const low = Math.min(
      ...base.map(({ violated, worlds }) => 1 - clopperPearson(violated, worlds, level).high),
    );
    expect(atlasSentences(atlas)[0]).toContain(
      `in at least ${(Math.floor(1000 * low) / 10).toFixed(1)} % of worlds`,
    );
  });

  it('gives the kept pictures', () => {
    const command = 'npx snapcheck atlas --merge fixtures/atlas/atlas.json --out fixtures/atlas';
    const drawn = atlasPictures(atlas);
    expect(
      readdirSync(folder).filter((file) => file.endsWith('.svg')),
      `the pictures of fixtures/atlas: draw them with npm run build && ${command}, and delete those that no longer exist`,
    ).toEqual(drawn.map(({ file }) => file).sort());
    for (const { file, svg } of drawn)
      expectGenerated({
        ...{ path: `fixtures/atlas/${file}`, actual: readFileSync(folder + file, 'utf8'), expected: svg },
        command: `npm run build && ${command}`,
      });
  });
});

describe('an atlas picture', () => {
  it('is a complete document, at most 400 px wide, with the limits in every cell', () => {
    for (const { svg } of atlasPictures(atlas)) {
      expect(wellFormed(svg)).toBeUndefined();
      expect(svg).not.toMatch(/<style|currentColor|var\(--|NaN|undefined/);
      const root = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement!;
      expect(Number(root.getAttribute('width'))).toBeLessThanOrEqual(400);
      expect(root.querySelector('desc')!.textContent).toContain('Made by: snapcheck atlas');
    }
    const [, first] = atlasPictures(atlas);
    for (const cell of atlas.cells.filter(({ claim }) => claim === atlas.claims[0]))
      expect(first.svg).toContain(`>${shortLimits(holding(cell)).replace('&', '&amp;')}<`);
  });

  it('rounds limits outward', () => {
    expect(shortLimits({ low: 0.915, high: 0.989 })).toBe('91–99');
    expect(shortLimits({ low: 0, high: 0.054 })).toBe('≤6');
    expect(shortLimits({ low: 0.946, high: 1 })).toBe('≥94');
    expect(shortLimits({ low: 0, high: 1 })).toBe('?');
  });

  it('shows only the cells that a shard has', () => {
    const part = { ...atlas, cells: atlas.cells.slice(0, 3) };
    expect(atlasTable(part)).toContain('3 cells');
  });
});
