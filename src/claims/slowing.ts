import type { Field } from '../arithmetic/field.ts';
import type { Margin } from '../decide/margin.ts';
import { positive } from '../decide/margin.ts';
import { flowWorld } from '../generators/flows.ts';
import { insideAlike, stronglyAlike } from '../generators/inside.ts';
import { insideFlow } from '../generators/insideRuns.ts';
import { dress, symmetricContent } from '../generators/problems.ts';
import { readingAt } from '../ladder/clock.ts';
import { flow } from '../ladder/flow.ts';
import type { Motion } from '../ladder/rung.ts';
import type { FlowWorld } from '../ladder/worlds.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';
import type { FlowMotions, OverFlow } from './motions.ts';
import { kinds } from './tokens.ts';

/** f_n . f_n' at the first motion: all pairs are alike in these worlds, and share the one common token. */
function overlapOf<T>(F: Field<T>, { problem, layout, f }: Motion<T>): number {
  const [ct] = kinds(problem, layout).common;
  const at = (n: number) => F.toNumber(f[n][layout.classes[n].support.indexOf(ct)]);
  return at(0) * at(1);
}

/**
 * |dz_CT/d ln t| falls from each time to the next (`sense` = 1) where single-ct says it does: past t0, where
 * e^x >= (M-1) x, and with kappa x^2 = 4 Gamma/C0 >= 1, C0 = 1/((K-1) (f_n.f_n')^2) at the start. Both with room:
 * kappa x^2 >= 4 and x from 3 on, beyond which rho = dx/d ln t falls.
 */
export const falling = (
  sense: 1 | -1,
  from: (world: FlowWorld, overlap: number) => number = () => 0,
): OverFlow<FlowWorld> =>
  function* <T>(F: Field<T>, motions: FlowMotions<T>, world: FlowWorld): Generator<Margin<T>> {
    const { problem, rates } = world;
    const [M, K] = [problem.vocabulary, problem.classes.length];
    let C0: number | undefined;
    let begin = 0;
    let before: T | undefined;
    for (const motion of motions(world)) {
      if (C0 === undefined) {
        const overlap = overlapOf(F, motion);
        [C0, begin] = [1 / ((K - 1) * overlap ** 2), from(world, overlap)];
      }
      const x = readingAt({ vocabulary: M, classes: K, ...rates }, motion.time);
      const kappa = (((2 * K * rates.etaZ) / rates.etaY) * ((M - 1) / M) ** 2) / C0;
      if (Math.exp(x) < (M - 1) * x || x < 3 || kappa * x * x < 4 || motion.time < begin) continue;
      const [ct] = kinds(problem, motion.layout).common;
      const speed = F.neg(F.mul(motion.dZ[0][ct], F.of(motion.time)));
      if (before !== undefined)
        yield positive(
          `common token ${motion.layout.tokens[ct]} loses less per unit of ln t than before`,
          sense === 1 ? F.sub(before, speed) : F.sub(speed, before),
          before,
          motion.time,
        );
      before = speed;
    }
  };

/**
 * etaY t = M^(2/rho), rho = f_n.f_n'. Under the true flow class n's logit of another target n' grows like rho ln t above
 * those of other tokens, so alpha_nn' approaches 1 - alpha_n once t^rho is far above M: from then on classes interact at
 * full strength, and nothing is left that could rise.
 */
const saturated = ({ problem, rates }: FlowWorld, overlap: number) =>
  problem.vocabulary ** (2 / overlap) / rates.etaY;

/** Decades of etaY t at the end. */
const AT_LAST = [20, 20] as const;

/** Classes alike, one common token and one query: single-ct as nearly as a real problem can be. */
const worlds = flowWorld(dress(symmetricContent(5, 1, 4), { queries: 1, extra: 300 }), [0, 1], [3, 20]);

export const slowing: Claim = {
  id: 'slowing',
  source: 'section 6',
  headline: false,
  statement:
    'The snap as slowing down: past t0, once ln(M etaY t/K) exceeds sqrt(C0 etaY/(2K etaZ)), logits move less and less ' +
    'per unit of ln t.',
  words:
    'The snap as slowing down: past t0, and once the clock is large enough, logits move less and less per unit of ln t.',
  formula: String.raw`\left|\frac{d z_c}{d \ln t}\right| \text{ falls once } \ln \frac{M \eta_Y t}{K} > \sqrt{\frac{C_0\, \eta_Y}{2 K \eta_Z}}`,
  silent:
    'Theorem 4 has this on single-ct (see phase). The bound of `snap` lets the speed rise as long as it stays below.',
  checks: [
    check.flow({
      rung: flow,
      statement: 'From time to time past that point, to etaY t = 1e20: |dz_CT/d ln t| falls.',
      expected: 'violated',
      why:
        'the true gradient lets classes interact less than Theorem 1 says at first (beta/iota near 1/M) and more and more as ' +
        'ln t grows, to nearly twice of it: what drives attention still rises when the decoder has long slowed down.',
      worlds,
      isolates: {
        hypothesis:
          "that the modification of the decoder's gradient is small (Lemma 3, Eq. 26), and etaY >> etaZ as the proofs need it (here " +
          'etaY/etaZ is 10 to 100: far above K ln^2 M the point past which logits are to slow down is never reached)',
        without: insideFlow(insideAlike(1, [0, 10]), { decades: [1, 2] }, AT_LAST),
        how: "late times alone: etaY t > M^(2/f_n.f_n'), when classes interact at full strength under the true gradient too; M up to 1e3",
        restored: insideFlow(stronglyAlike(), { decades: [0, 1.5] }, AT_LAST),
        over: falling(1, saturated),
      },
      over: falling(1),
      share: 0.5,
      controls: [{ drops: 'the direction: the speed must rise', over: falling(-1) }],
    }),
  ],
};
