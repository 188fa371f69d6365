/** What the options of a run must be: the same for `verify` and for the command line. */
import { existsSync } from 'node:fs';
import { ENCLOSURE_LIBRARIES } from '../decide/libraries.ts';
import { OptionChecks } from '../io/optionChecks.ts';
import { shown } from '../io/place.ts';
import { SEEDS } from '../model/seeds.ts';
import { WORKERS } from '../workers/crew.ts';
import { isCaseFile, PATH } from './replayPath.ts';
import { DIGITS, RUNS } from './sizes.ts';
import type { VerifyOptions } from './verify.ts';

/** A path has a number a choice; none that leads anywhere is nearly as long. */
const LONGEST_PATH = 100_000;

/** A claim and the rungs it is checked on. */
interface ClaimRungs {
  readonly claim: string;
  readonly rungs: readonly { readonly rung: string }[];
}

/**
 * Claims and rungs that exist, and each claim checked on one of the rungs.
 * @param option the name of the option that has the rungs
 * @param order what to add where a rung is a claim
 */
export function checkRows(
  checks: OptionChecks,
  asked: { readonly claims?: readonly string[]; readonly rungs?: readonly string[] },
  known: readonly ClaimRungs[],
  option = 'rungs',
  order = '',
): void {
  const rungs = [...new Set(known.flatMap((info) => info.rungs.map(({ rung }) => rung)))];
  const claims = known.map(({ claim }) => claim);
  checks.names('unknown claim', asked.claims, claims);
  for (const id of asked.rungs ?? [])
    if (claims.includes(id)) checks.fault(`${option}: "${id}" is a claim${order}`);
    else checks.names(`${option}: unknown rung`, [id], rungs);
  if (!asked.rungs?.every((rung) => rungs.includes(rung))) return;
  for (const id of asked.claims ?? []) {
    const on = known.find(({ claim }) => claim === id)?.rungs.map(({ rung }) => rung);
    if (on && !asked.rungs.some((rung) => on.includes(rung)))
      checks.fault(`claim "${id}" is not checked on ${asked.rungs.join(' or ')}, only on ${on.join(', ')}`);
  }
}

/** What is wrong with a replay's path; undefined where nothing is. */
export function pathFault(path: string): string | undefined {
  if (isCaseFile(path)) return existsSync(path) ? undefined : `there is no file ${shown(path)}`;
  if (path.length > LONGEST_PATH || !PATH.test(path))
    return `expected what a replay command prints, numbers joined by colons or a kept case's .json file, got ${shown(path)}`;
  if (Number(path.split(':')[0]) >= RUNS.high)
    return `expected a first number below ${RUNS.high}, got ${shown(path)}`;
  return undefined;
}

/** The paths of modules. @throws BadInput where they are no list of texts */
export function checkModules(modules: unknown): readonly string[] | undefined {
  const checks = new OptionChecks();
  const texts = checks.checkTexts('modules', modules);
  checks.refuse();
  return texts ? modules : undefined;
}

/**
 * @param known the claims there are
 * @throws BadInput with every fault of the options
 */
export function checkVerifyOptions(
  { claims, rungs, path, ...rest }: VerifyOptions,
  known: readonly ClaimRungs[],
): void {
  const checks = new OptionChecks();
  const texts = [checks.checkTexts('claims', claims), checks.checkTexts('rungs', rungs)];
  if (texts.every(Boolean)) checkRows(checks, { claims, rungs }, known);
  checks.checkInteger('runs', rest.runs, RUNS);
  checks.checkInteger('seed', rest.seed, SEEDS);
  checks.checkInteger('digits', rest.digits, DIGITS);
  checks.checkChoice('arithmetic', rest.arithmetic, ENCLOSURE_LIBRARIES);
  checks.checkInteger('workers', rest.workers, WORKERS);
  if (path !== undefined) {
    const fault = pathFault(String(path));
    if (fault) checks.fault(`path: ${fault}`);
    if (claims?.length !== 1 || rungs?.length !== 1)
      checks.fault('path: it replays one case, and needs one claim and one rung');
  }
  checks.refuse();
}
