import { describe, expect, it } from 'vitest';
import { presets, syntheticProblem } from '../../src/model/presets.ts';
import { fastWorlds } from '../../src/trainers/fastWorlds.ts';
import { tensors } from '../../src/trainers/tensors.ts';
import type { World } from '../../src/trainers/trainer.ts';
import { populationWorld, trainWorlds } from '../../src/trainers/trainWorlds.ts';
import { float64Worlds } from '../../src/trainers/worlds64.ts';

const problem = {
  vocabulary: 3,
  classes: [{ next: 1, query: 0, tokens: [0, 2], probabilities: [0.25, 0.75] }],
};

/** Each world has different rates, so that no two results are equal. */
const numbered = (seed: number): World & { seed: number } => ({
  ...populationWorld(problem, { etaY: seed / 1000, etaZ: 1, momentum: 0 }),
  seed,
});

function* endless(taken: { worlds: number }) {
  for (let seed = 1; ; seed++) {
    taken.worlds++;
    yield numbered(seed);
  }
}

describe('training worlds from an iterable', () => {
  it('gives the result of each in order, and takes no more worlds than it needs', async () => {
    const taken = { worlds: 0 };
    let count = 0;
    for await (const { world, loss, Y, Z } of trainWorlds(float64Worlds, endless(taken), 2)) {
      count++;
      expect(world.seed).toBe(count);
      expect(taken.worlds - count).toBeLessThan(4096);
      const alone = await float64Worlds.start([world]);
      expect({ loss: [loss], states: [{ Y, Z }] }).toEqual({ loss: alone.advance(2), states: alone.read() });
      if (count === 5000) break;
    }
    expect(count).toBe(5000);
  });

  it('ends with its worlds, also for none or few', async () => {
    const all = async (worlds: World[]) => {
      const done = [];
      for await (const { world } of trainWorlds(float64Worlds, worlds, 2)) done.push(world);
      return done;
    };
    expect(await all([])).toEqual([]);
    const few = [numbered(1), numbered(2)];
    expect(await all(few)).toEqual(few);
  });

  it('holds no tensor after the loop is left', async () => {
    const tf = await tensors('cpu');
    const before = tf.memory().numTensors;
    for await (const _ of trainWorlds(fastWorlds('cpu'), endless({ worlds: 0 }), 1)) {
      expect(tf.memory().numTensors).toBeGreaterThan(before);
      break;
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it('starts from the given start', async () => {
    const { layout, start, rates } = populationWorld(syntheticProblem(presets['syn-small']), {
      etaY: 1,
      etaZ: 1,
      momentum: 0,
    });
    const moved = { Y: start.Y.map((row) => row.map(() => 0.5)), Z: start.Z };
    const world = populationWorld(syntheticProblem(presets['syn-small']), rates, { layout, start: moved });
    expect(world.start).toBe(moved);
    expect(world.layout).toBe(layout);
  });
});
