/** What the options of a kernel's run and of its host must be. */
import { OptionChecks } from '../io/optionChecks.ts';
import { SEEDS } from '../model/seeds.ts';
import { WORKERS } from '../workers/crew.ts';
import type { Shape } from './cases/envelope.ts';
import type { Limits } from './hosts/host.ts';
import type { KernelOptions } from './run.ts';
import { ENVELOPE_LIMITS, KERNEL_CASES, MEMORY_LIMITS, TIME_LIMITS } from './sizes.ts';
import { KERNEL_WARNINGS } from './warnings.ts';

const SHAPE = Object.keys(ENVELOPE_LIMITS) as (keyof Shape)[];

/** Of the search for a small failing case. */
const SHRINK_SECONDS = { low: 0, high: 3600 } as const;

/** Of the random cases: to a week. */
const RUN_SECONDS = { low: 0, high: 604_800 } as const;

/** @throws BadInput with every fault */
export function checkKernelOptions(options: KernelOptions): void {
  const { runs, seconds, seed, accept, shrinkSeconds, workers, envelope = {} } = options;
  const checks = new OptionChecks();
  checks.checkInteger('runs', runs, KERNEL_CASES);
  checks.checkNumber('seconds', seconds, RUN_SECONDS);
  checks.checkInteger('seed', seed, SEEDS);
  if (checks.checkTexts('accept', accept)) checks.names('accept: unknown warning', accept, KERNEL_WARNINGS);
  checks.checkNumber('shrinkSeconds', shrinkSeconds, SHRINK_SECONDS);
  checks.checkInteger('workers', workers, WORKERS);
  const checkShape = (name: string, shape: Partial<Shape>) => {
    for (const [size, limits] of Object.entries(ENVELOPE_LIMITS))
      checks.checkInteger(`${name}.${size}`, shape[size as keyof Shape], limits);
  };
  checkShape('envelope', envelope);
  for (const [i, shape] of (envelope.shapes ?? []).entries()) {
    checks.required(Object.fromEntries(SHAPE.map((size) => [`envelope.shapes[${i}].${size}`, shape[size]])));
    checkShape(`envelope.shapes[${i}]`, shape);
  }
  if (envelope.shapes?.length === 0) checks.fault('envelope.shapes: expected at least one, got none');
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
