import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alongFlow, judge } from '../../src/claims/integrated.ts';
import { kinds, largest, positive } from '../../src/claims/tokens.ts';
import { flowWorld } from '../../src/generators/flows.ts';
import { decades, singleCommon } from '../../src/generators/problems.ts';
import { RATES, worldFaults, worldShape } from '../../src/generators/worldSchema.ts';
import { flow } from '../../src/ladder/flow.ts';
import { MOST_STEPS } from '../../src/ladder/integrate.ts';
import { modifiedFlow } from '../../src/ladder/modified.ts';

/** Every distinct token gains. */
const gains = (rung: typeof flow) =>
  alongFlow(rung, function* (F, { problem, layout, dZ, time }) {
    const { distinct } = kinds(problem, layout);
    for (const [n, { support, row }] of layout.classes.entries())
      for (const l of distinct[n])
        yield positive(`${l} of ${n}`, dZ[row][l], largest(F, support.map((t) => dZ[row][t])), time);
  });

const [least, most] = [Math.log10(RATES.low), Math.log10(RATES.high)];
/** Whatever a file may hold: both rates and the end over all their decades, the limits among them. */
const rate = fc.oneof(
  { weight: 4, arbitrary: decades(least, most) },
  fc.constantFrom(RATES.low, 1, RATES.high),
);
const end = fc.oneof(
  { weight: 4, arbitrary: decades(-320, 30) },
  fc.constantFrom(Number.MIN_VALUE, 1, 1e30),
);
const extreme = fc
  .record({ world: flowWorld(singleCommon()), etaY: rate, etaZ: rate, end })
  .map(({ world, etaY, etaZ, end }) => ({
    ...world,
    rates: { etaY, etaZ, momentum: 0 },
    end: Math.min(1e30, Math.max(Number.MIN_VALUE, end)),
  }));
