import { type Field, sum } from '../arithmetic/field.ts';
import { rowSums } from '../arithmetic/linear.ts';
import type { Margin } from '../decide/margin.ts';
import { equal, largest, positive } from '../decide/margin.ts';
import { fateAndTurns, turningWorld } from '../generators/fate.ts';
import { commons } from '../generators/problems.ts';
import { pointWorld } from '../generators/states.ts';
import { attentionVelocity, ePrime, residualEntries, twoTimescale } from '../ladder/two-timescale.ts';
import type { PointWorld } from '../ladder/worlds.ts';
import { reducedLayout } from '../model/layout.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';
import { bilinear, diagonal, proportional, sharesOf, total, under } from './fate-forms.ts';
import { kinds } from './tokens.ts';

/** What a control breaks. */
interface Broken {
  /** E' with the opposite sign. */
  readonly sign?: true;
  /** The sign of the limit form is checked at the world's own M. */
  readonly small?: true;
  /** What the threshold |R|/|Q| is multiplied by. */
  readonly threshold?: number;
  /** Pi is left out. */
  readonly projection?: true;
}

/** The sign of the limit form is checked at vocabularies up to this size; M - 1 is exact in a double. */
const LARGEST = 2 ** 40;
/** |R|/|Q| is read as a double; this many parts of it are left out on either side. */
const READ = 1e-9;
/** Where -phi^T Pi E' phi is smaller than this share of |phi|^2, its sign is not checked. */
const NONE = 1e-12;

/**
 * With phi = (f_1l, .., f_Kl), Pi the projection on the classes of query m, A = (I+E)^-1, E' = I - A, for any K, M, Z:
 *
 *     K dz_ml/dGamma = (q1-q0) phi^T Pi A phi + q0 (1^T Pi phi)(phi^T A 1) - q1 phi^T Pi phi              (1)
 *                    = q1 ( Q + R/(M-1) ),  Q = -phi^T Pi E' phi,  R = phi^T Pi A phi - (1^T Pi phi)(phi^T A 1)  (2)
 *
 * Proof. Lemma 4 with g_n = Phi A q^(n), q^(n) = q0 1 + (q1-q0) e_n and f_n.g_n = q1 gives K z_ml' = sum_{n in Pi} f_nl
 * (g_nl - q1 f_nl), and g_nl = phi^T A q^(n) = q0 phi^T A 1 + (q1-q0) (A phi)_n: (1). q1 - q0 = q1 (1 + 1/(M-1)) and
 * q0 = -q1/(M-1): (2). Hence
 *
 *  - the sign is that of Q whenever M - 1 > |R|/|Q|, and for M below that exactly where R has the same sign: asked at the
 *    two M next to the threshold of the token that comes last;
 *  - sum_l phi_l phi_l^T = I + E, so sum_l Q = -tr(Pi E'(I+E)) = -tr(Pi E) = 0, and likewise for R: conservation;
 *  - Theorem 2(a): phi = f e_n gives K z' = f^2 xi_n;
 *  - Corollary 2: under one query (2) is a quadratic form. Proportional common tokens, phi_l = r_l phi, move as r_l^2 times
 *    one number, which has the sign of their sum; distinct tokens gain (E' >= 0 off the diagonal, E'_nn < 0, as with
 *    one common token), so that sum is negative. Theorem 2(b) is the case of one token: each row of z' sums to 0.
 */
const law = (broken: Broken = {}) =>
  function* <T>(F: Field<T>, { problem, Z }: PointWorld): Generator<Margin<T>> {
    const layout = reducedLayout(problem);
    const K = F.of(problem.classes.length);
    const M = problem.vocabulary;
    const logits = Z.map((row) => row.map(F.of));
    const { f, A, xi, dZ } = attentionVelocity(F, problem, layout, logits);
    const y = rowSums(F, A);
    const prime = ePrime(F, A);
    const { q0, q1 } = residualEntries(F, M);
    const ones = A.map(() => F.of(1));
    const phis = sharesOf(layout, f);
    const types = kinds(problem, layout);
    const single = types.common.length === 1;
    const alike = proportional(problem, layout, types);
    const signs: { m: number; l: number; sign: number }[] = [];
    // The last token to come to the sign of Q as M grows.
    let last: { m: number; l: number; sign: number; threshold: number } | undefined;
    for (const [m, query] of layout.queries.entries()) {
      const scale = F.mul(K, largest(F, dZ[m]));
      const limits: T[] = [];
      const asked = (name: string, value: T): Margin<T> => positive(name, value, scale);
      for (const [l, phi] of phis.entries()) {
        const own = under(layout, phi, m);
        if (own.length === 0) continue;
        const left = broken.projection ? phi : own;
        const name = `token ${layout.tokens[l]} (query ${query})`;
        const speed = F.mul(K, dZ[m][l]);
        const square = diagonal(F, left, ones, phi);
        const bend = bilinear(F, left, A, phi);
        const spread = F.mul(
          total(F, left),
          diagonal(
            F,
            phi,
            y,
            phi.map(([n]) => [n, F.of(1)] as const),
          ),
        );
        const form = sum(F, [F.mul(F.sub(q1, q0), bend), F.mul(q0, spread), F.neg(F.mul(q1, square))]);
        const minus = bilinear(F, left, prime, phi);
        const Q = broken.sign ? minus : F.neg(minus);
        const R = F.sub(bend, spread);
        limits.push(Q);
        yield { ...equal(F, `fate of ${name}: (1)`, speed, form), scale: square };
        const split = F.mul(q1, F.add(Q, F.div(R, F.of(M - 1))));
        yield { ...equal(F, `fate of ${name}: (2)`, speed, split), scale: square };
        const [q, r] = [F.toNumber(Q), F.toNumber(R)];
        const threshold = Math.abs(r) / Math.abs(q);
        if (Math.abs(q) > NONE * F.toNumber(square) && threshold < LARGEST) {
          const one = { m, l, sign: Math.sign(q) };
          signs.push(one);
          if (q * r < 0 && threshold > (last?.threshold ?? 0)) last = { ...one, threshold };
        }
        if (phi.length === 1) {
          const [[n, x]] = phi;
          yield {
            ...equal(F, `Theorem 2(a): ${name} moves as f^2 xi`, speed, F.mul(F.mul(x, x), xi[n])),
            scale: square,
          };
          if ((single || alike) && types.overlaps[n])
            yield asked(`Theorem 2(a): distinct ${name} gains`, speed);
        } else if (single || alike)
          yield asked(`${single ? 'Theorem 2(b)' : 'Corollary 2'}: common ${name} loses`, F.neg(speed));
      }
      yield { ...equal(F, `the forms of query ${query} sum to 0`, sum(F, limits), F.of(0)), scale: F.of(1) };
      yield { ...equal(F, `row ${query} keeps its sum`, sum(F, dZ[m]), F.of(0)), scale: F.of(1) };
    }
    const at = function* (vocabulary: number, tokens: typeof signs, why: string): Generator<Margin<T>> {
      const moved = attentionVelocity(F, { ...problem, vocabulary }, layout, logits).dZ;
      for (const { m, l, sign } of tokens)
        yield positive(
          `token ${layout.tokens[l]} (query ${layout.queries[m]}) ${sign > 0 ? 'gains' : 'loses'} at M = ${vocabulary}, ${why}`,
          F.mul(F.of(sign), moved[m][l]),
          largest(F, moved[m]),
        );
    };
    // The least M with M - 1 above the threshold, and the greatest with M - 1 below it.
    const { threshold } = last ?? { threshold: 0 };
    const above = 2 + Math.floor((broken.threshold ?? 1) * threshold * (1 + READ));
    const below = Math.ceil(threshold * (1 - READ));
    if (signs.length > 0) yield* at(broken.small ? M : Math.max(M, above), signs, 'as in the limit');
    if (last && below > Math.max(...layout.tokens))
      yield* at(below, [{ ...last, sign: -last.sign }], 'below its threshold');
  };

export const fate: Claim = {
  id: 'fate',
  source: 'own (extends Theorem 2, Corollary 2)',
  headline: false,
  statement:
    "The fate of every token: K z_ml' = q1 (-phi^T Pi E' phi + R/(M-1)) with phi = (f_1l, .., f_Kl), so that for M - 1 > |R|/|phi^T Pi E' phi| " +
    "a token of a query gains exactly when phi^T Pi E' phi < 0. Theorem 2 and Corollary 2 are special cases.",
  words:
    'The fate of every token: its logit moves by a quadratic form of phi and a remainder that falls with M, so that in a large vocabulary a token of a query gains exactly when the quadratic form is negative. Theorem 2 and Corollary 2 are special cases.',
  formula: String.raw`K \dot z_{ml} = q_1 \Big(-\varphi^\top \Pi E' \varphi + \frac{R}{M-1}\Big), \qquad \varphi = (f_{1l}, \ldots, f_{Kl})`,
  silent:
    "The rung has z' by Lemma 4, so that Theorem 2(a)'s z_l' = f_l^2 xi_n/K is a check of our algebra; the claim frequency checks it on the model's gradient. " +
    'At a state: as Z moves, phi does, and a token may change sides. Nothing about the true flow, where the decoder remembers ' +
    'earlier attention and its gradient is not the modified one (see fate-early).',
  checks: [
    check.certified({
      rung: twoTimescale,
      statement:
        "At any Z, with any common tokens and queries, at any M: z' by Lemma 4 is the form, has the sign of its limit for M - 1 > |R|/|Q|, and sums to 0; distinct tokens, a single common token and proportional ones as Theorem 2 and Corollary 2 say.",
      expected: 'holds',
      worlds: fateAndTurns(),
      margins: law(),
      share: 0.35,
      controls: [
        { drops: "the sign of E'", margins: law({ sign: true }) },
        { drops: 'M - 1 > |R|/|Q|: the limit at the M of the world', margins: law({ small: true }) },
        {
          drops: 'the threshold |R|/|Q|: 99 hundredths of it',
          worlds: turningWorld(),
          margins: law({ threshold: 0.99 }),
        },
        {
          drops: 'the projection on the classes of the query',
          worlds: pointWorld(commons()),
          margins: law({ projection: true }),
        },
      ],
    }),
  ],
};
