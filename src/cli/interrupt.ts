/** Ends asked for from outside: Ctrl-C, a system of continuous integration that cancels, a terminal that goes away. */
import { constants } from 'node:os';
import { EXIT } from './exit.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What a shell tells of a process that a signal ended. */
const codeOf = (name: NodeJS.Signals): number => 128 + constants.signals[name];

/**
 * Does work that a signal cuts short: the first SIGINT, SIGTERM or SIGHUP aborts it, the second ends the process at once.
 * @param say tells that it is stopping
 * @param work gives the exit code: EXIT.interrupted when it was cut short
 * @returns that, or 128 + the number of the signal that cut it short
 */
export async function interruptible(
  say: () => void,
  work: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const controller = new AbortController();
  let first: NodeJS.Signals | undefined;
  const listener = (name: NodeJS.Signals) => {
    if (first) process.exit(codeOf(name));
    first = name;
    controller.abort();
    say();
  };
  for (const name of SIGNALS) process.on(name, listener);
  try {
    const code = await work(controller.signal);
    return code === EXIT.interrupted && first ? codeOf(first) : code;
  } finally {
    for (const name of SIGNALS) process.off(name, listener);
  }
}
