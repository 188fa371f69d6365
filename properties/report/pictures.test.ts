import { DOMParser } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { presets, syntheticProblem } from '../../src/model/presets.ts';
import { scanAndSnapPicture } from '../../src/report/pictures/pictures.ts';
import { attentionOverTime } from '../../src/report/pictures/populationRun.ts';
import { escapeXml } from '../../src/report/pictures/svg.ts';
import { verdictMap } from '../../src/report/pictures/verdictMap.ts';
import { rows, unexpected } from './synthetic.ts';
import { wellFormed } from './wellFormed.ts';

const parse = (svg: string) => new DOMParser().parseFromString(svg, 'image/svg+xml');
const all = (svg: string, selector: string) => [...parse(svg).querySelectorAll(selector)];

describe('every picture', async () => {
  const drawn = [await scanAndSnapPicture('snapcheck verify', 100), verdictMap(rows, 'snapcheck verify')];

  it.each(drawn)(
    'is a well-formed document of its own with a size, a white ground, a title and a caption',
    (svg) => {
      expect(wellFormed(svg)).toBeUndefined();
      const root = parse(svg).documentElement!;
      expect(root.getAttribute('xmlns')).toBe('http://www.w3.org/2000/svg');
      for (const size of ['width', 'height']) expect(Number(root.getAttribute(size))).toBeGreaterThan(100);
      expect(root.querySelector('rect')!.getAttribute('fill')).toBe('#ffffff');
      expect(root.querySelector('title')!.textContent).not.toBe('');
      expect(root.querySelector('desc')!.textContent).toContain('Made by: snapcheck verify');
    },
  );

  it.each(drawn)(
    'needs nothing of a page: no style sheet, no colour of the surroundings, no missing number',
    (svg) => expect(svg).not.toMatch(/<style|currentColor|var\(--|NaN|undefined/),
  );
});

describe('scan and snap', () => {
  it('draws a line per token, the speed below, and the onset in both panels', async () => {
    const svg = await scanAndSnapPicture('snapcheck verify', 100);
    const tokens = syntheticProblem(presets['syn-small']).classes[0].tokens.length;
    expect(all(svg, '[aria-label="line"] path')).toHaveLength(tokens + 1);
    expect(all(svg, '[aria-label="area"] path')).toHaveLength(1);
    expect(all(svg, '[aria-label="rule"] line')).toHaveLength(2);
    expect(svg).toContain('t0 = 2 K ln(M)/etaY = 14.1');
  });

  it('shows shares that sum to 1, from the probabilities on', async () => {
    const problem = syntheticProblem(presets['syn-small']);
    const moments = await attentionOverTime(problem, { etaY: 1, etaZ: 1, momentum: 0 }, 50);
    // u per quotient, (s - 1) u in the sum they are divided by and (s - 1) u in this one, s = 20 tokens.
    const bound = (2 * 20 - 1) * 2 ** -53;
    for (const { attention } of moments)
      expect(Math.abs(attention.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(bound);
    expect(moments.map(({ t }) => t)).toEqual([...new Set(moments.map(({ t }) => t))]);
    expect(moments.at(-1)!.t).toBe(50);
    // The gradient of Z is 0 while Y = 0, so the first step leaves attention at P(l|n), normalised three times over.
    moments[0].attention.forEach((c, l) => {
      expect(Math.abs(c / problem.classes[0].probabilities[l] - 1)).toBeLessThan(3 * bound);
    });
  });
});

describe('the map of verdicts', () => {
  it('has a tile per row and a frame around what is not as expected', () => {
    const cells = '[aria-label="cell"] rect';
    expect(all(verdictMap(rows, 'x'), cells)).toHaveLength(rows.length);
    expect(all(verdictMap([...rows, unexpected], 'x'), cells)).toHaveLength(rows.length + 2);
  });

  it('counts the worlds that speak for the verdict', () => {
    const svg = verdictMap(rows, 'x');
    expect(svg).toContain('in 113 of 200');
    expect(svg).toContain('in 200 of 200');
  });
});

describe('escaping', () => {
  it('keeps markup out of text', () => expect(escapeXml('a < b & c > d')).toBe('a &lt; b &amp; c &gt; d'));
});
