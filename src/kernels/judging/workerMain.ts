/** Inside a thread: judges what a kernel did elsewhere. */
import { type CasesTask, judgeCases as judge } from './judgeCases.ts';

export const judgeCasesJob = (task: CasesTask) => judge(task);
