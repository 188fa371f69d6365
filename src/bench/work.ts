/** The work that all backends share: population descent on worlds whose every input is exact in single precision. */
import { visitWorlds } from '../decide/search.ts';
import { type ExactWorld, exactWorld } from '../generators/exact.ts';
import { type Layout, reducedLayout } from '../model/layout.ts';
import { presets, syntheticProblem } from '../model/presets.ts';
import type { Problem } from '../model/problem.ts';
import { DEFAULT_SEED } from '../model/seeds.ts';
import type { Rates } from '../model/training.ts';
import type { Parameters } from '../model/transformer.ts';

/** A sequence class in the limit T -> inf, in plain numbers, which a browser can be sent. */
export interface WorkExample {
  readonly cls: number;
  readonly mass: readonly number[];
  readonly weight: number;
}

/** One world to train on: every number in it is one of single precision. */
export interface Work {
  readonly layout: Layout;
  readonly start: Parameters<number>;
  readonly rates: Rates;
  /** Of every step: population descent has no others. */
  readonly examples: readonly WorkExample[];
}

/** The published rates, but for the momentum: 0.9 is not a binary fraction, and a backend is not to blame for that. */
export const BENCH_RATES: Rates = { etaY: 1, etaZ: 1, momentum: 0.875 };

/**
 * As equal as binary fractions allow: with c the power of two in (K/2, K], 2c - K classes weigh 1/c and 2(K - c) weigh
 * 1/(2c), which sums to 1; equal where K is a power of two.
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

/**
 * The published small problem with its probabilities as integers (1 to 10 tenths, where the unnormalised ones are
 * linspace(0.1, 1, 10) and 1): any multiple of a mass is the same sequence.
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

/** The published small problem from its zero start, and `random` worlds from random starts, the same ones always. */
export async function sharedWork(random: number): Promise<Work[]> {
  const worlds: ExactWorld[] = [];
  await visitWorlds(
    exactWorld(),
    { runs: random, seed: DEFAULT_SEED, edges: true },
    (world) => worlds.push(world) > 0,
  );
  return [workOf(publishedProblem()), ...worlds.map(({ problem, start }) => workOf(problem, start))];
}
