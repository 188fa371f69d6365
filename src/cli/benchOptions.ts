import { type Entry, entries } from '../bench/backends.ts';
import { OptionReader } from './options.ts';

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
  const read = new OptionReader();
  read.strayWords(operands, flags);
  read.names('--backend: unknown', backend, ids);
  read.directory('--report', report);
  read.refuse();
  return {
    backends: entries.filter(({ id }) => backend === undefined || backend.includes(id)),
    quick,
    report,
  };
}
