/** The input of `verify`, checked together. */
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defaultPrecision } from '../decide/enclosure.ts';
import type { EnclosureLibrary } from '../decide/libraries.ts';
import { shown } from '../io/place.ts';
import { DEFAULT_SEED } from '../model/seeds.ts';
import type { ClaimInfo } from '../report/claimInfo.ts';
import { isModule } from '../verify/ownClaims.ts';
import { chosenClaims, type OwnClaim, rowsOf } from '../verify/registry.ts';
import { isCaseFile } from '../verify/replayPath.ts';
import { FULL_RUNS } from '../verify/sizes.ts';
import { checkRows, pathFault } from '../verify/verifyChecks.ts';
import type { QueueOptions } from '../workers/engine.ts';
import type { CommandInput } from './commands.ts';
import { flagOf } from './options.ts';
import { queueOf } from './queueOptions.ts';

/** What a run of `verify` takes. */
export interface VerifyRequest {
  modules?: readonly string[];
  claims?: readonly string[];
  rungs?: readonly string[];
  runs?: number;
  seed?: number;
  digits?: number;
  arithmetic?: EnclosureLibrary;
  workers?: number;
  path?: string;
  findings?: boolean;
  resume?: string;
  queue?: Omit<QueueOptions, 'onNote'>;
}

/** The file in which a thorough run keeps its finished rows until it ends; its name has everything they depend on. */
const thoroughFile = ({
  seed = DEFAULT_SEED,
  digits = defaultPrecision.cap,
  arithmetic = 'decimal',
}: Pick<VerifyRequest, 'seed' | 'digits' | 'arithmetic'>): string =>
  join('.snapcheck', `thorough-${seed}-${digits}-${arithmetic}.json`);

/** Options that change nothing of a list, and of a replay. */
const NOT_OF_LIST = [
  ...(['runs', 'seed', 'rung', 'digits', 'arithmetic'] as const),
  ...(['workers', 'path', 'thorough', 'report', 'certificates', 'counterexamples', 'for'] as const),
  ...(['queue', 'campaign'] as const),
];
const NOT_OF_REPLAY = [
  ...(['thorough', 'findings', 'all', 'counterexamples'] as const),
  ...(['runs', 'workers', 'report', 'certificates', 'for', 'queue', 'campaign'] as const),
];

function checkReplay(path: string, { operands, values, words, checks }: CommandInput<'verify'>): void {
  const file = isCaseFile(path);
  const fault = pathFault(path);
  if (fault) checks.fault(`--path: ${fault}`);
  if (
    operands.filter((word) => !isModule(word)).length !== 1 ||
    values.rung?.length !== 1 ||
    (!file && !words.has('seed'))
  )
    checks.fault(
      `--path replays one case: it needs one claim${file ? ' and one --rung' : ', one --rung and --seed'}, as a replay command has them`,
    );
  for (const name of NOT_OF_REPLAY)
    if (words.has(name)) checks.fault(`${flagOf(name)}: a replay shows one case and nothing else`);
  if (file && words.has('seed')) checks.fault('--seed: the world is in the file of --path; leave it out');
}

/** Certificates are of the paper's claims, and go into a folder of their own. */
function checkCertificates(
  folder: string,
  { values, operands, checks }: CommandInput<'verify'>,
  own: boolean,
): void {
  if (own) checks.fault("--certificates: expected claims of the paper alone, got a module's too");
  if (values.findings && operands.length === 0 && values.rung === undefined)
    checks.fault('--certificates: they are of claims, and --findings alone decides none');
  if (existsSync(folder) && readdirSync(folder).length > 0)
    checks.fault(`--certificates: expected a new or an empty folder, got ${shown(folder)}, which has files`);
}

/**
 * The request in the input of `verify`, checked together.
 * @throws BadInput with every fault
 */
export function requestOf(
  given: CommandInput<'verify'>,
  claims: readonly ClaimInfo[],
  own: readonly OwnClaim[] = [],
): VerifyRequest {
  const { operands, values, words, checks } = given;
  const { runs, seed, digits, arithmetic, workers, path, rung } = values;
  const modules = operands.filter(isModule);
  const ids = operands.filter((word) => !isModule(word));
  checkRows(checks, { claims: ids, rungs: rung }, claims, '--rung', '; claims come before --rung');
  const chosenIds = chosenClaims(ids.length > 0 ? ids : undefined, own);
  if (own.length > 0 && rung && rowsOf(chosenIds, rung, own).length === 0)
    checks.fault(`--rung: no claim of ${modules.join(', ')} is checked on ${rung.join(' or ')}`);
  if (words.has('thorough') && words.has('runs'))
    checks.fault('--thorough sets the number of worlds: leave out --runs');
  if (path !== undefined) checkReplay(path, given);
  if (modules.length > 0 && (words.has('queue') || words.has('campaign')))
    checks.fault('--queue: expected claims of the paper alone: the workers of a fleet do not have a module');
  const queue = queueOf(given, 'verify');
  if (values.list)
    for (const name of NOT_OF_LIST)
      if (words.has(name)) checks.fault(`${flagOf(name)}: --list prints what there is and runs nothing`);
  if (values.findings && operands.length === 0 && rung === undefined && words.has('digits'))
    checks.fault('--digits: it is of claims, and --findings alone decides none');
  if (values.findings && operands.length === 0 && rung === undefined && words.has('counterexamples'))
    checks.fault('--counterexamples: they are of claims, and --findings alone decides none');
  if (values.certificates !== undefined) checkCertificates(values.certificates, given, modules.length > 0);
  if (values.json)
    for (const name of ['all', 'counterexamples'] as const)
      if (words.has(name))
        checks.fault(`${flagOf(name)}: the document of --json has everything; leave it out`);
  checks.refuse();

  // Code of others goes into threads at once: a thread can be ended, whatever it does.
  const threads = modules.length > 0 ? (workers ?? availableParallelism()) : workers;
  const chosen: VerifyRequest = { runs, seed, digits, workers: threads, path };
  if (queue) chosen.queue = queue;
  if (arithmetic) chosen.arithmetic = arithmetic;
  if (values.findings) chosen.findings = true;
  if (values.thorough) {
    chosen.runs = FULL_RUNS;
    chosen.resume = thoroughFile(chosen);
  }
  if (modules.length > 0) chosen.modules = [...new Set(modules)];
  if (chosenIds) chosen.claims = [...new Set(chosenIds)];
  if (rung) chosen.rungs = [...new Set(rung)];
  return chosen;
}
