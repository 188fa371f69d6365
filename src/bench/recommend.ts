/** Which arithmetic keeps so many digits over so many steps at the least cost: measured there and then. */

import { OptionChecks } from '../io/optionChecks.ts';
import type { Problem } from '../model/problem.ts';
import { problemFaults } from '../model/problemShape.ts';
import { EXPERIMENT_STEPS } from '../model/ranges.ts';
import type { Rates } from '../model/training.ts';
import { checkRates } from '../trainers/experimentChecks.ts';
import { type BenchBackend, Unavailable } from './backend.ts';
import { type Entry, entries } from './backends.ts';
import { attentionMoves, correctDigits } from './digits.ts';
import type { Timing } from './document.ts';
import { bestReference } from './references.ts';
import type { Budget } from './timing.ts';
import { BENCH_RATES, publishedProblem, workFor } from './work.ts';

/** What is asked. */
export interface RecommendOptions {
  /** Correct decimal digits that Y, Z and J must keep, from 1 to 90. */
  readonly digits: number;
  /** Steps of training over which they must be kept. */
  readonly steps: number;
  /** How much of the time of a step is measured; by default half a second. */
  readonly budget?: Budget;
  /** Most seconds of a step. */
  readonly within?: number;
  /** The published small problem when left out. */
  readonly problem?: Problem;
  /** etaY = etaZ = 1 with momentum 0.875 when left out. */
  readonly rates?: Rates;
  readonly signal?: AbortSignal;
  /** Called with the finished fraction and what is measured. */
  readonly onProgress?: (fraction: number, what: string) => void;
}

/** One arithmetic, as it was measured. */
export interface Candidate {
  readonly backend: string;
  /** Correct digits after the step at which they were fewest; null where a number is not finite. */
  readonly digits: number | null;
  /** False where no logit moved by a digit that it has: the logits are judged absolutely (`correctDigits`). */
  readonly attentionMoves: boolean;
  readonly secondsPerStep: Timing;
  /** Whether it keeps the digits that were asked for. */
  readonly keeps: boolean;
  /** Whether a step takes no longer than was asked for; true where nothing was asked. */
  readonly fast: boolean;
}

/** The answer: plain JSON. */
export interface Recommendation {
  readonly schema: 1;
  readonly asked: { readonly digits: number; readonly steps: number; readonly within: number | null };
  /** M, K and rates of the work, in words. */
  readonly work: string;
  /** The cheapest that keeps the digits in the time; null where none does. */
  readonly recommended: string | null;
  /** All that were measured, the fastest first. */
  readonly candidates: readonly Candidate[];
  /** Those that could not run here, and why. */
  readonly skipped: readonly { readonly backend: string; readonly why: string }[];
  readonly interrupted: boolean;
}

/** Digits of a request: the reference has twice those of a candidate. */
const DIGITS = { low: 1, high: 90 } as const;
const WITHIN = { low: 0, high: 3600, open: 'low' } as const;

/** Candidates that keep the digits, before those with still more digits are left out: they cost more. */
const ENOUGH = 3;
/** Seconds of training above which a runner-up is not worth its wait. */
const LONG = 20;
const BUDGET: Budget = { seconds: 0.5, samples: 5 };

/** Steps at which the digits are measured: 1, 10, 100 .. and the last. */
const looksOf = (steps: number): number[] => {
  const decades = Array.from({ length: 8 }, (_, i) => 10 ** i).filter((n) => n < steps);
  return [...decades, steps];
};

/** The entries that carry the digits, by rising digits; not intervals, which certify, nor a browser, which takes its time to start. */
const carrying = (digits: number, known: readonly Entry[]): Entry[] =>
  known
    .filter((entry) => entry.digits >= digits && !/interval|webgl/.test(entry.id))
    .sort((a, b) => a.digits - b.digits);

function check({ digits, steps, within, problem, rates }: RecommendOptions): void {
  const checks = new OptionChecks();
  checks.required({ digits, steps });
  checks.checkNumber('digits', digits, DIGITS);
  checks.checkInteger('steps', steps, { ...EXPERIMENT_STEPS, low: 1 });
  checks.checkNumber('within', within, WITHIN);
  if (problem) checks.faults.addAll(problemFaults(problem));
  if (rates) checkRates(checks, rates);
  checks.refuse();
}

/**
 * Trains on the problem in one arithmetic after the other, by rising digits, until three keep the digits that are asked for; the
 * digits are those of a reference with twice as many (`correctDigits`), the least over the looks.
 * @param known the backends to choose from
 * @throws BadInput with every fault of the options
 */
export async function recommend(
  options: RecommendOptions,
  known: readonly Entry[] = entries,
): Promise<Recommendation> {
  check(options);
  const { digits, steps, within = null, problem = publishedProblem(), rates = BENCH_RATES } = options;
  const { signal, onProgress, budget = BUDGET } = options;
  const work = workFor(problem, rates);
  const looks = looksOf(steps);
  const ahead = carrying(digits, known);
  const references = await bestReference();
  const kept = new Map<number, ReturnType<BenchBackend['run']>>();
  const candidates: Candidate[] = [];
  const skipped: { backend: string; why: string }[] = [];

  /** One reference for all of few digits. */
  const referenceFor = async (own: number) => {
    const wanted = Math.max(40, 2 * own);
    const known = kept.get(wanted) ?? (await references.open(wanted)).run(work, looks, signal);
    kept.set(wanted, known);
    return await known;
  };
  const measure = async ({ id }: Entry, backend: BenchBackend): Promise<Candidate> => {
    const secondsPerStep = await backend.time(work, budget);
    if (candidates.some(({ keeps }) => keeps) && secondsPerStep.median * steps > LONG)
      throw new Unavailable(
        `it would train for ${Math.round(secondsPerStep.median * steps)} s, and a faster one keeps the digits`,
      );
    const reference = await referenceFor(Math.ceil(backend.digits));
    const got = correctDigits(await backend.run(work, looks, signal), reference, backend.digits);
    const least = got.some(Number.isNaN) ? null : Math.min(...got);
    return {
      ...{ backend: id, digits: least, secondsPerStep },
      attentionMoves: reference.some((look) => attentionMoves(look, backend.digits)),
      keeps: least !== null && least >= digits,
      fast: within === null || secondsPerStep.median <= within,
    };
  };
  try {
    for (const [i, entry] of ahead.entries()) {
      if (candidates.filter(({ keeps }) => keeps).length >= ENOUGH) break;
      signal?.throwIfAborted();
      onProgress?.(i / ahead.length, `${entry.id} over ${steps} steps`);
      try {
        const backend = await entry.open();
        candidates.push(await measure(entry, backend).finally(() => backend.close()));
      } catch (error) {
        if (!(error instanceof Unavailable)) throw error;
        skipped.push({ backend: entry.id, why: error.message });
      }
    }
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
  candidates.sort((a, b) => a.secondsPerStep.median - b.secondsPerStep.median);
  return {
    schema: 1,
    asked: { digits, steps, within },
    work: `M = ${problem.vocabulary}, K = ${problem.classes.length}; etaY ${rates.etaY}, etaZ ${rates.etaZ}, momentum ${rates.momentum}; expected steps from zero`,
    recommended: candidates.find(({ keeps, fast }) => keeps && fast)?.backend ?? null,
    candidates,
    skipped,
    interrupted: signal?.aborted ?? false,
  };
}
