/** The file of a finished atlas. It has no times and its cells are sorted, so that equal runs give equal bytes. */
import * as z from 'zod';
import { type Checked, Faults } from '../io/badInput.ts';
import { readDocument } from '../io/document.ts';
import { shown } from '../io/place.ts';
import { checkShape, listOf, type ShapeFault } from '../io/shape.ts';
import type { Problem } from '../model/problem.ts';
import { crossFaults, MOST_PROBLEM_BYTES, problemShape } from '../model/problemShape.ts';
import { aroundFaults, plainProblem } from './around.ts';
import { type Cell, inOrder } from './cells.ts';
import { CELL_LEVEL, type CellLimits, LOOKS, planFault, stageLimits } from './plan.ts';
import { type ClaimId, claimIds, nameOf, type Setting, type Slice, settingsOf, slices } from './settings.ts';

/** What a run covers. */
export interface Scope {
  readonly seed: number;
  readonly width: number;
  readonly claims: readonly ClaimId[];
  /** Ids of slices. */
  readonly slices: readonly string[];
  /** The problem of every world; drawn for each where left out. Slices that draw problems have no part in it. */
  readonly problem?: Problem;
}

/** How often claims fail in ordinary training, cell by cell: a cell is one claim at one setting. The shape of `atlas.json`. */
export interface Atlas extends Scope {
  /** 2 with a `problem`: then the cells are about that problem alone. */
  readonly schema: 1 | 2;
  /** `i-of-n` for a shard; null for the whole atlas. */
  readonly shard: string | null;
  /** Confidence level of the limits of each cell. */
  readonly confidence: number;
  readonly stages: readonly number[];
  readonly cells: readonly Cell[];
}

/** Most bytes of an atlas file: ten times the size of the whole atlas, and a problem, whose numbers may have got longer. */
const MOST_BYTES = 2 ** 22 + 2 * MOST_PROBLEM_BYTES;

const claim = z.enum(claimIds);
const share = z.number().min(0).max(1);
export const cellShape = z.strictObject({
  claim,
  setting: z.string(),
  worlds: z.literal([...LOOKS]),
  violated: z.int().nonnegative(),
  low: share,
  high: share,
});

/** Why the limits do not follow from the counts, or undefined. */
function limitFault({ worlds, violated, low, high }: CellLimits): string | undefined {
  if (violated > worlds) return `expected at most ${worlds} violated worlds, got ${violated}`;
  const limits = stageLimits(violated, worlds);
  return limits.low === low && limits.high === high
    ? undefined
    : `limits that do not follow from the counts: expected ${limits.low} to ${limits.high}, got ${low} to ${high}`;
}

/** Why a run of this width cannot give such a cell, or undefined. */
export const cellFault = (cell: CellLimits, width: number): string | undefined =>
  limitFault(cell) ?? planFault(cell, width);

const atlasShape = z.strictObject({
  schema: z.literal([1, 2]),
  seed: z.int32(),
  width: z.number().positive().max(1),
  claims: listOf(claim, { least: 1 }),
  slices: listOf(z.enum(slices.map(({ id }) => id)), { least: 1 }),
  problem: problemShape.optional(),
  shard: z
    .string()
    .regex(/^[1-9]\d{0,3}-of-[1-9]\d{0,3}$/, 'expected i-of-n')
    .nullable(),
  confidence: z.literal(1 - CELL_LEVEL),
  stages: z.tuple(LOOKS.map((n) => z.literal(n)) as unknown as [z.ZodLiteral<number>]),
  cells: listOf(cellShape),
});

const isList = (x: unknown): x is unknown[] => Array.isArray(x);

/** Names that are given twice or not in order. */
function* orderFaults(at: string, given: unknown, order: readonly string[]): Generator<ShapeFault> {
  if (!isList(given)) return;
  for (const [i, id] of given.entries())
    if (
      i > 0 &&
      order.includes(id as string) &&
      order.indexOf(id as string) <= order.indexOf(given[i - 1] as string)
    )
      yield {
        path: [at, i],
        message: `expected each name once, in the order ${order.join(', ')}, got ${id} again or late`,
      };
}

/** Faults of the problem of a document: its own, those beside claims and slices, and a schema without or against it. */
function* problemFaults(given: Record<string, unknown>): Generator<ShapeFault> {
  const { schema, problem, claims, slices: ids } = given;
  const expected = {
    1: 'expected none in a document of schema 1',
    2: 'expected one in a document of schema 2',
  };
  if ((schema === 1 || schema === 2) && (problem !== undefined) !== (schema === 2))
    yield { path: ['problem'], message: expected[schema] };
  if (problem === undefined) return;
  // Weights of any sum: the problem may have been an argument.
  const own = [...crossFaults(problem, true)];
  for (const { path, message } of own) yield { path: ['problem', ...path], message };
  const parsed = problemShape.safeParse(problem);
  if (own.length > 0 || !parsed.success || !isList(claims) || !isList(ids)) return;
  yield* aroundFaults(parsed.data, { claims: claims as string[], slices: ids as string[] });
}

/** The settings of a part, in order of name: all, or number i, i + n, i + 2n, .. for shard i of n. */
export const settingsOfPart = (
  { slices: ids, problem }: Pick<Scope, 'slices' | 'problem'>,
  shard: string | null,
): Setting[] => {
  const [i, n] = shard === null ? [1, 1] : shard.split('-of-').map(Number);
  return settingsOf(slicesOf(ids), problem).filter((_, k) => k % n === i - 1);
};

/** Checks beyond the shape: the cells are complete for the part, sorted, and follow the plan. */
function* across(given: unknown): Generator<ShapeFault> {
  const all = (given ?? {}) as Record<string, unknown>;
  const { claims, slices: ids, shard, cells, width } = all;
  yield* problemFaults(all);
  yield* orderFaults('claims', claims, claimIds);
  yield* orderFaults(
    'slices',
    ids,
    slices.map(({ id }) => id),
  );
  const [i, n] = typeof shard === 'string' ? shard.split('-of-').map(Number) : [1, 1];
  if (i > n) yield { path: ['shard'], message: `expected i-of-n with i at most n, got ${shard}` };
  if (!isList(cells)) return;
  const seen = new Map<string, number>();
  for (const [at, cell] of cells.entries()) {
    const parsed = cellShape.safeParse(cell);
    if (!parsed.success) continue;
    const key = keyOf(parsed.data);
    const twin = seen.get(key);
    if (twin !== undefined) yield { path: ['cells', at], message: `the same cell as cells[${twin}]` };
    else seen.set(key, at);
    const fault = cellFault(parsed.data, Number(width));
    if (fault) yield { path: ['cells', at], message: fault };
  }
  if (!isList(claims) || !isList(ids)) return;
  const problem = problemShape.safeParse(all.problem).data;
  // Faults of their own; without the problem its cells would all be foreign.
  if (all.problem !== undefined && !problem) return;
  const scope = { claims: claims as ClaimId[], slices: ids as string[], problem };
  const mine = new Set(expectedCells(scope, typeof shard === 'string' ? shard : null));
  const foreign = [...seen].filter(([key]) => !mine.has(key));
  for (const [key, at] of foreign)
    yield { path: ['cells', at], message: `not a cell of this part: ${shown(key, false)}` };
  const missing = [...mine].filter((key) => !seen.has(key));
  if (missing.length > 0)
    yield {
      path: ['cells'],
      message: `expected ${mine.size} cells, ${missing.length} are missing, the first: ${missing[0]}`,
    };
}

/** Checks that a value is an atlas or a shard of one. @returns it, or all faults */
export const checkAtlas = (given: unknown): Checked<Atlas> => checkShape(atlasShape, given, { across });

/** Reads an atlas or a shard from a file. @returns it, or all faults */
export const readAtlas = (file: string): Checked<Atlas> =>
  readDocument(file, { most: MOST_BYTES, schema: atlasShape, across });

export const slicesOf = (ids: readonly string[]): Slice[] => slices.filter(({ id }) => ids.includes(id));

export const scopeOf = ({ seed, width, claims, slices, problem }: Scope): Scope => ({
  ...{ seed, width, claims, slices },
  ...(problem && { problem: plainProblem(problem) }),
});

export const atlasOf = (scope: Scope, cells: readonly Cell[], shard: string | null = null): Atlas => ({
  schema: scope.problem ? 2 : 1,
  ...scopeOf(scope),
  shard,
  confidence: 1 - CELL_LEVEL,
  stages: LOOKS,
  cells: [...cells].sort(inOrder),
});

/** One cell per line, so that two atlases can be compared line by line. */
export function atlasText(atlas: Atlas): string {
  const { cells, ...head } = atlas;
  const opening = JSON.stringify(head).slice(0, -1);
  return `${opening},"cells":[\n${cells.map((c) => JSON.stringify(c)).join(',\n')}\n]}\n`;
}

/** The keys of all cells of a run, or of one of its shards. */
export const expectedCells = (
  { claims, ...scope }: Pick<Scope, 'claims' | 'slices' | 'problem'>,
  shard: string | null = null,
): string[] =>
  settingsOfPart(scope, shard).flatMap((setting) =>
    claims.map((claim) => keyOf({ claim, setting: nameOf(setting) })),
  );

export const keyOf = ({ claim, setting }: Pick<Cell, 'claim' | 'setting'>): string =>
  `${claim} at ${setting}`;

/** A part of an atlas and its file. */
export interface Part {
  readonly file: string;
  readonly atlas: Atlas;
}

/** Why parts do not form a whole: a part given twice, or different numbers of parts; empty if neither. */
function partsFault(parts: readonly Part[]): string {
  const faults: string[] = [];
  const seen = new Map<string | null, string>();
  for (const { file, atlas } of parts) {
    const twin = seen.get(atlas.shard);
    if (twin === undefined) seen.set(atlas.shard, file);
    else if (twin === file) faults.push(`${shown(file, false)} is given twice`);
    else
      faults.push(
        `${shown(file, false)} is the same part as ${shown(twin, false)}, ${atlas.shard ?? 'the whole'}`,
      );
  }
  const cuts = [...new Set([...seen.keys()].map((shard) => shard?.split('-of-')[1] ?? '1'))];
  if (cuts.length > 1)
    faults.push(`they are shards of different divisions, into ${cuts.join(' and into ')} parts`);
  return faults.join('; ');
}

/**
 * Merges the parts of one run. The result has the same bytes for every division into parts.
 * @returns the atlas, or all faults
 */
export function merge(parts: readonly Part[]): Checked<Atlas> {
  const faults = new Faults();
  const [first] = parts;
  const scope = JSON.stringify(scopeOf(first.atlas));
  const given = JSON.stringify(scopeOf(first.atlas).problem);
  // A problem may be long.
  const words = (scope: Scope) => {
    const { problem, ...rest } = scopeOf(scope);
    const same = JSON.stringify(problem) === given;
    return `${JSON.stringify(rest)}${problem ? ` of ${same ? 'its' : 'another'} problem` : ''}`;
  };
  const found = new Map<string, { file: string; cell: Cell }>();
  for (const { file, atlas } of parts) {
    const own = JSON.stringify(scopeOf(atlas));
    if (own !== scope)
      faults.add(
        `${shown(file, false)}: expected a part of the same run as ${shown(first.file, false)}, ${words(first.atlas)}; got ${words(atlas)}`,
      );
    else
      for (const cell of atlas.cells) {
        const twin = found.get(keyOf(cell));
        if (twin && JSON.stringify(twin.cell) !== JSON.stringify(cell))
          faults.add(`${shown(file, false)}: ${keyOf(cell)} differs from ${shown(twin.file, false)}`);
        found.set(keyOf(cell), { file, cell });
      }
  }
  const expected = expectedCells(first.atlas);
  const why = partsFault(parts);
  const missing = expected.filter((key) => !found.has(key));
  if (faults.count === 0 && missing.length > 0)
    faults.add(
      `${missing.length} of ${expected.length} cells are missing from the files, the first: ${missing[0]}${why && `; ${why}`}`,
    );
  const known = new Set(expected);
  const unknown = [...found.keys()].filter((key) => !known.has(key));
  if (unknown.length > 0) faults.add(`cells that do not belong to this run, the first: ${unknown[0]}`);
  if (faults.count > 0) return { faults };
  return {
    value: atlasOf(
      first.atlas,
      [...found.values()].map(({ cell }) => cell),
    ),
  };
}

/** Number of trained worlds; the cells of a setting share their worlds. */
export function worldsTrained({ cells }: Atlas): number {
  const worlds = new Map<string, number>();
  for (const { setting, worlds: n } of cells) worlds.set(setting, Math.max(worlds.get(setting) ?? 0, n));
  return [...worlds.values()].reduce((a, b) => a + b, 0);
}
