/** Exit codes of every command. */
export const EXIT = {
  /** Everything came out as expected. */
  expected: 0,
  /** A verdict (or a kernel) failed. */
  failed: 1,
  badInput: 2,
  /** A fault of Snapcheck itself (EX_SOFTWARE). */
  internal: 70,
  /** The system provided too little: memory, descriptors, threads; or the working directory is gone (EX_OSERR). */
  system: 71,
  /** As 0, but an output could not be written (EX_IOERR). */
  unwritten: 74,
  /** Interrupted: 128 + SIGINT; for another signal `interruptible` returns its number. */
  interrupted: 130,
} as const;

/** What the exit codes of a command mean. */
export interface ExitTexts {
  readonly expected: string;
  /** Left out if the code is never 1. */
  readonly failed?: string;
  /** What becomes of its results when a signal ends it. Left out where that is how it ends, with the code 0. */
  readonly interrupted?: string;
}

/** The exit codes of a command, in words. */
export const exitCodes = ({ expected, failed, interrupted }: ExitTexts): readonly string[] => [
  `${EXIT.expected} ${expected}`,
  ...(failed === undefined ? [] : [`${EXIT.failed} ${failed}`]),
  `${EXIT.badInput} bad input`,
  ...(interrupted === undefined ? [] : [`${EXIT.interrupted}, 143, 129 a signal (${interrupted})`]),
  `${EXIT.internal} a fault of Snapcheck`,
  `${EXIT.system} too little memory or threads`,
  `${EXIT.unwritten} as 0, but an output was not written`,
];
