/** `snapcheck verify`. */
import { MpfrMissing } from '../arithmetic/mpfr.ts';
import { ready } from '../decide/enclosureLibrary.ts';
import type { EnclosureLibrary } from '../decide/libraries.ts';
import { BadInput } from '../io/badInput.ts';
import { Locked } from '../io/lock.ts';
import { tellUnwritten } from '../io/streams.ts';
import type { ClaimInfo } from '../report/claimInfo.ts';
import { paintFor } from '../report/colour.ts';
import type { FindingInfo } from '../report/findings.ts';
import { cutShort } from '../report/format.ts';
import { annotationText, onGitHub, verifyAnnotations } from '../report/github.ts';
import { list, shortList } from '../report/list.ts';
import { listFindings } from '../verify/findings.ts';
import { isModule, loadOwnClaims } from '../verify/ownClaims.ts';
import type { Progress as RunProgress } from '../verify/progress.ts';
import { listClaims, type OwnClaim } from '../verify/registry.ts';
import { asExpected } from '../verify/result.ts';
import type { FleetOptions, Held } from '../verify/verify.ts';
import type { CommandInput } from './commands.ts';
import { EXIT } from './exit.ts';
import { interruptible, type Watch } from './interrupt.ts';
import { sameWords } from './options.ts';
import type { Shown } from './progress.ts';
import { QUEUE_WORDS } from './queueOptions.ts';
import { tellCertificates } from './verifyCertificates.ts';
import { requestOf, type VerifyRequest } from './verifyOptions.ts';
import { tellReplay, tellResult } from './verifyTell.ts';
import { widthOf } from './width.ts';

/** The part of `verify/verify.ts` that this command needs. */
export interface Verifier {
  verifyAndHold(
    options: VerifyRequest & Pick<FleetOptions, 'signal' | 'onProgress' | 'onUnwritten' | 'onNote' | 'queue'>,
  ): Promise<Held>;
  listClaims(own?: readonly OwnClaim[]): readonly ClaimInfo[];
  listFindings(): readonly FindingInfo[];
}

const real: Verifier = {
  listClaims,
  listFindings,
  // A list needs none of what a run does.
  verifyAndHold: async (options) => (await import('../verify/verify.ts')).verifyAndHold(options),
};

/** @throws BadInput where the arithmetic is not installed */
async function installed(arithmetic?: EnclosureLibrary): Promise<void> {
  try {
    await ready(arithmetic);
  } catch (error) {
    if (!(error instanceof MpfrMissing)) throw error;
    throw new BadInput([`--arithmetic: expected decimal, got "mpfr": ${error.message}`]);
  }
}

/** Prints what there is to decide. */
function tellList(
  { values }: CommandInput<'verify'>,
  options: VerifyRequest,
  claims: readonly ClaimInfo[],
  verifier: Verifier,
): void {
  const chosen = claims.filter(({ claim }) => options.claims?.includes(claim) ?? true);
  const findings = options.claims && !values.findings ? [] : verifier.listFindings();
  const shown = values.findings && !options.claims ? [] : chosen;
  const text = values.json
    ? JSON.stringify({ schema: 1, claims: shown, findings }, null, 2)
    : (options.claims || values.all ? list : shortList)(
        shown,
        findings,
        widthOf(process.stdout),
        paintFor(process.stdout),
      );
  process.stdout.write(`${text}\n`);
}

/** `30 of 54 verdicts and 4 of 20 findings`; what a run has none of is left out. */
function doneText({ rowsDone, rowsTotal, findingsDone, findingsTotal }: RunProgress): string {
  const parts = [
    [rowsDone - findingsDone, rowsTotal - findingsTotal, 'verdicts'],
    [findingsDone, findingsTotal, 'findings'],
  ] as const;
  return parts
    .filter(([, total]) => total > 0)
    .map(([done, total, what]) => `${done} of ${total} ${what}`)
    .join(' and ');
}

/** The progress of a run as it is shown: a line for a log whenever a row or a finding is finished. */
export function shownProgress(): (run: RunProgress) => Shown {
  let finished = 0;
  return (run) => {
    const { claim, rung, done, total, rowsDone, work, own } = run;
    const row = rung ? `${claim} on ${rung}` : claim;
    const line = rowsDone > finished ? `${doneText(run)} done: ${row}` : undefined;
    finished = rowsDone;
    return { work, own, now: `${row}, world ${done} of ${total}`, line };
  };
}

/**
 * Checks the input, runs, prints.
 * @returns the exit code
 * @throws BadInput with every fault
 */
export async function runVerify(given: CommandInput<'verify'>, verifier: Verifier = real): Promise<number> {
  if (!given.operands.some(isModule)) return await verified(given, verifier);
  // A module that ends the process must not look like a run that is as expected.
  const early = () => {
    process.stderr.write('snapcheck verify: a module ended the process before the run was over\n');
    process.exitCode = EXIT.badInput;
  };
  process.on('exit', early);
  try {
    return await verified(given, verifier);
  } finally {
    process.off('exit', early);
  }
}

async function verified(given: CommandInput<'verify'>, verifier: Verifier): Promise<number> {
  const { json, list: listed, report, all, counterexamples } = given.values;
  const { own, faults } = await loadOwnClaims(given.operands.filter(isModule));
  given.checks.faults.addAll(faults);
  const claims = verifier.listClaims(own);
  const options = requestOf(given, claims, own);
  if (listed) {
    tellList(given, options, claims, verifier);
    return EXIT.expected;
  }
  await installed(options.arithmetic);
  const annotated = onGitHub();
  let decidedAll = false;
  const kept = () =>
    decidedAll
      ? 'everything is decided and printed, the report is cut short'
      : 'stopping; what is decided is printed';
  const onNote = (note: string) => process.stderr.write(`${note}\n`);
  const work = async ({ signal, timeIsUp, progress }: Watch): Promise<number> => {
    const shown = shownProgress();
    const held = await decided(verifier, {
      ...options,
      queue: options.queue && { ...options.queue, onNote },
      signal,
      onProgress: (run) => progress.show(shown(run)),
      onUnwritten: tellUnwritten,
      onNote,
    });
    progress.stop();
    const ended = timeIsUp() && held.result.interrupted;
    const result = ended ? { ...held.result, timeIsUp: true as const } : held.result;
    if (options.path !== undefined) return tellReplay(result, options, json);
    decidedAll = !result.interrupted;
    let [told, cut] = [false, false];
    try {
      ({ told, cut } = await tellResult(result, {
        claims,
        command: `snapcheck verify ${sameWords(given, QUEUE_WORDS)}`.trim(),
        json,
        view: {
          named: options.claims !== undefined || options.rungs !== undefined,
          all,
          counterexamples,
        },
        report,
        kept: options.resume,
        signal,
      }));
    } finally {
      held.release(told);
    }
    if (given.values.certificates !== undefined)
      cut = (await tellCertificates(given.values.certificates, result, { json, signal, ...options })) || cut;
    if (annotated) process.stderr.write(annotationText(verifyAnnotations(result)));
    if ((result.interrupted && !ended) || cut) return EXIT.interrupted;
    // A run whose time was too short for a single row has shown nothing.
    const finished = ended
      ? { ...result, rows: result.rows.filter((row) => !cutShort(row)), counterexamples: [] }
      : result;
    return asExpected(finished) ? EXIT.expected : EXIT.failed;
  };
  return await interruptible(kept, work, given.values.for);
}

/** @throws BadInput where another run keeps its results in the same file */
async function decided(verifier: Verifier, options: Parameters<Verifier['verifyAndHold']>[0]): Promise<Held> {
  try {
    return await verifier.verifyAndHold(options);
  } catch (error) {
    if (error instanceof Locked) throw new BadInput([`--thorough: ${error.message}`]);
    throw error;
  }
}
