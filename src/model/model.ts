/** What the paper fixes about the transformer, as a value: attention kernel, normaliser, the query's own feature, heads. */
import { type AttentionKernel, attentionKernels } from './attentionKernels.ts';

/**
 * From attention v to features f:
 *
 *     length      f = v / ||v||_2 (the paper)
 *     none        f = v
 *     layernorm   f = w / ||w||_2 with w = v - 1/M over all M tokens: LayerNorm without gain and bias, up to sqrt(M)
 */
export const normalisers = ['length', 'none', 'layernorm'] as const;
/** A name of `normalisers`. */
export type Normaliser = (typeof normalisers)[number];

/** A 1-layer transformer. Heads h have logits Z^h and decoders Y^h of their own: o = sum_h (Y^h)^T x^h. */
export interface Model {
  readonly attention: AttentionKernel;
  readonly normaliser: Normaliser;
  /** lambda >= 0 of the query's own feature: x = [f, lambda e_m] / sqrt(1 + lambda^2); 0 leaves it out. */
  readonly residual: number;
  /** H >= 1. */
  readonly heads: number;
}

/** The paper's model (section 3). */
export const paperModel: Model = {
  attention: attentionKernels[0],
  normaliser: 'length',
  residual: 0,
  heads: 1,
};

/** A model that differs from the paper's. */
export const modelWith = (change: Partial<Model>): Model => ({ ...paperModel, ...change });

export const isPaper = ({ attention, normaliser, residual, heads }: Model): boolean =>
  attention.shifts && normaliser === 'length' && residual === 0 && heads === 1;
