/** Random cases and verdicts on them, for tests of the judge. */
import { visitWorlds } from '../../src/decide/search.ts';
import { type KernelCase, kernelCases, regimeCases } from '../../src/generators/kernelCases.ts';
import { regimes } from '../../src/generators/kernelRegimes.ts';
import { type Arithmetic, kernelArithmetic } from '../../src/kernels/arithmetic.ts';
import { judge } from '../../src/kernels/judge.ts';
import { referenceFor } from '../../src/kernels/judgeRecord.ts';
import type { StepOutput } from '../../src/kernels/kernel.ts';
import { atFault, type JudgedStage, type StageDefect } from '../../src/kernels/ledger.ts';
import { type Dtype, dtypeOf, type StepInput } from '../../src/model/stepInput.ts';

export const DTYPES: readonly Dtype[] = ['float32', 'float64'];
export const strictly = (dtype: Dtype): Arithmetic => kernelArithmetic(dtype, {}, true);
export const usually = (dtype: Dtype): Arithmetic => kernelArithmetic(dtype, {}, false);

export const regime = (id: string) => regimes.find((one) => one.id === id)!;

/** Mixed cases, or cases of one regime. */
export async function someCases(
  dtype: Dtype,
  runs: number,
  seed: number,
  only?: string,
): Promise<KernelCase[]> {
  const cases: KernelCase[] = [];
  const worlds = only ? regimeCases([regime(only)], dtype) : kernelCases(dtype);
  await visitWorlds(worlds, { runs, seed }, (calls) => cases.push(calls) > 0);
  return cases;
}

export const verdicts = (input: StepInput, output: StepOutput, arithmetic = usually(dtypeOf(input))) =>
  judge(referenceFor(dtypeOf(input), input), output, arithmetic);

export const firstAtFault = (defects: readonly StageDefect[]): JudgedStage | undefined =>
  defects.find(atFault)?.stage;
