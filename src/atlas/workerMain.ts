/** Inside a worker thread: decides the cells of one setting after the other. */
import { parentPort } from 'node:worker_threads';
import { decideCells, type Job } from './cells.ts';

parentPort!.on('message', async (job: Job) => {
  parentPort!.postMessage(await decideCells(job));
});
