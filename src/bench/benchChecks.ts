/** What the options of `runBench` must be. */
import { OptionChecks } from '../io/optionChecks.ts';
import { cameText } from '../io/place.ts';
import { problemFaults } from '../model/problemShape.ts';
import { type Entry, entries } from './backends.ts';
import type { BenchOptions } from './run.ts';
import type { Budget } from './timing.ts';

/** Each count of a run's sizes: larger ones would take weeks. */
const COUNTS = { low: 1, high: 1e6 } as const;
/** Seconds of a measurement, up to an hour. */
const SECONDS = { low: 0, high: 3600, open: 'low' } as const;
/** Correct digits that a backend may claim. */
const DIGITS = { low: 1, high: 1000 } as const;

const isObject = (x: unknown): x is Record<string, unknown> => typeof x === 'object' && x !== null;

function checkBudget(checks: OptionChecks, name: string, budget: unknown): void {
  if (!isObject(budget)) {
    checks.fault(`${name}: expected seconds and samples, got ${cameText(budget)}`);
    return;
  }
  const { seconds, samples } = budget as Partial<Budget>;
  checks.required({ [`${name}.seconds`]: seconds, [`${name}.samples`]: samples });
  checks.checkNumber(`${name}.seconds`, seconds, SECONDS);
  checks.checkInteger(`${name}.samples`, samples, COUNTS);
}

function checkSizes(checks: OptionChecks, sizes: unknown): void {
  if (!isObject(sizes)) {
    checks.fault(`sizes: expected an object, got ${cameText(sizes)}`);
    return;
  }
  const { random, steps, worlds, coarse } = sizes;
  checks.required({ 'sizes.random': random, 'sizes.worlds': worlds });
  checks.checkInteger('sizes.random', random, { ...COUNTS, low: 0 });
  checks.checkInteger('sizes.worlds', worlds, COUNTS);
  if (!Array.isArray(steps) || steps.length === 0)
    checks.fault(`sizes.steps: expected a list of numbers of steps, got ${cameText(steps)}`);
  else
    for (const [i, n] of steps.entries()) {
      checks.required({ [`sizes.steps[${i}]`]: n });
      checks.checkInteger(`sizes.steps[${i}]`, n, COUNTS);
      if (n <= steps[i - 1])
        checks.fault(`sizes.steps[${i}]: expected more steps than the ${steps[i - 1]} before, got ${n}`);
    }
  for (const name of ['step', 'training', 'point']) checkBudget(checks, `sizes.${name}`, sizes[name]);
  if (typeof coarse !== 'boolean')
    checks.fault(`sizes.coarse: expected true or false, got ${cameText(coarse)}`);
}

/** The name of a backend, or undefined with its faults told. */
function idOf(checks: OptionChecks, at: string, backend: unknown): string | undefined {
  if (typeof backend === 'string') {
    checks.names(
      `${at}: unknown backend`,
      [backend],
      entries.map(({ id }) => id),
    );
    return backend;
  }
  const { id, digits, open } = (backend ?? {}) as Partial<Entry>;
  if (typeof id !== 'string' || typeof open !== 'function') {
    checks.fault(
      `${at}: expected the name of a backend, or its id, digits and open(), got ${cameText(backend)}`,
    );
    return undefined;
  }
  checks.required({ [`${at}.digits`]: digits });
  checks.checkNumber(`${at}.digits`, digits, DIGITS);
  return id;
}

/** @throws BadInput with every fault of the options */
export function checkBenchOptions({ command, sizes, backends, problem }: BenchOptions): void {
  const checks = new OptionChecks();
  if (typeof command !== 'string') checks.fault(`command: expected a text, got ${cameText(command)}`);
  if (sizes !== undefined) checkSizes(checks, sizes);
  if (backends !== undefined) {
    const list: readonly unknown[] = Array.isArray(backends) ? backends : [];
    if (list.length === 0)
      checks.fault(`backends: expected a list of at least one backend, got ${cameText(backends)}`);
    const seen = new Set<string>();
    for (const [i, backend] of list.entries()) {
      const id = idOf(checks, `backends[${i}]`, backend);
      if (id !== undefined && seen.has(id)) checks.fault(`backends[${i}]: ${cameText(id)} is given twice`);
      if (id !== undefined) seen.add(id);
    }
  }
  if (problem) checks.faults.addAll(problemFaults(problem));
  checks.refuse();
}
