/** Reads and writes cases as files: readable JSON that preserves every bit of the numbers. */
import * as z from 'zod';
import type { Checked } from '../../io/badInput.ts';
import { readDocument } from '../../io/document.ts';
import { listOf, type ShapeFault } from '../../io/shape.ts';
import { dtypeOf, floats, LARGEST, RATES, type StepInput } from '../../model/stepInput.ts';
import type { KernelCase } from './cases.ts';

const SCHEMA = 1;
const IDS = ['contexts', 'queries', 'targets'] as const;
const FLOATS = ['Y', 'Z', 'velocityY', 'velocityZ'] as const;

/** The shortest decimal form of a double identifies it; every float32 is a double. */
const numberText = (x: number): string => (Object.is(x, -0) ? '-0' : String(x));

const inputText = (input: StepInput): string => {
  const fields = Object.entries({ dtype: dtypeOf(input), ...input }).map(([name, value]) => {
    const text = ArrayBuffer.isView(value)
      ? `[${Array.from(value as unknown as ArrayLike<number>, numberText).join(', ')}]`
      : JSON.stringify(value);
    return `      ${JSON.stringify(name)}: ${text}`;
  });
  return `    {\n${fields.join(',\n')}\n    }`;
};

/** @param about the failure, for human readers; ignored when the file is read */
export const savedCase = (calls: KernelCase, about: object): string =>
  JSON.stringify({ schema: SCHEMA, ...about, calls: null }, null, 2).replace(
    /null\n\}$/,
    () => `[\n${calls.map(inputText).join(',\n')}\n  ]\n}\n`,
  );

/** Most bytes of a saved case: enough for a vocabulary of 2049 where velocities are 0, and of 1800 where they are not. */
const MOST_SAVED_BYTES = 2 ** 28;
const MOST_CALLS = 10_000;

const INT32 = 2 ** 31 - 1;
const ids = listOf(z.int().min(0).max(INT32), { least: 1 });
const numbers = listOf(z.number(), { least: 1 });
const call = z.strictObject({
  dtype: z.enum(['float32', 'float64']),
  vocabulary: z.int().min(1).max(INT32),
  contextLength: z.int().min(1).max(INT32),
  ...{ contexts: ids, queries: ids, targets: ids },
  ...{ Y: numbers, Z: numbers, velocityY: numbers, velocityZ: numbers },
  ...{ etaY: z.number().min(0), etaZ: z.number().min(0), momentum: z.number().min(0).lt(1) },
});
type Call = z.output<typeof call>;
const shape = z.strictObject({
  schema: z.literal(SCHEMA),
  // For human readers.
  ...{ kernel: z.string().optional(), strict: z.boolean().optional(), failed: z.string().optional() },
  calls: listOf(call, { least: 1, most: MOST_CALLS }),
});

/**
 * In a step of context length T and batch B on a Y up to S, no stage before the parameters exceeds 8 B T S, for any
 * order of its sums. With |f|_1 <= sqrt T |f|_2 = sqrt T and sum |e_n - alpha| <= 2: |o| <= sqrt T S, |g| <= 2 S, |f.g| <=
 * 2 sqrt T S;
 * |g - f (f.g)|, also over |v|_2 >= 1/sqrt T, <= 4 T S; B of those are summed. A velocity is at most the
 * one before and 4 B T S. The parameters may overflow: then every result is accepted. Scores may be of any size: a difference
 * that overflows is minus infinity, with weight 0.
 */
const ROOM = 8;

/** Lengths, ids and numbers of a call that do not agree with its vocabulary, batch and dtype. */
function* callFaults(given: unknown): Generator<ShapeFault> {
  if (typeof given !== 'object' || given === null) return;
  const { dtype, vocabulary: M, contextLength, ...rest } = given as Record<keyof Call, unknown>;
  const list = (name: (typeof IDS | typeof FLOATS)[number]): unknown[] | undefined =>
    Array.isArray(rest[name]) ? (rest[name] as unknown[]) : undefined;
  const long = function* (name: (typeof IDS | typeof FLOATS)[number], length: number): Generator<ShapeFault> {
    const came = list(name)?.length;
    if (came !== undefined && length >= 1 && came !== length)
      yield { path: [name], message: `expected ${length} numbers, got ${came}` };
  };
  const batch = list('queries')?.length ?? Number.NaN;
  yield* long('targets', batch);
  yield* long('contexts', batch * Number(contextLength));
  for (const name of FLOATS) yield* long(name, Number(M) ** 2);
  for (const name of IDS)
    for (const [i, id] of list(name)?.entries() ?? [])
      if (typeof id === 'number' && id >= Number(M))
        yield { path: [name, i], message: `expected a token id below the vocabulary ${M}, got ${id}` };
  const size = (...names: (typeof FLOATS)[number][]) =>
    names
      .flatMap((name) => list(name) ?? [])
      .reduce<number>((most, x) => Math.max(most, Math.abs(Number(x))), 0);
  const most = LARGEST[dtype as Call['dtype']];
  if (ROOM * batch * Number(contextLength) * size('Y') > most)
    yield {
      path: [],
      message: `expected a step within the range of ${dtype}, got numbers that may leave it: ${ROOM} times the batch, the context length and the largest number of Y is above the largest ${dtype}`,
    };
  if (size('velocityY', 'velocityZ') > most / 2)
    yield { path: [], message: `expected velocities up to half of the largest ${dtype}` };
  if (dtype !== 'float32') return;
  const single = function* (path: ShapeFault['path'], x: unknown): Generator<ShapeFault> {
    if (typeof x === 'number' && Math.fround(x) !== x)
      yield { path, message: `expected a number that float32 can hold, got ${x}` };
  };
  for (const name of FLOATS) for (const [i, x] of list(name)?.entries() ?? []) yield* single([name, i], x);
  for (const name of RATES) yield* single([name], rest[name]);
}

function* across(given: unknown): Generator<ShapeFault> {
  const { calls } = (given ?? {}) as { calls?: unknown };
  if (!Array.isArray(calls)) return;
  for (const [i, one] of calls.entries()) {
    for (const { path, message } of callFaults(one)) yield { path: ['calls', i, ...path], message };
    const [mine, first] = [one, calls[0]].map((c) => (c as Partial<Call> | null)?.dtype);
    if (mine !== first)
      yield { path: ['calls', i, 'dtype'], message: `expected ${first} as in the first call, got ${mine}` };
  }
}

const inputOf = ({
  dtype,
  contexts,
  queries,
  targets,
  Y,
  Z,
  velocityY,
  velocityZ,
  ...rest
}: Call): StepInput => ({
  ...rest,
  ...{
    contexts: Int32Array.from(contexts),
    queries: Int32Array.from(queries),
    targets: Int32Array.from(targets),
  },
  ...{ Y: floats(dtype, Y), Z: floats(dtype, Z) },
  ...{ velocityY: floats(dtype, velocityY), velocityZ: floats(dtype, velocityZ) },
});

/** The case in a file, or all faults. */
export function readSavedCase(file: string): Checked<KernelCase> {
  const read = readDocument(file, { most: MOST_SAVED_BYTES, schema: shape, across });
  return 'faults' in read ? read : { value: read.value.calls.map(inputOf) };
}
