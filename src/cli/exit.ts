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

/** When a command leaves with which code. */
export interface ExitTexts {
  readonly expected: string;
  /** Left out where it never leaves with 1. */
  readonly failed?: string;
  /** What becomes of its results when a signal ends it. */
  readonly interrupted: string;
}

/** The exit codes of a command, in words. */
export const exitCodes = ({ expected, failed, interrupted }: ExitTexts): readonly string[] => [
  `${EXIT.expected} ${expected}`,
  ...(failed === undefined ? [] : [`${EXIT.failed} ${failed}`]),
  `${EXIT.badInput} bad input`,
  `${EXIT.interrupted}, 143, 129 interrupted by SIGINT, SIGTERM, SIGHUP (${interrupted})`,
  `${EXIT.internal} a fault of Snapcheck`,
  `${EXIT.system} too little memory, file descriptors or threads`,
  `${EXIT.unwritten} as 0, but a file or a stream could not be written`,
];
