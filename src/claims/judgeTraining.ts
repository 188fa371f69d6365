/** Judges a world along training: by enclosures of the whole run, else by two computations of it. */
import { doubleDouble } from '../arithmetic/doubleDouble.ts';
import type { Field } from '../arithmetic/field.ts';
import { float64 } from '../arithmetic/float64.ts';
import { decideAlong, type Precision } from '../decide/enclosure.ts';
import { trajectoryFields } from '../decide/enclosureLibrary.ts';
import type { EnclosedMargins, Judgement, Margins } from '../decide/margin.ts';
import type { Verdict } from '../decide/verdict.ts';
import { unknownsOf } from '../ladder/unknowns.ts';
import type { RunWorld } from '../ladder/worlds.ts';
import { reducedLayout } from '../model/layout.ts';
import { asksNothing, compare, float, type MarginsAtTime, moments } from './moments.ts';

/** The unit of float64. */
const UNIT = 2 ** -52;

/**
 * A search in double-doubles: a margin counts where it is farther from 0 than what float64 has it apart. Rounding errors may grow by a factor a
 * step, and those of float64 are 2^50 times as large.
 */
export function judgeTrained<W>(margins: Margins<W>, world: W): Judgement {
  const seen: MarginsAtTime[] = [];
  const kept = function* <T>(F: Field<T>) {
    for (const moment of moments(F, margins(F, world))) {
      seen.push(moment);
      yield moment;
    }
  };
  const { violated, open, least } = compare(
    moments(float64, margins(float64, world)),
    kept(doubleDouble),
    UNIT,
  );
  if (violated) return { outcome: 'violated', margin: violated, ...float };
  if (open) return { outcome: 'undecided', margin: open, ...float };
  return { outcome: 'held', margin: least, ...float, ...(asksNothing(seen) ? { idle: true } : {}) };
}

/**
 * Entries of Y and Z times steps of a world that is enclosed in a run: 30,000 take a tenth of a second. A statement that holds rests on its worlds; one
 * that is false rests on its kept counterexample. A world that is replayed is enclosed whatever its size.
 */
const MOST_WORK = { holds: 120_000, violated: 10_000, undecided: 10_000 } as const satisfies Record<
  Verdict,
  number
>;

const isShort = ({ problem, steps }: RunWorld, most: number): boolean =>
  unknownsOf(reducedLayout(problem)) * steps <= most;

/**
 * A world along training. In a short one every margin is enclosed at every step, in double-doubles, and with more digits where these leave one open
 * and MPFR is asked for. A longer one, and one of which enclosures become too wide (large steps), is searched.
 */
export const judgeTraining =
  <W extends RunWorld>(enclosed: EnclosedMargins<W>, margins: Margins<W>, expected: Verdict) =>
  (world: W, _: unknown, precision?: Precision): Judgement => {
    const certain =
      isShort(world, MOST_WORK[expected]) &&
      decideAlong(enclosed, world, trajectoryFields(precision?.arithmetic));
    return certain && certain.outcome !== 'undecided' ? certain : judgeTrained(margins, world);
  };
