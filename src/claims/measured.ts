/** Checks along training: float64 trajectories search, double-doubles decide what they leave open. */
import { doubleDouble } from '../arithmetic/doubleDouble.ts';
import type { Field } from '../arithmetic/field.ts';
import { float64 } from '../arithmetic/float64.ts';
import type { Judgement } from '../decide/margin.ts';
import type { Arbitrary } from '../generators/problems.ts';
import type { RunWorld, SampledWorld } from '../generators/states.ts';
import type { Motion, Rung } from '../ladder/rung.ts';
import {
  type Along,
  type AnyCheck,
  type Check,
  type Common,
  each,
  type Laboratory,
  margins,
  type Through,
} from './claim.ts';
import { asksNothing, compare, float, moments } from './moments.ts';

/** The unit of float64: no two trajectories agree better than by chance. */
const UNIT = 2 ** -52;
/**
 * The error of a margin in double-doubles, over its difference from float64. Units are 2^-104 and 2^-53, and errors grow alike;
 * 2^11 are left for what float64 no longer shows once its trajectory is another one.
 */
const FINER = 2 ** -40;

/** Up to eight units up or down, never 0, as good as drawn for token i of class n. */
const nudge = (n: number, i: number): number =>
  ((Math.imul(i + 1, 0x9e3779b1) ^ Math.imul(n + 1, 0x85ebca6b)) >>> 28) - 7.5;

/**
 * The same problem, but for the last bits of its probabilities: tokens and classes that were alike are no longer. Trajectories of it
 * differ by as much as rounding errors, or more; those of two trainers may round alike.
 */
const nudged = <W extends RunWorld | SampledWorld>(world: W): W => ({
  ...world,
  problem: {
    ...world.problem,
    classes: world.problem.classes.map((c, n) => ({
      ...c,
      probabilities: c.probabilities.map((p, i) => p * (1 + UNIT * nudge(n, i))),
    })),
  },
});

/**
 * A world along training, in float64, and beside it the world `nudged`: a margin counts where it is farther from 0 than ten
 * times the largest difference of margins of its moment. Rounding errors may grow by a factor a step: at etaY/etaZ = 1 and M = 1e10
 * they reach the size of z' after 40 steps. What is left open, double-doubles decide likewise.
 */
export function judgeTraining<W extends RunWorld | SampledWorld>(
  on: Rung<W>,
  along: Along,
  through: Through,
): (world: W, laboratory: Laboratory) => Promise<Judgement> {
  return async (world, laboratory) => {
    const by = <T>(F: Field<T>, motions: Iterable<Motion<T>>) =>
      moments(F, asked(F, motions, along, through));
    const fast = [...by(float64, await laboratory.motions(world))];
    if (asksNothing(fast)) return { outcome: 'held', margin: null, ...float, idle: true };
    const rounded = compare(by(float64, await laboratory.motions(nudged(world))), fast, UNIT);
    const { violated, open, least } =
      rounded.open === null
        ? rounded
        : compare(fast.values(), by(doubleDouble, on.motions(doubleDouble, world)), UNIT, FINER);
    if (violated) return { outcome: 'violated', margin: violated, ...float };
    return { outcome: open ? 'undecided' : 'held', margin: open ?? least, ...float };
  };
}

function* asked<T>(F: Field<T>, motions: Iterable<Motion<T>>, along: Along, through: Through) {
  for (const motion of through(F, motions)) yield* along(F, motion);
}

/** A check along training; enclosures of the same trajectory confirm the violation that is reported, where they can. */
export function measured<W extends RunWorld | SampledWorld>(
  options: Omit<Common<W>, 'rung'> & {
    on: Rung<W>;
    along: Along;
    through?: Through;
    controls: readonly { drops: string; along?: Along; worlds?: Arbitrary<W> }[];
  },
): AnyCheck {
  const { on, along, through = each, controls, worlds, share = 1 } = options;
  const check: Check<W> = {
    rung: on.id,
    statement: options.statement,
    expected: options.expected,
    why: options.why,
    isolates: options.isolates,
    worlds,
    decided: 'measured',
    share,
    margins: margins(on, along, through),
    judge: judgeTraining(on, along, through),
    controls: controls.map((control) => ({
      drops: control.drops,
      worlds: control.worlds ?? worlds,
      judge: judgeTraining(on, control.along ?? along, through),
    })),
  };
  return check;
}
