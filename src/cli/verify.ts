import type { Command } from 'commander';
import { MpfrMissing } from '../arithmetic/mpfr.ts';
import { type EnclosureLibrary, ready } from '../decide/enclosureLibrary.ts';
import { BadInput } from '../io/badInput.ts';
import { Locked } from '../io/lock.ts';
import { progressStream, tellUnwritten } from '../io/streams.ts';
import type { ClaimInfo } from '../report/claimInfo.ts';
import { paintFor } from '../report/colour.ts';
import type { FindingInfo } from '../report/findings.ts';
import { list } from '../report/list.ts';
import { asExpected } from '../verify/result.ts';
import type { Held, VerifyOptions } from '../verify/verify.ts';
import { EXIT, exitCodes } from './exit.ts';
import { interruptible } from './interrupt.ts';
import { progressView } from './progress.ts';
import { readVerifyOptions, type VerifyFlags, type VerifyRequest } from './verifyOptions.ts';
import { tellReplay, tellResult, widthOf } from './verifyTell.ts';

/** The part of `verify/verify.ts` that this command needs. */
export interface Verifier {
  verifyAndHold(
    options: VerifyRequest & Pick<VerifyOptions, 'signal' | 'onProgress' | 'onUnwritten' | 'onNote'>,
  ): Promise<Held>;
  listClaims(): readonly ClaimInfo[];
  listFindings(): readonly FindingInfo[];
}

/** Registers `snapcheck verify`. */
export function registerVerify(program: Command): void {
  program
    .command('verify')
    .summary('decide every claim of the paper on random worlds, on every rung it is asked of')
    .description(
      'Decide claims of the paper on random worlds. Without a claim: all of them, and the findings.',
    )
    .argument('[claim...]', 'claims to decide (see --list)')
    .option('--list', 'say what can be decided, and what is expected')
    .option(
      '--findings',
      'the lines of the paper that need mending alone, or after the claims that are named',
    )
    .option('--thorough', 'full size: 25 times the worlds; when interrupted, the same command goes on')
    .option('--runs <n>', 'random worlds per row')
    .option('--seed <n>', 'seed of the worlds; fixed when left out, so that a run repeats')
    .option('--rung <id...>', 'only these rungs of the ladder')
    .option('--digits <n>', 'most decimal digits an enclosure may use before it is called undecided')
    .option(
      '--arithmetic <name>',
      'of the enclosures: decimal (default), or mpfr where gmp-wasm is installed',
    )
    .option('--workers <n>', 'threads; the result does not depend on it (default: one a core)')
    .option('--path <path>', 'replay one case: its path or kept file, as a replay command prints it')
    .option('--json', 'one JSON document on standard output, everything else on standard error')
    .option('--report <dir>', 'also write report.html, junit.xml, result.json, summary.md and pictures there')
    .addHelpText(
      'after',
      exitCodes(
        'every verdict and finding is the expected one, and every control fails',
        'not so',
        'what was found is told',
      ),
    )
    // Unknown flags are reported together with every other fault.
    .allowUnknownOption()
    .action(async (_claims: string[], flags: VerifyFlags, command: Command) => {
      const verifier: Verifier = await import('../verify/verify.ts');
      const known = command.options.map(({ long }) => long ?? '');
      process.exitCode = await runVerify(command.args, flags, verifier, known);
    });
}

/** @throws BadInput where the arithmetic is not installed */
async function installed(arithmetic?: EnclosureLibrary): Promise<void> {
  try {
    await ready(arithmetic);
  } catch (error) {
    if (!(error instanceof MpfrMissing)) throw error;
    throw new BadInput([`--arithmetic: expected decimal, got "mpfr": ${error.message}`]);
  }
}

/** The command that would repeat a run, for captions. */
const commandLine = (operands: readonly string[], raw: VerifyFlags): string =>
  [
    'snapcheck verify',
    ...operands,
    ...Object.entries(raw).flatMap(([name, value]) =>
      value === true ? [`--${name}`] : [`--${name}`, value].flat(),
    ),
  ].join(' ');

/** Tells what there is to decide. */
function tellList(
  claims: readonly ClaimInfo[],
  options: VerifyRequest,
  raw: VerifyFlags,
  verifier: Verifier,
): void {
  const chosen = claims.filter(({ claim }) => options.claims?.includes(claim) ?? true);
  const findings = options.claims && !raw.findings ? [] : verifier.listFindings();
  const shown = raw.findings && !options.claims ? [] : chosen;
  const width = widthOf(process.stdout);
  const text = raw.json
    ? JSON.stringify({ schema: 1, claims: shown, findings }, null, 2)
    : list(shown, findings, width, paintFor(process.stdout));
  process.stdout.write(`${text}\n`);
}

/**
 * Checks the input, runs, prints.
 * @returns the exit code
 * @throws BadInput with every fault
 */
export async function runVerify(
  operands: readonly string[],
  raw: VerifyFlags,
  verifier: Verifier,
  flags: readonly string[] = [],
): Promise<number> {
  const claims = verifier.listClaims();
  const options = readVerifyOptions(operands, raw, claims, flags);
  if (raw.list) {
    tellList(claims, options, raw, verifier);
    return EXIT.expected;
  }
  await installed(options.arithmetic);
  const view = progressView(progressStream());
  let decidedAll = false;
  const say = () => {
    view.stop();
    const what = decidedAll
      ? 'everything is decided and told, the report ends'
      : 'stopping; what is decided is kept';
    process.stderr.write(`Interrupted: ${what} (again: at once).\n`);
  };
  return await interruptible(say, async (signal) => {
    const held = await decided(verifier, {
      ...options,
      signal,
      onProgress: (p) => signal.aborted || view.show(p),
      onUnwritten: tellUnwritten,
      onNote: (note) => process.stderr.write(`${note}\n`),
    });
    view.stop();
    const { result } = held;
    if (options.path !== undefined) return tellReplay(result, options, raw.json === true);
    decidedAll = !result.interrupted;
    let [told, cut] = [false, false];
    try {
      ({ told, cut } = await tellResult(result, {
        claims,
        command: commandLine(operands, raw),
        json: raw.json === true,
        report: raw.report,
        kept: options.resume,
        signal,
      }));
    } finally {
      held.release(told);
    }
    if (result.interrupted || cut) return EXIT.interrupted;
    return asExpected(result) ? EXIT.expected : EXIT.failed;
  }).finally(view.stop);
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
