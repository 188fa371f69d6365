/** Turns of the event loop for synchronous work. */

/** How long synchronous work may keep the event loop, and so a signal, waiting, milliseconds. */
const SLICE = 50;

/** To be awaited between two steps: gives the event loop a turn when the last one is long ago. */
export function breather(): () => Promise<void> {
  let turn = performance.now();
  return async () => {
    if (performance.now() - turn <= SLICE) return;
    await new Promise((resolve) => setImmediate(resolve));
    turn = performance.now();
  };
}
