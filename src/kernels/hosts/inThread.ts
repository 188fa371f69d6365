/** A kernel in this thread: no isolation, no start-up time. */
import type { StepInput } from '../../model/stepInput.ts';
import type { Kernel, KernelHost } from '../kernel.ts';
import { checkLimits } from '../kernelChecks.ts';
import { callKernel, checkKernel } from './call.ts';
import { callLimitOf, inTurn, type Limits, within } from './host.ts';

/**
 * A host for a kernel object. A promise that does not settle within the time limit (milliseconds) is a KernelFault
 * ('hung'). An endless loop also hangs Snapcheck, and process.exit() ends it: use `moduleHost` for unknown kernels.
 * @throws NoKernel if the object is not a kernel; BadInput if the time limit is not from 50 to 3,600,000 milliseconds
 */
export function inThread(kernel: Kernel, { timeLimit }: Pick<Limits, 'timeLimit'>): KernelHost {
  const checked = checkKernel(kernel, 'inThread()');
  checkLimits({ timeLimit });
  return {
    name: checked.name,
    dtype: checked.dtype,
    declares: checked.declares ?? {},
    step: inTurn((input: StepInput) => within(callLimitOf({ timeLimit }, input), callKernel(checked, input))),
    restart: async () => false,
    close: async () => {},
  };
}
