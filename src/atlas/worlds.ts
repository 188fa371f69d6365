/** Worlds of a setting, each drawn from the seed, the setting's name and its index alone. */
import { rowSeed } from '../decide/search.ts';
import { onset } from '../ladder/clock.ts';
import type { Problem } from '../model/problem.ts';
import type { Rates } from '../model/training.ts';
import { type Uniform, uniformStream } from '../model/uniform.ts';
import { nameOf, type Setting } from './settings.ts';

export interface AtlasWorld {
  readonly problem: Problem;
  /** As the trainer takes them. */
  readonly rates: Rates;
  /** etaY/(1 - momentum): the rate at which the decoder's clock runs. */
  readonly effective: number;
  readonly steps: number;
  /** Of the sampled sequences. */
  readonly seed: number;
}

/** Distinct tokens a class: at least two, so that there is an order among them. */
const DISTINCT = [2, 6] as const;
/** Weights are log-uniform over so many decades; the published ones span one. */
const WEIGHT_DECADES = 2;
/** etaY/(1 - momentum) is log-uniform here: Theorem 1 asks M^-0.99 << etaY < 1. */
const ETA_Y = [0.5, 1] as const;
/**
 * How far past the onset of the snap a run goes, in multiples of t0: the last octave t -> 2t with t a power of two then
 * begins past t0.
 */
export const PAST_ONSET = 4;

const logUniform = (uniform: Uniform, [low, high]: readonly [number, number]): number =>
  low * (high / low) ** uniform();

/**
 * K classes of one query, all with the same common tokens and as many distinct ones each. A weight is
 * shared^(1-a) own^a: what all classes share, and what this one draws for itself, a the asymmetry. The common tokens
 * come in falling order of max_n f_n^2, so that the first is the one whose share the snap's bound is made of.
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

export function worldOf(setting: Setting, seed: number, index: number): AtlasWorld {
  const uniform = uniformStream(rowSeed(seed, 'atlas', nameOf(setting), String(index)));
  const problem = problemOf(setting, uniform);
  const effective = logUniform(uniform, ETA_Y);
  const etaY = effective * (1 - setting.momentum);
  return {
    problem,
    rates: { etaY, etaZ: etaY / setting.ratio, momentum: setting.momentum },
    effective,
    steps: Math.ceil(PAST_ONSET * onset({ ...setting, etaY: effective })),
    seed: Math.floor(uniform() * 2 ** 32),
  };
}
