/** What the atlas checks on a run: the margins of the four claims, as `snapcheck verify` checks them on training. */
import { float64 } from '../arithmetic/float64.ts';
import { fates } from '../claims/discriminative.ts';
import { order } from '../claims/frequency.ts';
import type { Along } from '../claims/motions.ts';
import { ended, octaves, slowingMargins } from '../claims/snap.ts';
import { sharpened, sharpens } from '../claims/sparsification.ts';
import type { Margin } from '../decide/margin.ts';
import type { Motion } from '../ladder/rung.ts';
import type { ClaimId, Setting } from './settings.ts';
import type { ObservedRun } from './training.ts';

/** A claim as the atlas checks it. */
export interface AtlasCheck {
  readonly claim: ClaimId;
  /** What must hold: at every observed step, or over the whole run. */
  readonly steps: string;
  readonly net: string;
  /** Of models other than the paper's, and of given problems with several queries or unequal classes, where it is not `net`. */
  readonly whole?: string;
  margins(run: ObservedRun, motion: Setting['motion']): Iterable<Margin<number>>;
}

function* along(margins: Along, motions: readonly Motion<number>[]): Generator<Margin<number>> {
  for (const motion of motions) yield* margins(float64, motion);
}

const through =
  (margins: Along): AtlasCheck['margins'] =>
  ({ steps, net }, motion) =>
    along(margins, motion === 'steps' ? steps : net);

/**
 * An update of exactly 0 in all logits is a float64 underflow (attention has saturated): no evidence about the claim.
 */
const moving = ({ dZ }: Motion<number>): boolean => dZ.some((row) => row.some((z) => z !== 0));

/**
 * Sampled runs are checked from t = K on: before, all sequences may have been equal, and equal sequences move no
 * attention.
 */
const seenAll = ({ time, problem }: Motion<number>): boolean => time >= problem.classes.length;

/**
 * The decoder's clock has one K and is derived for classes of one query and of equal weight. Where a given problem has others, the snap
 * is checked as of other models.
 */
const oneClock = ({ problem: { classes } }: Motion<number>): boolean =>
  classes.every(({ query, weight = 1 }) => query === classes[0].query && weight === (classes[0].weight ?? 1));

export const atlasChecks: readonly AtlasCheck[] = [
  {
    claim: 'discriminative',
    steps: 'at every observed step each distinct token gains and each common token loses',
    net: 'over the whole run each distinct token gains and each common token loses',
    margins: through(fates),
  },
  {
    claim: 'frequency',
    steps: 'at every observed step the more frequent of two distinct tokens of a class gains more',
    net: 'over the whole run the more frequent of two distinct tokens of a class gains more',
    margins: through(order(1)),
  },
  {
    claim: 'sparsification',
    steps: 'at every observed step the entropy of attention over the distinct tokens of each class falls',
    net: 'over the whole run the entropy of attention over the distinct tokens of each class falls',
    margins: ({ steps, net }, motion) =>
      motion === 'steps' ? along(sharpens(1), steps.filter(moving)) : along(sharpened(), net),
  },
  {
    claim: 'snap',
    whole: 'attention ends slower than a tenth of its fastest step',
    steps: 'over each t -> 2t no logit moves further than the clock allows, and some move',
    net: 'over each t -> 2t, t >= K, no logit moves further than the clock allows, and some move',
    margins: ({ steps }, motion) =>
      motion === 'whole' || !steps.every(oneClock)
        ? ended()(float64, steps)
        : along(
            slowingMargins(1),
            [...octaves(float64, steps)].filter((octave) => motion === 'steps' || seenAll(octave)),
          ),
  },
];
