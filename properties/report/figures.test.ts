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
import {
  flowLogits,
  growthFactors,
  trainedAttention,
  twoTimescaleLogits,
} from '../../src/report/pictures/trajectories.ts';
import { runExperiment } from '../../src/trainers/experiment.ts';
import { float64Trainer } from '../../src/trainers/float64.ts';
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
    expect(svg.replaceAll(/var\(--[\w-]+, #[\da-f]{6}\)/g, '')).not.toMatch(/#[\da-f]{3,6}|white|black/);
    expect(svg).toContain('role="img" aria-label="');
  });

  it('says by which command kept data were made; those of the page are made with it', () => {
    const own = ['figure-2', 'scan-and-snap', 'figure-4', 'figure-3', 'scan-curve'];
    for (const { id, drawing } of drawn)
      expect(/Made by: \S+/.test(drawing.caption), id).toBe(!own.includes(id));
  });

  it('has every figure of the paper that is spoken of, the atlas and the kill matrix', () => {
    expect(figures.map(({ id }) => id)).toEqual(
      expect.arrayContaining([
        'figure-2',
        'figure-3',
        'figure-4',
        'figure-6',
        'scan-curve',
        'atlas-overview',
      ]),
    );
    expect(new Set(figures.map(({ id }) => id)).size).toBe(figures.length);
  });

  it('Figure 2: a bar per token and stage; Figure 6: published and own point of every row', () => {
    expect(all(svgOf('figure-2'), '[aria-label="bar"] rect')).toHaveLength(
      4 * problem.classes[0].tokens.length,
    );
    expect(all(svgOf('figure-6'), '[aria-label="dot"] path, [aria-label="dot"] circle')).toHaveLength(2 * 32);
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
  it('training goes as an experiment of the trainer does', async () => {
    const sampling = { batch: 16, length: 32, seed: 3 };
    const momentum = { ...rates, momentum: 0.9 };
    const seen = await trainedAttention(problem, momentum, sampling, [0, 7]);
    expect(seen.map(({ step }) => step)).toEqual([0, 7]);
    const protocol = { ...momentum, problem, batch: 16, length: 32, steps: 7, init: 'zero' } as const;
    const { runs } = await runExperiment(float64Trainer, { ...protocol, firstSeed: 3, seeds: 1 });
    expect(seen[1].attention).toEqual(runs[0].attention);
  });

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

  it('a faster decoder snaps earlier and ends with less growth', () => {
    const small = syntheticProblem({ queryTokens: 1, nextPerQuery: 3, common: 1, distinct: 3 });
    const clocks = [1, 4].map((etaY) => ({ vocabulary: small.vocabulary, classes: 3, etaY, etaZ: 1 }));
    const [slow, fast] = growthFactors(small, clocks, [0.1, 1, 10, 1000]);
    for (const chi of [slow, fast]) {
      expect(chi[0]).toBeGreaterThan(1);
      expect(chi).toEqual([...chi].sort((a, b) => a - b));
    }
    expect(fast[0]).toBeGreaterThan(slow[0]);
    expect(fast[3]).toBeLessThan(slow[3]);
  });
});
