/** Judges a world along training, by double-doubles; the difference from float64 estimates their error. */

import { doubleDouble } from '../arithmetic/doubleDouble.ts';
import type { Field } from '../arithmetic/field.ts';
import { float64 } from '../arithmetic/float64.ts';
import type { Judgement } from '../decide/margin.ts';
import { otherModels } from '../ladder/otherModels.ts';
import { population } from '../ladder/population.ts';
import type { Motion, Rung } from '../ladder/rung.ts';
import { sgd } from '../ladder/sgd.ts';
import type { RunWorld, SampledWorld } from '../ladder/worlds.ts';
import type { FastTraining } from './claim.ts';
import { compare, float, moments, unlessEmpty } from './moments.ts';
import type { Over } from './motions.ts';

/** The unit of float64: no two trajectories agree better than by chance. */
const UNIT = 2 ** -52;
/**
 * The error of a margin in double-doubles, over its difference from float64. Units are 2^-104 and 2^-53, and errors grow alike;
 * 2^11 are left for what float64 no longer shows once its trajectory is another one. Empirical: of 2,787 margins at M from 1e10 on and
 * etaY/etaZ below 1.3 no error was larger than 5e-4 of this estimate, against decimals of 70 digits.
 */
const FINER = 2 ** -40;

/** The rungs that the float64 trainer trains; it does not know a rung of one's own. */
const trained: readonly unknown[] = [population, sgd, ...otherModels];

/**
 * A world along training, in float64 and in double-doubles: a margin counts where it is farther from 0 than the error of the latter, told by
 * the difference. Rounding errors may grow by a factor a step: at etaY/etaZ = 1 and M = 1e10 those of float64 reach the size of z'
 * after 40 steps, and two float64 trajectories do not show them, because they round alike.
 */
export function judgeTraining<W extends RunWorld | SampledWorld>(
  on: Rung<W>,
  over: Over,
): (world: W, laboratory: FastTraining) => Promise<Judgement> {
  return async (world, laboratory) => {
    const by = <T>(F: Field<T>, motions: Iterable<Motion<T>>) => moments(F, over(F, motions));
    const quick = trained.includes(on) ? await laboratory.motions(world) : on.motions(float64, world);
    const fast = unlessEmpty(by(float64, quick));
    if (fast === null) return { outcome: 'held', margin: null, ...float, idle: true };
    const slow = by(doubleDouble, on.motions(doubleDouble, world));
    const { violated, open, least } = compare(fast, slow, UNIT, FINER);
    if (violated) return { outcome: 'violated', margin: violated, ...float };
    return { outcome: open ? 'undecided' : 'held', margin: open ?? least, ...float };
  };
}
