import type { Field } from '../arithmetic/field.ts';
import { equal, largest, type Margin, positive } from '../decide/margin.ts';
import { type KernelAttentionWorld, kernelAttentionWorld } from '../generators/models.ts';
import { gammaAt } from '../ladder/clock.ts';
import { populationExamples } from '../ladder/population.ts';
import { populationFeatures } from '../ladder/rung.ts';
import { middleReading, solvedDecoder } from '../ladder/solved.ts';
import { attentionVelocity } from '../ladder/two-timescale.ts';
import { attentionKernels, elementwise } from '../model/attentionKernels.ts';
import { reducedLayout } from '../model/layout.ts';
import { modelWith } from '../model/model.ts';
import { modelGradient } from '../model/modelGradient.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';
import { kinds } from './tokens.ts';

/**
 * dJ/dz at Theorem 5's decoder, by the closed form of the kernel's model, against (phi'/phi)(z_l) times the paper's velocity at
 * the logits ln phi(z); and the signs of Theorem 2.
 *
 * Proof. phi attention at z is exp attention at ln phi(z). The chain rule multiplies by d ln phi/dz = phi'/phi > 0.
 *
 * The scan curve: f_l is in proportion to P_l phi_l, and with one common token the paper's velocity of a distinct token is f_l^2 B_n'
 * (Theorem 3). So z_l'/(phi phi' P_l^2) is the same for all distinct tokens of a class: G(z_l) = tau P_l^2 with G' = 1/(phi phi'), after
 * a zero start. That is (1 - e^(-2z))/2 for exp, ln(1 + z) for 1 + z.
 * @param chained whether that factor is there
 */
const velocities = (chained: boolean) =>
  function* <T>(F: Field<T>, { problem, Z, kernel }: KernelAttentionWorld): Generator<Margin<T>> {
    const attention = attentionKernels.find(({ id }) => id === kernel)!;
    const layout = reducedLayout(problem);
    const own = { ...layout, model: modelWith({ attention }) };
    const A = elementwise(F);
    const z = Z.map((row) => row.map(F.of));
    const phi = z.map((row) => row.map((x) => attention.phi(A, x)));
    const logs = phi.map((row) => row.map(F.ln));
    const x = F.of(middleReading(problem));
    const Y = solvedDecoder(F, problem, layout, populationFeatures(F, problem, layout, logs), x);
    const clock = { vocabulary: problem.vocabulary, classes: problem.classes.length, etaY: 1, etaZ: 1 };
    const gamma = gammaAt(F, clock, x);
    const found = modelGradient(F, own, { Y, Z: z }, populationExamples(F, problem)).Z[0];
    const paper = attentionVelocity(F, problem, layout, logs).dZ[0];
    const { distinct, common, overlaps } = kinds(problem, layout);
    for (const [l, velocity] of found.entries()) {
      const factor = F.div(attention.slope(F, z[0][l]), phi[0][l]);
      const expected = chained ? F.mul(factor, paper[l]) : paper[l];
      yield equal(F, `velocity of token ${layout.tokens[l]}`, F.div(velocity, gamma), expected);
    }
    const scale = largest(F, found);
    for (const [n, tokens] of distinct.entries())
      if (overlaps[n])
        for (const l of tokens) yield positive(`distinct token ${layout.tokens[l]} gains`, found[l], scale);
    for (const [n, tokens] of distinct.entries()) {
      const { support } = layout.classes[n];
      const tau = (l: number): T => {
        const P = F.of(problem.classes[n].probabilities[support.indexOf(l)]);
        const push = F.mul(F.mul(phi[0][l], attention.slope(F, z[0][l])), F.mul(P, P));
        return F.div(found[l], push);
      };
      for (const [i, l] of tokens.slice(1).entries())
        yield equal(
          F,
          `tau' of token ${layout.tokens[tokens[i]]} = tau' of token ${layout.tokens[l]}`,
          tau(tokens[i]),
          tau(l),
        );
    }
    for (const l of common) yield positive(`common token ${layout.tokens[l]} loses`, F.neg(found[l]), scale);
  };

export const kernelAttention: Claim = {
  id: 'kernel-attention',
  source: 'own (extends Theorems 1 and 2 to other attention)',
  headline: false,
  statement:
    "Softmax is not needed: with attention proportional to P phi(z) the velocity of a logit is phi'/phi times the paper's at ln phi(z), so distinct tokens gain and a single common one loses.",
  words:
    "Softmax is not needed: with attention by any rising positive phi the velocity of a logit is the paper's times a positive factor, so distinct tokens gain and a single common one loses.",
  formula: String.raw`\dot z_l = \frac{\varphi'(z_l)}{\varphi(z_l)}\; \dot z_l^{\exp}\big|_{\ln \varphi(z)}`,
  silent:
    "Of one query token. The order of distinct tokens is that of f_l^2 phi_l'/phi_l; from a zero start they are on the scan curve G(z_l) = tau P_l^2, G' = 1/(phi phi').",
  checks: [
    check.certified({
      rung: 'kernel-limit',
      statement:
        "At logits of size below 1, for phi = 1 + z, 1/(1 + e^-z) and (1 + z)^2: the velocity is phi'/phi times the paper's; distinct tokens gain, the common one loses; z'/(phi phi' P^2) is the same for all distinct tokens of a class.",
      expected: 'holds',
      worlds: kernelAttentionWorld(),
      share: 0.5,
      margins: velocities(true),
      controls: [{ drops: "the factor phi'/phi", margins: velocities(false) }],
    }),
  ],
};
