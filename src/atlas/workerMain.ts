/** Inside a thread: decides the cells of one setting. */
import { decideCells as decide, type Job } from './cells.ts';

export const decideCells = (job: Job) => decide(job);
