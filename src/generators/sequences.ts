/** Long sequences of one class, for the statements on sampling. */
import fc, { type Arbitrary } from 'fast-check';
import { reducedLayout } from '../model/layout.ts';
import type { Problem } from '../model/problem.ts';
import type { Matrix } from '../model/transformer.ts';
import { decades } from './problems.ts';
import { pointWorld, sequenceLength } from './states.ts';

/** The draws of one token: n = T - 1 draws, and the failure probability of a bound. */
export interface DrawsWorld {
  readonly draws: number;
  readonly delta: number;
}

/** Failure probabilities from 1e-9 to 1/2. */
export const failure = (): Arbitrary<number> => decades(-9, -0.3);

/** n from ln(2/d)/2, above which Hoeffding's bound is below 1, to 300. */
export const drawsWorld = (): Arbitrary<DrawsWorld> =>
  fc
    .record({ delta: failure(), size: decades(0, 2.4) })
    .map(({ delta, size }) => ({ delta, draws: Math.min(300, Math.ceil(Math.log(2 / delta) / 2 + size)) }));

/** A class whose T - 1 contextual tokens are drawn i.i.d., and one of its tokens. */
export interface FrequencyWorld {
  readonly problem: Problem;
  readonly Z: Matrix<number>;
  readonly cls: number;
  readonly token: number;
  readonly length: number;
}

const frequencyWorld = (problems: Arbitrary<Problem>): Arbitrary<FrequencyWorld> =>
  pointWorld(problems).chain(({ problem, Z }) =>
    fc.nat({ max: problem.classes.length - 1 }).chain((cls) =>
      fc.record({
        problem: fc.constant(problem),
        Z: fc.constant(Z),
        cls: fc.constant(cls),
        token: fc.nat({ max: problem.classes[cls].tokens.length - 1 }),
        length: sequenceLength(),
      }),
    ),
  );

/**
 * Sequences so long that the bound on attention is not trivial: for frequencies within `halfWidth` of the probabilities,
 * the normaliser sum q e^z is within half of its limit S = sum P e^z. T - 1 >= 2 ln(2 s / d) (sum e^z / S)^2 is enough
 * (s tokens); T is up to a thousand times that.
 */
export const longSequenceWorld = (problems: Arbitrary<Problem>, delta: number): Arbitrary<FrequencyWorld> =>
  frequencyWorld(problems).chain((world) =>
    decades(0, 3).map((factor) => {
      const { support, row } = reducedLayout(world.problem).classes[world.cls];
      const { probabilities } = world.problem.classes[world.cls];
      const z = support.map((l) => world.Z[row][l]);
      const e = z.map((x) => Math.exp(x - Math.max(...z)));
      const total = probabilities.reduce((a, b) => a + b, 0);
      const S = e.reduce((sum, x, i) => sum + (probabilities[i] / total) * x, 0);
      const spread = e.reduce((a, b) => a + b, 0) / S;
      const least = 2 * Math.log((2 * support.length) / delta) * spread ** 2;
      return { ...world, length: Math.ceil(factor * least) + 2 };
    }),
  );
