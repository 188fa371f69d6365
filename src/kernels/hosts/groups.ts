/** Process groups that must not outlive this process. POSIX; elsewhere there are no groups to kill. */
const living = new Set<number>();
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** SIGKILL to all of a group; that it is gone already is fine. */
function kill(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {}
}

const killAll = () => {
  for (const group of living) kill(group);
};

/** By default a signal ends us without an 'exit' event. Where others listen too, what it does is theirs to say. */
function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  killAll();
  release();
  process.kill(process.pid, signal);
}

function release(): void {
  process.off('exit', killAll);
  for (const signal of SIGNALS) process.off(signal, onSignal);
}

/**
 * Starts a process that leads a group of its own. From its first moment on the group ends when we do, however that is,
 * SIGKILL excepted.
 */
export function startGroup<P extends { readonly pid?: number | undefined }>(start: () => P): P {
  // Listening comes first: between a start and what follows it, a signal would end us and leave the group.
  if (living.size === 0) {
    process.on('exit', killAll);
    // In front, to see listeners that are there for one time only.
    for (const signal of SIGNALS) process.prependListener(signal, onSignal);
  }
  const child = start();
  if (child.pid !== undefined) living.add(child.pid);
  if (living.size === 0) release();
  return child;
}

/** Ends the group now. Only once for each: its number may be another's later. */
export function endGroup(group: number): void {
  if (!living.delete(group)) return;
  kill(group);
  if (living.size === 0) release();
}
