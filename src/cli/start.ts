/** From the arguments to the exit code of the process. */
import { guardStreams, somethingLost } from '../io/streams.ts';
import { EXIT } from './exit.ts';
import { reportInternal, run } from './run.ts';

const leave = (error: unknown): never => process.exit(reportInternal(error));

/** piscina rejects its own jobs with this when it ends after a thread could not start; nothing awaits them. */
const endedByPool = (error: unknown): boolean =>
  error instanceof Error && error.message === 'Terminating worker thread';

/** @returns the exit code; the process may still need a moment to end threads and to write */
export async function start(args: readonly string[]): Promise<number> {
  guardStreams(args.includes('--json'));
  process.on('uncaughtException', leave);
  process.on('unhandledRejection', (error) => endedByPool(error) || leave(error));
  const code = await run(args);
  return code === EXIT.expected && somethingLost() ? EXIT.unwritten : code;
}
