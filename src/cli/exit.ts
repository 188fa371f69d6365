/** Exit codes of every command. */
export const EXIT = {
  /** Everything came out as expected. */
  expected: 0,
  /** A verdict (or a kernel) failed. */
  failed: 1,
  badInput: 2,
  /** A fault of Snapcheck itself (EX_SOFTWARE). */
  internal: 70,
  /** Interrupted from the keyboard (128 + SIGINT). */
  interrupted: 130,
} as const;
