/** A kernel put to random cases, then to long runs: stages with their worst ratios, coverage, findings, one failure. */
import { visitWorlds } from '../decide/search.ts';
import { type KernelCase, kernelCases } from '../generators/kernelCases.ts';
import { regimes } from '../generators/kernelRegimes.ts';
import type { Dtype } from '../model/stepInput.ts';
import { kernelArithmetic } from './arithmetic.ts';
import { ask, type Fault } from './ask.ts';
import { confirmedBy } from './confirm.ts';
import type { Declaration, KernelHost } from './kernel.ts';
import { atFault, JUDGED, type JudgedStage, type StageDefect } from './ledger.ts';
import { type FindingId, type KernelFinding, longRuns } from './longRun.ts';
import { type Minimised, minimise } from './minimise.ts';

export interface KernelOptions {
  /** Random cases. */
  readonly runs?: number;
  readonly seed?: number;
  /** Whether e_n - alpha must keep its digits as alpha_n -> 1. */
  readonly strict?: boolean;
  /** Findings that the kernel's author has accepted; under `strict` they do not fail. */
  readonly accept?: readonly FindingId[];
  /** Seconds to make a failure small. */
  readonly shrinkSeconds?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number, what: string) => void;
}

export interface StageVerdict {
  readonly stage: JudgedStage;
  readonly worstRatio: number;
  readonly verdict: 'pass' | 'fail';
}

/** One failure, made small. */
export interface KernelFailure extends Minimised {
  /** Regimes the small case is of. */
  readonly regimes: readonly string[];
  /** Which random case it was made from; null: a step of a long run. */
  readonly foundAt: number | null;
  /** Whether decimals of 50 digits say so too; null where no number was judged. */
  readonly confirmed: boolean | null;
}

export interface KernelResult {
  readonly schema: 1;
  readonly kernel: string;
  readonly dtype: Dtype;
  readonly declares: Declaration;
  readonly strict: boolean;
  readonly seed: number;
  /** Undecided: interrupted before anything failed. */
  readonly verdict: 'pass' | 'fail' | 'undecided';
  /** Random cases put; a case may be several calls, some of them made twice. */
  readonly cases: number;
  readonly calls: number;
  readonly stages: readonly StageVerdict[];
  /** How many of the cases were of each regime. */
  readonly regimes: Readonly<Record<string, number>>;
  readonly findings: readonly KernelFinding[];
  readonly failure: KernelFailure | null;
  readonly interrupted: boolean;
  readonly seconds: number;
}

export const DEFAULT_RUNS = 1000;
export const DEFAULT_SEED = 230516380;
/** Enough to find a small case, and a faulty kernel is still told in a quarter of a minute. */
const SHRINK_SECONDS = 6;
/** Every so many cases the calls are made twice, to see whether they repeat. */
const TWICE_EVERY = 4;
/** Earlier calls that a failure is blamed on if it does not repeat without them. */
const REMEMBERED = 6;

export const regimesOf = (calls: KernelCase): string[] =>
  regimes.filter(({ holds }) => holds(calls)).map(({ id }) => id);

/** Worst defect of each stage so far. */
class Worst {
  readonly #found = new Map<JudgedStage, StageDefect>();
  readonly watch = (defects: readonly StageDefect[]): void => {
    for (const defect of defects) {
      const most = this.#found.get(defect.stage);
      if (!most || !(defect.ratio <= most.ratio)) this.#found.set(defect.stage, defect);
    }
  };
  verdicts(): StageVerdict[] {
    return JUDGED.flatMap((stage) => {
      const most = this.#found.get(stage);
      if (!most) return [];
      return { stage, worstRatio: most.ratio, verdict: atFault(most) ? 'fail' : 'pass' } as const;
    });
  }
}

/** Runs a kernel. The host stays open. @throws what is not the kernel's fault */
export async function runKernel(given: KernelHost, options: KernelOptions = {}): Promise<KernelResult> {
  const {
    runs = DEFAULT_RUNS,
    seed = DEFAULT_SEED,
    strict = false,
    accept = [],
    signal,
    onProgress,
  } = options;
  const started = performance.now();
  let made = 0;
  const host: KernelHost = {
    ...given,
    step: (input) => {
      made += 1;
      return given.step(input);
    },
  };
  // A subtraction that was accepted is judged as the standard level judges it.
  const demanding = strict && !accept.includes('frozen-residual');
  const arithmetic = kernelArithmetic(host.dtype, host.declares, demanding);
  const worst = new Worst();
  const coverage = new Map(regimes.map(({ id }) => [id, 0]));
  let cases = 0;
  let earlier: KernelCase = [];
  let failing: { calls: KernelCase; fault: Fault; foundAt: number | null } | null = null;

  await visitWorlds(kernelCases(host.dtype), { runs, seed }, async (calls) => {
    if (signal?.aborted) return false;
    onProgress?.(cases, runs, 'random cases');
    const fault = await ask(host, calls, arithmetic, {
      twice: cases % TWICE_EVERY === 0,
      watch: worst.watch,
    });
    cases += 1;
    for (const id of regimesOf(calls)) coverage.set(id, coverage.get(id)! + 1);
    if (fault) failing = { calls, fault, foundAt: cases - 1 };
    else earlier = [...earlier, ...calls].slice(-REMEMBERED);
    return !fault;
  });

  let findings: readonly KernelFinding[] = [];
  if (!failing && !signal?.aborted) {
    onProgress?.(cases, runs, 'long runs');
    const long = await longRuns(host, arithmetic, { seed, watch: worst.watch, signal });
    findings = long.findings.map((finding) => ({ ...finding, accepted: accept.includes(finding.id) }));
    if (long.failing) failing = { ...long.failing, foundAt: null };
  }

  // Without those of the search for a small case.
  const calls = made;
  let failure: KernelFailure | null = null;
  if (failing) {
    const { calls, fault, foundAt } = failing as { calls: KernelCase; fault: Fault; foundAt: number | null };
    onProgress?.(cases, runs, 'making the failure small');
    const small = await minimise(
      host,
      calls,
      fault,
      earlier,
      arithmetic,
      options.shrinkSeconds ?? SHRINK_SECONDS,
      signal,
    );
    const confirmed = await confirmedBy(host, small, arithmetic);
    failure = { ...small, regimes: regimesOf(small.calls), foundAt, confirmed };
  }
  const rejected = strict && findings.some(({ accepted }) => !accepted);
  return {
    schema: 1,
    kernel: host.name,
    dtype: host.dtype,
    declares: host.declares,
    strict,
    seed,
    verdict: failure || rejected ? 'fail' : signal?.aborted ? 'undecided' : 'pass',
    cases,
    calls,
    stages: worst.verdicts(),
    regimes: Object.fromEntries(coverage),
    findings,
    failure,
    interrupted: signal?.aborted ?? false,
    seconds: (performance.now() - started) / 1000,
  };
}
