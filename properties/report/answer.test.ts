import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { answer, answerCells } from '../../src/report/html/answer.ts';
import { BEYOND, groupOf, HEADLINE_GROUP } from '../../src/report/html/groups.ts';
import { keptAtlas } from '../../src/report/pictures/figures.ts';
import { listClaims } from '../../src/verify/verify.ts';

const atlas = keptAtlas()!;
const cells = answerCells(atlas)!;
const read = (given: Parameters<typeof answer>[0]) =>
  parseHTML(`<!doctype html><html><body>${answer(given).text}</body></html>`).document.body;

describe('the answer of the atlas on the first screen', () => {
  it('has the share of worlds of every claim at 1, 10 and 100, and with short sequences', () => {
    const shown = [...read(atlas).querySelectorAll('tbody tr')].map((line) =>
      [...line.querySelectorAll('td strong')].map(({ textContent }) => Number.parseFloat(textContent)),
    );
    expect(shown).toEqual(
      cells.map((line) =>
        line.cells.map(({ worlds, violated }) => Math.round(100 - (100 * violated) / worlds)),
      ),
    );
    const settings = cells[0].cells.map(({ setting }) => setting);
    expect(settings.map((one) => /ratio=(\d+)/.exec(one)![1])).toEqual(['1', '10', '100', '100']);
    expect(settings.map((one) => /T=(\w+)/.exec(one)![1])).toEqual(['inf', 'inf', 'inf', '128']);
  });

  it('says yes and no where the kept atlas does', () => {
    const shares = Object.fromEntries(
      cells.map(({ claim, cells }) => [
        claim,
        cells.map(({ low, high }) => ({ low: 1 - high, high: 1 - low })),
      ]),
    );
    for (const claim of atlas.claims) {
      expect(shares[claim][2].low, claim).toBeGreaterThan(0.85);
      if (claim !== 'snap') expect(shares[claim][0].high, claim).toBeLessThan(0.3);
    }
    expect(shares.discriminative[3].high).toBeLessThan(0.2);
    expect(read(atlas).textContent).toContain('all four claims hold in at least 89.6 %');
    expect(read(atlas).querySelector('strong')!.textContent).toBe(
      'Yes, if the decoder learns 100 times faster than attention, sequences are long, and classes share one common token',
    );
  });

  it('says that a larger vocabulary needs a larger ratio, where the limits say so', () => {
    const violatedAt100 = (change: (violated: number) => number) =>
      read({
        ...atlas,
        cells: atlas.cells.map((cell) =>
          cell.setting.includes('ratio=100 ') && cell.setting.includes('M=1000000 ')
            ? { ...cell, violated: change(cell.violated) }
            : cell,
        ),
      }).textContent;
    // In the kept atlas the limits at 100 and 1e4, 71.9 to 84.3 % and 84.1 to 98.8 %, overlap.
    expect(violatedAt100((violated) => violated)).not.toContain('with M = 1e6');
    expect(violatedAt100((violated) => violated + 30)).toMatch(
      /with M = 1e6, distinct tokens gain and common ones lose in \d\d–\d\d % at 100 and 84–99 % at 1e4/,
    );
    expect(violatedAt100(() => 0)).not.toContain('with M = 1e6');
  });

  it('is left out, and that is said, where the atlas is not whole', () => {
    for (const none of [undefined, { ...atlas, cells: atlas.cells.slice(1, 3) }])
      expect(read(none).textContent).toContain('keeps no whole atlas');
  });
});

describe('groups of claims', () => {
  it('put every claim under what the paper is known for, one of its sections, or beyond it', () => {
    const groups = listClaims().map((info) => groupOf(info));
    expect(groups.filter((group) => group === HEADLINE_GROUP)).toHaveLength(4);
    const own = listClaims().filter(({ source }) => source.startsWith('own'));
    expect(own.length).toBeGreaterThan(5);
    expect(groups.filter((group) => group === BEYOND)).toHaveLength(own.length);
    for (const [i, group] of groups.entries())
      expect(group, listClaims()[i].claim).toMatch(/^(The four|Section [3-6]|Beyond)/);
    expect(groupOf({ headline: false, source: 'Lemma 12' })).toMatch(/^Section 4/);
    expect(groupOf({ headline: false, source: 'Lemma 18' })).toBe('Other statements of the paper');
  });
});
