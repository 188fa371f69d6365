/** What the settings of an experiment must be. */
import { OptionChecks } from '../io/optionChecks.ts';
import { normalisers } from '../model/model.ts';
import { optimisers } from '../model/optimiser.ts';
import { problemFaults } from '../model/problemShape.ts';
import {
  BATCHES,
  EXPERIMENT_RUNS,
  EXPERIMENT_STEPS,
  HEADS,
  LENGTHS,
  MOMENTUM,
  RATE_LIMITS,
  RECALL,
  RESIDUAL,
} from '../model/ranges.ts';
import { SEEDS } from '../model/seeds.ts';
import type { Rates } from '../model/training.ts';
import type { Experiment } from './experiment.ts';

const INITS = ['zero', 'uniform'];

/** Learning rates and momentum of a training run. */
export function checkRates(checks: OptionChecks, { etaY, etaZ, momentum, optimiser }: Rates): void {
  checks.required({ etaY, etaZ, momentum });
  checks.checkNumber('etaY', etaY, RATE_LIMITS);
  checks.checkNumber('etaZ', etaZ, RATE_LIMITS);
  checks.checkNumber('momentum', momentum, MOMENTUM);
  if (optimiser !== undefined) checks.checkChoice('optimiser', optimiser, optimisers);
}

/** @throws BadInput with every fault of the experiment and its problem */
export function checkExperiment(experiment: Experiment): void {
  const { problem, batch, length, steps, init, seeds, firstSeed, model, layout, keeps } = experiment;
  const checks = new OptionChecks();
  checks.faults.addAll(problemFaults(problem));
  checkRates(checks, experiment);
  checks.required({ batch, length, steps, init, seeds, firstSeed });
  checks.checkInteger('batch', batch, BATCHES);
  checks.checkInteger('length', length, LENGTHS);
  checks.checkInteger('steps', steps, EXPERIMENT_STEPS);
  checks.checkChoice('init', init, INITS);
  if (layout !== undefined) checks.checkChoice('layout', layout, ['full']);
  if (model) {
    checks.checkChoice('model.normaliser', model.normaliser, normalisers);
    checks.checkNumber('model.residual', model.residual, RESIDUAL);
    checks.checkInteger('model.heads', model.heads, HEADS);
  }
  for (const [k, threshold] of (keeps?.recallAt ?? []).entries())
    checks.checkNumber(`keeps.recallAt[${k}]`, threshold, RECALL);
  checks.checkInteger('seeds', seeds, EXPERIMENT_RUNS);
  checks.checkInteger('firstSeed', firstSeed, SEEDS);
  if (firstSeed + seeds - 1 > SEEDS.high)
    checks.fault(
      `firstSeed and seeds: expected a last seed of at most ${SEEDS.high}, got ${firstSeed + seeds - 1}`,
    );
  checks.refuse();
}
