import { type Entry, entries } from '../bench/backends.ts';
import { BadInput } from '../io/badInput.ts';
import { unwritable } from '../io/write.ts';
import { strayWords, suggestion } from './suggest.ts';

/** What commander hands over. */
export interface BenchFlags {
  readonly backend?: readonly string[];
  readonly quick?: boolean;
  readonly json?: boolean;
  readonly report?: string;
}

export interface BenchAsked {
  readonly backends: readonly Entry[];
  readonly quick: boolean;
  readonly report?: string;
}

/**
 * Every operand and flag of `bench`, checked together.
 * @throws BadInput with every fault
 */
export function readBenchOptions(
  operands: readonly string[],
  { backend, quick = false, report }: BenchFlags,
  flags: readonly string[],
): BenchAsked {
  const ids = entries.map(({ id }) => id);
  const faults = strayWords(operands, flags);
  for (const id of backend ?? [])
    if (!ids.includes(id))
      faults.push(`--backend: unknown "${id}"${suggestion(id, ids) || `; there are ${ids.join(', ')}`}`);
  const fault = report === undefined ? undefined : report === '' ? 'it is empty' : unwritable(report);
  if (fault) faults.push(`--report: expected a directory that can be written, got "${report}": ${fault}`);
  if (faults.length > 0) throw new BadInput(faults);
  return {
    backends: entries.filter(({ id }) => backend === undefined || backend.includes(id)),
    quick,
    report,
  };
}
