/**
 * Long runs: the kernel continues from its own results, and each step is compared with the exact step from the same
 * state, so that any drift beyond the accumulated bounds is detected. Problems of training within the bounds are
 * reported as warnings: parameters that stop changing for a numerical reason (a false snap), and trajectories that
 * diverge from the exact trajectory.
 */
import { doubleDouble } from '../../arithmetic/doubleDouble.ts';
import type { Field } from '../../arithmetic/field.ts';
import { float64 } from '../../arithmetic/float64.ts';
import { MATRICES, type StepInput } from '../../model/stepInput.ts';
import { type State, step } from '../../model/training.ts';
import type { KernelCase } from '../cases/cases.ts';
import { layoutOf } from '../cases/layoutOf.ts';
import { checkCalls, type DefectObserver } from '../judging/checkCalls.ts';
import { type CallFault, referenceFor } from '../judging/judgeRecord.ts';
import type { Roundoff } from '../judging/roundoff.ts';
import type { KernelHost, StepOutput } from '../kernel.ts';
import type { KernelWarningId } from '../warnings.ts';
import { type LongRun, saturation, training } from './inputs.ts';
import { Stagnation } from './stagnation.ts';

/** A problem for training that is within the error bounds. */
export interface KernelWarning {
  readonly id: KernelWarningId;
  readonly run: string;
  /** The first step at which it occurs, counting from 1. */
  readonly step: number;
  readonly text: string;
  readonly accepted?: boolean;
}

/** A trajectory has parted from the reference if its distance exceeds this fraction of the reference's displacement. */
const PARTING = 0.01;

function exactStart<T>(F: Field<T>, input: StepInput): State<T> {
  const { vocabulary: M } = input;
  const [Y, Z, velocityY, velocityZ] = MATRICES.map((name) =>
    Array.from({ length: M }, (_, i) => Array.from(input[name].subarray(i * M, (i + 1) * M), F.of)),
  );
  return { Y, Z, velocityY, velocityZ };
}

/** The next state of the exact trajectory, on the batch of `input`. */
function exactStep<T>(F: Field<T>, state: State<T>, input: StepInput): State<T> {
  const { layout, counts } = layoutOf(input);
  const weight = F.div(F.of(1), F.of(counts.length));
  const examples = counts.map((c, cls) => ({ cls, mass: c.map(F.of), weight }));
  return step(F, layout, state, examples, input).state;
}

/** max |a - b| over Y and Z. */
function distance<T>(F: Field<T>, a: State<T>, b: Pick<StepOutput, 'Y' | 'Z'>): number {
  let most = 0;
  for (const name of ['Y', 'Z'] as const)
    a[name].forEach((row, i) => {
      row.forEach((x, j) => {
        most = Math.max(most, Math.abs(F.toNumber(F.sub(x, F.of(b[name][i * row.length + j])))));
      });
    });
  return most;
}

interface LongRunsResult {
  readonly calls: number;
  readonly warnings: readonly KernelWarning[];
  /** The step that exceeds its bounds, as a case; null if there is none. */
  readonly failing: { readonly calls: KernelCase; readonly fault: CallFault } | null;
}

interface Settings {
  readonly seed: number;
  readonly watch?: DefectObserver;
  readonly signal?: AbortSignal;
}

async function runOne<T>(
  F: Field<T>,
  host: KernelHost,
  arithmetic: Roundoff,
  run: LongRun,
  { watch, signal }: Settings,
): Promise<LongRunsResult> {
  const start = run.start;
  let input = start;
  let exact = exactStart(F, start);
  let parted: { step: number; far: number; moved: number } | undefined;
  const stagnation = new Stagnation(run.id);
  let k = 0;
  for (; k < run.steps && !signal?.aborted; k++) {
    let output: StepOutput | undefined;
    const recording = {
      dtype: host.dtype,
      step: async (given: StepInput) => {
        output = await host.step(given);
        return output;
      },
    };
    const known = referenceFor(host.dtype, input);
    const fault = await checkCalls(recording, [input], arithmetic, { watch, references: [known] });
    if (fault || !output) return { calls: k + 1, warnings: [], failing: { calls: [input], fault: fault! } };
    stagnation.observe(k + 1, known, output);
    exact = exactStep(F, exact, input);
    if (!parted) {
      const far = distance(F, exact, output);
      const moved = distance(F, exact, start);
      if (far > PARTING * moved) parted = { step: k + 1, far, moved };
    }
    const { Y, Z, velocityY, velocityZ } = output;
    input = { ...input, ...run.batch(), Y, Z, velocityY, velocityZ };
  }
  const warnings = stagnation.warnings();
  const parting =
    parted &&
    `at step ${parted.step} the parameters lie ${parted.far.toPrecision(2)} from the exact trajectory, which has moved by ${parted.moved.toPrecision(2)}`;
  // A kernel that stagnates also parts from the reference: reported in one warning.
  const [first, ...rest] = warnings;
  if (parting && first)
    return { calls: k, warnings: [{ ...first, text: `${first.text}; ${parting}` }, ...rest], failing: null };
  if (parted && parting)
    warnings.push({ id: 'parts-from-reference', run: run.id, step: parted.step, text: parting });
  return { calls: k, warnings, failing: null };
}

/** Runs ordinary training, then training of a nearly saturated decoder. */
export async function longRuns(
  host: KernelHost,
  arithmetic: Roundoff,
  settings: Settings,
): Promise<LongRunsResult> {
  let calls = 0;
  const warnings: KernelWarning[] = [];
  for (const run of [training(host.dtype, settings.seed), saturation(host.dtype)]) {
    const one =
      host.dtype === 'float32'
        ? await runOne(float64, host, arithmetic, run, settings)
        : await runOne(doubleDouble, host, arithmetic, run, settings);
    calls += one.calls;
    warnings.push(...one.warnings);
    if (one.failing) return { calls, warnings, failing: one.failing };
  }
  return { calls, warnings, failing: null };
}
