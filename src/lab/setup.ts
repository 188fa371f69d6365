/** What a training of the lab starts from: plain data that fits into a link. */
import type { Normaliser } from '../model/model.ts';
import type { Optimiser } from '../model/optimiser.ts';
import type { Problem } from '../model/problem.ts';
import type { LabWorldName } from './worlds.ts';

/** Where the problem comes from. */
export type WorldSource =
  | { readonly name: LabWorldName }
  | { readonly random: RandomSizes }
  | { readonly problem: Problem };

/** A random problem: `queries` query tokens for `classes` classes, with tokens of all classes and of one alone. */
export interface RandomSizes {
  /** A 32-bit integer. */
  readonly seed: number;
  readonly classes: number;
  readonly queries: number;
  /** Common tokens, each in every class. */
  readonly common: number;
  /** Distinct tokens of each class. */
  readonly distinct: number;
  /** M; at least the tokens that are used. */
  readonly vocabulary: number;
}

/** A training of the lab. */
export interface Setup {
  readonly world: WorldSource;
  readonly etaZ: number;
  /** etaY / etaZ. */
  readonly ratio: number;
  readonly momentum: number;
  /** Sequences of a step. */
  readonly batch: number;
  /** T with the query; null is T -> infinity and all classes in every step: the expected gradient, nothing is drawn. */
  readonly length: number | null;
  readonly init: 'zero' | 'uniform';
  readonly seed: number;
  readonly optimiser: Optimiser;
  /** Name of an attention kernel. */
  readonly attention: string;
  readonly normaliser: Normaliser;
  /** lambda of the query's own feature. */
  readonly residual: number;
  readonly heads: number;
}

/** The published run of the small problem. */
export const defaultSetup: Setup = {
  world: { name: 'syn-small' },
  etaZ: 1,
  ratio: 1,
  momentum: 0.9,
  batch: 128,
  length: 128,
  init: 'zero',
  seed: 1,
  optimiser: 'sgd',
  attention: 'exp',
  normaliser: 'length',
  residual: 0,
  heads: 1,
};
