/** Where the atlas looks: settings of training, and slices through them. Two axes vary, the others stay at the base. */

export const claimIds = ['discriminative', 'frequency', 'sparsification', 'snap'] as const;
export type ClaimId = (typeof claimIds)[number];

/** How the worlds of one place are drawn, trained and asked. */
export interface Setting {
  /** etaY/etaZ: how much faster the decoder learns. */
  readonly ratio: number;
  /** Common tokens, each in every class. */
  readonly commons: number;
  /** How far classes differ in their weights: 0, alike (Corollary 2's worlds); 1, drawn independently. */
  readonly asymmetry: number;
  /** K. */
  readonly classes: number;
  /** M. */
  readonly vocabulary: number;
  /** T, tokens of a sequence with its query; null: infinitely long, and the expectation over classes. */
  readonly length: number | null;
  /** Sequences a step; null with infinitely long ones. */
  readonly batch: number | null;
  readonly momentum: number;
  /** Whether a claim must hold at every step, or of the displacement over the whole run. */
  readonly asked: 'steps' | 'net';
}

/**
 * What the paper trains: zero start, one query token, a single common token, random P(l|n); K between the published 2
 * and 6, M between the published 34 and what "M >> 100" asks.
 */
export const BASE: Omit<Setting, 'ratio'> = {
  commons: 1,
  asymmetry: 1,
  classes: 3,
  vocabulary: 100,
  length: null,
  batch: null,
  momentum: 0,
  asked: 'steps',
};

/** The x axis of every slice. */
export const RATIOS = [1e-2, 1e-1, 1, 10, 1e2, 1e3, 1e4] as const;

export interface Slice {
  readonly id: string;
  /** What its rows are, in words. */
  readonly axis: string;
  readonly rows: readonly { readonly label: string; readonly change: Partial<Omit<Setting, 'ratio'>> }[];
}

const sampled = (length: number, batch: number) => ({ length, batch, asked: 'net' }) as const;
const rows = <T>(values: readonly T[], change: (value: T) => Partial<Setting>): Slice['rows'] =>
  values.map((value) => ({
    label:
      typeof value === 'number' && value >= 1e6 ? value.toExponential(0).replace('+', '') : String(value),
    change: change(value),
  }));

/** Sequences a step where the slice varies their length. */
const LENGTH_BATCH = 8;
/** The published length, where the slice varies the batch. */
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
  { id: 'momentum', axis: 'momentum', rows: rows([0, 0.5, 0.9], (momentum) => ({ momentum })) },
  {
    id: 'length',
    axis: `sequence length T, batch ${LENGTH_BATCH}, whole run`,
    rows: [
      { label: '∞', change: { asked: 'net' } },
      ...rows([1024, 128, 32, 8], (length) => sampled(length, LENGTH_BATCH)),
    ],
  },
  {
    id: 'batch',
    axis: `batch, T = ${BATCH_LENGTH}, whole run`,
    rows: rows([128, 8, 1], (batch) => sampled(BATCH_LENGTH, batch)),
  },
];

export const settingOf = (row: Slice['rows'][number], ratio: number): Setting => ({
  ...BASE,
  ...row.change,
  ratio,
});

/** The name of a setting, from which its worlds are drawn: a place that two slices cross is asked once. */
export const nameOf = (s: Setting): string =>
  `ratio=${s.ratio} commons=${s.commons} asymmetry=${s.asymmetry} K=${s.classes} M=${s.vocabulary} ` +
  `T=${s.length ?? 'inf'} batch=${s.batch ?? 'all'} momentum=${s.momentum} asked=${s.asked}`;

/** Every setting of these slices once, sorted by name. */
export function settingsOf(chosen: readonly Slice[]): Setting[] {
  const all = chosen.flatMap((slice) => slice.rows.flatMap((row) => RATIOS.map((x) => settingOf(row, x))));
  const byName = new Map(all.map((setting) => [nameOf(setting), setting]));
  return [...byName.keys()].sort().map((name) => byName.get(name)!);
}
