/** Worker threads that take one job after the other. */
import { Worker } from 'node:worker_threads';
import type { Cell, Job } from './cells.ts';

// Node 20 runs no TypeScript in a worker: from the sources (under Vitest), the build's file is taken.
const workerFile = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/atlas/workerMain.js' : './workerMain.js',
  import.meta.url,
);

/**
 * Works through the jobs and hands over the cells of each as it is done, in whatever order. When the signal comes the
 * threads are ended where they stand, and the jobs in hand are dropped.
 * @throws what a thread throws
 */
export async function workThrough(
  jobs: readonly Job[],
  { workers, signal }: { workers: number; signal?: AbortSignal },
  done: (cells: Cell[]) => void,
): Promise<void> {
  const left = [...jobs];
  const threads: Worker[] = [];
  const endAll = () => Promise.all(threads.map((thread) => thread.terminate()));
  const run = () =>
    new Promise<void>((resolve, reject) => {
      const thread = new Worker(workerFile);
      threads.push(thread);
      const next = () => {
        const job = signal?.aborted ? undefined : left.shift();
        if (job) thread.postMessage(job);
        else void thread.terminate();
      };
      thread.on('message', (cells: Cell[]) => {
        try {
          if (!signal?.aborted) done(cells);
        } catch (error) {
          reject(error);
          return;
        }
        next();
      });
      thread.on('error', reject);
      thread.on('exit', () => resolve());
      next();
    });
  signal?.addEventListener('abort', endAll);
  try {
    await Promise.all(Array.from({ length: Math.min(workers, jobs.length) }, run));
  } finally {
    signal?.removeEventListener('abort', endAll);
    await endAll();
  }
}
