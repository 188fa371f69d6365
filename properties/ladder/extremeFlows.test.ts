// heavy: 4 s
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeIntegrated } from '../../src/claims/judgeFlow.ts';
import { flowMargins } from '../../src/claims/motions.ts';
import { kinds } from '../../src/claims/tokens.ts';
import { largest, positive } from '../../src/decide/margin.ts';
import { flowWorld } from '../../src/generators/flows.ts';
import { decades, singleCommon } from '../../src/generators/problems.ts';
import { worldFaults, worldShape } from '../../src/generators/worldSchema.ts';
import { flow } from '../../src/ladder/flow.ts';
import type { FlowWorld } from '../../src/ladder/worlds.ts';
import { FLOW_LIMITS, RATE_LIMITS } from '../../src/model/ranges.ts';

/** Every distinct token gains: some do not, but a velocity of exactly 0 would be an error of doubles. */
const gains = flowMargins(flow, function* (F, { problem, layout, dZ, time }) {
  const { distinct } = kinds(problem, layout);
  for (const [n, { support, row }] of layout.classes.entries()) {
    const scale = largest(
      F,
      support.map((t) => dZ[row][t]),
    );
    for (const l of distinct[n]) yield positive(`token ${l} of class ${n} gains`, dZ[row][l], scale, time);
  }
});

const shape = worldShape(flowWorld(singleCommon()));
const faults = (world: FlowWorld) => [
  ...(shape.safeParse(world).error?.issues ?? []).map(({ message }) => message),
  ...[...worldFaults(world)].map(({ message }) => message),
];
const log = Math.log10;
/** All decades of a range, its ends more often than others. */
const over = (low: number, high: number) =>
  fc.oneof({ weight: 4, arbitrary: decades(log(low), log(high)) }, fc.constantFrom(low, high));

const allowed = fc
  .record({
    world: flowWorld(singleCommon()),
    etaY: over(RATE_LIMITS.low, RATE_LIMITS.high),
    ratio: over(FLOW_LIMITS.ratio.low, FLOW_LIMITS.ratio.high),
    reach: over(FLOW_LIMITS.reach.low, FLOW_LIMITS.reach.high),
  })
  .map(({ world, etaY, ratio, reach }) => ({
    problem: world.problem,
    rates: { etaY, etaZ: etaY / ratio, momentum: 0 },
    end: reach / etaY,
  }))
  .filter((world) => faults(world).length === 0);

describe('flows of extreme worlds that a file may hold', () => {
  it('end, decided or with the reason why not', () => {
    const seen = { held: 0, violated: 0, 'not integrated': 0, 'within its error': 0 };
    for (const world of fc.sample(allowed, { seed: 7, numRuns: 18 })) {
      const { outcome, margin } = judgeIntegrated(gains, world);
      if (outcome === 'undecided')
        seen[margin?.name.startsWith('not integrated: ') ? 'not integrated' : 'within its error'] += 1;
      else seen[outcome] += 1;
      // -1 is the margin of a row that does not move.
      if (outcome === 'violated') expect(margin!.value, JSON.stringify(world)).toBeGreaterThan(-1);
    }
    expect(seen.held).toBeGreaterThan(0);
    expect(seen['not integrated']).toBeGreaterThan(0);
  }, 120_000);

  it('are refused where the flow is too stiff, or attention does not move in doubles', () => {
    const [world] = fc.sample(flowWorld(singleCommon()), { seed: 1, numRuns: 1 });
    const at = (etaY: number, etaZ: number, end: number) =>
      faults({ ...world, rates: { etaY, etaZ, momentum: 0 }, end });
    expect(at(1, 1, 100)).toEqual([]);
    expect(at(1e-100, 1e100, 1e30)).toEqual([
      'expected etaY/etaZ from 0.000001 to 1000000000000 in a flow, got 1e-200',
      'expected etaY end from 0.000001 to 1e+30 in a flow, got 1e-70',
    ]);
    expect(at(1, 1e-13, 100)).toEqual([expect.stringContaining('expected etaY/etaZ from')]);
    expect(at(1, 1, 1e-300)).toEqual([expect.stringContaining('expected etaY end from')]);
    expect(at(1e10, 1, 1e25)).toEqual([expect.stringContaining('expected etaY end from')]);
  });
});
