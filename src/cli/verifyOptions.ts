import { join } from 'node:path';
import { defaultPrecision } from '../decide/enclosure.ts';
import { ENCLOSURE_LIBRARIES, type EnclosureLibrary } from '../decide/enclosureLibrary.ts';
import { DEFAULT_SEED, SEEDS } from '../model/seeds.ts';
import type { ClaimInfo } from '../report/claimInfo.ts';
import { isCaseFile } from '../verify/keptCases.ts';
import { FULL_RUNS } from '../verify/sizes.ts';
import { checkRows, DIGITS, pathFault, RUNS, WORKERS } from '../verify/verifyChecks.ts';
import { OptionReader } from './options.ts';

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

/** Where a thorough run keeps its finished rows until it ends: all that they depend on is in the name. */
export const thoroughFile = ({
  seed = DEFAULT_SEED,
  digits = defaultPrecision.cap,
  arithmetic = 'decimal',
}: Pick<VerifyRequest, 'seed' | 'digits' | 'arithmetic'>): string =>
  join('.snapcheck', `thorough-${seed}-${digits}-${arithmetic}.json`);

/** What `verify` takes of them. */
export interface VerifyRequest {
  claims?: string[];
  rungs?: string[];
  runs?: number;
  seed?: number;
  digits?: number;
  arithmetic?: EnclosureLibrary;
  workers?: number;
  path?: string;
  findings?: boolean;
  resume?: string;
}

/** What a list cannot heed. */
const NOT_LISTED = [
  ...(['runs', 'seed', 'rung', 'digits', 'arithmetic'] as const),
  ...(['workers', 'path', 'thorough', 'report'] as const),
];

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
): VerifyRequest {
  const read = new OptionReader();
  const asked = operands.filter((id) => !id.startsWith('-'));
  read.unknownFlags(operands, flags);
  checkRows(read, { claims: asked, rungs: raw.rung }, claims, '--rung', '; claims come before --rung');

  const runs = read.integer('--runs', raw.runs, undefined, RUNS);
  const seed = read.integer('--seed', raw.seed, undefined, SEEDS);
  const digits = read.integer('--digits', raw.digits, undefined, DIGITS);
  const arithmetic = read.choice('--arithmetic', raw.arithmetic, undefined, ENCLOSURE_LIBRARIES);
  const workers = read.integer('--workers', raw.workers, undefined, WORKERS);
  if (raw.thorough && raw.runs !== undefined)
    read.fault('--thorough sets the number of worlds: leave out --runs');
  if (raw.path !== undefined) {
    const file = isCaseFile(raw.path);
    const fault = pathFault(raw.path);
    if (fault) read.fault(`--path: ${fault}`);
    if (asked.length !== 1 || raw.rung?.length !== 1 || (!file && raw.seed === undefined))
      read.fault(
        `--path replays one case: it needs one claim${file ? ' and one --rung' : ', one --rung and --seed'}, as a replay command has them`,
      );
    for (const name of ['thorough', 'findings', 'runs', 'workers'] as const)
      if (raw[name]) read.fault(`--${name}: a replay shows one case and nothing else`);
    if (file && raw.seed !== undefined)
      read.fault('--seed: the world is in the file of --path; leave it out');
    if (raw.report !== undefined) read.fault('--report: a replay shows one case and writes no report');
  }
  if (raw.list)
    for (const name of NOT_LISTED)
      if (raw[name] !== undefined) read.fault(`--${name}: --list says what there is, and runs nothing`);
  if (raw.findings && asked.length === 0 && raw.rung === undefined && raw.digits !== undefined)
    read.fault('--digits: claims are decided with it, and --findings alone decides none');
  read.directory('--report', raw.report);
  read.refuse();

  const chosen: VerifyRequest = { runs, seed, digits, workers, path: raw.path };
  if (arithmetic) chosen.arithmetic = arithmetic;
  if (raw.findings) chosen.findings = true;
  if (raw.thorough) {
    chosen.runs = FULL_RUNS;
    chosen.resume = thoroughFile(chosen);
  }
  if (asked.length > 0) chosen.claims = [...new Set(asked)];
  if (raw.rung) chosen.rungs = [...new Set(raw.rung)];
  return chosen;
}
