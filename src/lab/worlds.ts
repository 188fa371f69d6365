/** The worlds that one can choose in the lab: the published problems, a sentence, kept counterexamples, and random ones. */
import adamCase from '../../fixtures/counterexamples/discriminative.adam.json' with { type: 'json' };
import slowDecoderCase from '../../fixtures/counterexamples/discriminative.population.isolated.json' with {
  type: 'json',
};
import sampledCase from '../../fixtures/counterexamples/discriminative.sgd.isolated.json' with {
  type: 'json',
};
import frequencyCase from '../../fixtures/counterexamples/frequency.population.isolated.json' with {
  type: 'json',
};
import signCase from '../../fixtures/counterexamples/sparsification.sign.json' with { type: 'json' };
import type { ModelWorld, SampledWorld } from '../ladder/worlds.ts';
import { presets, syntheticProblem } from '../model/presets.ts';
import type { Problem, SequenceClass } from '../model/problem.ts';
import { uniformStream } from '../model/uniform.ts';
import { defaultSetup, type RandomSizes, type Setup, type WorldSource } from './setup.ts';

/** A problem as the lab shows it. */
export interface LabWorld {
  readonly problem: Problem;
  /** Words for token ids, where the world has them. */
  readonly words?: readonly string[];
}

/** `words` by id: the, and, a, dog, .. as in "the dog saw a bone and it" -> "barked". */
const WORDS = [
  ...['the', 'a', 'and', 'saw'],
  ...['dog', 'bone', 'leash', 'kennel'],
  ...['cat', 'mouse', 'wool', 'whiskers'],
  ...['it', 'barked', 'purred'],
];
const [COMMON, OWN] = [4, 4];
/** Words of every sentence are frequent, the own ones rare: 4 of them in falling frequency. */
const WEIGHTS = [10, 8, 6, 4, 4, 3, 2, 1];

const sentence = (): LabWorld => {
  const total = WEIGHTS.reduce((a, b) => a + b, 0);
  const probabilities = WEIGHTS.map((w) => w / total);
  const query = WORDS.indexOf('it');
  const classes = ['barked', 'purred'].map((next, n) => ({
    next: WORDS.indexOf(next),
    query,
    tokens: WEIGHTS.map((_, i) => (i < COMMON ? i : i + n * OWN)),
    probabilities,
  }));
  return { problem: { vocabulary: WORDS.length, classes }, words: WORDS };
};

const cases = {
  'case-slow-decoder': slowDecoderCase,
  'case-frequency': frequencyCase,
  'case-short-sequences': sampledCase,
  'case-adam': adamCase,
  'case-sign': signCase,
};

/** Names of the worlds that are not random; `case-..` are kept counterexamples, with the rates and the model they are about. */
export const labWorlds = [
  'syn-small',
  'syn-medium',
  'sentence',
  ...(Object.keys(cases) as (keyof typeof cases)[]),
] as const;
export type LabWorldName = (typeof labWorlds)[number];

const isCase = (name: LabWorldName): name is keyof typeof cases => name in cases;

/** The training that a world is published or kept with; what is not of it stays as it is in `now`. */
export function setupOf(name: LabWorldName, now: Setup = defaultSetup): Setup {
  const world = { name };
  if (name === 'sentence') return { ...now, world };
  if (!isCase(name)) {
    const { etaZ, ratio, init } =
      name === 'syn-small' ? defaultSetup : { etaZ: 1, ratio: 5, init: 'uniform' as const };
    return { ...defaultSetup, seed: now.seed, world, etaZ, ratio, init };
  }
  const kept = cases[name].world as unknown as ModelWorld & Partial<SampledWorld>;
  const { etaY, etaZ, momentum, optimiser = 'sgd' } = kept.rates;
  return {
    ...defaultSetup,
    ...{ world, etaZ, ratio: etaY / etaZ, momentum, optimiser },
    batch: kept.batch ?? defaultSetup.batch,
    length: kept.length ?? null,
    seed: kept.seed ?? now.seed,
    attention: kept.kernel ?? defaultSetup.attention,
    normaliser: kept.normaliser ?? defaultSetup.normaliser,
    residual: kept.residual ?? 0,
    heads: kept.heads ?? 1,
  };
}

/** Limits of random sizes: what a page can draw. */
export const RANDOM_LIMITS = {
  classes: { low: 1, high: 24 },
  queries: { low: 1, high: 24 },
  common: { low: 0, high: 40 },
  distinct: { low: 0, high: 40 },
  vocabulary: { low: 2, high: 1e9 },
} as const;

/** Ids that a random world uses: its tokens, its queries and its next tokens. */
export const usedBy = ({ classes, queries, common, distinct }: RandomSizes): number =>
  common + classes * distinct + Math.min(queries, classes) + classes;

/**
 * A random problem of the given sizes: the probabilities of each class are exponential draws over their sum, which is uniform
 * over all distributions on its tokens.
 */
export function randomProblem(sizes: RandomSizes): Problem {
  const { seed, classes: K, common, distinct, vocabulary } = sizes;
  const queries = Math.min(sizes.queries, K);
  const uniform = uniformStream(seed);
  const firstQuery = common + K * distinct;
  const classes = Array.from({ length: K }, (_, n): SequenceClass => {
    const tokens = [
      ...Array.from({ length: common }, (_, l) => l),
      ...Array.from({ length: distinct }, (_, i) => common + n * distinct + i),
    ];
    // 1 - u is in (0, 1]: its logarithm is finite; 0 would be no probability.
    const draws = tokens.map(() => Math.max(-Math.log(1 - uniform()), Number.EPSILON));
    const total = draws.reduce((a, b) => a + b, 0);
    return {
      next: firstQuery + queries + n,
      query: firstQuery + (n % queries),
      tokens,
      probabilities: draws.map((x) => x / total),
    };
  });
  return { vocabulary: Math.max(vocabulary, usedBy(sizes)), classes };
}

/** The problem of a source, with its words if it has any. */
export function labWorldOf(source: WorldSource): LabWorld {
  if ('problem' in source) return { problem: source.problem };
  if ('random' in source) return { problem: randomProblem(source.random) };
  const { name } = source;
  if (name === 'sentence') return sentence();
  if (!isCase(name)) return { problem: syntheticProblem(presets[name]) };
  const { vocabulary, classes } = cases[name].world.problem as Problem;
  // A problem file has probabilities; a kept case may have weights.
  const normal = classes.map((c) => {
    const total = c.probabilities.reduce((x, y) => x + y, 0);
    return { ...c, probabilities: c.probabilities.map((p) => p / total) };
  });
  return { problem: { vocabulary, classes: normal } };
}
