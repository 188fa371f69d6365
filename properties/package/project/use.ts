/** A strict project's use of the library: it must compile, and where it says so it must not. */
import fc from 'fast-check';
import {
  asExpected,
  BadInput,
  type ExperimentResult,
  explain,
  fastTrainer,
  float64Trainer,
  inThread,
  type Kernel,
  KernelFault,
  type KernelResult,
  kernelCases,
  listClaims,
  listFindings,
  moduleHost,
  onset,
  presets,
  problems,
  type Result,
  reducedLayout,
  runExperiment,
  runKernel,
  type StepInput,
  syntheticProblem,
  verify,
  writeReport,
} from 'snapcheck';

export async function paper(): Promise<boolean> {
  const ids: string[] = [...listClaims().map(({ claim }) => claim), ...listFindings().map(({ id }) => id)];
  const result: Result = await verify({ claims: ids.slice(0, 1), runs: 2, seed: 1 });
  const { page } = await writeReport('report', result, listClaims(), 'a test');
  return asExpected(result) && page.endsWith('report.html');
}

export async function training(): Promise<ExperimentResult> {
  const problem = syntheticProblem(presets['syn-small']);
  const rates = { etaY: 1, etaZ: 1, momentum: 0 };
  const { tokens } = await explain({ problem, rates, steps: 5 }, { batch: 4, length: 8, seed: 1 });
  const steps = Math.ceil(onset({ vocabulary: problem.vocabulary, classes: tokens.length, etaY: 1 }));
  const experiment = {
    problem,
    ...rates,
    batch: 4,
    length: 8,
    steps,
    init: 'zero',
    seeds: 1,
    firstSeed: 1,
  } as const;
  await runExperiment(fastTrainer('wasm'), experiment);
  return await runExperiment(float64Trainer, experiment);
}

export async function judged(kernel: Kernel): Promise<KernelResult | string> {
  try {
    const host = await moduleHost('./kernel.mjs', { timeLimit: 1000 });
    await host.close();
    return await runKernel(inThread(kernel, { timeLimit: 1000 }), { runs: 10, accept: ['frozen-residual'] });
  } catch (error) {
    if (error instanceof BadInput) return error.faults.join();
    if (error instanceof KernelFault) return error.kind;
    throw error;
  }
}

export const worlds: fc.Arbitrary<[number, readonly StepInput[]]> = fc.tuple(
  problems.problem().map((problem) => reducedLayout(problem).tokens.length),
  kernelCases('float32'),
);

// Types that were lost would accept these.
// @ts-expect-error there is no option `claim`
verify({ claim: 'snap' });
// @ts-expect-error a rate is a number
explain({ problem: syntheticProblem(presets['syn-small']), rates: { etaY: '1', etaZ: 1, momentum: 0 } }, {});
// @ts-expect-error there is no such warning
runKernel(inThread({} as Kernel, { timeLimit: 1000 }), { accept: ['frozen'] });
