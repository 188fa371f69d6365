/** Counterexamples kept as files: they are judged before any random world. */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { Judgement } from '../decide/margin.ts';
import type { Arbitrary } from '../generators/problems.ts';
import { worldFaults, worldShape } from '../generators/worldSchema.ts';
import { BadInput, type Checked } from '../io/badInput.ts';
import { labelled, readJson } from '../io/document.ts';
import { shown } from '../io/place.ts';
import { checkShape, type ShapeFault } from '../io/shape.ts';
import { workingDirectory, writeWhole } from '../io/write.ts';
import type { ClaimRow } from './registry.ts';
import { PATH } from './replayPath.ts';

export interface StoredCase {
  readonly claim: string;
  readonly rung: string;
  /** Where it was found. */
  readonly seed: number;
  readonly path: string;
  readonly world: unknown;
  /** What failed there when it was stored. */
  readonly margin: NonNullable<Judgement['margin']>;
  readonly digits: number | null;
  /** The one hypothesis that the world lacks; left out of the smallest world found, which may lack several. */
  readonly isolates?: string;
}

/** The row of a kept case, and the worlds of that row; without them, of a claim of one's own, a world is any object. */
interface CaseRow {
  readonly claim: string;
  readonly rung: string;
  readonly worlds?: Arbitrary<unknown>;
}

/** Fields of the worlds of one's own may mean anything. */
export const caseRowOf = ({ claim, check, module }: ClaimRow): CaseRow => ({
  ...{ claim: claim.id, rung: check.rung },
  ...(module === undefined && { worlds: check.worlds }),
});

/** The cases that ship with the package. */
export const shippedCases = fileURLToPath(new URL('../../fixtures/counterexamples/', import.meta.url));

/** Where a run keeps what it finds and did not expect. */
export const localCases = (): string => join(process.cwd(), '.snapcheck', 'counterexamples');

export const caseFile = (
  folder: string,
  { claim, rung, isolates }: Pick<StoredCase, 'claim' | 'rung' | 'isolates'>,
): string => join(folder, `${claim}.${rung}${isolates === undefined ? '' : '.isolated'}.json`);

/** A kept case whose world cannot be judged: edited by hand, or written by another version. */
export class BrokenCase extends Error {}

/**
 * Asks the world of a kept case.
 * @throws BrokenCase, naming the file, when the question cannot even be put
 */
export async function judgeKeptCase<T>(file: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BrokenCase(`the world kept in ${file} cannot be judged (${reason}): mend or delete the file`);
  }
}

/** Most bytes of a kept case: a thousand times what the largest has. */
const MOST_CASE_BYTES = 2 ** 21;

/** A file kept before versions were written has none. A margin that fails is at most 0. */
const caseShape = (row: CaseRow, world: z.ZodType) =>
  z.strictObject({
    schema: z.literal(1).optional(),
    claim: z.literal(row.claim),
    rung: z.literal(row.rung),
    seed: z.int32(),
    path: z.string().regex(PATH, { error: 'expected numbers joined by colons' }),
    world,
    margin: z.strictObject({ name: z.string(), value: z.number().max(0), time: z.number().nonnegative() }),
    digits: z.int().positive().nullable(),
    isolates: z.string().min(1).optional(),
  });

function* across(stored: unknown): Generator<ShapeFault> {
  const { world } = (stored ?? {}) as { world?: unknown };
  for (const { path, message } of worldFaults(world)) yield { path: ['world', ...path], message };
}

/** The case of a row that a value is, or every fault. */
export const checkCase = (given: unknown, row: CaseRow): Checked<StoredCase> =>
  row.worlds
    ? checkShape(caseShape(row, worldShape(row.worlds)), given, { across })
    : checkShape(caseShape(row, z.unknown()), given);

/** The case of a row that is in a file, or every fault. */
export function readCase(file: string, row: CaseRow): Checked<StoredCase> {
  const read = readJson(file, MOST_CASE_BYTES);
  const checked = 'faults' in read ? read : checkCase(read.value, row);
  return 'faults' in checked ? labelled(checked, `kept case ${shown(file, false)}`) : checked;
}

/**
 * The stored cases of one row with their files (relative to the working directory), shipped ones first.
 * @throws BadInput where a file is damaged: otherwise a counterexample would be skipped without a message
 */
export function storedCases(row: CaseRow): (StoredCase & { file: string })[] {
  const here = workingDirectory();
  const folders = [shippedCases, ...(here === undefined ? [] : [localCases()])];
  const files = folders.flatMap((folder) => [
    caseFile(folder, row),
    caseFile(folder, { ...row, isolates: '' }),
  ]);
  return files.flatMap((file) => {
    if (!existsSync(file)) return [];
    const stored = readCase(file, row);
    if ('faults' in stored) throw new BadInput(stored.faults);
    return [{ ...stored.value, file: here === undefined ? file : relative(here, file) }];
  });
}

/** Writes a case and returns its file. */
export function keep(folder: string, stored: StoredCase): string {
  const file = caseFile(folder, stored);
  writeWhole(file, `${JSON.stringify({ schema: 1, ...stored }, null, 2)}\n`);
  return file;
}
