/** What numbers of a world may be. */

/** Learning rates and ratios of them: their products with 1e15 steps and with each other stay doubles. */
export const RATE_LIMITS = { low: 1e-100, high: 1e100 } as const;
/**
 * Of a flow. etaY/etaZ: the claims take 1 to 1,000. Far below, attention is stiff (an explicit integrator takes about
 * etaZ/etaY steps), far above it does not move in doubles. etaY end, the time of the flow itself: the claims take 10 to 1e6;
 * near the start z' is about etaZ etaY t, which must be a normal double.
 */
export const FLOW_LIMITS = { ratio: { low: 1e-6, high: 1e12 }, reach: { low: 1e-6, high: 1e30 } } as const;
