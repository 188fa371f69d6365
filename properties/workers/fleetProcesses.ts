/** Workers of a fleet as processes of a test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const script = fileURLToPath(new URL('./fleetWorker.mjs', import.meta.url));

export interface TestWorker {
  readonly child: ChildProcess;
  /** What it has said so far. */
  said(): string;
  /** Waits until it says something. */
  says(what: RegExp): Promise<void>;
  ended(): Promise<number | null>;
}

const running = new Set<ChildProcess>();
/** Ends every worker that a test has left. */
export const endWorkers = (): void => {
  for (const child of running) {
    child.kill('SIGCONT');
    child.kill('SIGKILL');
  }
};

/**
 * @param lock milliseconds after which it is taken for lost
 * @param build another build
 */
export function startWorker(url: string, lock: number, build = dist): TestWorker {
  const child = spawn(process.execPath, [script, build, url, String(lock)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  running.add(child);
  let text = '';
  const heard = new Set<() => void>();
  child.stderr!.on('data', (chunk) => {
    text += chunk;
    for (const hear of heard) hear();
  });
  const over = new Promise<number | null>((resolve) =>
    child.once('close', (code) => {
      running.delete(child);
      for (const hear of heard) hear();
      resolve(code);
    }),
  );
  return {
    child,
    said: () => text,
    says: (what) =>
      new Promise((resolve, reject) => {
        const hear = () => {
          if (what.test(text)) resolve();
          else if (!running.has(child)) reject(new Error(`the worker ended; it said: ${text}`));
        };
        heard.add(hear);
        hear();
      }),
    ended: () => over,
  };
}
