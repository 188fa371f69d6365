/** How `verify` prints its result. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { BadInput } from '../io/badInput.ts';
import { resultLost, tellUnwritten } from '../io/streams.ts';
import { type ClaimInfo, statementsOf } from '../report/claimInfo.ts';
import { closing } from '../report/closing.ts';
import { paintFor } from '../report/colour.ts';
import { standing, wrap } from '../report/format.ts';
import type { View } from '../report/terminal.ts';
import type { Counterexample, Result } from '../verify/result.ts';
import { EXIT } from './exit.ts';
import type { VerifyRequest } from './verifyOptions.ts';
import { widthOf } from './width.ts';

const print = (text: string) => process.stdout.write(`${text}\n`);

/** What the world of a replay comes to. */
function verdictText(shown: Counterexample): string {
  const outcome = {
    violated: `is violated (${standing(shown)})`,
    held: 'held',
    undecided: 'stays undecided',
  };
  const verdict = `${shown.claim} on ${shown.rung}: in this world the statement ${outcome[shown.outcome]}.`;
  if (!shown.hypotheses) return verdict;
  const alone =
    shown.outcome === 'violated' && !shown.expected ? ', so it does not refute the statement' : '';
  return `${verdict}\nThe world is taken as given from ${shown.path}. Its numbers are checked; whether it satisfies the hypotheses of the statement is not${alone}.`;
}

/**
 * Tells the one world of a replay.
 * @returns the exit code: a violation that was not expected fails
 * @throws BadInput when the path leads nowhere
 */
export function tellReplay(result: Result, asked: VerifyRequest, json: boolean): number {
  const [shown] = result.counterexamples;
  if (!shown && result.interrupted) return EXIT.interrupted;
  if (!shown)
    throw new BadInput([
      `--path: expected the path of a world of ${asked.claims?.[0]} on ${asked.rungs?.[0]}, got "${asked.path}", which leads to none`,
    ]);
  const verdict = verdictText(shown)
    .split('\n')
    .flatMap((line) => wrap(line, 100))
    .join('\n');
  if (json) {
    print(JSON.stringify(result, null, 2));
    process.stderr.write(`${verdict}\n`);
  } else print(`${wrap(shown.words, 100).join('\n')}\n\n${JSON.stringify(shown.world)}\n\n${verdict}`);
  return shown.outcome === 'violated' && !shown.expected ? EXIT.failed : EXIT.expected;
}

interface Telling {
  readonly claims: readonly ClaimInfo[];
  readonly command: string;
  readonly json: boolean;
  /** What is printed besides, or in place of, the screen. */
  readonly view: View;
  /** The folder of the report; absent: no report. */
  readonly report?: string;
  /** The file that keeps what is decided. */
  readonly kept?: string;
  /** Cuts the report short. */
  readonly signal: AbortSignal;
}

/** Writes the report, and prints where. @returns whether the result is in a file, and whether the report was cut short */
async function writeTo(folder: string, result: Result, { claims, command, json, signal }: Telling) {
  try {
    const { writeReport } = await import('../report/write.ts');
    // A run that was cut short has its report, of what was decided by then.
    const cutBy = result.interrupted ? undefined : signal;
    const { page, written, failed, cut } = await writeReport(folder, result, claims, command, cutBy);
    for (const { file, error } of failed) tellUnwritten(file, error);
    const is = (name: string) => written.some((file) => basename(file) === name);
    if (cut) process.stderr.write(`The report is cut short; written: ${written.join(', ') || 'nothing'}.\n`);
    else if (is(basename(page))) (json ? process.stderr : process.stdout).write(`Report: ${page}\n`);
    return { written: is('result.json'), cut };
  } catch (error) {
    // A disk that is full by now must not take the result with it.
    tellUnwritten(`The report in ${folder}`, error);
    return { written: false, cut: false };
  }
}

/**
 * Prints a result, then writes the report if there is to be one: that takes seconds, and an interruption in them loses nothing.
 * @returns whether the result is where it will be found, and whether the report was cut short
 */
export async function tellResult(
  result: Result,
  telling: Telling,
): Promise<{ readonly told: boolean; readonly cut: boolean }> {
  const { claims, json, view, report, kept } = telling;
  if (json) {
    print(JSON.stringify(result, null, 2));
    process.stderr.write(`${closing(result)}\n`);
  } else {
    const paint = paintFor(process.stdout);
    const width = widthOf(process.stdout);
    const { terminal } = await import('../report/terminal.ts');
    const { keptAnswer } = await import('../report/atlas.ts');
    const training = result.rows.some(({ headline }) => headline) ? keptAnswer() : undefined;
    print(terminal(result, view, { width, paint, statements: statementsOf(claims), training }));
  }
  const { written, cut } =
    report === undefined ? { written: false, cut: false } : await writeTo(report, result, telling);
  const told = written || !resultLost();
  if ((result.interrupted || !told) && kept !== undefined && existsSync(kept))
    process.stderr.write(`Kept in ${kept}: the same command goes on from there.\n`);
  return { told, cut };
}
