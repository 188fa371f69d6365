/** Work that a signal can end: Ctrl-C, a continuous integration system that cancels, a terminal that closes. */
import { constants } from 'node:os';
import { progressStream } from '../io/streams.ts';
import { EXIT } from './exit.ts';
import { type ProgressView, progressView } from './progress.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The exit code that a shell gives to a process that a signal ended. */
const codeOf = (name: NodeJS.Signals): number => 128 + constants.signals[name];

export interface Watch {
  /** Aborted at the first signal. */
  readonly signal: AbortSignal;
  /** Whether the run was ended because its time is up. */
  timeIsUp(): boolean;
  /** Shows nothing after a signal. */
  readonly progress: ProgressView;
}

/**
 * Does work with progress on standard error. The first SIGINT, SIGTERM or SIGHUP aborts it, the second ends the process at
 * once.
 * @param kept says what becomes of the results when a signal comes, as `finished runs are printed`
 * @param work gives the exit code: EXIT.interrupted when it was cut short
 * @param seconds aborts the work after this time, too; never when left out
 * @returns that code, or 128 + the number of the signal that cut it short
 */
export async function interruptible(
  kept: () => string,
  work: (watch: Watch) => Promise<number>,
  seconds?: number,
): Promise<number> {
  const controller = new AbortController();
  const progress = progressView(progressStream());
  let first: NodeJS.Signals | undefined;
  const listener = (name: NodeJS.Signals) => {
    if (first) process.exit(codeOf(name));
    first = name;
    controller.abort();
    progress.stop();
    process.stderr.write(`Interrupted: ${kept()}. A second signal ends it at once.\n`);
  };
  for (const name of SIGNALS) process.on(name, listener);
  let timeIsUp = false;
  const end = () => {
    timeIsUp = !controller.signal.aborted;
    controller.abort();
  };
  const timer = seconds === undefined ? undefined : setTimeout(end, 1000 * seconds);
  try {
    const code = await work({ signal: controller.signal, timeIsUp: () => timeIsUp, progress });
    return code === EXIT.interrupted && first ? codeOf(first) : code;
  } finally {
    clearTimeout(timer);
    progress.stop();
    for (const name of SIGNALS) process.off(name, listener);
  }
}
