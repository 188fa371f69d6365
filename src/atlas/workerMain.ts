/** Job of a worker thread: decides the cells of one setting. */
import { decideCells as decide, type SettingJob } from './cells.ts';

export const decideCellsJob = (job: SettingJob) => decide(job);
