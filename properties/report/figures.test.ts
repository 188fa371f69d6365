import { DOMParser } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { zoo } from '../../src/kernels/zoo/zoo.ts';
import { presets, syntheticProblem } from '../../src/model/presets.ts';
import {
  atlasFigures,
  dynamicsFigures,
  keptKillMatrix,
  killFigure,
} from '../../src/report/pictures/figures.ts';
import { inline } from '../../src/report/pictures/svg.ts';
import { flowLogits, twoTimescaleLogits } from '../../src/report/pictures/trajectories.ts';
import { wellFormed } from './wellFormed.ts';

const all = (svg: string, selector: string) => [
  ...new DOMParser().parseFromString(svg, 'image/svg+xml').querySelectorAll(selector),
];
const problem = syntheticProblem(presets['syn-small']);
const rates = { etaY: 1, etaZ: 1, momentum: 0 };
const tau = ({ P, z }: { P: number; z: number }) => -Math.expm1(-2 * z) / P ** 2;

describe('the pictures of the HTML report', async () => {
  const matrix = keptKillMatrix()!;
  const figures = [...(await dynamicsFigures()), ...atlasFigures(), killFigure(matrix)];
  const drawn = figures.flatMap(({ id, wide, narrow }) => [
    { name: `${id}, wide`, id, svg: inline(wide), drawing: wide },
    { name: `${id}, narrow`, id, svg: inline(narrow), drawing: narrow },
  ]);
  const svgOf = (id: string) => drawn.find((one) => one.id === id)!.svg;

  it.each(drawn)('$name: well-formed, no missing number, colours of the page, a name', ({ svg }) => {
    expect(wellFormed(svg)).toBeUndefined();
    expect(svg).not.toMatch(/NaN|undefined|<style|currentColor/);
    // Whatever is painted follows the scheme: no colour but through a property of the page.
    expect(svg.replaceAll(/var\(--[\w-]+\)/g, '')).not.toMatch(/#[\da-f]{3,6}|white|black/);
    expect(svg).toContain('role="img" aria-label="');
  });

  it('says by which command kept data were made; those of the page are made with it', () => {
    const own = ['figure-2', 'scan-and-snap', 'scan-curve'];
    for (const { id, drawing } of drawn)
      expect(/Made by: \S+/.test(drawing.caption), id).toBe(!own.includes(id));
  });

  it('has every figure of the paper that is spoken of, the atlas and the kill matrix', () => {
    expect(figures.map(({ id }) => id)).toEqual(
      expect.arrayContaining([
        ...[2, 3, 4, 5, 6, 8, 9, 11, 12].map((n) => `figure-${n}`),
        'scan-curve',
        'atlas-overview',
      ]),
    );
    expect(new Set(figures.map(({ id }) => id)).size).toBe(figures.length);
  });

  it('Figure 2: a bar per token and stage', () => {
    expect(all(svgOf('figure-2'), '[aria-label="bar"] rect')).toHaveLength(
      4 * problem.classes[0].tokens.length,
    );
  });

  it("the paper's figures: a mark for each number that is kept", () => {
    /** Elements of one kind of mark: text is quicker to search than a document. Every mark is a labelled group. */
    const marks = (id: string, kind: string, element: string) =>
      svgOf(id)
        .split(' aria-label="')
        .filter((part) => part.startsWith(`${kind}"`))
        .map((part) => part.split(new RegExp(element)).length - 1)
        .reduce((a, b) => a + b, 0);
    const lines = (id: string) => marks(id, 'line', '<path');
    const dots = (id: string) => marks(id, 'dot', '<(?:path|circle)');
    const cells = (id: string) => marks(id, 'cells', '["z]M');
    expect(lines('figure-3')).toBe(4 + 1);
    // Two classes at two rates, three rates: eight rows of twenty tokens each.
    expect(cells('figure-4')).toBe(4 * 8 * 20);
    expect(cells('figure-5')).toBe(3 * 8 * 20);
    // A line for each of ten seeds at three rates, and the means.
    expect(lines('figure-5')).toBe(3 * 10 + 3);
    expect(dots('figure-6')).toBe(2 * 64 + 4);
    expect(lines('figure-8')).toBe(2 * 2 * 5);
    expect(lines('figure-9')).toBe(2 * 5);
    expect(dots('figure-9')).toBe(2 * 5);
    for (const id of ['figure-11', 'figure-12']) expect(lines(id)).toBe(64);
  });

  it('the kill matrix: its numbers add up to every bug, twice', () => {
    const numbers = all(svgOf('kill-matrix'), 'text')
      .filter((text) => text.closest('[aria-label="text"]'))
      .map(({ textContent }) => textContent)
      .filter((text) => /^\d+$/.test(text));
    expect(numbers.reduce((sum, text) => sum + Number(text), 0)).toBe(2 * zoo.length);
    const alive = matrix.kills.filter(({ cases }) => cases === null).map(({ bug }) => bug);
    expect(matrix.summary.survivors.map(({ bug }) => bug).sort()).toEqual(alive.sort());
  });
});

describe('the runs behind them', () => {
  it('two-timescale stays on the scan curve', () => {
    const [logits] = twoTimescaleLogits(problem, [30]);
    const top = logits[logits.length - 1];
    // z is off by at most 10 times the tolerance 1e-7 of 1 + z (flow.test.ts, empirical), 1 - exp(-2 z) by at most
    // twice that; the token's own and the top one's error add.
    const bound = 4 * 10 * 1e-7 * (1 + top.z);
    for (const logit of logits)
      expect(Math.abs(-Math.expm1(-2 * logit.z) - tau(top) * logit.P ** 2)).toBeLessThan(bound);
    expect(tau(top) * top.P ** 2).toBeGreaterThan(0.5);
  });

  it('plain flow leaves it, rare tokens first', () => {
    const [logits] = flowLogits(problem, rates, [100]);
    const taus = logits.map(tau);
    expect(taus).toEqual([...taus].sort((a, b) => b - a));
    expect(taus[0] / taus[taus.length - 1]).toBeGreaterThan(2);
  });
});
