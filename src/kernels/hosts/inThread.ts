/** A kernel in this thread: no isolation, no start-up. */
import type { StepInput } from '../../model/stepInput.ts';
import type { Kernel, KernelHost } from '../kernel.ts';
import { callKernel } from './call.ts';
import { inTurn, type Limits, within } from './host.ts';

/**
 * A host for a kernel object. A promise that stays open past the time limit is a KernelFault ('hung'); a loop without
 * end hangs us too, and process.exit() ends us: `moduleHost` is for kernels one does not know.
 */
export const inThread = (kernel: Kernel, { timeLimit }: Pick<Limits, 'timeLimit'>): KernelHost => ({
  name: kernel.name,
  dtype: kernel.dtype,
  declares: kernel.declares ?? {},
  step: inTurn((input: StepInput) => within(timeLimit, callKernel(kernel, input))),
  restart: async () => false,
  close: async () => {},
});
