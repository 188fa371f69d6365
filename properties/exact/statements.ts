/** The equalities that the exact route decides: those of claims, as `verify` decides them, and those of identities.ts. */
import type { AnyCheck, Claim } from '../../src/claims/claim.ts';
import { discriminativeSymmetric } from '../../src/claims/discriminative-symmetric.ts';
import { fate } from '../../src/claims/fate.ts';
import { fateEarly } from '../../src/claims/fate-early.ts';
import { fateTwoClasses } from '../../src/claims/fate-two-classes.ts';
import { xiPositive } from '../../src/claims/xi-positive.ts';
import type { Margins } from '../../src/decide/margin.ts';
import {
  conservation,
  equations86And88,
  lemma3,
  lemma4,
  lemma14,
  solvedModelGradient,
} from './identities.ts';
import { ALIKE, PATTERNS, TWO_CLASSES } from './patterns.ts';
import { type ExactWorld, type Pattern, stereographic } from './worlds.ts';

type Exact = Margins<ExactWorld>;

export interface ExactStatement {
  readonly name: string;
  readonly margins: Exact;
  readonly patterns: readonly Pattern[];
  /** The same statement with one sign or one factor wrong. */
  readonly controls: readonly { readonly drops: string; readonly margins: Exact }[];
}

/**
 * The first check of a claim, on states. Of its controls those named: the others drop a hypothesis that only certain worlds show,
 * or break an inequality.
 */
function ofClaim(
  { id, checks: [check] }: Claim,
  { patterns = PATTERNS, broken }: { patterns?: readonly Pattern[]; broken: readonly string[] },
): ExactStatement {
  const { margins, controls }: AnyCheck = check;
  const asked = broken.map((drops) => {
    const control = controls.find((c) => c.drops === drops);
    if (!control) throw new Error(`${id} has no control that drops ${drops}`);
    return { drops, margins: control.margins as Exact };
  });
  return { name: id, margins: margins as Exact, patterns, controls: asked };
}

/** Corollary 2's worlds have no tokens to match but the distinct ones, one in each class. */
const alike: Exact = (F, world) =>
  (discriminativeSymmetric.checks[0] as AnyCheck).margins!(F, {
    ...world,
    matched: [world.problem.classes.map(({ tokens }) => tokens[tokens.length - 1])],
  });

const unlike: Exact = (F, world) => {
  const [first, ...others] = world.problem.classes;
  const [d, ...rest] = world.free.slice(0, first.tokens.length);
  const own = { ...first, probabilities: stereographic([d + rest[0], ...rest.slice(1)], d) };
  return alike(F, { ...world, problem: { ...world.problem, classes: [own, ...others] } });
};

export const STATEMENTS: readonly ExactStatement[] = [
  ofClaim(fate, { broken: ["the sign of E'", 'the projection on the classes of the query'] }),
  ofClaim(fateTwoClasses, {
    patterns: TWO_CLASSES,
    broken: ['the 2 of 2/(f_1.f_2): 1 in its place', 'which classes a query serves: every row serves both'],
  }),
  ofClaim(xiPositive, { broken: ['M - 1 in the criterion: M in its place'] }),
  ofClaim(fateEarly, {
    broken: [
      "the true gradient: the modified one's form phi^T Pi (A - I) phi",
      'the projection on the classes of the query',
    ],
  }),
  {
    name: 'discriminative-symmetric',
    margins: alike,
    patterns: ALIKE,
    controls: [{ drops: 'conditions 2 and 3: class 0 has probabilities of its own', margins: unlike }],
  },
  {
    name: 'Eq. 86 and 88, xi_n from beta',
    margins: equations86And88(),
    patterns: PATTERNS,
    controls: [{ drops: 'the sign in Eq. 88: as printed', margins: equations86And88(true) }],
  },
  {
    name: 'Lemma 3',
    margins: lemma3(),
    patterns: PATTERNS,
    controls: [
      { drops: "the modification -Phi E' e_n", margins: lemma3('true') },
      { drops: "the sign of E': as Appendix D.1 prints it", margins: lemma3('modified', -1) },
    ],
  },
  {
    name: 'Lemma 14',
    margins: lemma14(),
    patterns: PATTERNS,
    controls: [{ drops: 'lambda/(1+lambda): lambda/(1-lambda)', margins: lemma14(-1) }],
  },
  {
    name: 'Lemma 1 through attention, Lemma 4',
    margins: lemma4(),
    patterns: PATTERNS,
    controls: [{ drops: 'the projection P_f', margins: lemma4(false) }],
  },
  {
    name: 'conservation',
    margins: conservation(),
    patterns: PATTERNS,
    controls: [{ drops: 'what attention and f are divided by', margins: conservation(false) }],
  },
  {
    name: 'the gradient of the model at the decoder of Theorem 5',
    margins: solvedModelGradient(),
    patterns: PATTERNS,
    controls: [{ drops: 'gamma: twice gamma', margins: solvedModelGradient(2) }],
  },
];
