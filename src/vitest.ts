/**
 * The second entry, `snapcheck/vitest`: importing it teaches Vitest's `expect` to judge kernels.
 *
 *     import 'snapcheck/vitest';
 *     await expect(kernel).toConform({ runs: 500 });
 */
import { expect, type TestContext } from 'vitest';
import { BadInput } from './io/badInput.ts';
import { labelled } from './io/document.ts';
import { indented, safeLine } from './io/text.ts';
import { readSavedCase } from './kernels/cases/saved.ts';
import { checkKernel } from './kernels/hosts/call.ts';
import { inThread } from './kernels/hosts/inThread.ts';
import { checkCalls } from './kernels/judging/checkCalls.ts';
import { kernelRoundoff } from './kernels/judging/roundoff.ts';
import { runKernel } from './kernels/run.ts';
import type { KernelWarningId } from './kernels/warnings.ts';
import { plain } from './report/colour.ts';
import { caseFolder, keepCase } from './report/keepCase.ts';
import { faultText, kernelText } from './report/kernelReport.ts';

/** How `toConform` checks a kernel. */
export interface ConformOptions {
  /** Random cases. 1000 when left out. */
  readonly runs?: number;
  /** Of the cases. Fixed when left out, so that a test repeats. */
  readonly seed?: number;
  /** Whether e_n - alpha must keep its digits as alpha_n -> 1, and warnings fail. */
  readonly strict?: boolean;
  /** Whether equal calls may give different answers; each is judged by its bounds. */
  readonly nondeterministic?: boolean;
  /** Whether the stages of a sequence must not depend on its batch, bit by bit. */
  readonly batchInvariant?: boolean;
  /** Warnings that are accepted. */
  readonly accept?: readonly KernelWarningId[];
  /** Milliseconds for one call of an asynchronous kernel. 5000 when left out. */
  readonly timeLimit?: number;
  /** A case kept by an earlier failure: it is put, and nothing else. */
  readonly replay?: string;
}

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: the signature that is extended
  interface Matchers<T = any> {
    /**
     * Judges a kernel (an object with name, dtype and step, or a class of such) by derived error bounds. A failure names
     * the first stage at fault, shows the smallest input found, and keeps it in `.snapcheck/kernels`.
     */
    toConform(options?: ConformOptions): Promise<T>;
  }
}

/** Adds a note to the report of the test; nothing outside a test, or in a Vitest without notes. */
async function annotate(state: object, note: string): Promise<void> {
  const { task } = state as { task?: { context?: Partial<TestContext> } };
  await task?.context?.annotate?.(note, 'error');
}

expect.extend({
  async toConform(received: unknown, options: ConformOptions = {}) {
    const kernel = checkKernel(received, 'expect(kernel).toConform()');
    const host = inThread(kernel, { timeLimit: options.timeLimit ?? 5000 });
    if (options.replay !== undefined) {
      const saved = readSavedCase(options.replay);
      if ('faults' in saved) throw new BadInput(labelled(saved, options.replay).faults);
      const calls = saved.value;
      const demanding = (options.strict ?? false) && !options.accept?.includes('frozen-residual');
      const arithmetic = kernelRoundoff(host.dtype, host.declares, demanding);
      const fault = await checkCalls(host, calls, arithmetic, {
        ...{ twice: true, batches: options.batchInvariant, policy: options },
      });
      const text = fault ? faultText(fault, calls[fault.call]) : 'every stage stays within its bound';
      return {
        pass: fault === null,
        message: () => `${safeLine(kernel.name)} on ${options.replay}: ${indented(text)}`,
      };
    }
    const result = await runKernel(host, options);
    let saved: Parameters<typeof kernelText>[1] = null;
    if (result.failure) {
      // Two tests may have kernels of one name, and one test two.
      const source = [this.testPath, this.currentTestName, String(kernel.step)].join('\n');
      const file = keepCase(result, result.failure, caseFolder(), source);
      saved = { file, replay: `await expect(kernel).toConform({ replay: '${file}' })` };
      await annotate(this, `The failing case is kept in ${file}; to test it alone: ${saved.replay}`);
    }
    return {
      pass: result.verdict === 'pass',
      message: () => kernelText(result, saved, 100, plain),
    };
  },
});
