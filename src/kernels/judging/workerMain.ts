/** Job of a worker thread: checks recorded outputs of a kernel. */
import { type CasesTask, judgeCases as judge } from './judgeCases.ts';

export const judgeCasesJob = (task: CasesTask) => judge(task);
