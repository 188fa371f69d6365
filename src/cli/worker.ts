/** `snapcheck worker`. */
import type { CommandInput } from './commands.ts';
import { EXIT } from './exit.ts';
import { interruptible } from './interrupt.ts';
import { checkNoOperands } from './options.ts';
import { queueUrl } from './queueOptions.ts';

/**
 * Works until a signal comes.
 * @returns the exit code
 * @throws BadInput with every fault
 */
export async function runWorker(input: CommandInput<'worker'>): Promise<number> {
  const { values, checks } = input;
  checkNoOperands(input);
  const url = queueUrl(input, 'worker', true);
  checks.refuse();
  // For its threads, which inherit it.
  if (values.kernels) {
    const { KERNELS_ALLOWED } = await import('../kernels/judging/caseBlock.ts');
    process.env[KERNELS_ALLOWED] = 'run';
  }
  const { runFleetWorker } = await import('../workers/fleet/worker.ts');
  return await interruptible(
    () => 'jobs that run are finished, then the worker ends',
    async ({ signal }) => {
      const onNote = (line: string) => process.stderr.write(`${line}\n`);
      try {
        const options = { threads: values.workers, unsafe: values.unsafeQueue, signal, onNote };
        const answered = await runFleetWorker({ url: url!, ...options });
        process.stderr.write(`Ended; ${answered} ${answered === 1 ? 'job' : 'jobs'} answered.\n`);
      } catch (error) {
        // The signal came before the queue was there.
        if (!signal.aborted) throw error;
      }
      return EXIT.expected;
    },
  );
}
