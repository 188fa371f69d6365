/** Two kernels on the same inputs: how far their answers lie apart. */
import { DEFAULT_SEED } from '../model/seeds.ts';
import { type Dtype, dtypeOf, type Floats, floats, MATRICES, type StepInput } from '../model/stepInput.ts';
import { runCases } from './cases/cases.ts';
import { DEFAULT_ENVELOPE, type Envelope } from './cases/envelope.ts';
import { referenceFor } from './judging/judgeRecord.ts';
import { kernelRoundoff, largestDeclared } from './judging/roundoff.ts';
import { spreadOf } from './judging/spread.ts';
import { JUDGED, type JudgedStage, valuesOf } from './judging/stages.ts';
import { KernelFault, type KernelHost, type StepOutput } from './kernel.ts';
import { checkKernelOptions } from './kernelChecks.ts';
import type { KernelOptions } from './run.ts';
import { COMPARED_CASES } from './sizes.ts';

/** One stage that both kernels show. */
export interface StageComparison {
  readonly stage: JudgedStage;
  /** Compared numbers, and how many of them are equal in every bit (of a float32 kernel and a float64 one: in value). */
  readonly numbers: number;
  readonly equal: number;
  /** The largest distance in units in the last place of the exact value, and as a multiple of the first kernel's error bound. */
  readonly worstUlp: number;
  readonly worstRatio: number;
  /** The case (from 0) of that multiple; null if all numbers are equal. */
  readonly case: number | null;
}

/** What `compareKernels` returns: plain JSON. */
export interface KernelComparison {
  readonly kernels: readonly [string, string];
  /** The number type of the inputs: float32 if either kernel has it. */
  readonly dtype: Dtype;
  readonly cases: number;
  readonly calls: number;
  /** Calls that one of them did not answer. */
  readonly unanswered: number;
  readonly stages: readonly StageComparison[];
}

/** The input in another number type, exactly: float32 numbers in float64. */
function widened(input: StepInput, dtype: Dtype): StepInput {
  if (dtypeOf(input) === dtype) return input;
  const wide = Object.fromEntries(MATRICES.map((name) => [name, floats(dtype, input[name])]));
  return { ...input, ...(wide as Record<(typeof MATRICES)[number], Floats>) };
}

/** null: no answer, which the kernel's own verdict tells. */
async function answer(host: KernelHost, input: StepInput): Promise<StepOutput | null> {
  try {
    return await host.step(widened(input, host.dtype));
  } catch (error) {
    if (error instanceof KernelFault) return null;
    throw error;
  }
}

class Tally {
  readonly #stages = new Map<JudgedStage, { -readonly [K in keyof StageComparison]: StageComparison[K] }>();

  add(index: number, answers: readonly [StepOutput, StepOutput], spreads: ReturnType<typeof spreadOf>): void {
    for (const stage of JUDGED) {
      const spread = spreads[stage];
      if (!spread) continue;
      const none = { stage, numbers: 0, equal: 0, worstUlp: 0, worstRatio: 0, case: null };
      const kept = this.#stages.get(stage) ?? none;
      this.#stages.set(stage, kept);
      const [a, b] = answers.map((output) => valuesOf(output, stage)!);
      kept.numbers += a.length;
      for (let k = 0; k < a.length; k++) if (Object.is(a[k], b[k])) kept.equal += 1;
      kept.worstUlp = Math.max(kept.worstUlp, spread.ulp);
      if (spread.ratio > kept.worstRatio) {
        kept.worstRatio = spread.ratio;
        kept.case = index;
      }
    }
  }

  get stages(): StageComparison[] {
    return JUDGED.flatMap((stage) => this.#stages.get(stage) ?? []);
  }
}

/**
 * Calls two kernels with the first cases of a run, and compares every stage that both show. Neither is the reference:
 * `runKernel` judges each of them. Both within their bounds lie at most the sum of these apart. Does not close the hosts.
 * @throws BadInput with every fault of the options; NoKernel if a command cannot be started
 */
export async function compareKernels(
  first: KernelHost,
  second: KernelHost,
  options: Pick<KernelOptions, 'runs' | 'seed' | 'envelope' | 'signal' | 'onProgress'> = {},
): Promise<KernelComparison> {
  checkKernelOptions(options);
  const { runs = COMPARED_CASES, seed = DEFAULT_SEED, signal, onProgress } = options;
  for (const host of [first, second]) await host.ready?.();
  const dtype = first.dtype === 'float32' ? 'float32' : second.dtype;
  const envelope: Envelope = { ...DEFAULT_ENVELOPE, ...options.envelope };
  const largest = Math.min(largestDeclared(first.declares), largestDeclared(second.declares));
  const caseAt = runCases(dtype, seed, envelope, largest);
  const arithmetic = kernelRoundoff(dtype, first.declares, false);
  const tally = new Tally();
  let [cases, calls, unanswered] = [0, 0, 0];
  for (; cases < Math.min(runs, COMPARED_CASES) && !signal?.aborted; cases++) {
    onProgress?.(cases, Math.min(runs, COMPARED_CASES), 'comparing');
    for (const input of caseAt(cases)) {
      calls += 1;
      const answers = [await answer(first, input), await answer(second, input)] as const;
      const [a, b] = answers;
      if (a && b) tally.add(cases, [a, b], spreadOf(referenceFor(dtype, input), a, b, arithmetic));
      else unanswered += 1;
    }
    // So that a signal is heard.
    await new Promise(setImmediate);
  }
  const { stages } = tally;
  return { kernels: [first.name, second.name], dtype, cases, calls, unanswered, stages };
}
