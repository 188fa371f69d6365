import { availableParallelism } from 'node:os';
import { type Atlas, merge, type Part, readAtlas, type Scope } from '../atlas/document.ts';
import { type ClaimId, claimIds } from '../atlas/questions.ts';
import { slices } from '../atlas/settings.ts';
import { shown } from '../io/place.ts';
import { DEFAULT_SEED, SEEDS } from '../model/seeds.ts';
import { MOST_WORKERS } from '../workers/crew.ts';
import { OptionReader } from './options.ts';

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

export const DEFAULT_OUT = 'atlas';
const DEFAULT_WIDTH = 0.1;
const MOST_SHARDS = 1000;

/** Reads all parts; undefined where one is none, which is told. */
function readParts(files: readonly string[], read: OptionReader): Part[] | undefined {
  const parts: Part[] = [];
  for (const file of files) {
    const part = readAtlas(file);
    if ('faults' in part) read.faults.addAll(part.faults, `--merge ${shown(file, false)}: `);
    else parts.push({ file, atlas: part.value });
  }
  return parts.length === files.length ? parts : undefined;
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
  const read = new OptionReader();
  read.strayWords(operands, flags);
  /** Those that are named, in the order of `known`; all when none is. */
  const chosen = <T extends string>(
    flag: string,
    named: readonly string[] | undefined,
    known: readonly T[],
  ) => {
    read.names(`${flag}: unknown`, named, known);
    return known.filter((id) => named === undefined || named.includes(id));
  };
  const claims: ClaimId[] = chosen('--claims', raw.claims, claimIds);
  const ids = chosen(
    '--slices',
    raw.slices,
    slices.map(({ id }) => id),
  );
  const seed = read.integer('--seed', raw.seed, DEFAULT_SEED, SEEDS);
  const workers = read.integer('--workers', raw.workers, availableParallelism(), {
    low: 1,
    high: MOST_WORKERS,
  });
  const narrow = (w: number) => w > 0 && w <= 1;
  const width = read.number('--width', raw.width, DEFAULT_WIDTH, narrow, 'a number above 0 and at most 1');
  const [, i, n] = /^(\d+)\/(\d+)$/.exec(raw.shard ?? '1/1') ?? [];
  const shard = { i: Number(i), n: Number(n) };
  if (!(shard.i >= 1 && shard.i <= shard.n && shard.n <= MOST_SHARDS))
    read.fault(
      `--shard: expected i/n with 1 <= i <= n <= ${MOST_SHARDS}, as 1/3, got ${shown(raw.shard ?? '')}`,
    );
  const out = raw.out ?? DEFAULT_OUT;
  read.directory('--out', out);

  let merged: Atlas | undefined;
  if (raw.merge !== undefined) {
    for (const flag of ['claims', 'slices', 'seed', 'width', 'shard', 'workers'] as const)
      if (raw[flag] !== undefined) read.fault(`--${flag}: --merge takes it from the files; leave it out`);
    const files = readParts(raw.merge, read);
    if (files) {
      const result = merge(files);
      if ('faults' in result) read.faults.addAll(result.faults, '--merge ');
      else merged = result.value;
    }
  }
  read.refuse();
  if (merged) return { out, merged };
  const scope = { seed, width, claims, slices: ids };
  return { out, scope, workers, ...(raw.shard === undefined ? {} : { shard }) };
}
