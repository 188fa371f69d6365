/** A kernel's result for people (terminal, Markdown) and for programs (one JSON document). */

import { safeLine } from '../io/text.ts';
import type { CallFault } from '../kernels/judging/judgeRecord.ts';
import type { StageDefect } from '../kernels/judging/ledger.ts';
import type { KernelFailure, KernelResult } from '../kernels/run.ts';
import type { StepInput } from '../model/stepInput.ts';
import type { Paint } from './colour.ts';
import { count, duration, short, wrap } from './format.ts';
import { STAGE_MARKS } from './symbols.ts';

/** `Y[3, 5]` as the field names it: `row of token 3, column of id 5`. */
function elementText({ stage, at: [i, j] }: Pick<StageDefect, 'stage' | 'at'>, input: StepInput): string {
  switch (stage) {
    case 'loss':
      return 'the mean over the batch';
    case 'attention':
      return `sequence ${i}, position ${j} (token ${input.contexts[i * input.contextLength + j]})`;
    case 'features':
      return `sequence ${i}, token ${j}`;
    case 'logits':
    case 'probabilities':
      return `sequence ${i}, id ${j}${input.targets[i] === j ? ', the target' : ''}`;
    case 'gradientZ':
    case 'velocityZ':
    case 'Z':
      return `[${i}, ${j}]: query ${i}, token ${j}`;
    default:
      return `[${i}, ${j}]: token ${i}, id ${j}`;
  }
}

const shapeText = ({ vocabulary, contextLength, queries }: StepInput): string =>
  `M = ${vocabulary}, T - 1 = ${contextLength}, B = ${queries.length}`;

/** Up to nine digits: enough to tell float32 values apart. */
const digits = (x: number): string => (Number.isFinite(x) ? String(Number(x.toPrecision(9))) : String(x));
const ratioText = (x: number): string => {
  if (!Number.isFinite(x)) return 'not finite';
  if (x > 0 && x < 0.001) return '< 0.001';
  return x < 1000 ? x.toPrecision(3) : x.toExponential(1);
};

/** What was found wrong, without the case. */
export const faultText = ({ kind, message, defect }: CallFault, input: StepInput): string =>
  defect
    ? `${kind} exceeds its error bound at ${elementText(defect, input)}: got ${digits(defect.got)}, expected ${digits(defect.exact)}, error ${short(defect.error)}, bound ${short(defect.bound)}, ratio ${ratioText(defect.ratio)}`
    : `${kind}: ${message}`;

/** Small enough to be read. */
const READABLE = 16;

function* caseLines(failure: KernelFailure): Generator<string> {
  for (const [i, input] of failure.calls.entries()) {
    const which = failure.calls.length > 1 ? `call ${i + 1} of ${failure.calls.length}: ` : '';
    yield `${which}${shapeText(input)}, etaY = ${digits(input.etaY)}, etaZ = ${digits(input.etaZ)}, momentum = ${digits(input.momentum)}`;
    const arrays = ['contexts', 'queries', 'targets', 'Y', 'Z', 'velocityY', 'velocityZ'] as const;
    for (const name of arrays) {
      const values = Array.from(input[name] as ArrayLike<number>);
      if (values.every((x) => x === 0) && values.length > 4) yield `  ${name} all 0`;
      else if (values.length <= READABLE) yield `  ${name} ${values.map(digits).join(' ')}`;
      else yield `  ${name} ${count(values.length, 'number')}, in the file`;
    }
  }
}

/** Where a failure's case is kept, and how to see it again. */
export interface Saved {
  readonly file: string;
  readonly replay: string;
}

function* failureLines(failure: KernelFailure, saved: Saved | null, width: number): Generator<string> {
  const { fault, calls, confirmed, repeats, foundAt, trials } = failure;
  yield* wrap(faultText(fault, calls[Math.min(fault.call, calls.length - 1)]), width);
  if (confirmed === true) yield 'Decimals of 50 digits agree with what was expected.';
  if (confirmed === false)
    yield 'Decimals of 50 digits do NOT confirm it: a fault of Snapcheck; please report it with the saved input.';
  if (fault.kind === 'hung' || fault.kind === 'took too much memory')
    yield 'It was not tried again, since each trial lasts to the limit; the case is as it was found.';
  if (repeats === false)
    yield* wrap(
      'A freshly started kernel did not fail on it again: it takes earlier calls, or luck. The case is as it was found.',
      width,
    );
  const where = foundAt === null ? 'in a long run' : `at random case ${foundAt + 1}`;
  yield `Found ${where}${trials > 1 && repeats !== false ? ', made small' : ''}:`;
  for (const line of caseLines(failure)) yield `  ${line}`;
  yield* wrap(`regimes: ${failure.regimes.join('; ')}`, width, '  ');
  if (saved) {
    yield `saved:  ${saved.file}`;
    yield `replay: ${saved.replay}`;
  }
}

const declaredText = ({ declares }: KernelResult): string[] => {
  const said = [
    ...(declares.expError === undefined ? [] : [`exp within ${declares.expError} u`]),
    ...Object.entries(declares.stagePrecision ?? {}).map(([stage, name]) => `${stage} in ${name}`),
  ];
  return said.length > 0 ? [`declared, and judged by: ${said.join(', ')}`] : [];
};

/** The report on a terminal. */
export function kernelText(result: KernelResult, saved: Saved | null, width: number, paint: Paint): string {
  const { stages, failure, regimes, warnings } = result;
  const lines = [
    `${paint(safeLine(result.kernel), 'bold')}  ${result.dtype}, ${result.strict ? 'strict' : 'standard'} level`,
    ...declaredText(result),
    '',
    '  stage            worst error / bound',
    ...stages.map(({ stage, worstRatio, verdict }) => {
      const mark = paint(STAGE_MARKS[verdict].symbol, verdict === 'pass' ? 'green' : 'red');
      return `  ${stage.padEnd(14)} ${mark} ${ratioText(worstRatio).padStart(12)}`;
    }),
  ];
  const shown = new Set(stages.map(({ stage }) => stage));
  if (!shown.has('attention') && !shown.has('logits') && stages.length > 0)
    lines.push('', ...wrap('It shows no stages: outputs were judged end to end, by wider bounds.', width));
  const reached = Object.entries(regimes);
  const missed = reached.filter(([, n]) => n === 0).map(([id]) => id);
  lines.push(
    '',
    `${count(result.cases, 'case')}, ${count(result.calls, 'call')}; ${reached.length - missed.length} of ${reached.length} regimes reached`,
  );
  if (missed.length > 0 && missed.length <= 10)
    lines.push(...wrap(`not reached: ${missed.join('; ')}`, width));
  for (const { id, text, accepted } of warnings)
    lines.push('', ...wrap(`${accepted ? 'accepted' : 'warning'} ${id}: ${text}`, width));
  if (failure) lines.push('', paint('Failure', 'bold'), ...failureLines(failure, saved, width));
  const rejected = result.verdict === 'fail' && !failure;
  lines.push(
    '',
    result.interrupted
      ? `Interrupted after ${count(result.cases, 'case')}.`
      : `${result.verdict === 'pass' ? paint('Passes', 'green') : paint('Fails', 'red')}${rejected ? ' (strict: a warning was not accepted)' : ''}; seed ${result.seed}, ${duration(result.seconds)}.`,
  );
  return lines.join('\n');
}

/** Infinity has no place in JSON. */
const jsonNumber = (x: number): number | string => (Number.isFinite(x) ? x : String(x));

/** One JSON document; `failure` names the file that holds the case. */
export function kernelDocument(result: KernelResult, saved: Saved | null): object {
  const { failure, stages, ...rest } = result;
  return {
    ...rest,
    stages: stages.map((stage) => ({ ...stage, worstRatio: jsonNumber(stage.worstRatio) })),
    failure: failure && failureDocument(failure, saved),
  };
}

function failureDocument(failure: KernelFailure, saved: Saved | null) {
  const { fault, calls, regimes, repeats, confirmed, foundAt, trials } = failure;
  const { defect } = fault;
  const call = Math.min(fault.call, calls.length - 1);
  const { vocabulary, contextLength, queries } = calls[call];
  return {
    stage: fault.kind,
    message: faultText(fault, calls[call]),
    ...(defect && {
      element: defect.at,
      got: jsonNumber(defect.got),
      expected: defect.exact,
      error: jsonNumber(defect.error),
      bound: defect.bound,
      ratio: jsonNumber(defect.ratio),
    }),
    call,
    calls: calls.length,
    shape: { vocabulary, contextLength, batch: queries.length },
    regimes,
    foundAt,
    repeats,
    confirmed,
    trials,
    input: saved?.file ?? null,
    replay: saved?.replay ?? null,
  };
}
