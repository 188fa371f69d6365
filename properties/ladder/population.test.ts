import { expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { population } from '../../src/ladder/population.ts';
import { populationFeatures } from '../../src/ladder/rung.ts';
import { presets, syntheticProblem } from '../../src/model/presets.ts';

const problem = syntheticProblem(presets['syn-small']);
const world = { problem, rates: { etaY: 1, etaZ: 1, momentum: 0 }, steps: 4 };
const motions = [...population.motions(float64, world)];

it('a motion has the features of its Z, and so has a copy of it with another dZ', () => {
  for (const motion of motions) {
    const f = populationFeatures(float64, problem, motion.layout, motion.Z);
    expect({ ...motion, dZ: [] }.f).toEqual(f);
    expect(motion.f).toEqual(f);
  }
  expect(motions[2].f).not.toEqual(motions[0].f);
});

it('motions share one getter: V8 keeps one of their own until a full collection', () => {
  const getters = motions.map((motion) => Object.getOwnPropertyDescriptor(motion, 'f')!.get);
  expect(getters[0]).toBeTypeOf('function');
  expect(new Set(getters).size).toBe(1);
});
