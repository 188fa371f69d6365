/** An adaptive integrator for plain vectors up to t = 1e30: its steps are in u = ln(1 + t/scale). */

/** dy/dt = slope(t, y), written into `out`. */
export type Slope = (t: number, y: Float64Array, out: Float64Array) => void;

export interface InitialValue {
  readonly slope: Slope;
  /** y(0). */
  readonly start: Float64Array;
  /** The requested times, increasing and positive. A step ends at each, so that nothing is interpolated. */
  readonly times: readonly number[];
  /** Bound of the error estimate of one step, relative to 1 + |y_i|; TOLERANCE by default. */
  readonly tolerance?: number;
  /** Steps are linear in time up to about this time, and logarithmic beyond. */
  readonly scale?: number;
}

/** y and dy/dt at a requested time; the arrays are not changed later. */
interface FlowSample {
  readonly time: number;
  readonly y: Float64Array;
  readonly slope: Float64Array;
}

/**
 * Default tolerance. Up to t = 1e30 the global error is a few times the tolerance (at most 6 times for solutions in
 * closed form, at most 10 times for trajectories of the flow against a tolerance a hundred times smaller: empirical,
 * measured and tested in properties/ladder/integrate.test.ts and flow.test.ts).
 */
export const TOLERANCE = 1e-9;

/** Dormand and Prince 1980, RK5(4)7M: nodes, stages, and the difference of the fifth- and fourth-order weights. */
const NODES = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1];
const STAGES = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
];
const DIFFERENCE = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40];

/**
 * Least number of steps between two requested times. Where requested times are dense, every step ends at one of them for
 * any tolerance. So that a smaller tolerance gives smaller steps there too, the number of steps grows as a fifth-order
 * method requires: 100^(1/5) = 2.5 times as many steps at a tolerance a hundred times smaller.
 */
const ONE_STEP = 1e-7;
const leastSteps = (tolerance: number): number => Math.max(1, Math.ceil((ONE_STEP / tolerance) ** 0.2));

/** The first step in u, and the limits of the factor between two steps (Hairer, Norsett & Wanner, II.4). */
const FIRST = 1e-3;
const [SHRINK, GROW, CAUTION] = [0.2, 5, 0.9];

/**
 * Most steps of one integration, rejected steps included. Worlds of the claims take up to 3,723 at the smallest tolerance
 * (empirical: 24 fresh worlds per row and its controls; properties/ladder/steps.test.ts requires less than a fifth of this
 * limit). Stiff problems, in which Z learns far faster than Y, would take about etaZ/etaY steps.
 */
export const MOST_STEPS = 50_000;

/** An integration that does not reach a requested time. */
export class IntegrationEnds extends RangeError {}

/**
 * Solves dy/dt = slope(t, y) from t = 0 and yields y at every requested time.
 * @throws IntegrationEnds when the step falls below the rounding of u (the solution diverges or is NaN, or two requested
 *   times are too close), or after MOST_STEPS
 */
export function* integrate({
  slope,
  start,
  times,
  tolerance = TOLERANCE,
  scale = 1,
}: InitialValue): Generator<FlowSample> {
  const n = start.length;
  const vector = () => new Float64Array(n);
  const k = NODES.map(vector);
  let [y, next] = [Float64Array.from(start), vector()];
  let [u, h, steps, error] = [0, FIRST, 0, 0];
  /** dy/du = (t + scale) dy/dt */
  const derivative = (at: number, state: Float64Array, out: Float64Array) => {
    slope(scale * Math.expm1(at), state, out);
    const factor = scale * Math.exp(at);
    for (let i = 0; i < n; i++) out[i] *= factor;
  };
  /** The sum of weights[s] k[s] over the first stages, stage by stage: one array at a time is read in order. */
  const sum = vector();
  const combine = (weights: readonly number[], stages: number) => {
    sum.fill(0);
    for (let s = 0; s < stages; s++) {
      const [weight, slopes] = [weights[s], k[s]];
      for (let i = 0; i < n; i++) sum[i] += weight * slopes[i];
    }
  };
  derivative(u, y, k[0]);
  for (const time of times) {
    const end = Math.log1p(time / scale);
    const most = (end - u) / leastSteps(tolerance);
    while (u < end) {
      // The rounding of u must not leave a last step near 0.
      const last = end - u <= Math.min(h, most * (1 + 1e-9));
      const step = last ? end - u : Math.min(h, most);
      // Half an ulp of u doubles where u passes a power of 2, so this is checked at every step.
      if (!(u + step > u))
        throw new IntegrationEnds(
          h < most
            ? `no step is small enough at t = ${scale * Math.expm1(u)}: error ${error}`
            : `no step is long enough to reach t = ${time}`,
        );
      steps += 1;
      if (steps > MOST_STEPS)
        throw new IntegrationEnds(
          `expected to reach t = ${time} in ${MOST_STEPS} steps, got to ${scale * Math.expm1(u)}: too stiff`,
        );
      for (let s = 1; s < NODES.length; s++) {
        combine(STAGES[s], s);
        for (let i = 0; i < n; i++) next[i] = y[i] + step * sum[i];
        derivative(u + NODES[s] * step, next, k[s]);
      }
      error = 0;
      combine(DIFFERENCE, NODES.length);
      for (let i = 0; i < n; i++) {
        const ratio =
          Math.abs(step * sum[i]) / (tolerance * (1 + Math.max(Math.abs(y[i]), Math.abs(next[i]))));
        // NaN must not count as a small error.
        if (!(ratio <= error)) error = ratio;
      }
      const factor = Number.isNaN(error) ? SHRINK : Math.min(GROW, Math.max(SHRINK, CAUTION * error ** -0.2));
      if (error <= 1) {
        u = last ? end : u + step;
        [y, next] = [next, y];
        [k[0], k[6]] = [k[6], k[0]];
        // A step that ends at a requested time, or that is one of several before it, does not determine the next step size.
        h = step < h ? Math.max(h, step * factor) : step * factor;
      } else h = step * Math.min(1, factor);
    }
    const rate = vector();
    slope(time, y, rate);
    yield { time, y: Float64Array.from(y), slope: rate };
  }
}

/** Logarithmically spaced times from `first` to `last`, both included, `perDecade` per decade. */
export function logarithmicTimes(first: number, last: number, perDecade: number): number[] {
  const intervals = Math.max(1, Math.round(Math.log10(last / first) * perDecade));
  return Array.from({ length: intervals + 1 }, (_, i) =>
    i === intervals ? last : first * (last / first) ** (i / intervals),
  );
}
