/**
 * Checks a kernel on random cases, then on long runs. Result: worst ratio per stage, coverage, warnings, at most one
 * failure.
 */
import { DEFAULT_SEED } from '../model/seeds.ts';
import type { Dtype } from '../model/stepInput.ts';
import { type Engine, openEngine } from '../workers/engine.ts';
import type { KernelCase } from './cases/cases.ts';
import { PAIRS } from './cases/design.ts';
import { DEFAULT_ENVELOPE, type Envelope, type Shape } from './cases/envelope.ts';
import { type Cures, curesOf } from './cures.ts';
import { type KernelWords, pinned } from './hosts/named.ts';
import { campaignCases } from './judging/campaignCases.ts';
import type { BatchCoverage } from './judging/caseTally.ts';
import { confirmedBy } from './judging/confirm.ts';
import { regimesOf } from './judging/judgeCases.ts';
import type { CallFault } from './judging/judgeRecord.ts';
import { type Minimised, minimise } from './judging/minimise.ts';
import type { Policy } from './judging/policy.ts';
import { type RandomCases, randomCases } from './judging/randomCases.ts';
import { kernelRoundoff, type Roundoff } from './judging/roundoff.ts';
import { type StageVerdict, Worst } from './judging/worst.ts';
import type { Declaration, KernelHost } from './kernel.ts';
import { checkKernelOptions } from './kernelChecks.ts';
import { type KernelWarning, longRuns } from './longRuns/longRun.ts';
import { DEFAULT_CASES, KERNEL_CASES } from './sizes.ts';
import type { KernelWarningId } from './warnings.ts';

/** How a kernel is checked. */
export interface KernelOptions {
  /** Number of random cases; 1000 when left out, and with `seconds` no limit. */
  readonly runs?: number;
  /** Random cases end after this time, in seconds; the long runs, or the shrinking of a failure, follow and are not limited by it. */
  readonly seconds?: number;
  readonly seed?: number;
  /** Largest sizes of the random cases, or the only shapes. Default: M = 2049, T - 1 = 65,537, B = 1025. */
  readonly envelope?: Partial<Envelope>;
  /** Whether e_n - alpha must keep its relative accuracy as alpha_n -> 1. */
  readonly strict?: boolean;
  /**
   * Whether equal calls may give different answers: each is judged by its bounds, and the spread of each stage is reported.
   * Default: a bit that differs is a failure.
   */
  readonly nondeterministic?: boolean;
  /**
   * Whether the stages of a sequence must be the same, bit by bit, whatever else is in its batch. In every fourth case the
   * sequences are called in other batches. Of a kernel without stages only the loss of single sequences is compared.
   */
  readonly batchInvariant?: boolean;
  /** Warnings that are accepted; with `strict` they do not fail the kernel. */
  readonly accept?: readonly KernelWarningId[];
  /** Time limit for shrinking a failure, in seconds. */
  readonly shrinkSeconds?: number;
  /**
   * Number of threads that evaluate results. It affects only `seconds` in the result. Default: this thread, plus one
   * thread per core when the run takes longer than a moment.
   */
  readonly workers?: number;
  readonly signal?: AbortSignal;
  /** Called after each random case, and when another phase begins: cases so far, cases in all, what is being done. */
  readonly onProgress?: (done: number, total: number, what: string) => void;
}

/** One failure, shrunk. */
export interface KernelFailure extends Minimised {
  /** Regimes to which the shrunk case belongs. */
  readonly regimes: readonly string[];
  /** Index of the random case that failed; null for a step of a long run. */
  readonly foundAt: number | null;
  /** The case as it was found, before it was made small: its calls, and error / bound of its fault if it is numerical. */
  readonly found: { readonly calls: KernelCase; readonly call: number; readonly ratio: number | null };
  readonly cures: Cures;
  /** Whether the failure also occurs against 50-digit decimals; null if the failure is not numerical. */
  readonly confirmed: boolean | null;
}

/** What `runKernel` returns: plain JSON but for numbers that are not finite. */
export interface KernelResult {
  readonly schema: 2;
  readonly kernel: string;
  readonly dtype: Dtype;
  readonly declares: Declaration;
  readonly strict: boolean;
  readonly nondeterministic: boolean;
  readonly batchInvariant: boolean;
  readonly seed: number;
  /** Undecided: interrupted before any failure. */
  readonly verdict: 'pass' | 'fail' | 'undecided';
  /** Number of random cases checked. A case may contain several calls, and some calls are repeated. */
  readonly cases: number;
  /** Calls up to the first fault; calls made while shrinking are not counted. */
  readonly calls: number;
  readonly stages: readonly StageVerdict[];
  /** Number of cases in each regime. */
  readonly regimes: Readonly<Record<string, number>>;
  /** Pairs of regimes that occurred in one case, of all pairs; some pairs exclude each other. */
  readonly pairs: { readonly reached: number; readonly all: number };
  /** The largest sizes of the checked cases. */
  readonly largest: Shape;
  /** What was compared in other batches; null unless `batchInvariant`. */
  readonly batches: BatchCoverage | null;
  readonly warnings: readonly KernelWarning[];
  readonly failure: KernelFailure | null;
  readonly interrupted: boolean;
  readonly seconds: number;
}

/** Long enough to find a small case; a faulty kernel is reported within about 15 s. */
const SHRINK_SECONDS = 6;

/**
 * Checks a kernel on random cases and on long runs, by derived error bounds. Does not close the host. A KernelFault is a
 * failure of the kernel, and part of the result.
 * @throws BadInput with every fault of the options; NoKernel if a command cannot be started; errors other than KernelFault
 */
export async function runKernel(host: KernelHost, options: KernelOptions = {}): Promise<KernelResult> {
  checkKernelOptions(options);
  await host.ready?.();
  const crew = await openEngine('kernel', { workers: options.workers });
  try {
    return await runWith(host, options, ({ arithmetic, worst: { watch }, ...settings }) =>
      randomCases(host, arithmetic, crew, { ...settings, watch }),
    );
  } finally {
    await crew.end();
  }
}

/**
 * As `runKernel`, with the random cases in blocks that the workers of an engine share: each starts the kernel by its words. Long
 * runs and the shrinking of a failure are work of this host.
 * @param host of the same kernel
 * @throws NoKernel if a worker has another kernel, and as `runKernel`
 */
export async function runKernelCampaign(
  host: KernelHost,
  kernel: KernelWords,
  engine: Engine,
  options: Omit<KernelOptions, 'seconds' | 'workers'> = {},
): Promise<KernelResult> {
  checkKernelOptions(options);
  await host.ready?.();
  const { name, dtype, declares } = host;
  const of = { kernel: pinned(kernel), about: { name, dtype, declares } };
  return await runWith(host, options, ({ runs, worst, onCase, ...settings }) => {
    const { demanding, policy, seed, envelope } = settings;
    return campaignCases(engine, { ...of, demanding, policy, seed, envelope }, { runs, worst, onCase });
  });
}

interface CaseSettings {
  readonly runs: number;
  readonly seed: number;
  readonly envelope: Envelope;
  readonly arithmetic: Roundoff;
  readonly demanding: boolean;
  readonly policy: Policy;
  readonly worst: Worst;
  readonly signal?: AbortSignal;
  readonly until: number;
  readonly onCase: (done: number) => void;
}

async function runWith(
  host: KernelHost,
  options: KernelOptions,
  casesOf: (settings: CaseSettings) => Promise<RandomCases>,
): Promise<KernelResult> {
  const {
    seconds = Number.POSITIVE_INFINITY,
    runs = options.seconds === undefined ? DEFAULT_CASES : KERNEL_CASES.high,
    seed = DEFAULT_SEED,
    strict = false,
    nondeterministic = false,
    batchInvariant = false,
    accept = [],
    signal,
    onProgress,
  } = options;
  const started = performance.now();
  // If the author accepts the subtracted residual, the standard level's bounds apply.
  const demanding = strict && !accept.includes('frozen-residual');
  const arithmetic = kernelRoundoff(host.dtype, host.declares, demanding);
  const policy = { nondeterministic, batchInvariant };
  const worst = new Worst();
  const onCase = (called: number) => onProgress?.(called, runs, 'random cases');
  const envelope = { ...DEFAULT_ENVELOPE, ...options.envelope };
  const until = started + 1000 * seconds;
  const random = await casesOf({
    ...{ runs, seed, envelope, arithmetic, demanding, policy, worst, signal, until, onCase },
  });
  const { cases, coverage } = random;

  let failing: { calls: KernelCase; fault: CallFault; foundAt: number | null } | null = random.failing;
  let calls = random.calls;
  let warnings: readonly KernelWarning[] = [];
  if (!failing && !signal?.aborted) {
    onProgress?.(cases, runs, 'long runs');
    const long = await longRuns(host, arithmetic, { seed, watch: worst.watch, signal });
    calls += long.calls;
    warnings = long.warnings.map((warning) => ({ ...warning, accepted: accept.includes(warning.id) }));
    if (long.failing) failing = { ...long.failing, foundAt: null };
  }

  let failure: KernelFailure | null = null;
  if (failing) {
    const { calls, fault, foundAt } = failing;
    onProgress?.(cases, runs, 'shrinking the failure');
    const small = await minimise(
      host,
      calls,
      fault,
      random.earlier,
      arithmetic,
      policy,
      options.shrinkSeconds ?? SHRINK_SECONDS,
      signal,
    );
    const confirmed = await confirmedBy(host, small, arithmetic, policy);
    const cures = await curesOf(host, small, demanding);
    const found = { calls, call: fault.call, ratio: fault.defect?.ratio ?? null };
    failure = { ...small, regimes: regimesOf(small.calls), foundAt, found, cures, confirmed };
  }
  const rejected = strict && warnings.some(({ accepted }) => !accepted);
  return {
    schema: 2,
    kernel: host.name,
    dtype: host.dtype,
    declares: host.declares,
    strict,
    nondeterministic,
    batchInvariant,
    seed,
    verdict: failure || rejected ? 'fail' : signal?.aborted ? 'undecided' : 'pass',
    cases,
    calls,
    stages: worst.verdicts(),
    regimes: coverage.regimes,
    pairs: { reached: coverage.pairs, all: PAIRS },
    largest: coverage.largest,
    batches: batchInvariant ? random.batches : null,
    warnings,
    failure,
    interrupted: signal?.aborted ?? false,
    seconds: (performance.now() - started) / 1000,
  };
}
