import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { float64 as F } from '../../src/arithmetic/float64.ts';
import { BadInput } from '../../src/io/badInput.ts';
import { populationExamples } from '../../src/ladder/population.ts';
import type { RunWorld, SampledWorld } from '../../src/ladder/worlds.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { batchExamples, batches } from '../../src/model/sampling.ts';
import { step, zeroState } from '../../src/model/training.ts';
import { forward } from '../../src/model/transformer.ts';
import { uniformStream } from '../../src/model/uniform.ts';
import { readCase, shippedCases } from '../../src/verify/keptCases.ts';
import { claims, rowNamed } from '../../src/verify/registry.ts';

/**
 * The last motion of a run from zero, split by what the decoder remembers: Y is the sum of all earlier
 * f_s (e - alpha_s)^T, so z' = f (g - f f.g) is a sum over them; those of the example's own class, and of the others.
 */
function memories({ problem, rates, steps, ...world }: RunWorld | SampledWorld) {
  const layout = reducedLayout(problem);
  const sampled = world as SampledWorld;
  const stream =
    'seed' in world ? batches(problem, sampled.batch, sampled.length, uniformStream(sampled.seed)) : null;
  const memory: { cls: number; f: readonly number[]; residual: readonly number[]; weight: number }[] = [];
  let state = zeroState(F, layout);
  const own = new Map<number, number>();
  const other = new Map<number, number>();
  for (let s = 0; s < steps; s++) {
    const examples = stream ? batchExamples(F, stream.next().value) : populationExamples(F, problem);
    const now = examples.map((e) => ({ e, ...forward(F, layout, state, e) }));
    if (s === steps - 1)
      for (const { e, f, residual } of now) {
        const { support } = layout.classes[e.cls];
        for (const [part, same] of [
          [own, true],
          [other, false],
        ] as const) {
          const g = support.map(() => 0);
          for (const m of memory.filter((x) => (x.cls === e.cls) === same)) {
            const kept = layout.classes[m.cls].support;
            const strength = m.residual.reduce((a, r, c) => a + r * residual[c] * layout.multiplicity[c], 0);
            support.forEach((l, i) => {
              if (kept.includes(l)) g[i] += m.f[kept.indexOf(l)] * strength * m.weight;
            });
          }
          const along = f.reduce((a, x, i) => a + x * g[i], 0);
          support.forEach((l, i) => {
            const move = f[i] * (g[i] - f[i] * along) * e.weight;
            part.set(layout.tokens[l], (part.get(layout.tokens[l]) ?? 0) + move);
          });
        }
      }
    for (const { e, f, residual } of now) memory.push({ cls: e.cls, f, residual, weight: e.weight });
    state = step(F, layout, state, examples, rates).state;
  }
  return { own, other };
}

/** A run of the flow's world by small steps, 20 a unit of time: the parts are far larger than their sum. */
const bySmallSteps = (world: RunWorld & { end: number }): RunWorld => {
  const { etaY, etaZ } = world.rates;
  return {
    problem: world.problem,
    rates: { etaY: etaY / 20, etaZ: etaZ / 20, momentum: 0 },
    steps: Math.round(20 * world.end),
  };
};

describe('why a refuted claim is false, in its kept counterexample: the memory of the own class pulls back', () => {
  it.each([
    ['discriminative', 'population'],
    ['discriminative', 'flow'],
    ['discriminative', 'sgd'],
    ['frequency', 'population'],
    ['frequency', 'flow'],
    ['frequency', 'sgd'],
  ] as const)('%s on %s', (claim, rung) => {
    const { worlds } = rowNamed({ claim, rung }).check;
    const read = readCase(join(shippedCases, `${claim}.${rung}.json`), { claim, rung, worlds });
    if ('faults' in read) throw new BadInput(read.faults);
    const stored = read.value;
    // "token 2 gains more than the rarer 3 ..", "distinct token 1 .. gains", "common token 0 loses .."
    const [, token, direction, rarer] = stored.margin.name.match(
      /token (\d+)(?: of class \d+)? (gains|loses)(?: more than the rarer (\d+))?/,
    )!;
    const world = stored.world as RunWorld & { end: number };
    const { own, other } = memories(rung === 'flow' ? bySmallSteps(world) : world);
    const sense = direction === 'gains' ? 1 : -1;
    const lead = (part: Map<number, number>) =>
      sense * ((part.get(Number(token)) ?? 0) - (rarer === undefined ? 0 : (part.get(Number(rarer)) ?? 0)));
    expect(lead(own)).toBeLessThan(0);
    expect(Math.abs(lead(own))).toBeGreaterThan(lead(other));
    if (rung !== 'sgd') expect(lead(other)).toBeGreaterThan(0);
  });
});

describe('a statement that is false on a rung', () => {
  it('says why', () => {
    const silent = claims.flatMap(({ id, checks }) =>
      checks
        .filter(({ expected, why }) => expected === 'violated' && !why)
        .map(({ rung }) => `${id} on ${rung}`),
    );
    expect(silent).toEqual([]);
  });
});
