/** `snapcheck kernel --dump`: the cases of a run as files, with or without a kernel. */
import { tellUnwritten } from '../io/streams.ts';
import { safeLine } from '../io/text.ts';
import { dumpCases } from '../kernels/dump/dump.ts';
import type { Declaration } from '../kernels/kernel.ts';
import { DUMPED_CASES } from '../kernels/sizes.ts';
import type { Dtype } from '../model/stepInput.ts';
import { count } from '../report/format.ts';
import type { CommandInput } from './commands.ts';
import type { Watch } from './interrupt.ts';

/** Whether only cases are wanted, and no kernel is named. */
export const dumpsAlone = ({ operands, values, words }: CommandInput<'kernel'>): boolean =>
  values.dump !== undefined && operands.length === 0 && !words.has('command') && !words.has('builtin');

/**
 * Writes the first cases that a run with the same seed checks, and says how many on standard error.
 * @param about the kernel's arithmetic
 */
export async function dump(
  { values, words }: CommandInput<'kernel'>,
  about: { readonly dtype: Dtype; readonly declares: Declaration },
  { signal, progress }: Watch,
): Promise<void> {
  const { seed, strict, accept, dump: folder } = values;
  if (folder === undefined) return;
  const runs = words.has('runs') ? values.runs : DUMPED_CASES;
  const demanding = strict && !accept?.includes('frozen-residual');
  try {
    const { cases, calls, leftOut } = await dumpCases(folder, {
      ...{ dtype: about.dtype, declares: about.declares, demanding, runs, seed, signal },
      onCase: (done) =>
        progress.show({ work: done / runs, now: `case ${done} of ${runs}`, line: 'writing cases' }),
    });
    progress.stop();
    const large = leftOut > 0 ? `; ${count(leftOut, 'call')} left out: too large, or overflowing` : '';
    process.stderr.write(`${safeLine(folder)}: ${count(calls, 'call')} of ${count(cases, 'case')}${large}\n`);
  } catch (error) {
    tellUnwritten(folder, error);
  }
}
