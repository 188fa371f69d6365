/** `--dump`: cases with the exact value and the error bound of every element, as files for a harness of one's own. */
import { join } from 'node:path';
import { writeWhole } from '../../io/write.ts';
import { type Dtype, dtypeOf, MATRICES, type StepInput } from '../../model/stepInput.ts';
import { runCases } from '../cases/cases.ts';
import { type Expected, expectedOf } from '../judging/expected.ts';
import { referenceFor } from '../judging/judgeRecord.ts';
import { kernelRoundoff, largestDeclared } from '../judging/roundoff.ts';
import { JUDGED, type JudgedStage } from '../judging/stages.ts';
import type { Declaration } from '../kernel.ts';
import { npz, type Shaped } from './npz.ts';

/** Most numbers of a call that is written at all (32 MiB), and as JSON too. */
const [MOST_NUMBERS, MOST_JSON] = [2 ** 22, 2 ** 14];

interface DumpOptions {
  readonly dtype: Dtype;
  readonly declares: Declaration;
  /** Whether bounds are those of a kernel that keeps the digits of e_n - alpha. */
  readonly demanding: boolean;
  /** Cases, from the first of this seed: those that a run with the same seed checks. */
  readonly runs: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
  /** Called before each case with the number of cases so far. */
  readonly onCase?: (done: number) => void;
}

/** Calls that were written, and that were left out: too large, or with parameters that overflow. */
export interface Dumped {
  readonly cases: number;
  readonly calls: number;
  readonly leftOut: number;
}

type Shape = readonly number[];
function shapesOf({ vocabulary: M, contextLength, queries: { length: B } }: StepInput) {
  const square = [M, M];
  const stages: Record<JudgedStage, Shape> = {
    ...{ attention: [B, contextLength], features: [B, M], logits: [B, M], probabilities: [B, M], loss: [] },
    ...{ residual: [B, M], backpropagated: [B, M] },
    ...{ gradientY: square, gradientZ: square, velocityY: square, velocityZ: square, Y: square, Z: square },
  };
  return { stages, inputs: { contexts: [B, contextLength], queries: [B], targets: [B] } };
}

const numbersOf = (shapes: ReturnType<typeof shapesOf>): number =>
  [...Object.values(shapes.stages), ...Object.values(shapes.stages), ...MATRICES.map(() => shapes.stages.Y)]
    .map((shape: Shape) => shape.reduce((a, b) => a * b, 1))
    .reduce((a, b) => a + b);

function npzOf(input: StepInput, expected: Expected): Buffer {
  const { stages, inputs } = shapesOf(input);
  const integer = (x: number): Shaped => ({ values: Int32Array.of(x), shape: [] });
  const number = (x: number): Shaped => ({ values: Float64Array.of(x), shape: [] });
  const arrays: Record<string, Shaped> = {
    vocabulary: integer(input.vocabulary),
    contextLength: integer(input.contextLength),
    ...{ etaY: number(input.etaY), etaZ: number(input.etaZ), momentum: number(input.momentum) },
  };
  for (const name of ['contexts', 'queries', 'targets'] as const)
    arrays[name] = { values: input[name], shape: inputs[name] };
  for (const name of MATRICES) arrays[name] = { values: input[name], shape: stages.Y };
  for (const stage of JUDGED) {
    arrays[`expected_${stage}`] = { values: expected[stage].expected, shape: stages[stage] };
    arrays[`bound_${stage}`] = { values: expected[stage].bound, shape: stages[stage] };
  }
  return npz(arrays);
}

/** Every bit of a number survives; Infinity is a text, -0 stays. */
const numberText = (x: number): string =>
  Number.isFinite(x) ? (Object.is(x, -0) ? '-0' : String(x)) : JSON.stringify(String(x));
const listText = (xs: ArrayLike<number>): string => `[${Array.from(xs, numberText).join(',')}]`;
const fieldsText = (fields: Readonly<Record<string, string>>): string =>
  `{\n${Object.entries(fields)
    .map(([name, text]) => `    ${JSON.stringify(name)}: ${text}`)
    .join(',\n')}\n  }`;

function jsonOf(dtype: Dtype, input: StepInput, expected: Expected): string {
  const given = Object.entries(input).map(([name, value]) => [
    name,
    typeof value === 'number' ? numberText(value) : listText(value as ArrayLike<number>),
  ]);
  const all = (of: 'expected' | 'bound') =>
    fieldsText(Object.fromEntries(JUDGED.map((stage) => [stage, listText(expected[stage][of])])));
  const input_ = fieldsText(Object.fromEntries(given));
  return `{\n  "schema": 1,\n  "dtype": "${dtype}",\n  "input": ${input_},\n  "expected": ${all('expected')},\n  "bound": ${all('bound')}\n}\n`;
}

const readme = (
  { dtype, declares, demanding, seed }: DumpOptions,
  { cases, calls, leftOut }: Dumped,
) => `# Cases for a training kernel

${cases} cases of Snapcheck, seed ${seed}: ${calls} calls in ${dtype}${leftOut > 0 ? `, and ${leftOut} that are left out because they have more than ${MOST_NUMBERS} numbers, or parameters that overflow` : ''}. \`0003-2.npz\` is the second call of the third case; the calls of a case are made one after the other to the same kernel. Calls of at most ${MOST_JSON} numbers are there as JSON too, with flat, row-major arrays.

Each call has the input of a step, and of every stage and output its exact value (\`expected_..\`) and its error bound (\`bound_..\`), from the input alone. Every correct kernel satisfies |result - expected| <= bound, element by element, ${demanding ? 'if it keeps the digits of e_n - alpha (strict level)' : 'also if it computes e_n - alpha as a difference (standard level)'}. Its arithmetic: ${dtype}, exp within ${declares.expError ?? 4} u${Object.entries(
  declares.stagePrecision ?? {},
)
  .map(([stage, name]) => `, ${stage} in ${name}`)
  .join(
    '',
  )}. A bound is infinite where the exact value exceeds the range of ${dtype}, and for entries of \`backpropagated\` of tokens that are not in the context. \`snapcheck kernel\` itself sees more: it starts each stage from the kernel's own earlier stage, where bounds are tighter.

\`\`\`python
import glob

import numpy as np

from kernel import step  # your own: it takes and returns arrays by name

for file in sorted(glob.glob("*.npz")):
    case = {name: x.item() if x.ndim == 0 else x for name, x in np.load(file).items()}
    result = step({**case, "dtype": "${dtype}"})
    stages = result.pop("stages", {})
    for name, got in {**stages, **result}.items():
        error = np.abs(np.float64(got) - case["expected_" + name])
        # Compared so, NaN fails.
        assert np.all(error <= case["bound_" + name]), f"{file}: {name}"
\`\`\`
`;

/**
 * Writes the cases into a folder, with a README.
 * @throws the file system's error
 */
export async function dumpCases(folder: string, options: DumpOptions): Promise<Dumped> {
  const { dtype, declares, demanding, runs, seed, signal, onCase } = options;
  const arithmetic = kernelRoundoff(dtype, declares, demanding);
  let [cases, calls, leftOut] = [0, 0, 0];
  const caseAt = runCases(dtype, seed, undefined, largestDeclared(declares));
  for (let index = 0; index < runs; index++) {
    // So that a signal is heard.
    await new Promise(setImmediate);
    if (signal?.aborted) break;
    onCase?.(cases);
    cases += 1;
    for (const [i, input] of caseAt(index).entries()) {
      const numbers = numbersOf(shapesOf(input));
      if (numbers > MOST_NUMBERS) {
        leftOut += 1;
        continue;
      }
      const expected = expectedOf(referenceFor(dtypeOf(input), input), arithmetic);
      // Parameters that overflow have no bound.
      if (['Y', 'Z'].some((name) => expected[name as 'Y' | 'Z'].bound.includes(Number.POSITIVE_INFINITY))) {
        leftOut += 1;
        continue;
      }
      const name = join(folder, `${String(cases).padStart(4, '0')}-${i + 1}`);
      writeWhole(`${name}.npz`, npzOf(input, expected));
      if (numbers <= MOST_JSON) writeWhole(`${name}.json`, jsonOf(dtype, input, expected));
      calls += 1;
    }
  }
  const dumped = { cases, calls, leftOut };
  writeWhole(join(folder, 'README.md'), readme(options, dumped));
  return dumped;
}
