import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StoredCase } from '../../src/verify/keptCases.ts';
import { rowNamed } from '../../src/verify/registry.ts';

const folder = new URL('../../fixtures/counterexamples/', import.meta.url);
const kept: StoredCase[] = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
const timed = kept.filter(({ world }) => 'steps' in (world as object) || 'end' in (world as object));

describe('the course of a margin along the time of a kept world', () => {
  it('is there for every world that has a time, and for no other', () => {
    expect(timed.length).toBeGreaterThan(20);
    for (const one of kept)
      expect(rowNamed(one).check.course !== undefined, one.claim).toBe(timed.includes(one));
  });

  it.each(timed.map((one) => [`${one.claim} on ${one.rung}`, one.isolates ?? 'smallest', one] as const))(
    '%s (%s): goes forward in time, and is negative where the world fails',
    (_, __, { claim, rung, world, margin }) => {
      const course = [...rowNamed({ claim, rung }).check.course!(world)];
      const times = course.map(({ time }) => time);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      const own = course.filter(({ name }) => name === margin.name);
      // A question of the whole run is read at its end.
      const when = margin.time === 0 ? own.at(-1)!.time : margin.time;
      const there = own.filter(({ time }) => Math.abs(time / when - 1) < 1e-9);
      expect(Math.min(...there.map(({ value }) => value))).toBeLessThan(0);
    },
  );
});
