import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type Atlas, atlasSchema, merge, type Scope } from '../atlas/document.ts';
import { type ClaimId, claimIds } from '../atlas/questions.ts';
import { slices } from '../atlas/settings.ts';
import { BadInput } from '../io/badInput.ts';
import { unwritable } from '../io/write.ts';
import { MOST_WORKERS } from '../workers/crew.ts';
import { strayWords, suggestion } from './suggest.ts';

/** What commander hands over: everything still a string. */
export interface AtlasFlags {
  readonly claims?: readonly string[];
  readonly slices?: readonly string[];
  readonly seed?: string;
  readonly width?: string;
  readonly out?: string;
  readonly shard?: string;
  readonly merge?: readonly string[];
  readonly workers?: string;
  readonly json?: boolean;
}

export type AtlasAsked = { readonly out: string } & (
  | { readonly merged: Atlas }
  | { readonly scope: Scope; readonly shard?: { i: number; n: number }; readonly workers: number }
);

export const DEFAULT_SEED = 230516380;
export const DEFAULT_OUT = 'atlas';
const DEFAULT_WIDTH = 0.1;
const INT32 = 2 ** 31;
const MOST_SHARDS = 1000;

/** Reads one part, or tells why it is none. */
function readPart(file: string): { atlas: Atlas } | { fault: string } {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const told = code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'it is a directory' : message;
    return { fault: `--merge ${file}: expected an atlas or a shard of one, as JSON; got ${told}` };
  }
  const parsed = atlasSchema.safeParse(json);
  if (parsed.success) return { atlas: parsed.data };
  const { path, message } = parsed.error.issues[0];
  return {
    fault: `--merge ${file}: expected an atlas or a shard of one: ${path.join('.') || 'the document'}: ${message}`,
  };
}

/**
 * Every operand and flag of `atlas`, checked together.
 * @throws BadInput with every fault
 */
export function readAtlasOptions(
  operands: readonly string[],
  raw: AtlasFlags,
  flags: readonly string[],
): AtlasAsked {
  const faults = strayWords(operands, flags);
  const integer = (flag: string, text: string | undefined, fallback: number, low: number, high: number) => {
    if (text === undefined) return fallback;
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= low && value <= high) return value;
    faults.push(`${flag}: expected an integer from ${low} to ${high}, got "${text}"`);
    return fallback;
  };
  /** Those that are named, in the order of `known`; all when none is. */
  const chosen = <T extends string>(
    flag: string,
    named: readonly string[] | undefined,
    known: readonly T[],
  ) => {
    for (const id of named ?? [])
      if (!(known as readonly string[]).includes(id))
        faults.push(`${flag}: unknown "${id}"${suggestion(id, known) || `; there are ${known.join(', ')}`}`);
    return known.filter((id) => named === undefined || named.includes(id));
  };
  const claims: ClaimId[] = chosen('--claims', raw.claims, claimIds);
  const ids = chosen(
    '--slices',
    raw.slices,
    slices.map(({ id }) => id),
  );
  const seed = integer('--seed', raw.seed, DEFAULT_SEED, -INT32, INT32 - 1);
  const workers = integer('--workers', raw.workers, availableParallelism(), 1, MOST_WORKERS);
  const width = raw.width === undefined ? DEFAULT_WIDTH : Number(raw.width.trim() || Number.NaN);
  if (!(width > 0 && width <= 1))
    faults.push(`--width: expected a number above 0 and at most 1, got "${raw.width}"`);
  const [, i, n] = /^(\d+)\/(\d+)$/.exec(raw.shard ?? '1/1') ?? [];
  const shard = { i: Number(i), n: Number(n) };
  if (!(shard.i >= 1 && shard.i <= shard.n && shard.n <= MOST_SHARDS))
    faults.push(`--shard: expected i/n with 1 <= i <= n <= ${MOST_SHARDS}, as 1/3, got "${raw.shard}"`);
  const out = raw.out ?? DEFAULT_OUT;
  const fault = out === '' ? 'it is empty' : unwritable(out);
  if (fault) faults.push(`--out: expected a directory that can be written, got "${out}": ${fault}`);

  let merged: Atlas | undefined;
  if (raw.merge !== undefined) {
    for (const flag of ['claims', 'slices', 'seed', 'width', 'shard', 'workers'] as const)
      if (raw[flag] !== undefined) faults.push(`--${flag}: --merge takes it from the files; leave it out`);
    const parts: { file: string; atlas: Atlas }[] = [];
    for (const file of raw.merge) {
      const part = readPart(file);
      if ('fault' in part) faults.push(part.fault);
      else parts.push({ file, atlas: part.atlas });
    }
    if (parts.length === raw.merge.length) {
      const result = merge(parts);
      if ('faults' in result) faults.push(...result.faults.map((text) => `--merge ${text}`));
      else merged = result.atlas;
    }
  }
  if (faults.length > 0) throw new BadInput(faults);
  if (merged) return { out, merged };
  const scope = { seed, width, claims, slices: ids };
  return { out, scope, workers, ...(raw.shard === undefined ? {} : { shard }) };
}
