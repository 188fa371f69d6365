/** Inside a thread: judges what a kernel did elsewhere. */
import { type CasesTask, judgeCases as judge } from './judgeCases.ts';

export const judgeCases = (task: CasesTask) => judge(task);
