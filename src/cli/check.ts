/** `snapcheck check`. */
import { noFile } from '../io/file.ts';
import { shown } from '../io/place.ts';
import { quoted } from '../io/text.ts';
import { judgementText } from '../report/run.ts';
import { judgeRun } from '../runs/judge.ts';
import { readRun } from '../runs/readRun.ts';
import type { RecordedRun } from '../runs/run.ts';
import type { CommandInput } from './commands.ts';
import { EXIT } from './exit.ts';
import { interruptible } from './interrupt.ts';
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

/**
 * Reads the record, judges, prints.
 * @returns the exit code
 * @throws BadInput with every fault
 */
export async function runCheck(input: CommandInput<'check'>): Promise<number> {
  const run = runOf(input);
  const { seeds, json, all } = input.values;
  return await interruptible(
    () => 'what is decided is printed',
    async ({ signal, progress }) => {
      const onTraining = (done: number, of: number) => {
        const now = `our training ${done} of ${of}`;
        progress.show({ work: done / of, now, line: done % 10 === 0 ? now : undefined });
      };
      const judgement = await judgeRun(run, { seeds, signal, onTraining });
      progress.stop();
      const again = `snapcheck check ${quoted(input.operands[0])}`;
      const text = () =>
        judgementText(judgement, { all, again, width: Math.min(80, widthOf(process.stdout)) });
      process.stdout.write(`${json ? JSON.stringify(judgement, null, 2) : text()}\n`);
      return judgement.interrupted ? EXIT.interrupted : EXIT.expected;
    },
  );
}
