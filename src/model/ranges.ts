/** What numbers of a training run may be. */

/** Learning rates and ratios of them: their products with 1e15 steps and with each other stay doubles. */
export const RATE_LIMITS = { low: 1e-100, high: 1e100 } as const;
/**
 * Of a flow. etaY/etaZ: the claims take 1 to 1,000. Far below, attention is stiff (an explicit integrator takes about
 * etaZ/etaY steps), far above it does not move in doubles. etaY end, the time of the flow itself: the claims take 10 to 1e6;
 * near the start z' is about etaZ etaY t, which must be a normal double.
 */
export const FLOW_LIMITS = { ratio: { low: 1e-6, high: 1e12 }, reach: { low: 1e-6, high: 1e30 } } as const;
/** Sequences of one training step. */
export const BATCHES = { low: 1, high: 1e6 } as const;
/** T, the length of a sequence with its query: T - 1 contextual tokens. */
export const LENGTHS = { low: 2, high: Number.MAX_SAFE_INTEGER } as const;
export const MOMENTUM = { low: 0, high: 1, open: 'high' } as const;
/** Steps of each run of an experiment: its losses and attention are kept until the end, so more could not be held. */
export const EXPERIMENT_STEPS = { low: 0, high: 1e8 } as const;
export const EXPERIMENT_RUNS = { low: 1, high: 1e6 } as const;
/** Steps of training that `explain` compares its predictions with. */
export const EXPLAIN_STEPS = { low: 1, high: 1e7 } as const;
