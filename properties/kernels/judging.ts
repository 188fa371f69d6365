/** Random cases and their verdicts, for tests of the checks. */
import { regimeCases } from '../../fixtures/kernels/regimeCases.ts';
import { visitWorlds } from '../../src/decide/search.ts';
import { type KernelCase, kernelCases, runCases } from '../../src/kernels/cases/cases.ts';
import type { Envelope } from '../../src/kernels/cases/envelope.ts';
import { regimes } from '../../src/kernels/cases/regimes.ts';
import { judgeCall } from '../../src/kernels/judging/judge.ts';
import { referenceFor } from '../../src/kernels/judging/judgeRecord.ts';
import { atFault, type StageDefect } from '../../src/kernels/judging/ledger.ts';
import { kernelRoundoff, type Roundoff } from '../../src/kernels/judging/roundoff.ts';
import { JUDGED, type JudgedStage } from '../../src/kernels/judging/stages.ts';
import type { StepOutput } from '../../src/kernels/kernel.ts';
import { type Dtype, dtypeOf, type StepInput } from '../../src/model/stepInput.ts';

export const DTYPES: readonly Dtype[] = ['float32', 'float64'];
export const strictly = (dtype: Dtype): Roundoff => kernelRoundoff(dtype, {}, true);
export const usually = (dtype: Dtype): Roundoff => kernelRoundoff(dtype, {}, false);

/** Largest sizes in tests that are not about sizes: a call takes milliseconds. Regimes of larger sizes do not occur. */
export const SMALL: Envelope = { vocabulary: 96, contextLength: 300, batch: 16 };

/** Those of tests that are about a fault of any call, which a small input shows too. */
export const TINY: Envelope = { vocabulary: 24, contextLength: 60, batch: 4 };

/** Whether one of an input's sizes is beyond `SMALL`. */
export const beyondSmall = ({ vocabulary, contextLength, queries }: StepInput): boolean =>
  vocabulary > SMALL.vocabulary || contextLength > SMALL.contextLength || queries.length > SMALL.batch;

/** The judged stages that the plain kernel shows. */
export const PLAIN_STAGES = JUDGED.filter((stage) => stage !== 'residual' && stage !== 'backpropagated');

export const regime = (id: string) => regimes.find((one) => one.id === id)!;

/** Mixed cases within an envelope, or cases of one regime. */
export async function someCases(
  dtype: Dtype,
  runs: number,
  seed: number,
  of?: string | Envelope,
): Promise<KernelCase[]> {
  const cases: KernelCase[] = [];
  const worlds = typeof of === 'string' ? regimeCases([regime(of)], dtype) : kernelCases(dtype, of);
  await visitWorlds(worlds, { runs, seed }, (calls) => cases.push(calls) > 0);
  return cases;
}

/** The first cases of a run, within an envelope, of scores and logits up to `largest`. */
export const firstCases = (
  dtype: Dtype,
  runs: number,
  seed: number,
  envelope?: Envelope,
  largest?: number,
): KernelCase[] =>
  Array.from({ length: runs }, (_, index) => index).map(runCases(dtype, seed, envelope, largest));

export const verdicts = (input: StepInput, output: StepOutput, arithmetic = usually(dtypeOf(input))) =>
  judgeCall(referenceFor(dtypeOf(input), input), output, arithmetic);

export const firstAtFault = (defects: readonly StageDefect[]): JudgedStage | undefined =>
  defects.find(atFault)?.stage;
