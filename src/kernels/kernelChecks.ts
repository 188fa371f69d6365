/** What the options of a kernel's run and of its host must be. */
import { OptionChecks } from '../io/optionChecks.ts';
import { SEEDS } from '../model/seeds.ts';
import { WORKERS } from '../workers/crew.ts';
import type { Limits } from './hosts/host.ts';
import type { KernelOptions } from './run.ts';
import { KERNEL_CASES, MEMORY_LIMITS, TIME_LIMITS } from './sizes.ts';
import { KERNEL_WARNINGS } from './warnings.ts';

/** Of the search for a small failing case. */
const SHRINK_SECONDS = { low: 0, high: 3600 } as const;

/** @throws BadInput with every fault */
export function checkKernelOptions(options: KernelOptions): void {
  const { runs, seed, accept, shrinkSeconds, workers } = options;
  const checks = new OptionChecks();
  checks.checkInteger('runs', runs, KERNEL_CASES);
  checks.checkInteger('seed', seed, SEEDS);
  if (checks.checkTexts('accept', accept)) checks.names('accept: unknown warning', accept, KERNEL_WARNINGS);
  checks.checkNumber('shrinkSeconds', shrinkSeconds, SHRINK_SECONDS);
  checks.checkInteger('workers', workers, WORKERS);
  checks.refuse();
}

/** @throws BadInput with every fault */
export function checkLimits({ timeLimit, startLimit, memoryLimit }: Limits): void {
  const checks = new OptionChecks();
  checks.required({ timeLimit });
  checks.checkNumber('timeLimit', timeLimit, TIME_LIMITS);
  checks.checkNumber('startLimit', startLimit, TIME_LIMITS);
  checks.checkInteger('memoryLimit', memoryLimit, MEMORY_LIMITS);
  checks.refuse();
}
