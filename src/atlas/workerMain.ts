/** Jobs of a worker thread: decides the cells of one setting, or counts in a block of its worlds. */
import { type BlockJob, countViolations as count, decideCells as decide, type SettingJob } from './cells.ts';

export const decideCellsJob = (job: SettingJob) => decide(job);
export const countViolationsJob = (job: BlockJob) => count(job);
