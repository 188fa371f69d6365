/** An adaptive integrator for plain vectors that reaches t = 1e30: it steps in u = ln(1 + t/scale). */

/** dy/dt = slope(t, y), written into `out`. */
export type Slope = (t: number, y: Float64Array, out: Float64Array) => void;

export interface InitialValue {
  readonly slope: Slope;
  /** y(0). */
  readonly start: Float64Array;
  /** Where y is wanted: increasing, positive. Each is the end of a step, so nothing is interpolated. */
  readonly times: readonly number[];
  /** Bound of the error estimate of one step, relative to 1 + |y_i|. */
  readonly tolerance?: number;
  /** Time is linear up to about here and logarithmic beyond. */
  readonly scale?: number;
}

/** y and dy/dt at a requested time; the arrays are the caller's to keep. */
export interface FlowSample {
  readonly time: number;
  readonly y: Float64Array;
  readonly slope: Float64Array;
}

/**
 * Default tolerance. Up to t = 1e30 the global error is a few times it (at most 6 times on solutions known in closed
 * form, at most 10 times on trajectories of the flow against ones a hundred times stricter: empirical, measured and
 * held by properties/ladder/integrate.test.ts and flow.test.ts).
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
 * Steps between two requested times, at least. Where times are asked for densely every step is cut short to land on them,
 * whatever the tolerance; so that a stricter integration is a finer one there too, it takes as many more steps as a
 * fifth-order method needs: 100^(1/5) = 2.5 times as many at a tolerance a hundred times smaller.
 */
const ONE_STEP = 1e-7;
const leastSteps = (tolerance: number): number => Math.max(1, Math.ceil((ONE_STEP / tolerance) ** 0.2));

/** The first step in u, and the limits of what a step may grow or shrink by (Hairer, Norsett & Wanner, II.4). */
const FIRST = 1e-3;
const [SHRINK, GROW, CAUTION] = [0.2, 5, 0.9];

/**
 * Steps of one integration, those that are tried again among them, at most. Worlds of the claims take up to 3,723 at the
 * strictest tolerance (empirical: 24 fresh worlds a row, and its controls; properties/ladder/steps.test.ts holds a fifth
 * of this). What is stiff, as where Z learns far faster than Y, would take about etaZ/etaY.
 */
export const MOST_STEPS = 50_000;

/** An integration that cannot be carried to a requested time. */
export class IntegrationEnds extends RangeError {}

/**
 * Solves dy/dt = slope(t, y) from t = 0 and yields y at every requested time.
 * @throws IntegrationEnds when the step falls below the rounding of u (the solution leaves every bound, or is no number; or
 *   two requested times are too near each other), or after MOST_STEPS
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
  derivative(u, y, k[0]);
  for (const time of times) {
    const end = Math.log1p(time / scale);
    const most = (end - u) / leastSteps(tolerance);
    while (u < end) {
      // The rounding of u must not leave a last step of nearly nothing.
      const last = end - u <= Math.min(h, most * (1 + 1e-9));
      const step = last ? end - u : Math.min(h, most);
      // Half an ulp of u doubles wherever u passes a power of 2, so that this is asked at every step.
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
        const row = STAGES[s];
        for (let i = 0; i < n; i++) {
          let move = 0;
          for (let j = 0; j < s; j++) move += row[j] * k[j][i];
          next[i] = y[i] + step * move;
        }
        derivative(u + NODES[s] * step, next, k[s]);
      }
      error = 0;
      for (let i = 0; i < n; i++) {
        let e = 0;
        for (let s = 0; s < NODES.length; s++) e += DIFFERENCE[s] * k[s][i];
        const ratio = Math.abs(step * e) / (tolerance * (1 + Math.max(Math.abs(y[i]), Math.abs(next[i]))));
        // A sum that is not a number must not pass as small.
        if (!(ratio <= error)) error = ratio;
      }
      const factor = Number.isNaN(error) ? SHRINK : Math.min(GROW, Math.max(SHRINK, CAUTION * error ** -0.2));
      if (error <= 1) {
        u = last ? end : u + step;
        [y, next] = [next, y];
        [k[0], k[6]] = [k[6], k[0]];
        // A step cut short to land on a requested time, or to be one of several, says little about the next one.
        h = step < h ? Math.max(h, step * factor) : step * factor;
      } else h = step * Math.min(1, factor);
    }
    const rate = vector();
    slope(time, y, rate);
    yield { time, y: Float64Array.from(y), slope: rate };
  }
}

/** `perDecade` times a decade from `first` to `last`, both among them. */
export function logarithmicTimes(first: number, last: number, perDecade: number): number[] {
  const intervals = Math.max(1, Math.round(Math.log10(last / first) * perDecade));
  return Array.from({ length: intervals + 1 }, (_, i) =>
    i === intervals ? last : first * (last / first) ** (i / intervals),
  );
}
