/** The rungs as a tree: from training as it is run to what the theorems assume, and other models beside it. */

/** A rung's place in the tree: a rung changes one thing about its parent. */
export interface RungInfo {
  readonly id: string;
  readonly title: string;
  /** The rung that is changed; null for training as it is run. */
  readonly parent: string | null;
  /** What is assumed beyond the parent; of a rung of another model, which assumption of the paper the parent loses. */
  readonly change: { readonly assumes: string } | { readonly relaxes: string };
}

/** Every rung: the ladder of the paper, then those of other models. Each stands after its parent. */
export const rungs = [
  {
    id: 'sgd',
    title: 'training as it is run: stochastic gradient ascent, finite T and batch',
    parent: null,
    change: { assumes: 'nothing' },
  },
  {
    id: 'population',
    title: 'gradient ascent on the expected objective, T = inf',
    parent: 'sgd',
    change: { assumes: '(b) sequences are long (Lemmas 2 and 18), and every step sees all classes' },
  },
  {
    id: 'flow',
    title: 'gradient flow of the expected objective, T = inf',
    parent: 'population',
    change: { assumes: 'steps are small' },
  },
  {
    id: 'modified',
    title: 'flow with the modified decoder gradient, z moving',
    parent: 'flow',
    change: { assumes: "the modification f_n -> f_n - Phi E' e_n is small when lambda_1 is (Lemma 3)" },
  },
  {
    id: 'frozen',
    title: 'the decoder alone learns, one class a step, attention held fixed, T = inf',
    parent: 'population',
    change: {
      assumes: 'z does not move while Y learns; the modified gradient of Eq. 26, and the true one beside it',
    },
  },
  {
    id: 'two-timescale',
    title: 'attention alone moves, the decoder in closed form',
    parent: 'modified',
    change: {
      assumes:
        '(c) the decoder learns much faster than attention, and its gradient is the modified one (Theorem 1, Lemma 4)',
    },
  },
  {
    id: 'single-ct',
    title: 'one number: the logit of the only common token',
    parent: 'two-timescale',
    change: {
      assumes:
        'one common token, whose share of every class is the same and small, so that the norms rho0 are constant',
    },
  },
  {
    id: 'other-kernel',
    title: 'attention by 1 + z, a sigmoid, or squared ReLU in place of e^z',
    parent: 'population',
    change: { relaxes: 'attention is softmax' },
  },
  {
    id: 'no-normalisation',
    title: 'features f = v',
    parent: 'population',
    change: { relaxes: 'features have length 1' },
  },
  {
    id: 'layernorm',
    title: 'features by LayerNorm: v less its mean, then of length 1',
    parent: 'population',
    change: { relaxes: 'no mean is subtracted from attention' },
  },
  {
    id: 'residual',
    title: "the query's own feature beside f",
    parent: 'population',
    change: { relaxes: 'only contextual tokens have features' },
  },
  {
    id: 'heads',
    title: 'several heads from random logits, each with its own decoder',
    parent: 'population',
    change: { relaxes: 'there is one head' },
  },
  {
    id: 'adam',
    title: 'Adam in place of gradient ascent',
    parent: 'population',
    change: { relaxes: 'the optimiser is gradient ascent' },
  },
  {
    id: 'sign',
    title: 'signed ascent: every entry moves by eta',
    parent: 'population',
    change: { relaxes: 'the optimiser is gradient ascent' },
  },
  {
    id: 'kernel-limit',
    title: 'attention by another kernel moves alone',
    parent: 'two-timescale',
    change: { relaxes: 'attention is softmax' },
  },
  {
    id: 'layernorm-limit',
    title: 'attention over features by LayerNorm moves alone',
    parent: 'two-timescale',
    change: { relaxes: 'no mean is subtracted from attention' },
  },
  {
    id: 'residual-limit',
    title: "attention moves alone, the query's own feature beside f",
    parent: 'two-timescale',
    change: { relaxes: 'only contextual tokens have features' },
  },
] as const satisfies readonly RungInfo[];
/** A name of `rungs`. */
export type RungId = (typeof rungs)[number]['id'];

/** The place of a rung. */
export const rungInfo = <Id extends RungId>(id: Id): RungInfo & { readonly id: Id } => ({
  ...rungs.find((rung) => rung.id === id)!,
  id,
});

/** Whether a rung is of another model than the paper's. */
export const isOtherModel = (id: string): boolean =>
  rungs.some((rung) => rung.id === id && 'relaxes' in rung.change);

/** A rung and those that change one thing about it. */
export interface RungTree {
  readonly rung: RungInfo;
  readonly children: readonly RungTree[];
}

/** The tree below a rung; below null is the whole. */
export function rungTree(parent: string | null = null): RungTree[] {
  return rungs
    .filter((rung) => rung.parent === parent)
    .map((rung) => ({ rung, children: rungTree(rung.id) }));
}
