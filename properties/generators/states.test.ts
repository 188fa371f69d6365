import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problem, singleCommon } from '../../src/generators/problems.ts';
import {
  attentionLogits,
  gradientWorld,
  pointWorld,
  sampledWorld,
  scanWorld,
  sequenceLength,
} from '../../src/generators/states.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { seeds, size } from '../support/settings.ts';

const seed = 2;

describe('states', () => {
  it('have the shape of their layout, and finite entries', () => {
    for (const fresh of seeds(seed))
      fc.assert(
        fc.property(gradientWorld(problem()), ({ problem, Y, Z, cls, counts }) => {
          const layout = reducedLayout(problem);
          expect(Y.map((row) => row.length)).toEqual(layout.tokens.map(() => layout.columns.length));
          expect(Z.map((row) => row.length)).toEqual(layout.queries.map(() => layout.tokens.length));
          expect([...Y, ...Z].flat().every(Number.isFinite)).toBe(true);
          expect(counts).toHaveLength(problem.classes[cls].tokens.length);
          expect(counts.some((c) => c > 0)).toBe(true);
        }),
        { seed: fresh, numRuns: size(200) },
      );
  });

  it('include the zero state and states far from it', () => {
    const worlds = fc.sample(pointWorld(problem()), { seed, numRuns: 300 });
    const largest = worlds.map(({ Z }) => Math.max(...Z.flat().map(Math.abs)));
    expect(Math.min(...largest)).toBe(0);
    expect(Math.max(...largest)).toBeGreaterThan(5);
  });

  it('exact doubles: sixteenths', () => {
    const [{ tokens, queries }] = fc.sample(singleCommon(), { seed, numRuns: 1 }).map(reducedLayout);
    const Z = fc.sample(attentionLogits({ tokens, queries } as never), { seed, numRuns: 50 });
    expect(Z.flat(2).every((z) => Number.isInteger(16 * z))).toBe(true);
  });

  it('scan states stay below the limit of the curve and come close to it', () => {
    const shares = fc.sample(scanWorld(), { seed, numRuns: 200 }).flatMap(({ scan }) => scan);
    expect(Math.max(...shares)).toBeLessThan(1);
    expect(Math.max(...shares)).toBeGreaterThan(1 - 2 ** -30);
    expect(Math.min(...shares)).toBe(0);
  });
});

describe('sequences and rates', () => {
  it('lengths reach from 2 to 1e9', () => {
    const lengths = fc.sample(sequenceLength(), { seed, numRuns: 2000 });
    expect(lengths.every((T) => Number.isInteger(T) && T >= 2)).toBe(true);
    expect(Math.min(...lengths)).toBe(2);
    expect(Math.max(...lengths)).toBeGreaterThan(5e8);
  });

  it('learning rates and their ratio span decades', () => {
    const worlds = fc.sample(sampledWorld(singleCommon(), 10), { seed, numRuns: 1000 });
    const spread = (xs: number[]) => Math.log10(Math.max(...xs) / Math.min(...xs));
    expect(spread(worlds.map(({ rates }) => rates.etaY))).toBeGreaterThan(2.9);
    expect(spread(worlds.map(({ rates }) => rates.etaY / rates.etaZ))).toBeGreaterThan(2.9);
    expect(Math.max(...worlds.map(({ batch }) => batch))).toBeGreaterThan(120);
    expect(worlds.some(({ batch }) => batch === 1)).toBe(true);
  });
});
