/** What `explain` takes. */
import { OptionChecks } from '../io/optionChecks.ts';
import { reducedLayout } from '../model/layout.ts';
import { problemFaults } from '../model/problemShape.ts';
import { BATCHES, EXPLAIN_STEPS, LENGTHS } from '../model/ranges.ts';
import { SEEDS } from '../model/seeds.ts';
import { checkRates } from '../trainers/experimentChecks.ts';
import type { ExplainWorld, SgdOptions } from './explain.ts';

type State = Pick<ExplainWorld, 'problem' | 'Z'>;

/** Adds the faults of a problem and of its logits. */
function checkState(checks: OptionChecks, { problem, Z }: State): void {
  const faults = problemFaults(problem);
  checks.faults.addAll(faults);
  if (faults.count > 0) return;
  const { queries, tokens } = reducedLayout(problem);
  checks.checkMatrix('Z', Z, queries.length, tokens.length);
  if (Z?.flat().some((z) => !Number.isFinite(z))) checks.fault('Z: expected finite logits, got others');
}

/** @throws BadInput with every fault */
export function checkPrediction(state: State): void {
  const checks = new OptionChecks();
  checkState(checks, state);
  checks.refuse();
}

/** @throws BadInput with every fault */
export function checkExplain(
  { problem, Z, rates, steps }: ExplainWorld,
  { batch, length, seed }: SgdOptions,
): void {
  const checks = new OptionChecks();
  checkState(checks, { problem, Z });
  checkRates(checks, rates);
  checks.checkInteger('steps', steps, EXPLAIN_STEPS);
  checks.required({ batch, length, seed });
  checks.checkInteger('batch', batch, BATCHES);
  checks.checkInteger('length', length, LENGTHS);
  checks.checkInteger('seed', seed, SEEDS);
  checks.refuse();
}
