/**
 * Lets signals of the system be heard, in the midst of work that would not let them: two turns, for in the first one the
 * system may have been asked already.
 * @throws the signal's reason once it is aborted
 */
export async function heed(signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return;
  for (let turn = 0; turn < 2; turn++) await new Promise(setImmediate);
  signal.throwIfAborted();
}
