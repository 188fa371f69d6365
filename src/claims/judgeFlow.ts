/** Judges a world along a flow: by enclosures where it is small, else by integrations of increasing accuracy. */
import { float64 } from '../arithmetic/float64.ts';
import { decideAlong } from '../decide/enclosure.ts';
import { trajectoryFields } from '../decide/enclosureLibrary.ts';
import type { EnclosedMargins, Judgement } from '../decide/margin.ts';
import type { Verdict } from '../decide/verdict.ts';
import { IntegrationEnds, TOLERANCE } from '../ladder/integrate.ts';
import { unknownsOf } from '../ladder/unknowns.ts';
import type { FlowWorld } from '../ladder/worlds.ts';
import { reducedLayout } from '../model/layout.ts';
import { asksNothing, compare, float, type MarginsAtTime, moments, type Reading } from './moments.ts';
import type { FlowMargins } from './motions.ts';

/** Integrations of one world, each a hundred times stricter than the one before. */
export const TOLERANCES: readonly number[] = [1e-7, TOLERANCE, 1e-11, 1e-13];

/**
 * A world that is enclosed in a run has so many entries of Y and Z at most, because the time of a step grows like their square. A statement that holds
 * rests on its worlds; one that is false rests on its kept counterexample, and a few worlds are enough.
 */
const MOST_UNKNOWNS = { holds: 64, violated: 20, undecided: 20 } as const satisfies Record<Verdict, number>;
/**
 * Digits that an enclosure may lose: roughly 0.3 + 1.5 (etaZ/etaY)^(1/2) per unit of ln(1 + etaY t). This chooses where enclosures are tried,
 * and decides nothing.
 */
const MOST_LOST = 10;
/** A world of a run is followed for so many steps, each exact to 12 of the 30 digits: two more than it may lose. */
export const RUN_EFFORT = { steps: 150, accuracy: 0.4 } as const;

function isSmall({ problem, rates: { etaY, etaZ }, end }: FlowWorld, most: number): boolean {
  const lost = (0.3 + 1.5 * Math.sqrt(etaZ / etaY)) * Math.log1p(etaY * end);
  return unknownsOf(reducedLayout(problem)) <= most && lost <= MOST_LOST;
}

/**
 * By enclosures, in a small world where the rung has a validated integrator; else, and where they leave a margin open, a search in float64.
 * A world that is replayed is enclosed whatever its size, with steps exact to more digits.
 */
export const judgeFlow =
  <W extends FlowWorld>(
    floats: FlowMargins<W>,
    enclosed: EnclosedMargins<W> | undefined,
    expected: Verdict,
  ) =>
  (world: W): Judgement => {
    const certain =
      enclosed && isSmall(world, MOST_UNKNOWNS[expected]) && decideAlong(enclosed, world, trajectoryFields());
    return certain && certain.outcome !== 'undecided' ? certain : judgeIntegrated(floats, world);
  };

/**
 * A margin decides where it is farther from 0 than its own error, which two integrations of this world estimate at this time.
 * If a margin lies within its error, stricter integrations follow. The world is undecided if a margin lies within the error of
 * the strictest one, if only one of two integrations has it, or if an integration cannot be carried to its end. Never certified.
 */
export function judgeIntegrated<W>(margins: FlowMargins<W>, world: W): Judgement {
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
