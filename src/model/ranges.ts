/** Ranges of the numbers of a training run. */

/** Learning rates and their ratios: products with 1e15 steps and with each other are finite and normal doubles. */
export const RATE_LIMITS = { low: 1e-100, high: 1e100 } as const;
/**
 * Limits for a flow. `ratio` is etaY/etaZ, 1 to 1,000 in the claims: far below, the flow is stiff (an explicit integrator
 * takes about etaZ/etaY steps); far above, attention does not move in doubles. `reach` is etaY end, 10 to 1e6 in the
 * claims: near the start z' is about etaZ etaY t, which must be a normal double.
 */
export const FLOW_LIMITS = { ratio: { low: 1e-6, high: 1e12 }, reach: { low: 1e-6, high: 1e30 } } as const;
/** Sequences of one training step. */
export const BATCHES = { low: 1, high: 1e6 } as const;
/** T, the length of a sequence with its query: T - 1 contextual tokens. */
export const LENGTHS = { low: 2, high: Number.MAX_SAFE_INTEGER } as const;
export const MOMENTUM = { low: 0, high: 1, open: 'high' } as const;
/** Steps of each run of an experiment: its losses are in memory until the end, which limits them. */
export const EXPERIMENT_STEPS = { low: 0, high: 1e8 } as const;
export const EXPERIMENT_RUNS = { low: 1, high: 1e6 } as const;
/** Steps of the training with which `explain` compares its predictions. */
export const EXPLAIN_STEPS = { low: 1, high: 1e7 } as const;
/** Each size of a synthetic problem. */
export const PROBLEM_SIZES = { low: 0, high: 1e5 } as const;
/** Probabilities of a synthetic problem, and entries of the matrices of a training: each is a double in memory. */
export const MOST_ENTRIES = 2e7;
/** Heads of a model. */
export const HEADS = { low: 1, high: 64 } as const;
/** lambda, the length of the query's own feature before x is normalised. */
export const RESIDUAL = { low: 0, high: 1e6 } as const;
/** Thresholds of attention. */
export const RECALL = { low: 0, high: 1 } as const;
/** Ids of tokens. */
export const TOKENS = { low: 0, high: Number.MAX_SAFE_INTEGER } as const;
