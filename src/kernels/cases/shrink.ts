/**
 * Smaller variants of a case, the largest reductions first: fewer calls, sequences, positions and tokens, simpler
 * numbers.
 */
import { dtypeOf, type Floats, floats, MATRICES, type StepInput } from '../../model/stepInput.ts';

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Index sets that keep a part of n items: each half, then all but one (if n is small), otherwise all but an eighth. */
function* parts(n: number): Generator<number[]> {
  if (n < 2) return;
  const half = Math.ceil(n / 2);
  yield range(n).slice(0, half);
  yield range(n).slice(n - half);
  const chunk = Math.max(1, Math.floor(n / 8));
  if (n > 2) for (let at = 0; at < n; at += chunk) yield range(n).filter((i) => i < at || i >= at + chunk);
}

/** The step on these sequences of its batch, in this order; one may occur several times. */
export const keepSequences = (input: StepInput, keep: readonly number[]): StepInput => ({
  ...input,
  queries: Int32Array.from(keep, (b) => input.queries[b]),
  targets: Int32Array.from(keep, (b) => input.targets[b]),
  contexts: Int32Array.from(
    keep.flatMap((b) => [...input.contexts.subarray(b * input.contextLength, (b + 1) * input.contextLength)]),
  ),
});

const positions = (input: StepInput, keep: readonly number[]): StepInput => ({
  ...input,
  contextLength: keep.length,
  contexts: Int32Array.from(
    range(input.queries.length).flatMap((b) => keep.map((t) => input.contexts[b * input.contextLength + t])),
  ),
});

/** Keeps the tokens `keep`, renumbered in order; `keep` must contain every id in use. */
function tokens(input: StepInput, keep: readonly number[]): StepInput {
  const { vocabulary: M } = input;
  const renumbered = new Map(keep.map((token, i) => [token, i]));
  const ids = (xs: Int32Array) => xs.map((token) => renumbered.get(token)!);
  const submatrix = (x: Floats): Floats =>
    floats(
      dtypeOf(input),
      keep.flatMap((i) => keep.map((j) => x[i * M + j])),
    );
  return {
    ...input,
    vocabulary: keep.length,
    contexts: ids(input.contexts),
    queries: ids(input.queries),
    targets: ids(input.targets),
    ...(Object.fromEntries(MATRICES.map((name) => [name, submatrix(input[name])])) as Pick<
      StepInput,
      (typeof MATRICES)[number]
    >),
  };
}

function* vocabularies(input: StepInput): Generator<StepInput> {
  const used = new Set([...input.contexts, ...input.queries, ...input.targets]);
  const idle = range(input.vocabulary).filter((token) => !used.has(token));
  if (idle.length === 0) return;
  yield tokens(
    input,
    range(input.vocabulary).filter((token) => used.has(token)),
  );
  for (const part of parts(idle.length)) {
    const kept = new Set(part.map((i) => idle[i]));
    yield tokens(
      input,
      range(input.vocabulary).filter((token) => used.has(token) || kept.has(token)),
    );
  }
}

const mapped = (x: Floats, f: (value: number, k: number) => number): Floats =>
  x instanceof Float32Array ? x.map(f) : x.map(f);
const differs = (a: Floats, b: Floats) => a.some((x, k) => x !== b[k]);
const FEW = 16;

/**
 * Sets whole matrices to zero, subtracts a common level, rounds to integers; then simplifies single rows and entries.
 */
function* matrices(input: StepInput): Generator<StepInput> {
  for (const name of MATRICES) {
    const x = input[name];
    const next = function* (f: (value: number, k: number) => number): Generator<StepInput> {
      const to = mapped(x, f);
      if (differs(to, x)) yield { ...input, [name]: to };
    };
    yield* next(() => 0);
    if (x.every((value) => Math.abs(value - x[0]) < 0.5 * Math.abs(x[0])))
      yield* next((value) => value - x[0]);
    yield* next(Math.round);
    yield* next((value) => (Math.abs(value) < 2 ** 50 ? Math.round(4 * value) / 4 : value));
    for (let i = 0; i < input.vocabulary; i++)
      yield* next((value, k) => (Math.floor(k / input.vocabulary) === i ? 0 : value));
    if (x.length <= FEW)
      for (let i = 0; i < x.length; i++) {
        yield* next((value, k) => (k === i ? 0 : value));
        yield* next((value, k) => (k === i ? Math.trunc(value) : value));
        if (Math.abs(x[i]) > 2) yield* next((value, k) => (k === i ? Math.round(value / 2) : value));
      }
  }
}

function* rates(input: StepInput): Generator<StepInput> {
  if (input.momentum !== 0) yield { ...input, momentum: 0 };
  if (input.momentum !== 0 && input.momentum !== 0.5) yield { ...input, momentum: 0.5 };
  if (input.etaY !== 1) yield { ...input, etaY: 1 };
  if (input.etaZ !== 1) yield { ...input, etaZ: 1 };
}

function* simpler(input: StepInput): Generator<StepInput> {
  for (const keep of parts(input.queries.length)) yield keepSequences(input, keep);
  for (const keep of parts(input.contextLength)) yield positions(input, keep);
  yield* vocabularies(input);
  yield* matrices(input);
  yield* rates(input);
  // The smallest id in use as query or target.
  const first = Math.min(...input.contexts, ...input.queries, ...input.targets);
  for (const name of ['queries', 'targets'] as const)
    for (const [b, id] of input[name].entries())
      if (id !== first) yield { ...input, [name]: input[name].map((x, i) => (i === b ? first : x)) };
  // Replaces one token by another, so that fewer ids are in use.
  const own = [input.queries[0], input.targets[0]];
  const least = Math.min(...input.contexts);
  for (const from of new Set(input.contexts))
    for (const to of own.includes(from) ? [] : [least, ...own])
      if (from !== to)
        yield { ...input, contexts: input.contexts.map((token) => (token === from ? to : token)) };
}

/** Candidates for a smaller case, generated lazily. */
export function* smaller(calls: readonly StepInput[]): Generator<StepInput[]> {
  if (calls.length > 1) for (const keep of parts(calls.length)) yield keep.map((i) => calls[i]);
  for (const [i, input] of calls.entries())
    for (const next of simpler(input)) yield calls.map((call, k) => (k === i ? next : call));
}
