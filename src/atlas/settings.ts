/**
 * The settings of training that the atlas covers, in slices: in a slice two parameters vary, the others have their
 * base value.
 */

import { attentionKernels } from '../model/attentionKernels.ts';
import type { Model } from '../model/model.ts';
import { type Optimiser, optimisers } from '../model/optimiser.ts';
import type { Problem } from '../model/problem.ts';

export const claimIds = ['discriminative', 'frequency', 'sparsification', 'snap'] as const;
export type ClaimId = (typeof claimIds)[number];

const kernelOf = (name: string) => attentionKernels.find(({ id }) => id === name)!;

/** Models of the slice `model`: what differs from the paper's, and a random start where heads would be equal from zero. */
export const atlasModels = {
  linear: { change: { attention: kernelOf('linear') } },
  sigmoid: { change: { attention: kernelOf('sigmoid') } },
  'relu²': { change: { attention: kernelOf('squared-relu') } },
  'f = v': { change: { normaliser: 'none' } },
  layernorm: { change: { normaliser: 'layernorm' } },
  residual: { change: { residual: 1 } },
  '2 heads': { change: { heads: 2 }, randomStart: true },
} as const satisfies Record<string, { change: Partial<Model>; randomStart?: true }>;
export type AtlasModel = keyof typeof atlasModels;

/** How the worlds of a cell are drawn, trained and checked. */
export interface Setting {
  /** etaY/etaZ. */
  readonly ratio: number;
  /** Number of common tokens; each occurs in every class. */
  readonly commons: number;
  /** How much the token weights of the classes differ: 0, equal (the worlds of Corollary 2); 1, drawn independently. */
  readonly asymmetry: number;
  /** K. */
  readonly classes: number;
  /** M. */
  readonly vocabulary: number;
  /** T, sequence length including the query; null: T = inf with the expectation over classes. */
  readonly length: number | null;
  /** Sequences per step; null for T = inf. */
  readonly batch: number | null;
  readonly momentum: number;
  /**
   * Where a claim must hold: at every step, or for the displacement over the whole run (`asked` in names on disk). `whole` is
   * `net`, and of the snap that attention ends slower than a tenth of its fastest step: the bound of its speed is for the paper's
   * model alone.
   */
  readonly motion: 'steps' | 'net' | 'whole';
  /** The paper's when left out. */
  readonly model?: AtlasModel;
  /** `sgd` when left out. */
  readonly optimiser?: Optimiser;
  /** The problem of every world, in place of drawn ones; `commons` and `asymmetry` say nothing then, K and M are its own. */
  readonly problem?: Problem;
}

/**
 * The paper's training: zero initialisation, one query token, one common token, random P(l|n); K between the
 * published 2 and 6, M between the published 34 and "M >> 100".
 */
export const BASE: Omit<Setting, 'ratio'> = {
  commons: 1,
  asymmetry: 1,
  classes: 3,
  vocabulary: 100,
  length: null,
  batch: null,
  momentum: 0,
  motion: 'steps',
};

/** Values of etaY/etaZ: the x axis of every slice. */
export const RATIOS = [1e-2, 1e-1, 1, 10, 1e2, 1e3, 1e4] as const;

export interface Slice {
  readonly id: string;
  /** Name of the parameter of its rows. */
  readonly axis: string;
  /** Its rows draw problems as the base does: it can be trained around a given problem. */
  readonly around?: true;
  readonly rows: readonly { readonly label: string; readonly change: Partial<Omit<Setting, 'ratio'>> }[];
}

const sampled = (length: number, batch: number) => ({ length, batch, motion: 'net' }) as const;
const rows = <T>(values: readonly T[], change: (value: T) => Partial<Setting>): Slice['rows'] =>
  values.map((value) => ({
    label:
      typeof value === 'number' && value >= 1e6 ? value.toExponential(0).replace('+', '') : String(value),
    change: change(value),
  }));

/** Sequences per step in the slice of sequence lengths. */
const LENGTH_BATCH = 8;
/** Sequence length in the slice of batch sizes: the published one. */
const BATCH_LENGTH = 128;

export const slices: readonly Slice[] = [
  { id: 'commons', axis: 'common tokens', rows: rows([1, 2, 3, 4, 5], (commons) => ({ commons })) },
  {
    id: 'asymmetry',
    axis: 'asymmetry of classes, 3 common tokens',
    rows: rows([0, 0.25, 0.5, 0.75, 1], (asymmetry) => ({ asymmetry, commons: 3 })),
  },
  { id: 'classes', axis: 'classes K', rows: rows([2, 3, 4, 6, 8], (classes) => ({ classes })) },
  {
    id: 'vocabulary',
    axis: 'vocabulary M',
    rows: rows([30, 100, 1000, 10_000, 1_000_000], (vocabulary) => ({ vocabulary })),
  },
  { id: 'momentum', axis: 'momentum', around: true, rows: rows([0, 0.5, 0.9], (momentum) => ({ momentum })) },
  {
    id: 'length',
    around: true,
    axis: `sequence length T, batch ${LENGTH_BATCH}, whole run`,
    rows: [
      { label: '∞', change: { motion: 'net' } },
      ...rows([1024, 128, 32, 8], (length) => sampled(length, LENGTH_BATCH)),
    ],
  },
  {
    id: 'batch',
    around: true,
    axis: `batch, T = ${BATCH_LENGTH}, whole run`,
    rows: rows([128, 8, 1], (batch) => sampled(BATCH_LENGTH, batch)),
  },
  {
    id: 'model',
    axis: 'model, whole run',
    rows: [
      { label: 'paper', change: { motion: 'whole' } },
      ...(Object.keys(atlasModels) as AtlasModel[]).map((model) => ({
        label: model,
        change: { motion: 'whole', model } as const,
      })),
    ],
  },
  {
    id: 'optimiser',
    axis: 'optimiser, whole run',
    rows: optimisers.map((optimiser) => ({
      label: optimiser,
      change: optimiser === 'sgd' ? { motion: 'whole' } : { motion: 'whole', optimiser },
    })),
  },
];

/** Ids of the slices of a run: all, or those around a given problem. */
export const sliceIds = (problem?: Problem): string[] =>
  slices.filter(({ around }) => problem === undefined || around).map(({ id }) => id);

export const settingOf = (row: Slice['rows'][number], ratio: number, problem?: Problem): Setting => ({
  ...BASE,
  ...row.change,
  ratio,
  ...(problem && { problem, vocabulary: problem.vocabulary, classes: problem.classes.length }),
});

/** The name of a setting; its worlds are drawn from the name, so that a setting in two slices is run once. */
export const nameOf = (s: Setting): string =>
  `ratio=${s.ratio} ${s.problem ? 'problem=given' : `commons=${s.commons} asymmetry=${s.asymmetry} K=${s.classes} M=${s.vocabulary}`} ` +
  `T=${s.length ?? 'inf'} batch=${s.batch ?? 'all'} momentum=${s.momentum} asked=${s.motion}` +
  (s.model ? ` model=${s.model}` : '') +
  (s.optimiser ? ` optimiser=${s.optimiser}` : '');

/** The settings of these slices, of a given problem where there is one, without repetition, sorted by name. */
export function settingsOf(chosen: readonly Slice[], problem?: Problem): Setting[] {
  const all = chosen.flatMap((slice) =>
    slice.rows.flatMap((row) => RATIOS.map((x) => settingOf(row, x, problem))),
  );
  const byName = new Map(all.map((setting) => [nameOf(setting), setting]));
  return [...byName.keys()].sort().map((name) => byName.get(name)!);
}
