import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { MpfrMissing } from '../arithmetic/mpfr.ts';
import { type Arithmetic, ready } from '../decide/arithmetic.ts';
import { BadInput } from '../io/badInput.ts';
import { Locked } from '../io/lock.ts';
import { progressStream, tellUnwritten } from '../io/streams.ts';
import { type ClaimInfo, statementsOf } from '../report/claimInfo.ts';
import { closing } from '../report/closing.ts';
import { paintFor } from '../report/colour.ts';
import { counterexamples } from '../report/counterexamples.ts';
import { type FindingInfo, findingBlock } from '../report/findings.ts';
import { standing, wrap } from '../report/format.ts';
import { list } from '../report/list.ts';
import { table } from '../report/table.ts';
import { undecidedBlock } from '../report/undecided.ts';
import { asExpected, type Result } from '../verify/result.ts';
import type { VerifyOptions } from '../verify/verify.ts';
import { EXIT } from './exit.ts';
import { onInterrupt } from './interrupt.ts';
import { progressView } from './progress.ts';
import { type Asked, readVerifyOptions, type VerifyFlags } from './verifyOptions.ts';

/** The part of `verify/verify.ts` that this command needs. */
export interface Verifier {
  verify(
    options: Asked & Pick<VerifyOptions, 'signal' | 'onProgress' | 'onUnwritten' | 'onNote'>,
  ): Promise<Result>;
  listClaims(): readonly ClaimInfo[];
  listFindings(): readonly FindingInfo[];
}

/** Registers `snapcheck verify`. */
export function registerVerify(program: Command): void {
  program
    .command('verify')
    .summary('decide every claim of the paper on random worlds, on every rung it is asked of')
    .description(
      'Decide claims of the paper on random worlds. Without a claim: all of them, and the findings.\nExit code 0: every verdict and finding is the expected one and every control fails; 1: not; 2: bad input; 130: interrupted.',
    )
    .argument('[claim...]', 'claims to decide (see --list)')
    .option('--list', 'say what can be decided, and what is expected')
    .option('--findings', 'the findings (slips in the paper) alone, or after the claims that are named')
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
    // Unknown flags are reported together with every other fault.
    .allowUnknownOption()
    .action(async (_claims: string[], flags: VerifyFlags, command: Command) => {
      const verifier: Verifier = await import('../verify/verify.ts');
      const known = command.options.map(({ long }) => long ?? '');
      process.exitCode = await runVerify(command.args, flags, verifier, known);
    });
}

/** @throws BadInput where the arithmetic is not installed */
async function installed(arithmetic?: Arithmetic): Promise<void> {
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

/**
 * Tells the one world of a replay.
 * @returns the exit code: a violation that was not expected fails
 * @throws BadInput when the path leads nowhere
 */
function showReplay(result: Result, asked: Asked, json: boolean, print: (text: string) => void): number {
  const [shown] = result.counterexamples;
  if (!shown && result.interrupted) return EXIT.interrupted;
  if (!shown)
    throw new BadInput([
      `--path: expected the path of a world of ${asked.claims?.[0]} on ${asked.rungs?.[0]}, got "${asked.path}", which leads to none`,
    ]);
  const violated = shown.outcome === 'violated';
  const outcome = violated
    ? `is violated (${standing(shown)})`
    : shown.outcome === 'held'
      ? 'held'
      : 'stays undecided';
  const verdict = `${shown.claim} on ${shown.rung}: in this world the statement ${outcome}.`;
  if (json) {
    print(JSON.stringify(result, null, 2));
    process.stderr.write(`${verdict}\n`);
  } else print(`${wrap(shown.words, 100).join('\n')}\n\n${JSON.stringify(shown.world)}\n\n${verdict}`);
  return violated && !shown.expected ? EXIT.failed : EXIT.expected;
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
  const width = Math.max(60, Math.min(process.stdout.columns || 100, 120));
  const paint = paintFor(process.stdout);
  const print = (text: string) => process.stdout.write(`${text}\n`);
  if (raw.list) {
    const chosen = claims.filter(({ claim }) => options.claims?.includes(claim) ?? true);
    const findings = options.claims && !raw.findings ? [] : verifier.listFindings();
    const shown = raw.findings && !options.claims ? [] : chosen;
    print(
      raw.json
        ? JSON.stringify({ schema: 1, claims: shown, findings }, null, 2)
        : list(shown, findings, width, paint),
    );
    return EXIT.expected;
  }

  await installed(options.arithmetic);
  const { resume } = options;
  const view = progressView(progressStream());
  const { signal, release } = onInterrupt(() => {
    view.stop();
    process.stderr.write('Interrupted: stopping; what is decided is kept (again: at once).\n');
  });
  let result: Result;
  try {
    result = await verifier.verify({
      ...options,
      signal,
      onProgress: (p) => signal.aborted || view.show(p),
      onUnwritten: tellUnwritten,
      onNote: (note) => process.stderr.write(`${note}\n`),
    });
  } catch (error) {
    if (error instanceof Locked) throw new BadInput([`--thorough: ${error.message}`]);
    throw error;
  } finally {
    release();
    view.stop();
  }

  if (options.path !== undefined) return showReplay(result, options, raw.json === true, print);
  const report: string[] = [];
  if (raw.report !== undefined) {
    const { writeReport } = await import('../report/write.ts');
    // A disk that is full by now must not take the result with it.
    try {
      const { page, failed } = await writeReport(raw.report, result, claims, commandLine(operands, raw));
      for (const { file, error } of failed) tellUnwritten(file, error);
      if (failed.every(({ file }) => file !== page)) report.push(`Report: ${page}`);
    } catch (error) {
      tellUnwritten(`The report in ${raw.report}`, error);
    }
  }
  if (raw.json) {
    print(JSON.stringify(result, null, 2));
    process.stderr.write(`${[...report, closing(result)].join('\n')}\n`);
  } else {
    const statements = statementsOf(claims);
    const parts = [
      table(result, { width, paint, statements }),
      counterexamples(result, width, paint),
      undecidedBlock(result, width, paint),
      findingBlock(result.findings, width, paint),
      ...report,
    ];
    print([...parts.filter(Boolean), closing(result)].join('\n\n'));
  }
  if (result.interrupted && resume !== undefined && existsSync(resume))
    process.stderr.write(`Kept in ${resume}: the same command goes on from there.\n`);
  if (result.interrupted) return EXIT.interrupted;
  return asExpected(result) ? EXIT.expected : EXIT.failed;
}
