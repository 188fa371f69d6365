import { EXIT } from './exit.ts';

/** Aborts at the first SIGINT, leaves at the second. */
export function onInterrupt(say: () => void): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const listener = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
    say();
  };
  process.on('SIGINT', listener);
  return { signal: controller.signal, release: () => process.off('SIGINT', listener) };
}
