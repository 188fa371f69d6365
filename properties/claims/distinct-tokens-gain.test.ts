import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { interval } from '../../src/arithmetic/decimal.ts';
import { attentionVelocity } from '../../src/ladder/two-timescale.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { itGetsItsVerdicts } from './rows.ts';

const file = new URL(
  '../../fixtures/counterexamples/distinct-tokens-gain.two-timescale.json',
  import.meta.url,
);
const { world } = JSON.parse(readFileSync(file, 'utf8'));

describe('distinct-tokens-gain', () => {
  itGetsItsVerdicts('distinct-tokens-gain');

  it('is refuted with the fewest classes there can be, four (xi-positive proves three safe), at Z = 0', () => {
    expect(world.problem.classes).toHaveLength(4);
    expect(world.Z.flat().every((z: number) => z === 0)).toBe(true);
  });

  it('is refuted by finite M alone: the same world in a larger vocabulary has xi > 0 in every class', () => {
    const F = interval(30);
    const layout = reducedLayout(world.problem);
    const Z = layout.queries.map(() => layout.tokens.map(() => F.of(0)));
    const signs = (vocabulary: number) =>
      attentionVelocity(F, { ...world.problem, vocabulary }, layout, Z).xi.map((x) => F.sign(x));
    expect(signs(world.problem.vocabulary)).toContain(-1);
    expect(signs(1000)).toEqual(world.problem.classes.map(() => 1));
  });
});
