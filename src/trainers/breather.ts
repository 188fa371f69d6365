/** Turns of the event loop for synchronous work. */

/** Milliseconds for which synchronous work may block the event loop, and so a signal. */
const SLICE = 50;

/** A function to await between two steps: it yields to the event loop when it last did so more than `SLICE` ago. */
export function breather(): () => Promise<void> {
  let turn = performance.now();
  return async () => {
    if (performance.now() - turn <= SLICE) return;
    await new Promise((resolve) => setImmediate(resolve));
    turn = performance.now();
  };
}
