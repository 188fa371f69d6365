/** A call's sequences in other batches: what belongs to a sequence alone must be the same there, bit by bit. */
import { dtypeOf, SMALLEST_NORMAL, type StepInput } from '../../model/stepInput.ts';
import { keepSequences } from '../cases/shrink.ts';
import type { StepOutput } from '../kernel.ts';
import type { Difference } from './differences.ts';
import { elementAt, type JudgedStage, OWN_STAGES, valuesOf } from './stages.ts';

/** Another batch with sequences of a call. */
export interface OtherBatch {
  /** How a sequence stands in it, as the end of "when it is called ..". */
  readonly how: string;
  readonly input: StepInput;
  /** For each of its sequences the index in the call; null for a sequence that is not of the call. */
  readonly rows: readonly (number | null)[];
  /** Whether its loss must be that of the call. */
  readonly sameLoss: boolean;
}

/** A sequence unlike the call's first: every id of it one higher, the largest 0. */
function besideAnother(input: StepInput): StepInput {
  const B = input.queries.length;
  const { contextLength, vocabulary } = input;
  const wider = keepSequences(input, [...input.queries.keys(), 0]);
  const other = (ids: Int32Array, from: number) =>
    ids.map((id, i) => (i < from ? id : (id + 1) % vocabulary));
  return {
    ...wider,
    contexts: other(wider.contexts, B * contextLength),
    queries: other(wider.queries, B),
    targets: other(wider.targets, B),
  };
}

/**
 * The mean of two equal losses is the loss, without rounding: twice a number and half a number are exact. Not among
 * subnormal numbers, of which half a number is rounded or flushed.
 */
const doubles = (input: StepInput, { loss }: StepOutput): boolean =>
  loss === 0 || Math.abs(loss) >= 4 * SMALLEST_NORMAL[dtypeOf(input)];

/**
 * The other batches of a call: its last sequence alone; all of them, each one place further; all of them and another; a
 * single sequence twice. A kernel without stages shows what is a sequence's own only by the loss of a single
 * sequence: then only that, twice.
 */
export function otherBatches(input: StepInput, output: StepOutput): OtherBatch[] {
  const B = input.queries.length;
  const all = [...input.queries.keys()];
  const batches: OtherBatch[] = [];
  const add = (how: string, rows: readonly number[], sameLoss = false) =>
    batches.push({ how, input: keepSequences(input, rows), rows, sameLoss });
  if (B === 1) add('twice in one batch', [0, 0], doubles(input, output));
  if (!OWN_STAGES.some((stage) => output.stages?.[stage])) return batches.filter(({ sameLoss }) => sameLoss);
  if (B > 1) {
    add('alone', [B - 1]);
    add('in another place of its batch', [...all.slice(1), 0]);
  }
  batches.push({
    ...{ how: 'with another sequence beside it', input: besideAnother(input) },
    ...{ rows: [...all, null], sameLoss: false },
  });
  return batches;
}

/** What was compared in other batches. */
export interface BatchRecord {
  /** Number of sequences that were compared with themselves in another batch. */
  readonly compared: number;
  /** Stages that were compared. */
  readonly stages: readonly JudgedStage[];
  /** The first difference, in the call's rows and columns, and the batch that shows it. */
  readonly difference?: Difference & { readonly how: string };
}

/** Compares the call's answer with that of another batch: the first stage, then the first element that differs. */
export function compareBatch(
  input: StepInput,
  output: StepOutput,
  { how, rows, sameLoss }: OtherBatch,
  answer: StepOutput,
): BatchRecord {
  const stages = [
    ...OWN_STAGES.filter((stage) => output.stages?.[stage]),
    ...(sameLoss ? (['loss'] as const) : []),
  ];
  const compared = rows.filter((row) => row !== null).length;
  for (const stage of stages) {
    const [a, b] = [valuesOf(output, stage)!, valuesOf(answer, stage)];
    const columns = stage === 'loss' ? 1 : a.length / input.queries.length;
    for (const [i, row] of stage === 'loss' ? [[0, 0] as const] : rows.entries()) {
      if (row === null) continue;
      for (let j = 0; j < columns; j++) {
        const [first, second] = [a[row * columns + j], b?.[i * columns + j]];
        if (Object.is(first, second)) continue;
        const at = elementAt(input, stage, row * columns + j);
        return { compared, stages, difference: { stage, at, first, second, how } };
      }
    }
  }
  return { compared, stages };
}
