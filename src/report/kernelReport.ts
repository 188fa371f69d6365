/** A kernel's result for people (terminal, Markdown) and for programs (one JSON document). */

import { safeLine } from '../io/text.ts';
import type { Shape } from '../kernels/cases/envelope.ts';
import type { BatchCoverage } from '../kernels/judging/caseTally.ts';
import type { CallFault } from '../kernels/judging/judgeRecord.ts';
import type { StageDefect } from '../kernels/judging/ledger.ts';
import type { Spread } from '../kernels/judging/spread.ts';
import { type Declaration, STAGES } from '../kernels/kernel.ts';
import type { KernelFailure, KernelResult } from '../kernels/run.ts';
import type { StepInput } from '../model/stepInput.ts';
import type { Paint } from './colour.ts';
import { count, duration, short, wrap } from './format.ts';
import { stageLines, stageRatioText, stagesTitle } from './kernelStages.ts';

/** `Y[3, 5]` as the field names it: `row of token 3, column of id 5`. */
function elementText({ stage, at: [i, j] }: Pick<StageDefect, 'stage' | 'at'>, input: StepInput): string {
  switch (stage) {
    case 'loss':
      return 'the mean over the batch';
    case 'attention':
      return `sequence ${i}, position ${j} (token ${input.contexts[i * input.contextLength + j]})`;
    case 'features':
    case 'backpropagated':
      return `sequence ${i}, token ${j}`;
    case 'logits':
    case 'probabilities':
    case 'residual':
      return `sequence ${i}, id ${j}${input.targets[i] === j ? ', the target' : ''}`;
    case 'gradientZ':
    case 'velocityZ':
    case 'Z':
      return `[${i}, ${j}]: query ${i}, token ${j}`;
    default:
      return `[${i}, ${j}]: token ${i}, id ${j}`;
  }
}

const sizeText = ({ vocabulary, contextLength, batch }: Shape): string =>
  `M = ${vocabulary}, T - 1 = ${contextLength}, B = ${batch}`;
const shapeText = (input: StepInput): string => sizeText({ ...input, batch: input.queries.length });

const shapeOf = ({ vocabulary, contextLength, queries }: StepInput) => ({
  vocabulary,
  contextLength,
  batch: queries.length,
});

/** Up to nine digits: enough to tell float32 values apart. */
const digits = (x: number): string => (Number.isFinite(x) ? String(Number(x.toPrecision(9))) : String(x));
/** Every digit: two values that differ look different, -0 and 0 too. */
const bits = (x: number): string => (Object.is(x, -0) ? '-0' : String(x));

/** What was found wrong, without the case. */
export function faultText(
  { kind, message, defect, difference, shownBy }: CallFault,
  input: StepInput,
): string {
  if (defect) {
    const second = shownBy === 'again' ? ' in the second of two equal calls' : '';
    return `${kind} exceeds its error bound${second} at ${elementText(defect, input)}: got ${digits(defect.got)}, expected ${digits(defect.exact)}, error ${short(defect.error)}, bound ${short(defect.bound)}, ratio ${stageRatioText(defect.ratio)}`;
  }
  if (!difference) return `${kind}: ${message}`;
  const { first, second } = difference;
  const values = `${bits(first)}, then ${second === undefined ? 'nothing' : bits(second)}`;
  return `${kind}: ${message}, at ${elementText(difference, input)}: ${values}`;
}

/** Small enough to be read. */
const READABLE = 16;

/** Small arrays in lines of the width, others a line each. */
function* caseLines(failure: KernelFailure, width: number): Generator<string> {
  for (const [i, input] of failure.calls.entries()) {
    const which = failure.calls.length > 1 ? `call ${i + 1} of ${failure.calls.length}: ` : '';
    yield* wrap(
      `${which}${shapeText(input)}, etaY = ${digits(input.etaY)}, etaZ = ${digits(input.etaZ)}, momentum = ${digits(input.momentum)}`,
      width,
      '  ',
    );
    const arrays = ['contexts', 'queries', 'targets', 'Y', 'Z', 'velocityY', 'velocityZ'] as const;
    const texts = arrays.map((name) => {
      const values = Array.from(input[name] as ArrayLike<number>);
      if (values.every((x) => x === 0) && values.length > 4) return `${name} all 0`;
      if (values.length <= READABLE) return `${name} ${values.map(digits).join(' ')}`;
      return `${name} ${count(values.length, 'number')}, in the file`;
    });
    yield* wrap(texts.join('; '), width, '    ');
  }
}

/** Where a failure's case is kept, and how to see it again. */
export interface Saved {
  readonly file: string;
  readonly replay: string;
}

/** What would make the case pass, with the option's name. */
export function* cureTexts({ cures, fault }: KernelFailure): Generator<string> {
  if (cures.subtracts)
    yield 'It passes at the standard level: e_n - alpha seems to be a difference, 1 - alpha_n, at the target. Compute it as the sum of the other probabilities there, or accept it: --accept frozen-residual.';
  if (cures.unused !== null)
    yield `It passes if the shown ${cures.unused} is not seen. If the kernel goes on from finer values than it shows (an accumulator that is rounded for the output alone), show those, or leave this stage out; if not, the error is small enough to hide behind the error of ${cures.unused}.`;
  if (cures.expError !== null)
    yield `An exp with a relative error of ${cures.expError} u explains it. If yours has that error, declare it: --exp-error ${cures.expError}, in a module declares: { expError: ${cures.expError} }.`;
  if (fault.kind === 'wrong output' && /got a Float64Array/.test(fault.message))
    yield 'A command that computes in float64 is tested with --dtype float64.';
}

/** Where the case was found and how large it was then; what follows is the case of the report. */
function foundText({ foundAt, found, repeats, trials }: KernelFailure): string {
  const where = foundAt === null ? 'in a long run' : `at random case ${foundAt + 1}`;
  const small = trials > 1 && repeats !== false;
  if (!small) return `Found ${where}:`;
  const many = found.calls.length > 1 ? `call ${found.call + 1} of ${found.calls.length}: ` : '';
  const ratio = found.ratio === null ? '' : `, ratio ${stageRatioText(found.ratio)}`;
  return `Found ${where} (${many}${shapeText(found.calls[found.call])}${ratio}); shrunk to:`;
}

function* failureLines(failure: KernelFailure, saved: Saved | null, width: number): Generator<string> {
  const { fault, calls, confirmed, repeats } = failure;
  // A traceback has lines of its own, which stay as they are.
  const [first, ...more] = faultText(fault, calls[Math.min(fault.call, calls.length - 1)]).split('\n');
  const decimals = confirmed === true ? ' Confirmed in 50 digits.' : '';
  yield* wrap(more.length > 0 ? first : `${first}.${decimals}`, width);
  for (const line of more) yield `    ${line}`;
  if (confirmed === false)
    yield* wrap(
      'Decimals of 50 digits do NOT confirm it: a fault of Snapcheck; please report it with the saved input.',
      width,
    );
  if (fault.kind === 'hung' || fault.kind === 'took too much memory')
    yield* wrap(
      `It was not tried again, since each trial lasts to the limit${fault.kind === 'hung' ? ' (--time-limit)' : ''}; the case is as it was found.`,
      width,
    );
  if (repeats === false)
    yield* wrap(
      'A freshly started kernel did not fail on it again: it takes earlier calls, or luck. The case is as it was found.',
      width,
    );
  for (const cure of cureTexts(failure)) yield* wrap(cure, width);
  yield* wrap(foundText(failure), width);
  yield* caseLines(failure, width);
  yield* wrap(`regimes: ${failure.regimes.join('; ')}`, width, '  ');
  if (saved) {
    yield `replay: ${saved.replay}`;
  }
}

/** What was compared in other batches. */
function batchText({ sequences, stages }: BatchCoverage): string {
  if (sequences === 0)
    return 'Batches: nothing was compared: it shows no stages, and no call was of a single sequence.';
  const own = stages.some((stage) => stage !== 'loss');
  const how = own ? '' : ' alone, of single sequences: it shows no stages of a sequence';
  return `Batches: ${count(sequences, 'sequence')} compared with themselves in another batch, by ${stages.join(', ')}${how}.`;
}

const expText = (error: Declaration['expError']): string =>
  typeof error === 'object' ? `${error.ulps} + ${error.perUnit} |x| ulp` : `${error} u`;

const declaredText = ({ declares }: KernelResult, width: number): string[] => {
  const { expError, stagePrecision = {}, accumulate = {} } = declares;
  const stages = STAGES.flatMap((stage) => {
    const low = stagePrecision[stage];
    const sums = accumulate[stage] ?? (low && 'float32');
    if (!sums) return [];
    return `${stage} ${low ? `in ${low} with` : 'with'} sums in ${sums}`;
  });
  const said = [...(expError === undefined ? [] : [`exp within ${expText(expError)}`]), ...stages];
  return said.length > 0 ? wrap(`declared, and judged by: ${said.join(', ')}`, width) : [];
};

/** The answer, in a line. */
export function answerOf({ verdict, failure, interrupted, cases }: KernelResult): string {
  if (failure) {
    const { kind, defect } = failure.fault;
    return `Fails: ${kind}${defect ? ' exceeds its error bound' : ''}`;
  }
  if (interrupted) return `Interrupted after ${count(cases, 'case')}`;
  return verdict === 'pass' ? 'Passes' : 'Fails (strict: a warning was not accepted)';
}

/** What helps against a warning that fails the kernel. */
const warningCure = (id: string): string =>
  id === 'frozen-residual'
    ? 'At the target, compute e_n - alpha as the sum of the other probabilities, or accept it: --accept frozen-residual.'
    : `It passes with --accept ${id}.`;

/** The report on a terminal: the answer and the failure first, on one screen of 80x24 where the case is small. */
export function kernelText(result: KernelResult, saved: Saved | null, width: number, paint: Paint): string {
  const { stages, failure, regimes, warnings, verdict, interrupted } = result;
  const answer = answerOf(result);
  const colour = interrupted && !failure ? 'bold' : verdict === 'pass' ? 'green' : 'red';
  const lines = [
    paint(answer, colour),
    // With a word before it, no name looks like the answer.
    `kernel: ${paint(safeLine(result.kernel), 'bold')}, ${result.dtype}, ${result.strict ? 'strict' : 'standard'} level${result.nondeterministic ? '; equal calls may differ' : ''}`,
    ...declaredText(result, width),
    ...(failure ? failureLines(failure, saved, width) : []),
  ];
  if (stages.length > 0)
    lines.push('', ...wrap(stagesTitle(result), width), ...stageLines(stages, width, paint));
  const shown = new Set(stages.map(({ stage }) => stage));
  if (!shown.has('attention') && !shown.has('logits') && stages.length > 0)
    lines.push(...wrap('It shows no stages: outputs were judged end to end, by wider bounds.', width));
  if (result.batches && (result.batches.sequences > 0 || verdict === 'pass'))
    lines.push(...wrap(batchText(result.batches), width));
  for (const { id, text, accepted } of warnings)
    lines.push(
      '',
      ...wrap(`${accepted ? 'accepted' : 'warning'} ${id}: ${text}`, width),
      ...(result.strict && !accepted ? wrap(warningCure(id), width) : []),
      '',
    );
  const reached = Object.entries(regimes);
  const missed = reached.filter(([, n]) => n === 0).map(([id]) => id);
  if (missed.length > 0 && missed.length <= 10)
    lines.push(...wrap(`not reached: ${missed.join('; ')}`, width));
  lines.push(
    ...wrap(
      `${count(result.cases, 'case')}, ${count(result.calls, 'call')}; ${reached.length - missed.length} of ${reached.length} regimes, ${result.pairs.reached} of ${result.pairs.all} pairs of them; sizes up to ${sizeText(result.largest)}; seed ${result.seed}, ${duration(result.seconds)}.`,
      width,
    ),
  );
  return lines.join('\n');
}

/** Infinity has no place in JSON. */
export const jsonNumber = (x: number): number | string => (Number.isFinite(x) ? x : String(x));

/** One JSON document; `failure` names the file that holds the case. */
export function kernelDocument(result: KernelResult, saved: Saved | null): object {
  const { failure, stages, ...rest } = result;
  const numbers = ({ ulp, ratio }: Spread) => ({ ulp: jsonNumber(ulp), ratio: jsonNumber(ratio) });
  return {
    ...rest,
    stages: stages.map(({ spread, ...stage }) => ({
      ...stage,
      ...{ worstRatio: jsonNumber(stage.worstRatio), worstUlp: jsonNumber(stage.worstUlp) },
      ...(spread && { spread: numbers(spread) }),
    })),
    failure: failure && failureDocument(failure, saved),
  };
}

function failureDocument(failure: KernelFailure, saved: Saved | null) {
  const { fault, calls, regimes, repeats, confirmed, foundAt, found, cures, trials } = failure;
  const { defect, difference } = fault;
  const call = Math.min(fault.call, calls.length - 1);
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
    ...(difference && {
      difference: {
        ...{ stage: difference.stage, element: difference.at, first: jsonNumber(difference.first) },
        second: difference.second === undefined ? null : jsonNumber(difference.second),
      },
    }),
    call,
    calls: calls.length,
    shape: shapeOf(calls[call]),
    regimes,
    foundAt,
    found: {
      shape: shapeOf(found.calls[found.call]),
      calls: found.calls.length,
      ratio: found.ratio === null ? null : jsonNumber(found.ratio),
    },
    cures,
    repeats,
    confirmed,
    trials,
    input: saved?.file ?? null,
    replay: saved?.replay ?? null,
  };
}
