/** Judges a world along a flow, by integrations of increasing accuracy. */
import { float64 } from '../arithmetic/float64.ts';
import type { Judgement } from '../decide/margin.ts';
import { IntegrationEnds, TOLERANCE } from '../ladder/integrate.ts';
import { asksNothing, compare, float, type MarginsAtTime, moments, type Reading } from './moments.ts';
import type { FlowMargins } from './motions.ts';

/** Integrations of one world, each a hundred times stricter than the one before. */
export const TOLERANCES: readonly number[] = [1e-7, TOLERANCE, 1e-11, 1e-13];

/**
 * A margin decides where it is farther from 0 than its own error, which two integrations of this world estimate at this time.
 * If a margin lies within its error, stricter integrations follow. The world is undecided if a margin lies within the error of
 * the strictest one, if only one of two integrations has it, or if an integration cannot be carried to its end. Never certified.
 */
export function judgeFlow<W>(margins: FlowMargins<W>, world: W): Judgement {
  try {
    return integrations(margins, world);
  } catch (error) {
    if (!(error instanceof IntegrationEnds)) throw error;
    const margin = { name: `not integrated: ${error.message}`, value: 0, time: 0 };
    return { outcome: 'undecided', margin, ...float };
  }
}

function integrations<W>(margins: FlowMargins<W>, world: W): Judgement {
  let loose = [...moments(float64, margins(world, TOLERANCES[0]))];
  let open: Reading | null = null;
  for (const tolerance of TOLERANCES.slice(1)) {
    const seen: MarginsAtTime[] = [];
    const kept = function* () {
      for (const moment of moments(float64, margins(world, tolerance))) {
        seen.push(moment);
        yield moment;
      }
    };
    const found = compare(loose.values(), kept(), tolerance);
    if (found.violated) return { outcome: 'violated', margin: found.violated, ...float };
    if (!found.open)
      return { outcome: 'held', margin: found.least, ...float, ...(asksNothing(seen) ? { idle: true } : {}) };
    open = found.open;
    loose = seen;
  }
  return { outcome: 'undecided', margin: open, ...float };
}
