/**
 * What a trainer starts from: matrices in the layout's shape, finite rates. An entry may be NaN or infinite: a world that is
 * lost may go on beside others.
 */
import type { Faults } from '../io/badInput.ts';
import { OptionChecks } from '../io/optionChecks.ts';
import type { Layout } from '../model/layout.ts';
import { shapeOf } from '../model/modelLayout.ts';
import { optimisers } from '../model/optimiser.ts';
import { MOMENTUM, RATE_LIMITS } from '../model/ranges.ts';
import type { Rates } from '../model/training.ts';
import type { Start, World } from './trainer.ts';

/** A rate of 0 holds its matrix fixed. */
const RATE_OR_0 = { ...RATE_LIMITS, low: 0 };

function startFaults(layout: Layout, start: Start, rates: Rates): Faults {
  const shape = shapeOf(layout);
  const checks = new OptionChecks();
  const { Y, Z, velocityY, velocityZ } = start;
  const { etaY, etaZ, momentum, optimiser } = rates;
  checks.required({ Y, Z, etaY, etaZ, momentum });
  checks.checkMatrix('Y', Y, ...shape.Y);
  checks.checkMatrix('Z', Z, ...shape.Z);
  checks.checkMatrix('velocityY', velocityY, ...shape.Y);
  checks.checkMatrix('velocityZ', velocityZ, ...shape.Z);
  checks.checkNumber('etaY', etaY, RATE_OR_0);
  checks.checkNumber('etaZ', etaZ, RATE_OR_0);
  checks.checkNumber('momentum', momentum, MOMENTUM);
  if (optimiser !== undefined) checks.checkChoice('optimiser', optimiser, optimisers);
  return checks.faults;
}

/** @throws BadInput with every fault of what a session starts from */
export function checkStart(layout: Layout, start: Start, rates: Rates): void {
  const checks = new OptionChecks();
  checks.faults.addAll(startFaults(layout, start, rates));
  checks.refuse();
}

/** @throws BadInput with every fault of what worlds start from */
export function checkWorlds(worlds: readonly World[]): void {
  const checks = new OptionChecks();
  for (const [w, { layout, start, rates }] of worlds.entries()) {
    checks.faults.addAll(startFaults(layout, start, rates), `worlds[${w}]: `);
    if (layout.model || (rates.optimiser ?? 'sgd') !== 'sgd')
      checks.fault(
        `worlds[${w}]: many worlds are trained with the paper's model and sgd alone; use a trainer's sessions`,
      );
  }
  checks.refuse();
}
