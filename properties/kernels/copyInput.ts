import type { StepInput } from '../../src/model/stepInput.ts';

/** A copy with its own arrays. */
export const copyInput = (input: StepInput): StepInput => ({
  ...input,
  contexts: input.contexts.slice(),
  queries: input.queries.slice(),
  targets: input.targets.slice(),
  Y: input.Y.slice(),
  Z: input.Z.slice(),
  velocityY: input.velocityY.slice(),
  velocityZ: input.velocityZ.slice(),
});
