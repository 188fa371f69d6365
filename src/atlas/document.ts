/** The finished atlas as a file: no times, cells in order, so that equal runs are equal bytes. */
import { z } from 'zod';
import { type Cell, inOrder } from './cells.ts';
import { LEVEL, STAGES, stageLimits } from './plan.ts';
import { type ClaimId, claimIds } from './questions.ts';
import { nameOf, type Slice, settingsOf, slices } from './settings.ts';

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

const cell = z
  .strictObject({
    claim: z.enum(claimIds as [ClaimId, ...ClaimId[]]),
    setting: z.string(),
    worlds: z.literal([...STAGES]),
    violated: z.int().nonnegative(),
    low: z.number(),
    high: z.number(),
  })
  .refine(({ worlds, violated, low, high }) => {
    if (violated > worlds) return false;
    const limits = stageLimits(violated, worlds);
    return limits.low === low && limits.high === high;
  }, 'limits that do not follow from the counts');

export const cellSchema = cell;

export const atlasSchema = z.strictObject({
  schema: z.literal(1),
  seed: z.int(),
  width: z.number(),
  claims: z.array(z.enum(claimIds as [ClaimId, ...ClaimId[]])),
  slices: z.array(z.enum(slices.map(({ id }) => id))),
  shard: z.string().nullable(),
  confidence: z.literal(1 - LEVEL),
  stages: z.array(z.number()),
  cells: z.array(cell),
});

export const slicesOf = (ids: readonly string[]): Slice[] => slices.filter(({ id }) => ids.includes(id));

export const scopeOf = ({ seed, width, claims, slices }: Scope): Scope => ({ seed, width, claims, slices });

export const atlasOf = (scope: Scope, cells: readonly Cell[], shard: string | null = null): Atlas => ({
  schema: 1,
  ...scopeOf(scope),
  shard,
  confidence: 1 - LEVEL,
  stages: STAGES,
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

/**
 * Parts of one run put together: the same bytes however it was cut.
 * @returns the atlas, or every fault
 */
export function merge(
  parts: readonly { readonly file: string; readonly atlas: Atlas }[],
): { atlas: Atlas } | { faults: string[] } {
  const faults: string[] = [];
  const [first] = parts;
  const scope = JSON.stringify(scopeOf(first.atlas));
  const found = new Map<string, { file: string; cell: Cell }>();
  for (const { file, atlas } of parts) {
    const own = JSON.stringify(scopeOf(atlas));
    if (own !== scope)
      faults.push(`${file}: expected a part of the same run as ${first.file}, ${scope}; got ${own}`);
    else
      for (const cell of atlas.cells) {
        const twin = found.get(keyOf(cell));
        if (twin && JSON.stringify(twin.cell) !== JSON.stringify(cell))
          faults.push(`${file}: ${keyOf(cell)} differs from ${twin.file}`);
        found.set(keyOf(cell), { file, cell });
      }
  }
  const expected = expectedCells(first.atlas);
  const missing = expected.filter((key) => !found.has(key));
  if (faults.length === 0 && missing.length > 0)
    faults.push(
      `${missing.length} of ${expected.length} cells are in none of the files, the first: ${missing[0]}`,
    );
  const strange = [...found.keys()].filter((key) => !expected.includes(key));
  if (strange.length > 0) faults.push(`cells that this run does not have, the first: ${strange[0]}`);
  if (faults.length > 0) return { faults };
  return {
    atlas: atlasOf(
      first.atlas,
      [...found.values()].map(({ cell }) => cell),
    ),
  };
}
