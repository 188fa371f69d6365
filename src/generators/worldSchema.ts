/**
 * The schema of a world in a file. Its fields are those of sampled worlds of the row; the values that a field may have are
 * given here, by its name.
 */
import fc, { type Arbitrary } from 'fast-check';
import * as z from 'zod';
import { listOf, type ShapeFault, tableOf } from '../io/shape.ts';
import { reducedLayout } from '../model/layout.ts';
import { normalisers } from '../model/model.ts';
import { optimisers } from '../model/optimiser.ts';
import type { Problem } from '../model/problem.ts';
import { crossFaults, problemShape } from '../model/problemShape.ts';
import { BATCHES, FLOW_LIMITS, HEADS, LENGTHS, RATE_LIMITS, RESIDUAL } from '../model/ranges.ts';
import { otherKernels } from './models.ts';

const rate = z.number().min(RATE_LIMITS.low).max(RATE_LIMITS.high);
/** e^z of these logits and of their differences is in the exponent range of the decimals. */
const logit = z.number().min(-1e4).max(1e4);
const matrix = listOf(listOf(logit, { least: 1 }), { least: 1 });
const index = z.int().nonnegative();
const int32 = z.int32();
/** Flows are integrated up to t = 1e30. */
const time = z.number().positive().max(1e30);
/** A clock reading x: e^x is a double. */
const reading = z.number().positive().max(700);
const vocabulary = z.int().min(2).max(Number.MAX_SAFE_INTEGER);
const positive = z.number().positive();

export const ratesShape = z.strictObject({
  etaY: rate,
  etaZ: rate,
  momentum: z.number().min(0).lt(1),
  optimiser: z.enum(optimisers).optional(),
});
export const logitMatrix = matrix;
/** By query and token id. */
export const logitTable = tableOf(tableOf(logit));

const fields: Record<string, z.ZodType> = {
  problem: problemShape,
  ...{ Y: matrix, Z: matrix, inside: matrix, outside: matrix, direction: matrix },
  ...{ directionY: matrix, directionZ: matrix },
  rates: ratesShape,
  ...{ etaY: rate, etaZ: rate, ratio: rate, C0: rate },
  steps: z.int().min(1).max(1e8),
  batch: z.int().min(BATCHES.low).max(BATCHES.high),
  length: z.int().min(LENGTHS.low).max(LENGTHS.high),
  seed: int32,
  ...{ end: time, time, t: time, gap: time },
  factor: z.number().gt(1).max(1e6),
  ...{ cls: index, token: index, only: index },
  counts: listOf(z.int().min(0).max(Number.MAX_SAFE_INTEGER), { least: 1 }),
  reading,
  matched: listOf(listOf(index)),
  assumption2: z.literal(true),
  beyond: z.number().positive().max(1),
  // Worlds without a problem.
  vocabulary,
  classes: z.int().min(1).max(1e6),
  stage: z.enum(['first', 'second']),
  at: z.number().min(0).max(1),
  domain: z.literal('whole'),
  weights: listOf(positive, { least: 1, most: 1000 }),
  ...{ mean: z.int().min(1).max(1e9), count: z.int().min(1).max(1e9) },
  epsilon: z.number().positive().lt(1),
  side: z.enum(['rising', 'falling']),
  // Past the crossing e^x is evaluated in decimals.
  snap: z.number().positive().max(1e7),
  delta: z.number().positive().lt(1),
  draws: z.int().min(1).max(10_000),
  ...{ queryTokens: z.int().min(1).max(100), nextPerQuery: z.int().min(1).max(100) },
  lambda: z.number().positive().lt(1),
  points: listOf(z.number().min(-1000).max(1000), { least: 1, most: 1000 }),
  from: z.union(
    [
      z.strictObject({ vectors: listOf(listOf(z.number().min(0).max(1e100), { least: 1 }), { least: 1 }) }),
      z.strictObject({ problem: problemShape, Z: matrix }),
    ],
    { error: 'expected {vectors} or {problem, Z}' },
  ),
  scan: reading,
  common: listOf(logit, { least: 1 }),
  heads: z.int().min(HEADS.low).max(HEADS.high),
  kernel: z.enum(otherKernels),
  normaliser: z.enum(normalisers),
  residual: z.number().min(RESIDUAL.low).max(RESIDUAL.high),
};

/** Fields with another meaning in a world with a problem. */
const besideProblem: Record<string, z.ZodType> = {
  // The progress of each class.
  scan: listOf(z.number().min(0).lt(1), { least: 1 }),
};

/** Enough samples for every field of a row's worlds: the rarest is in one world of five. */
const SAMPLES = 40;
const known = new WeakMap<object, z.ZodType>();

/** The shape of a row's worlds: their fields; those that some worlds lack are optional. */
export function worldShape(worlds: Arbitrary<unknown>): z.ZodType {
  const made = known.get(worlds);
  if (made) return made;
  const whole = shapeOf(fc.sample(worlds, { numRuns: SAMPLES, seed: 1 }) as World[]);
  known.set(worlds, whole);
  return whole;
}

type World = Record<string, unknown>;
const isWorld = (x: unknown): x is World => typeof x === 'object' && x !== null && !Array.isArray(x);

/** The shape of samples; an object in a field without a schema is a world inside the world. */
function shapeOf(samples: readonly World[]): z.ZodType {
  const names = new Set(samples.flatMap(Object.keys));
  const shapes = [...names].map((name) => {
    const values = samples.map((world) => world[name]).filter((value) => value !== undefined);
    const field =
      (names.has('problem') ? besideProblem[name] : undefined) ??
      fields[name] ??
      (values.every(isWorld) ? shapeOf(values) : z.unknown());
    return [name, values.length === samples.length ? field : field.optional()] as const;
  });
  return z.strictObject(Object.fromEntries(shapes));
}

/** Faults of sizes and indices in a world with a problem: its matrices, classes, tokens and lists. */
function* shapeFaults(world: Record<string, unknown>, problem: Problem): Generator<ShapeFault> {
  const { queries, tokens, columns } = reducedLayout(problem);
  const K = problem.classes.length;
  const sizes: Record<string, readonly [number, number]> = {
    ...{ Z: [queries.length, tokens.length], direction: [queries.length, tokens.length] },
    directionZ: [queries.length, tokens.length],
    ...{ Y: [tokens.length, columns.length], directionY: [tokens.length, columns.length] },
    outside: [tokens.length, columns.length],
    inside: [K, columns.length],
  };
  for (const [name, [rows, width]] of Object.entries(sizes)) {
    const given = world[name];
    if (!Array.isArray(given)) continue;
    if (given.length !== rows) yield { path: [name], message: `expected ${rows} rows, got ${given.length}` };
    for (const [i, row] of given.entries())
      if (Array.isArray(row) && row.length !== width)
        yield { path: [name, i], message: `expected ${width} numbers, got ${row.length}` };
  }
  const below = function* (name: string, value: unknown, bound: number): Generator<ShapeFault> {
    if (typeof value === 'number' && value >= bound)
      yield { path: [name], message: `expected an index below ${bound}, got ${value}` };
  };
  const { cls, counts, token, only, scan, common, matched } = world;
  yield* below('cls', cls, K);
  yield* below('only', only, K);
  const support = problem.classes[Number(cls)]?.tokens;
  if (support) yield* below('token', token, support.length);
  const long = function* (name: string, list: unknown, length: number): Generator<ShapeFault> {
    if (Array.isArray(list) && list.length !== length)
      yield { path: [name], message: `expected ${length} numbers, got ${list.length}` };
  };
  if (support) yield* long('counts', counts, support.length);
  if (Array.isArray(counts) && counts.every((c) => c === 0))
    yield { path: ['counts'], message: 'expected counts that are not all 0' };
  yield* long('scan', scan, K);
  yield* long('common', common, queries.length);
  if (Array.isArray(matched))
    for (const [i, ids] of matched.entries()) {
      yield* long(`matched[${i}]`, ids, K);
      for (const [k, id] of (Array.isArray(ids) ? ids : []).entries())
        if (typeof id === 'number' && !problem.classes[k]?.tokens.includes(id))
          yield { path: ['matched', i, k], message: `expected a token of class ${k}, got ${id}` };
    }
}

/** Faults of the rates and the end of a flow. */
function* flowFaults({ etaY, etaZ, momentum }: World, end: unknown): Generator<ShapeFault> {
  if (typeof momentum === 'number' && momentum !== 0)
    yield { path: ['rates', 'momentum'], message: `expected 0 in a flow, got ${momentum}` };
  const within = function* (
    path: string,
    name: string,
    value: number,
    { low, high }: typeof FLOW_LIMITS.ratio | typeof FLOW_LIMITS.reach,
  ) {
    if (!(value >= low && value <= high))
      yield { path: [path], message: `expected ${name} from ${low} to ${high} in a flow, got ${value}` };
  };
  if (typeof etaY !== 'number') return;
  if (typeof etaZ === 'number') yield* within('rates', 'etaY/etaZ', etaY / etaZ, FLOW_LIMITS.ratio);
  if (typeof end === 'number') yield* within('end', 'etaY end', etaY * end, FLOW_LIMITS.reach);
}

/** Faults in the conditions between the fields of a world. The argument may be any value. */
export function* worldFaults(given: unknown): Generator<ShapeFault> {
  if (typeof given !== 'object' || given === null) return;
  const world = given as Record<string, unknown>;
  const { problem, rates, end, steps, from, vectors } = world;
  if (problem !== undefined) {
    let sound = problemShape.safeParse(problem).success;
    for (const { path, message } of crossFaults(problem, true)) {
      sound = false;
      yield { path: ['problem', ...path], message };
    }
    if (sound) yield* shapeFaults(world, problem as Problem);
    if (typeof steps === 'number' && steps > 1e6)
      yield { path: ['steps'], message: `expected at most 1000000 steps of training, got ${steps}` };
  }
  if (end !== undefined && isWorld(rates)) yield* flowFaults(rates, end);
  for (const [name, inner] of Object.entries(world))
    if (isWorld(inner) && 'problem' in inner)
      for (const { path, message } of worldFaults(inner)) yield { path: [name, ...path], message };
  if (isWorld(from) && 'vectors' in from)
    for (const { path, message } of worldFaults(from)) yield { path: ['from', ...path], message };
  if (Array.isArray(vectors))
    for (const [i, v] of vectors.entries()) {
      if (!Array.isArray(v)) continue;
      if (v.length !== (vectors[0] as unknown[]).length)
        yield { path: ['vectors', i], message: 'expected vectors of one length' };
      if (v.every((x) => x === 0)) yield { path: ['vectors', i], message: 'expected a vector that is not 0' };
    }
}
