/** `snapcheck kernel --bench`: correct digits and time of a step of kernels at the published sizes. */
import { decimal, exactDecimal } from '../arithmetic/decimal.ts';
import { type DoubleDouble, doubleDouble } from '../arithmetic/doubleDouble.ts';
import { KernelFault, type KernelHost, type StepOutput } from '../kernels/kernel.ts';
import { fullLayout } from '../model/layout.ts';
import type { Problem } from '../model/problem.ts';
import { type Batch, batches } from '../model/sampling.ts';
import { type Dtype, floats, type StepInput } from '../model/stepInput.ts';
import { type Uniform, uniformStream } from '../model/uniform.ts';
import { examplesOf } from '../trainers/experiment.ts';
import { fieldTrainer } from '../trainers/fieldTrainer.ts';
import { correctDigits, ofDoubles, point, type Snapshot, snapshot, summary } from './digits.ts';
import type { BackendRow, BenchDocument, TrainingRow } from './document.ts';
import { machine } from './machine.ts';
import { CASES } from './published.ts';
import { type Budget, timed } from './timing.ts';

/** The published protocol, with numbers that single precision holds. */
const [BATCH, LENGTH] = [128, 128];
const RATES = { etaY: 1, etaZ: 1, momentum: Math.fround(0.9) };
/** How much is measured. */
export interface KernelBenchSizes {
  /** Random starts whose trajectories are followed, and the steps after which they are compared. */
  readonly starts: number;
  readonly steps: readonly number[];
  /** Of the time of a call. */
  readonly budget: Budget;
}

const FULL: KernelBenchSizes = { starts: 3, steps: [1, 10, 100], budget: { seconds: 0.5, samples: 5 } };
/** -log10 of the unit roundoff. */
const DIGITS: Readonly<Record<Dtype, number>> = { float32: 24 * Math.log10(2), float64: 53 * Math.log10(2) };

/** One batch as a kernel gets it: the tokens of each context in random order. */
function sequencesOf(problem: Problem, batch: Batch, uniform: Uniform) {
  const contexts = batch.map(({ cls, counts }) => {
    const tokens = problem.classes[cls].tokens.flatMap((token, l) => Array<number>(counts[l]).fill(token));
    return tokens
      .map((token) => ({ token, key: uniform() }))
      .sort((a, b) => a.key - b.key)
      .map(({ token }) => token);
  });
  return {
    contexts: Int32Array.from(contexts.flat()),
    queries: Int32Array.from(batch, ({ cls }) => problem.classes[cls].query),
    targets: Int32Array.from(batch, ({ cls }) => problem.classes[cls].next),
  };
}

/** A run on one problem from one seed: the start, and every step's sequences. */
function* inputsOf(problem: Problem, seed: number): Generator<{ batch: Batch; input: StepInput }, never> {
  const { vocabulary: M } = problem;
  const uniform = uniformStream(seed);
  const start = () => floats('float32', M * M).map(() => (2 * uniform() - 1) / Math.sqrt(M));
  const zero = () => floats('float32', M * M);
  const state = { Y: start(), Z: start(), velocityY: zero(), velocityZ: zero() };
  const drawn = batches(problem, BATCH, LENGTH, uniform);
  while (true) {
    const batch = drawn.next().value as Batch;
    const sizes = { vocabulary: M, contextLength: LENGTH - 1 };
    yield { batch, input: { ...sizes, ...sequencesOf(problem, batch, uniform), ...state, ...RATES } };
  }
}

const rowsOf = (flat: ArrayLike<number>, M: number): number[][] =>
  Array.from({ length: M }, (_, i) => Array.from({ length: M }, (_, j) => flat[i * M + j]));

const D = decimal(70);
const exactly = ({ hi, lo }: DoubleDouble) => point(D.add(exactDecimal(hi), exactDecimal(lo)));

/** The trajectory in sums of two doubles, about 30 digits: of a kernel in float64 it has twice the digits. */
async function referenceRun(problem: Problem, seed: number, steps: readonly number[]): Promise<Snapshot[]> {
  const inputs = inputsOf(problem, seed);
  const M = problem.vocabulary;
  const seen: Snapshot[] = [];
  let session: Awaited<ReturnType<ReturnType<typeof fieldTrainer<DoubleDouble>>['start']>> | undefined;
  for (let step = 1; step <= steps[steps.length - 1]; step++) {
    const { batch, input } = inputs.next().value;
    session ??= await fieldTrainer(doubleDouble).start(
      fullLayout(problem),
      { Y: rowsOf(input.Y, M), Z: rowsOf(input.Z, M) },
      RATES,
    );
    session.step(examplesOf(batch));
    if (steps.includes(step))
      seen.push(snapshot({ steps: step, ...session.state(), J: session.objective() }, exactly));
  }
  return seen;
}

/** An input in the kernel's number type, from the state that its last step left. */
const inputFor = (dtype: Dtype, input: StepInput, last: StepOutput | undefined): StepInput => {
  const { Y, Z, velocityY, velocityZ } = last ?? input;
  const own = { Y, Z, velocityY, velocityZ };
  const typed = Object.fromEntries(Object.entries(own).map(([name, x]) => [name, floats(dtype, x)]));
  return { ...input, ...(typed as typeof own) };
};

async function kernelRun(
  host: KernelHost,
  problem: Problem,
  seed: number,
  steps: readonly number[],
  signal?: AbortSignal,
) {
  const inputs = inputsOf(problem, seed);
  const M = problem.vocabulary;
  const seen: Snapshot[] = [];
  let last: StepOutput | undefined;
  for (let step = 1; step <= steps[steps.length - 1]; step++) {
    last = await host.step(inputFor(host.dtype, inputs.next().value.input, last));
    if (steps.includes(step))
      seen.push(ofDoubles({ steps: step, Y: rowsOf(last.Y, M), Z: rowsOf(last.Z, M), J: -last.loss }));
    signal?.throwIfAborted();
  }
  return seen;
}

/** Time of one call at a published size, its answer in new arrays; a command's includes the transport of the matrices. */
async function timeOf(host: KernelHost, first: StepInput, budget: Budget) {
  const input = inputFor(host.dtype, first, undefined);
  return timed(() => host.step(input), budget);
}

/** The rows of one kernel. @throws KernelFault where it does not answer */
async function measured(
  host: KernelHost,
  references: readonly Snapshot[][],
  firsts: readonly StepInput[],
  { steps, budget }: KernelBenchSizes,
  next: (what: string) => Promise<void>,
  signal?: AbortSignal,
): Promise<{ backend: BackendRow; rows: TrainingRow[] }> {
  const digits: number[][] = [];
  for (const [i, reference] of references.entries()) {
    await next(`${host.name}: training for its digits`);
    const run = await kernelRun(host, CASES[0].problem, i + 1, steps, signal);
    digits.push(correctDigits(run, reference, DIGITS[host.dtype]));
  }
  const rows: TrainingRow[] = [];
  for (const [i, { problem, authors }] of CASES.entries()) {
    await next(`${host.name}: timing at M = ${problem.vocabulary}`);
    const secondsPerStep = await timeOf(host, firsts[i], budget);
    rows.push({
      ...{ backend: host.name, vocabulary: problem.vocabulary, classes: problem.classes.length },
      ...{ init: 'uniform', secondsPerStep, multiple: 1 / secondsPerStep.median / authors },
    });
  }
  const at = (k: number) => digits.map((run) => run[k]);
  const backend: BackendRow = {
    ...{ backend: host.name, digits: steps.map((step, k) => summary(step, at(k))) },
    ...{ secondsPerStep: rows[0].secondsPerStep, memory: null, worlds: references.length },
  };
  return { backend, rows };
}

/** What `benchKernels` takes. */
export interface KernelBenchOptions {
  /** The command line, stored in the document. */
  readonly command: string;
  readonly sizes?: KernelBenchSizes;
  readonly signal?: AbortSignal;
  /** Called with the finished fraction and what is measured now. */
  readonly onProgress?: (fraction: number, what: string) => void;
}

/**
 * Correct digits after 1, 10 and 100 steps of published training (M = 34, batch 128, T = 128, momentum 0.9, three random
 * starts), and the time of a step at M = 34, 240 and 1002. A kernel that does not answer
 * has a row with the reason. Does not close the hosts. After an abort: the finished rows.
 */
export async function benchKernels(
  hosts: readonly KernelHost[],
  { command, sizes = FULL, signal, onProgress }: KernelBenchOptions,
): Promise<BenchDocument> {
  const begun = performance.now();
  const [{ problem }] = CASES;
  const starts = Array.from({ length: sizes.starts }, (_, i) => i + 1);
  const backends: BackendRow[] = [];
  const training: TrainingRow[] = [];
  let done = 0;
  const total = starts.length + hosts.length * (starts.length + CASES.length);
  const next = async (what: string) => {
    onProgress?.(done++ / total, what);
    await new Promise(setImmediate);
    signal?.throwIfAborted();
  };
  try {
    const references: Snapshot[][] = [];
    for (const seed of starts) {
      await next('computing the reference');
      references.push(await referenceRun(problem, seed, sizes.steps));
    }
    // Of each problem the input that every kernel is timed on: matrices of up to a million numbers.
    const firsts = CASES.map(({ problem }) => inputsOf(problem, 1).next().value.input);
    for (const host of hosts)
      try {
        const { backend, rows } = await measured(host, references, firsts, sizes, next, signal);
        backends.push(backend);
        training.push(...rows);
      } catch (error) {
        if (!(error instanceof KernelFault)) throw error;
        const skipped = `it did not answer: ${error.kind}, ${error.message}`;
        backends.push({ backend: host.name, digits: [], secondsPerStep: null, memory: null, skipped });
      }
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
  return {
    schema: 1,
    command,
    made: new Date().toISOString(),
    machine: machine(),
    work: `Published training (M = 34, K = 2, batch 128, T = 128, etaY = etaZ = 1, momentum 0.9) from ${starts.length} random start${starts.length > 1 ? 's' : ''}; times are of one call.`,
    ...{ backends, training, population: [], scaling: [] },
    seconds: (performance.now() - begun) / 1000,
    interrupted: signal?.aborted ?? false,
  };
}
