/** Turns of the event loop for synchronous work. */

/** Milliseconds for which synchronous work may block the event loop, and so a signal. */
const SLICE = 50;

/** Lets other work run: at once in Node, and in a page with a message, since timers there wait for milliseconds. */
const turnOver: () => Promise<void> =
  typeof setImmediate === 'function'
    ? () => new Promise((resolve) => setImmediate(resolve))
    : () =>
        new Promise((resolve) => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => {
            port1.close();
            resolve();
          };
          port2.postMessage(null);
        });

/** A function to await between two steps: it yields to the event loop when it last did so more than `SLICE` ago. */
export function breather(): () => Promise<void> {
  let turn = performance.now();
  return async () => {
    if (performance.now() - turn <= SLICE) return;
    await turnOver();
    turn = performance.now();
  };
}
