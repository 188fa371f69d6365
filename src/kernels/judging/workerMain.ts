/** Jobs of a worker thread: checks recorded outputs of a kernel, or runs a block of cases. */
import type { blockJob } from './caseBlock.ts';
import { type CasesTask, judgeCases as judge } from './judgeCases.ts';

export const judgeCasesJob = (task: CasesTask) => judge(task);
/** Loads the hosts of kernels, which the other job does not need. */
export const kernelBlock = async (task: Parameters<typeof blockJob>[0]) =>
  (await import('./caseBlock.ts')).blockOfFleet(task);
