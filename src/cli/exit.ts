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
  /** Interrupted from the keyboard (128 + SIGINT). */
  interrupted: 130,
} as const;
