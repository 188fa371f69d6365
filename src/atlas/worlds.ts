/** The worlds of a setting. A world depends only on the seed, the setting's name and its index. */
import { rowSeed } from '../decide/search.ts';
import { wholeRun } from '../ladder/clock.ts';
import type { Problem } from '../model/problem.ts';
import type { Rates } from '../model/training.ts';
import { type Uniform, uniformStream } from '../model/uniform.ts';
import { nameOf, type Setting } from './settings.ts';

export interface AtlasWorld {
  readonly problem: Problem;
  /** Rates for the trainer. */
  readonly rates: Rates;
  /** etaY/(1 - momentum), the rate of the decoder's clock. */
  readonly effective: number;
  readonly steps: number;
  /** Seed of the sampled sequences. */
  readonly seed: number;
}

/** Range of the number of distinct tokens per class: at least two, so that their order can be checked. */
const DISTINCT = [2, 6] as const;
/** Weights are log-uniform over this many decades; the published weights span one. */
const WEIGHT_DECADES = 2;
/** Range of the log-uniform etaY/(1 - momentum): Theorem 1 requires M^-0.99 << etaY < 1. */
const ETA_Y = [0.5, 1] as const;
const logUniform = (uniform: Uniform, [low, high]: readonly [number, number]): number =>
  low * (high / low) ** uniform();

/**
 * K classes with one query, the same common tokens, and equally many distinct tokens each. The weight of the i-th token
 * of a class is shared_i^(1-a) own_i^a, where shared_i is drawn once for all classes, own_i for each class, and a is the
 * asymmetry. The common tokens are sorted by decreasing max_n f_n^2: the first one determines the snap's bound.
 */
function problemOf({ classes: K, commons, asymmetry, vocabulary }: Setting, uniform: Uniform): Problem {
  const distinct = DISTINCT[0] + Math.floor(uniform() * (DISTINCT[1] - DISTINCT[0] + 1));
  const size = commons + distinct;
  const exponents = () => Array.from({ length: size }, () => WEIGHT_DECADES * uniform());
  const shared = exponents();
  const weights = Array.from({ length: K }, () =>
    exponents().map((own, i) => 10 ** (shared[i] + asymmetry * (own - shared[i]))),
  );
  const squares = weights.map((w) => w.reduce((sum, x) => sum + x * x, 0));
  const share = (l: number) => Math.max(...weights.map((w, n) => w[l] ** 2 / squares[n]));
  const order = [...Array(commons).keys()].sort((a, b) => share(b) - share(a));
  const query = vocabulary - 1;
  return {
    vocabulary,
    classes: weights.map((w, n) => ({
      next: query - 1 - n,
      query,
      tokens: [...order.keys(), ...Array.from({ length: distinct }, (_, i) => commons + n * distinct + i)],
      probabilities: [...order.map((l) => w[l]), ...w.slice(commons)],
    })),
  };
}

/**
 * A world of a setting. Where the setting has its problem, etaY and the seed of the sequences are what is left to draw; with infinitely
 * long sequences (`length` null) the training of such a world follows from etaY alone.
 */
export function worldOf(setting: Setting, seed: number, index: number): AtlasWorld {
  const uniform = uniformStream(rowSeed(seed, 'atlas', nameOf(setting), String(index)));
  const problem = setting.problem ?? problemOf(setting, uniform);
  const effective = logUniform(uniform, ETA_Y);
  const etaY = effective * (1 - setting.momentum);
  return {
    problem,
    rates: { etaY, etaZ: etaY / setting.ratio, momentum: setting.momentum },
    effective,
    steps: wholeRun({ ...setting, etaY: effective }),
    seed: Math.floor(uniform() * 2 ** 32),
  };
}
