/** The finished atlas as a file: no times, cells in order, so that equal runs are equal bytes. */
import * as z from 'zod';
import { type Checked, Faults } from '../io/badInput.ts';
import { readDocument } from '../io/document.ts';
import { shown } from '../io/place.ts';
import { checkShape, listOf, type ShapeFault } from '../io/shape.ts';
import { type Cell, inOrder } from './cells.ts';
import { CELL_LEVEL, type CellLimits, LOOKS, planFault, stageLimits } from './plan.ts';
import { type ClaimId, claimIds, nameOf, type Setting, type Slice, settingsOf, slices } from './settings.ts';

/** What a run was asked. */
export interface Scope {
  readonly seed: number;
  readonly width: number;
  readonly claims: readonly ClaimId[];
  /** Ids, in the order of `slices`. */
  readonly slices: readonly string[];
}

export interface Atlas extends Scope {
  readonly schema: 1;
  /** Of one shard only: i of n. */
  readonly shard: string | null;
  /** The limits of a cell hold with at least this probability. */
  readonly confidence: number;
  readonly stages: readonly number[];
  readonly cells: readonly Cell[];
}

/** Most bytes of an atlas: ten times what the whole one has. */
const MOST_BYTES = 2 ** 22;

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

/** Why counts and limits do not belong together, or undefined. */
function limitFault({ worlds, violated, low, high }: CellLimits): string | undefined {
  if (violated > worlds) return `expected at most ${worlds} violated worlds, got ${violated}`;
  const limits = stageLimits(violated, worlds);
  return limits.low === low && limits.high === high
    ? undefined
    : `limits that do not follow from the counts: expected ${limits.low} to ${limits.high}, got ${low} to ${high}`;
}

/** Why a run of this width does not come to such a cell, or undefined. */
export const cellFault = (cell: CellLimits, width: number): string | undefined =>
  limitFault(cell) ?? planFault(cell, width);

const atlasShape = z.strictObject({
  schema: z.literal(1),
  seed: z.int32(),
  width: z.number().positive().max(1),
  claims: listOf(claim, { least: 1 }),
  slices: listOf(z.enum(slices.map(({ id }) => id)), { least: 1 }),
  shard: z
    .string()
    .regex(/^[1-9]\d{0,3}-of-[1-9]\d{0,3}$/, 'expected i-of-n')
    .nullable(),
  confidence: z.literal(1 - CELL_LEVEL),
  stages: z.tuple(LOOKS.map((n) => z.literal(n)) as unknown as [z.ZodLiteral<number>]),
  cells: listOf(cellShape),
});

const isList = (x: unknown): x is unknown[] => Array.isArray(x);

/** Names that are given twice, or not in their order. */
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

/** The settings of a part: all, or those i, i + n, i + 2n, .. of shard i of n, in order of their names. */
export const settingsOfPart = (ids: readonly string[], shard: string | null): Setting[] => {
  const [i, n] = shard === null ? [1, 1] : shard.split('-of-').map(Number);
  return settingsOf(slicesOf(ids)).filter((_, k) => k % n === i - 1);
};

/** What the shape of an atlas does not say: it is the whole of its part, in order, and every cell follows the plan. */
function* across(given: unknown): Generator<ShapeFault> {
  const { claims, slices: ids, shard, cells, width } = (given ?? {}) as Record<string, unknown>;
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
  const mine = new Set(
    settingsOfPart(ids as string[], typeof shard === 'string' ? shard : null).flatMap((setting) =>
      claims.map((claim) => keyOf({ claim: claim as ClaimId, setting: nameOf(setting) })),
    ),
  );
  const strange = [...seen].filter(([key]) => !mine.has(key));
  for (const [key, at] of strange)
    yield { path: ['cells', at], message: `no cell of this part: ${shown(key, false)}` };
  const missing = [...mine].filter((key) => !seen.has(key));
  if (missing.length > 0)
    yield {
      path: ['cells'],
      message: `expected ${mine.size} cells, ${missing.length} are missing, the first: ${missing[0]}`,
    };
}

/** The atlas, or the shard of one, that a value is; or every fault. */
export const checkAtlas = (given: unknown): Checked<Atlas> => checkShape(atlasShape, given, { across });

/** The atlas or shard in a file, or every fault. */
export const readAtlas = (file: string): Checked<Atlas> =>
  readDocument(file, { most: MOST_BYTES, schema: atlasShape, across });

export const slicesOf = (ids: readonly string[]): Slice[] => slices.filter(({ id }) => ids.includes(id));

export const scopeOf = ({ seed, width, claims, slices }: Scope): Scope => ({ seed, width, claims, slices });

export const atlasOf = (scope: Scope, cells: readonly Cell[], shard: string | null = null): Atlas => ({
  schema: 1,
  ...scopeOf(scope),
  shard,
  confidence: 1 - CELL_LEVEL,
  stages: LOOKS,
  cells: [...cells].sort(inOrder),
});

/** A cell a line, so that two atlases can be compared line by line. */
export function atlasText(atlas: Atlas): string {
  const { cells, ...head } = atlas;
  const opening = JSON.stringify(head).slice(0, -1);
  return `${opening},"cells":[\n${cells.map((c) => JSON.stringify(c)).join(',\n')}\n]}\n`;
}

/** What a whole run of this scope holds: `claim at setting`. */
export const expectedCells = (scope: Scope): string[] =>
  settingsOf(slicesOf(scope.slices)).flatMap((setting) =>
    scope.claims.map((claim) => `${claim} at ${nameOf(setting)}`),
  );

export const keyOf = ({ claim, setting }: Pick<Cell, 'claim' | 'setting'>): string =>
  `${claim} at ${setting}`;

/** A part of an atlas, and where it comes from. */
export interface Part {
  readonly file: string;
  readonly atlas: Atlas;
}

/** Where parts do not make a whole: those that are given twice, and cuts that do not go together; or nothing. */
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
  if (cuts.length > 1) faults.push(`they are of different cuts, into ${cuts.join(' and into ')} parts`);
  return faults.join('; ');
}

/**
 * Parts of one run put together: the same bytes however it was cut.
 * @returns the atlas, or every fault
 */
export function merge(parts: readonly Part[]): Checked<Atlas> {
  const faults = new Faults();
  const [first] = parts;
  const scope = JSON.stringify(scopeOf(first.atlas));
  const found = new Map<string, { file: string; cell: Cell }>();
  for (const { file, atlas } of parts) {
    const own = JSON.stringify(scopeOf(atlas));
    if (own !== scope)
      faults.add(
        `${shown(file, false)}: expected a part of the same run as ${shown(first.file, false)}, ${scope}; got ${own}`,
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
      `${missing.length} of ${expected.length} cells are in none of the files, the first: ${missing[0]}${why && `; ${why}`}`,
    );
  const known = new Set(expected);
  const strange = [...found.keys()].filter((key) => !known.has(key));
  if (strange.length > 0) faults.add(`cells that this run does not have, the first: ${strange[0]}`);
  if (faults.count > 0) return { faults };
  return {
    value: atlasOf(
      first.atlas,
      [...found.values()].map(({ cell }) => cell),
    ),
  };
}

/** Worlds that were trained: the cells of one setting share theirs. */
export function worldsTrained({ cells }: Atlas): number {
  const worlds = new Map<string, number>();
  for (const { setting, worlds: n } of cells) worlds.set(setting, Math.max(worlds.get(setting) ?? 0, n));
  return [...worlds.values()].reduce((a, b) => a + b, 0);
}
