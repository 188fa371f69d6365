/** The shared work of all backends: population descent on worlds whose inputs are all exact in single precision. */
import { float64 } from '../arithmetic/float64.ts';
import { visitWorlds } from '../decide/search.ts';
import { type ExactWorld, exactWorld } from '../generators/exact.ts';
import { populationExamples } from '../ladder/population.ts';
import { type Layout, reducedLayout } from '../model/layout.ts';
import { presets, syntheticProblem } from '../model/presets.ts';
import type { Problem } from '../model/problem.ts';
import { DEFAULT_SEED } from '../model/seeds.ts';
import { type Rates, zeroState } from '../model/training.ts';
import type { Parameters } from '../model/transformer.ts';

/** A sequence class in the limit T -> inf, as plain numbers that can be sent to a browser. */
interface WorkExample {
  readonly cls: number;
  readonly mass: readonly number[];
  readonly weight: number;
}

/** A world to train on; all its numbers are exact in single precision. */
export interface Work {
  readonly layout: Layout;
  readonly start: Parameters<number>;
  readonly rates: Rates;
  /** The examples of every step: population descent uses the same ones. */
  readonly examples: readonly WorkExample[];
}

/** The published rates except momentum: 0.9 is not exact in binary, and its rounding is not an error of a backend. */
export const BENCH_RATES: Rates = { etaY: 1, etaZ: 1, momentum: 0.875 };

/**
 * Class weights that are exact in binary and as equal as possible: with c the power of two in (K/2, K], 2c - K
 * classes have weight 1/c and 2(K - c) have 1/(2c). The sum is 1; the weights are equal if K is a power of two.
 */
export function dyadicWeights(K: number): number[] {
  const c = 2 ** Math.floor(Math.log2(K));
  return Array.from({ length: K }, (_, n) => (n < 2 * c - K ? 1 / c : 1 / (2 * c)));
}

export function workOf(problem: Problem, start?: Parameters<number>): Work {
  const layout = reducedLayout(problem);
  const weights = dyadicWeights(problem.classes.length);
  const zeros = (rows: number, columns: number) =>
    Array.from({ length: rows }, () => Array.from({ length: columns }, () => 0));
  return {
    layout,
    start: start ?? {
      Y: zeros(layout.tokens.length, layout.columns.length),
      Z: zeros(layout.queries.length, layout.tokens.length),
    },
    rates: BENCH_RATES,
    examples: problem.classes.map((c, cls) => ({ cls, mass: c.probabilities, weight: weights[cls] })),
  };
}

/** Training on expectations from zero, which needs no random numbers: every arithmetic does the same. */
export function workFor(problem: Problem, rates: Rates): Work {
  const layout = reducedLayout(problem);
  const { Y, Z } = zeroState(float64, layout);
  const examples = populationExamples(float64, problem).map(({ cls, mass, weight }) => ({
    ...{ cls, weight },
    mass: [...mass],
  }));
  return { layout, start: { Y, Z }, rates, examples };
}

/**
 * The published small problem with integer weights instead of probabilities (1 to 10 tenths; unnormalised they are
 * linspace(0.1, 1, 10) and 1): a multiple of all masses gives the same sequence.
 */
export function publishedProblem(): Problem {
  const { vocabulary, classes } = syntheticProblem(presets['syn-small']);
  const least = Math.min(...classes[0].probabilities);
  return {
    vocabulary,
    classes: classes.map((c) => ({
      ...c,
      probabilities: c.probabilities.map((p) => Math.round(p / least)),
    })),
  };
}

/** The published small problem from zero, and `random` worlds from random starts (always the same). */
export async function sharedWork(random: number): Promise<Work[]> {
  const worlds: ExactWorld[] = [];
  await visitWorlds(
    exactWorld(),
    { runs: random, seed: DEFAULT_SEED, edges: true },
    (world) => worlds.push(world) > 0,
  );
  return [workOf(publishedProblem()), ...worlds.map(({ problem, start }) => workOf(problem, start))];
}
