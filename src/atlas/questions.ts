/** What the atlas asks of a run: the four claims' own margins, as `snapcheck verify` asks them of training. */
import { float64 } from '../arithmetic/float64.ts';
import { fates } from '../claims/discriminative.ts';
import { order } from '../claims/frequency.ts';
import type { Along } from '../claims/motions.ts';
import { octaves, slowingMargins } from '../claims/snap.ts';
import { sharpens } from '../claims/sparsification.ts';
import { kinds } from '../claims/tokens.ts';
import type { Margin } from '../decide/margin.ts';
import { positive } from '../decide/margin.ts';
import type { Motion } from '../ladder/rung.ts';
import { classAttention, entropy } from '../model/entropy.ts';
import type { Matrix } from '../model/transformer.ts';
import type { ClaimId, Setting } from './settings.ts';
import type { Seen } from './training.ts';

export interface AtlasQuestion {
  readonly claim: ClaimId;
  /** What must hold of a run, in a sentence, at single steps and over the whole run. */
  readonly steps: string;
  readonly net: string;
  margins(seen: Seen, asked: Setting['asked']): Iterable<Margin<number>>;
}

function* along(question: Along, motions: readonly Motion<number>[]): Generator<Margin<number>> {
  for (const motion of motions) yield* question(float64, motion);
}

const through =
  (question: Along): AtlasQuestion['margins'] =>
  ({ steps, net }, asked) =>
    along(question, asked === 'net' ? [net] : steps);

/** Entropy over the distinct tokens of each class, before less after; positive where attention moved. */
function* sharper({ problem, layout, Z, dZ }: Motion<number>): Generator<Margin<number>> {
  const { distinct } = kinds(problem, layout);
  const moved: Matrix<number> = Z.map((row, m) => row.map((z, l) => z + dZ[m][l]));
  const [before, after] = [Z, moved].map((at) => classAttention(problem, layout, at));
  for (const [n, { row, support }] of layout.classes.entries()) {
    if (distinct[n].every((l) => dZ[row][l] === 0)) continue;
    const spread = (attention: readonly number[]) => {
      const own = distinct[n].map((l) => attention[support.indexOf(l)]);
      const total = own.reduce((a, b) => a + b, 0);
      // A class whose distinct tokens have lost all attention has nothing left to be sharp about: as flat as can be.
      return total > 0 ? entropy(own.map((x) => x / total)) : Math.log(own.length);
    };
    const fall = spread(before[n]) - spread(after[n]);
    yield positive(
      `entropy over the distinct tokens of class ${problem.classes[n].next} fell`,
      fall,
      spread(before[n]),
    );
  }
}

/** An update of 0 in every logit is a double's doing (attention has saturated), and says nothing of the claim. */
const moving = ({ dZ }: Motion<number>): boolean => dZ.some((row) => row.some((z) => z !== 0));

/** Sampled runs: from t = K on. Before, all sequences may have been alike, and equal ones move no attention. */
const seenAll = ({ time, problem }: Motion<number>): boolean => time >= problem.classes.length;

export const questions: readonly AtlasQuestion[] = [
  {
    claim: 'discriminative',
    steps: 'at every step looked at each distinct token gains and each common token loses',
    net: 'over the whole run each distinct token gains and each common token loses',
    margins: through(fates),
  },
  {
    claim: 'frequency',
    steps: 'at every step looked at the more frequent of two distinct tokens of a class gains more',
    net: 'over the whole run the more frequent of two distinct tokens of a class gains more',
    margins: through(order(1)),
  },
  {
    claim: 'sparsification',
    steps: 'at every step looked at the entropy of attention over the distinct tokens of each class falls',
    net: 'over the whole run the entropy of attention over the distinct tokens of each class falls',
    margins: ({ steps, net }, asked) =>
      asked === 'net' ? sharper(net) : along(sharpens(1), steps.filter(moving)),
  },
  {
    claim: 'snap',
    steps: 'over each t -> 2t no logit moves further than the clock allows, and some move',
    net: 'over each t -> 2t, t >= K, no logit moves further than the clock allows, and some move',
    margins: ({ steps }, asked) =>
      along(
        slowingMargins(1),
        [...octaves(float64, steps)].filter((motion) => asked === 'steps' || seenAll(motion)),
      ),
  },
];
