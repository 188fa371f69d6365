import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ARITHMETICS, type Arithmetic } from '../decide/arithmetic.ts';
import { LEAST_CAP } from '../decide/enclosure.ts';
import { BadInput } from '../io/badInput.ts';
import { unwritable } from '../io/write.ts';
import type { ClaimInfo } from '../report/claimInfo.ts';
import { DEFAULT_SEED, FULL_RUNS } from '../verify/sizes.ts';
import { MOST_WORKERS } from '../workers/crew.ts';
import { suggestion } from './suggest.ts';

/** What commander hands over: everything still a string. */
export interface VerifyFlags {
  readonly list?: boolean;
  readonly runs?: string;
  readonly seed?: string;
  readonly rung?: readonly string[];
  readonly digits?: string;
  readonly arithmetic?: string;
  readonly workers?: string;
  readonly json?: boolean;
  readonly report?: string;
  readonly path?: string;
  readonly findings?: boolean;
  readonly thorough?: boolean;
}

/** Where a thorough run keeps its finished rows until it ends. */
export const thoroughFile = (seed: number): string => join('.snapcheck', `thorough-${seed}.json`);

/** What `verify` takes of them. */
export interface Asked {
  claims?: string[];
  rungs?: string[];
  runs?: number;
  seed?: number;
  digits?: number;
  arithmetic?: Arithmetic;
  workers?: number;
  path?: string;
  findings?: boolean;
  resume?: string;
}

const MOST_RUNS = 1_000_000;
const INT32 = 2 ** 31;

/**
 * Every operand and flag of `verify`, checked together.
 * @param operands claims, and the flags nobody knows
 * @param flags long names of the flags there are, for near misses
 * @throws BadInput with every fault
 */
export function readVerifyOptions(
  operands: readonly string[],
  raw: VerifyFlags,
  claims: readonly ClaimInfo[],
  flags: readonly string[],
): Asked {
  const faults: string[] = [];
  const integer = (flag: string, text: string | undefined, low: number, high: number): number | undefined => {
    if (text === undefined) return undefined;
    const value = /^[+-]?\d+(e\d+)?$/i.test(text) ? Number(text) : Number.NaN;
    if (value >= low && value <= high) return value;
    faults.push(`${flag}: expected an integer from ${low} to ${high}, got "${text}"`);
    return undefined;
  };
  const names = claims.map(({ claim }) => claim);
  const rungs = [...new Set(claims.flatMap((info) => info.rungs.map(({ rung }) => rung)))];
  const known = (id: string) => claims.find(({ claim }) => claim === id);

  const asked = operands.filter((id) => !id.startsWith('-'));
  for (const flag of operands.filter((id) => id.startsWith('-')))
    faults.push(`unknown option ${flag}${suggestion(flag.split('=')[0], flags)}`);
  for (const id of asked)
    if (!known(id))
      faults.push(`unknown claim "${id}"${suggestion(id, names) || `; there are ${names.join(', ')}`}`);
  for (const id of raw.rung ?? [])
    if (known(id)) faults.push(`--rung: "${id}" is a claim; claims come before --rung`);
    else if (!rungs.includes(id))
      faults.push(
        `--rung: unknown rung "${id}"${suggestion(id, rungs) || `; there are ${rungs.join(', ')}`}`,
      );
  for (const id of asked) {
    const on = known(id)?.rungs.map(({ rung }) => rung);
    if (on && raw.rung?.every((rung) => rungs.includes(rung)) && !raw.rung.some((rung) => on.includes(rung)))
      faults.push(`claim "${id}" is not asked on ${raw.rung.join(' or ')}, only on ${on.join(', ')}`);
  }

  const runs = integer('--runs', raw.runs, 1, MOST_RUNS);
  const seed = integer('--seed', raw.seed, -INT32, INT32 - 1);
  const digits = integer('--digits', raw.digits, LEAST_CAP, 1000);
  const arithmetic = ARITHMETICS.find((name) => name === raw.arithmetic);
  if (raw.arithmetic !== undefined && !arithmetic)
    faults.push(`--arithmetic: expected ${ARITHMETICS.join(' or ')}, got "${raw.arithmetic}"`);
  const workers = integer('--workers', raw.workers, 1, MOST_WORKERS);
  if (raw.thorough && raw.runs !== undefined)
    faults.push('--thorough sets the number of worlds: leave out --runs');
  if (raw.path !== undefined) {
    const file = raw.path.endsWith('.json');
    if (file && !existsSync(raw.path)) faults.push(`--path: there is no file "${raw.path}"`);
    if (!file && !/^\d+(:\d+)*$/.test(raw.path))
      faults.push(
        `--path: expected what a replay command prints, numbers joined by colons or a kept case's .json file, got "${raw.path}"`,
      );
    else if (!file && Number(raw.path.split(':')[0]) >= MOST_RUNS)
      faults.push(`--path: expected a first number below ${MOST_RUNS}, got "${raw.path}"`);
    if (asked.length !== 1 || raw.rung?.length !== 1 || (!file && raw.seed === undefined))
      faults.push(
        `--path replays one case: it needs one claim${file ? ' and one --rung' : ', one --rung and --seed'}, as a replay command has them`,
      );
    if (raw.thorough || raw.findings)
      faults.push(`--${raw.thorough ? 'thorough' : 'findings'}: a replay shows one case and nothing else`);
    if (raw.report !== undefined) faults.push('--report: a replay shows one case and writes no report');
  }
  const fault =
    raw.report === undefined ? undefined : raw.report === '' ? 'it is empty' : unwritable(raw.report);
  if (fault) faults.push(`--report: expected a directory that can be written, got "${raw.report}": ${fault}`);
  if (faults.length > 0) throw new BadInput(faults);

  const chosen: Asked = { runs, seed, digits, workers, path: raw.path };
  if (arithmetic) chosen.arithmetic = arithmetic;
  if (raw.findings) chosen.findings = true;
  if (raw.thorough) {
    chosen.runs = FULL_RUNS;
    chosen.resume = thoroughFile(seed ?? DEFAULT_SEED);
  }
  if (asked.length > 0) chosen.claims = [...new Set(asked)];
  if (raw.rung) chosen.rungs = [...new Set(raw.rung)];
  return chosen;
}
