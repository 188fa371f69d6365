import { readFileSync } from 'node:fs';
import { DOMParser } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { courseDrawing, courseOf } from '../../src/report/pictures/course.ts';
import { inline } from '../../src/report/pictures/svg.ts';
import type { Result } from '../../src/verify/result.ts';
import { wellFormed } from './wellFormed.ts';

const { counterexamples }: Result = JSON.parse(
  readFileSync(new URL('../../fixtures/verify-result.json', import.meta.url), 'utf8'),
);
const [first] = counterexamples;

describe('the margin of a counterexample over time', () => {
  it.each(counterexamples.map((c) => [`${c.claim} on ${c.rung}`, c] as const))(
    '%s: falls below 0 where the statement is false',
    (_, c) => {
      const course = courseOf(c);
      const world = c.world as { steps?: number; end?: number };
      if (course === null) return expect(world.steps ?? world.end).toBeUndefined();
      if ('missing' in course) return expect(world.steps).toBe(2);
      const { readings } = course;
      const svg = inline(courseDrawing(c.margin.name, readings, world.steps !== undefined));
      expect(wellFormed(svg)).toBeUndefined();
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
      const crosses = new DOMParser()
        .parseFromString(svg, 'image/svg+xml')
        .querySelectorAll('[aria-label="dot"] path');
      expect(crosses).toHaveLength(readings.filter(({ value }) => value < 0).length);
      expect(crosses.length).toBeGreaterThan(0);
    },
  );

  it('is the margin that failed, at the time at which it did', () => {
    const course = courseOf(first) as { readings: { time: number; value: number }[] };
    const there = course.readings.find(({ time }) => Math.abs(time / first.margin.time - 1) < 1e-9)!;
    // Empirical: the looser of the integrations is off by some 1e-7.
    expect(Math.abs(there.value - first.margin.value)).toBeLessThan(1e-5);
  });

  it('is missing, with the reason, where the world is not one of the row', () => {
    expect(courseOf({ ...first, world: {} })).toHaveProperty('missing');
  });

  it('is nothing of a row that this version does not have', () => {
    expect(courseOf({ ...first, claim: '<script>' })).toBeNull();
  });
});
