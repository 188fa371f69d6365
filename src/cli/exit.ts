/** Exit codes of every command. */
export const EXIT = {
  /** Everything came out as expected. */
  expected: 0,
  /** A verdict (or a kernel) failed. */
  failed: 1,
  badInput: 2,
  /** A fault of Snapcheck itself (EX_SOFTWARE). */
  internal: 70,
  /** The system gave too little to decide anything: memory, descriptors, threads, a folder that is gone (EX_OSERR). */
  system: 71,
  /** As 0, but something that was asked for could not be written (EX_IOERR). */
  unwritten: 74,
  /** Interrupted: 128 + SIGINT; `interruptible` puts the number of the signal that came in its place. */
  interrupted: 130,
} as const;

/** Signals that end a command with what it has, as a list of exit codes tells it. */
const INTERRUPTED = ['130, 143, 129', 'interrupted by SIGINT, SIGTERM, SIGHUP'] as const;

/**
 * The exit codes of a command, for the end of its help.
 * @param expected when it leaves with 0
 * @param failed when with 1; left out where it never does
 * @param found what becomes of its results when it is interrupted; left out where the signal just ends it
 */
export function exitCodes(expected: string, failed?: string, found?: string): string {
  const lines: (readonly [string | number, string])[] = [
    [EXIT.expected, expected],
    ...(failed === undefined ? [] : [[EXIT.failed, failed] as const]),
    [EXIT.badInput, 'bad input; every fault is told at once'],
    [EXIT.unwritten, 'as 0, but something that was asked for could not be written'],
    ...(found === undefined ? [] : [[INTERRUPTED[0], `${INTERRUPTED[1]}; ${found}`] as const]),
    [EXIT.system, 'the system gave too little: memory, file descriptors, threads'],
    [EXIT.internal, 'a fault of Snapcheck itself'],
  ];
  const width = Math.max(...lines.map(([code]) => String(code).length));
  return `\nExit codes:\n${lines.map(([code, text]) => `  ${String(code).padEnd(width)}  ${text}`).join('\n')}`;
}
