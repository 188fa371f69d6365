/** `snapcheck recommend`. */
import { recommend } from '../bench/recommend.ts';
import type { Problem } from '../model/problem.ts';
import { recommendText } from '../report/recommend.ts';
import type { CommandInput } from './commands.ts';
import { EXIT } from './exit.ts';
import { interruptible } from './interrupt.ts';
import { checkNoOperands } from './options.ts';
import { checkProblem } from './problemFile.ts';
import { widthOf } from './width.ts';

/**
 * Checks the input, measures, prints.
 * @returns the exit code: 1 where nothing keeps the digits in the time
 * @throws BadInput with every fault
 */
export async function runRecommend(input: CommandInput<'recommend'>): Promise<number> {
  const { values, words, checks } = input;
  const { digits, steps, within, etaZ, ratio, momentum, json } = values;
  checkNoOperands(input);
  if (!words.has('digits')) checks.fault('--digits: expected how many digits are to be kept, got nothing');
  let problem: Problem | undefined;
  if (values.problem !== undefined) {
    const checked = checkProblem(values.problem);
    if ('value' in checked) problem = checked.value;
    else checks.faults.addAll(checked.faults);
  }
  checks.refuse();
  return await interruptible(
    () => 'what was measured is printed',
    async ({ signal, progress }) => {
      const found = await recommend({
        ...{ digits: digits!, steps, within, problem, signal },
        rates: { etaY: ratio * etaZ, etaZ, momentum },
        onProgress: (work, what) => progress.show({ work, now: what, line: what }),
      });
      progress.stop();
      const width = Math.min(widthOf(process.stdout), 100);
      process.stdout.write(`${json ? JSON.stringify(found, null, 2) : recommendText(found, width)}\n`);
      if (found.interrupted) return EXIT.interrupted;
      return found.recommended === null ? EXIT.failed : EXIT.expected;
    },
  );
}
