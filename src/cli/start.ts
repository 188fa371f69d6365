/** From the arguments to the exit code of the process. */
import { guardStreams, somethingLost } from '../io/streams.ts';
import { EXIT } from './exit.ts';
import { reportInternal, run } from './run.ts';

const leave = (error: unknown): never => process.exit(reportInternal(error));

/** What piscina says of jobs of its own when it is ended after a thread could not start: nobody waits for them. */
const endedByPool = (error: unknown): boolean =>
  error instanceof Error && error.message === 'Terminating worker thread';

/** @returns the exit code; what is being ended may need a moment more, and a stream its time */
export async function start(args: readonly string[]): Promise<number> {
  guardStreams(args.includes('--json'));
  process.on('uncaughtException', leave);
  process.on('unhandledRejection', (error) => endedByPool(error) || leave(error));
  const code = await run(args);
  return code === EXIT.expected && somethingLost() ? EXIT.unwritten : code;
}
