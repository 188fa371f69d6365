/** A kernel in this thread: no isolation, no start-up time. */
import type { StepInput } from '../../model/stepInput.ts';
import type { Kernel, KernelHost } from '../kernel.ts';
import { callKernel } from './call.ts';
import { inTurn, type Limits, within } from './host.ts';

/**
 * A host for a kernel object. A promise that does not settle within the time limit is a KernelFault ('hung'). An
 * endless loop also hangs Snapcheck, and process.exit() ends it: use `moduleHost` for unknown kernels.
 */
export const inThread = (kernel: Kernel, { timeLimit }: Pick<Limits, 'timeLimit'>): KernelHost => ({
  name: kernel.name,
  dtype: kernel.dtype,
  declares: kernel.declares ?? {},
  step: inTurn((input: StepInput) => within(timeLimit, callKernel(kernel, input))),
  restart: async () => false,
  close: async () => {},
});
