/** `snapcheck check`. */
import { noFile } from '../io/file.ts';
import { shown } from '../io/place.ts';
import { quoted } from '../io/text.ts';
import { judgementText } from '../report/run.ts';
import { judgeRun } from '../runs/judge.ts';
import type { RunJudgement } from '../runs/judgement.ts';
import { readRun } from '../runs/readRun.ts';
import type { RecordedRun } from '../runs/run.ts';
import type { CommandInput } from './commands.ts';
import { EXIT } from './exit.ts';
import { interruptible, type Watch } from './interrupt.ts';

import { widthOf } from './width.ts';

/** @throws BadInput with every fault */
function runOf({ operands, values, checks }: CommandInput<'check'>): RecordedRun {
  if (operands.length !== 1)
    checks.fault(
      `expected one recorded run, a file or a folder, got ${operands.length === 0 ? 'none' : operands.length}`,
    );
  for (const path of operands) {
    const why = noFile(path);
    if (why !== undefined && why !== 'it is a directory') checks.fault(`run ${shown(path, false)}: ${why}`);
  }
  checks.refuse();
  return readRun(operands[0], values.problem);
}

/** The judgement; undefined when it was interrupted. */
async function judged(
  run: RecordedRun,
  seeds: number,
  { signal, progress }: Watch,
): Promise<RunJudgement | undefined> {
  const onTraining = (done: number, all: number) =>
    progress.show({
      work: done / all,
      now: `our training ${done} of ${all}`,
      line: done % 10 === 0 ? `our training ${done} of ${all}` : undefined,
    });
  try {
    return await judgeRun(run, { seeds, signal, onTraining });
  } catch (error) {
    if (signal.aborted && error === signal.reason) return undefined;
    throw error;
  } finally {
    progress.stop();
  }
}

/**
 * Reads the record, judges, prints.
 * @returns the exit code
 * @throws BadInput with every fault
 */
export async function runCheck(input: CommandInput<'check'>): Promise<number> {
  const run = runOf(input);
  const { seeds, json, all } = input.values;
  return await interruptible(
    () => 'nothing is printed',
    async (watch) => {
      const judgement = await judged(run, seeds, watch);
      if (!judgement) return EXIT.interrupted;
      const again = `snapcheck check ${quoted(input.operands[0])}`;
      const text = () =>
        judgementText(judgement, { all, again, width: Math.min(80, widthOf(process.stdout)) });
      process.stdout.write(`${json ? JSON.stringify(judgement, null, 2) : text()}\n`);
      return EXIT.expected;
    },
  );
}
