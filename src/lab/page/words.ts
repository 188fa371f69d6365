/** Names of what the page shows, in plain words. */
import type { ClaimId } from '../../atlas/settings.ts';
import type { Format, LabClass, Lamp } from '../protocol.ts';
import type { Setup } from '../setup.ts';
import type { LabWorld, LabWorldName } from '../worlds.ts';

export const CLAIM_WORDS: Readonly<Record<ClaimId, { readonly name: string; readonly says: string }>> = {
  discriminative: {
    name: 'Distinct wins',
    says: 'The score z of every distinct token has risen, that of every common one has fallen.',
  },
  frequency: {
    name: 'Frequent first',
    says: 'Of two distinct tokens of a class, the score of the more frequent one has risen more.',
  },
  sparsification: {
    name: 'A few, not all',
    says: 'Attention over the distinct tokens of each class is narrower than at the start: its entropy fell.',
  },
  snap: {
    name: 'The snap',
    says: 'Attention moves at less than a tenth of its fastest pace: it looks frozen.',
  },
};

export const LAMP_WORDS: Readonly<Record<Lamp['state'], { readonly symbol: string; readonly word: string }>> =
  {
    holds: { symbol: '✓', word: 'holds' },
    waits: { symbol: '○', word: 'not yet' },
    violated: { symbol: '✗', word: 'violated' },
  };

export const FORMAT_WORDS: Readonly<Record<Exclude<Format, `decimal${number}`>, string>> = {
  float64: 'float64',
  float32: 'float32',
  'float32-subtracting': 'float32, eₙ − α by subtraction',
  'tfjs-wasm': 'TensorFlow.js, WebAssembly (float32)',
  'tfjs-webgl': 'TensorFlow.js, WebGL (float32)',
  'double-double': 'double-double (32 digits)',
};

/** As short as an end of a line has room for. */
export const formatLabel = (format: Format): string =>
  format === 'float32-subtracting'
    ? 'float32 by −'
    : format.replace('decimal', 'decimal ').replace('tfjs-', 'tfjs ');

export const formatWords = (format: Format): string =>
  format in FORMAT_WORDS
    ? FORMAT_WORDS[format as keyof typeof FORMAT_WORDS]
    : `decimal, ${format.slice('decimal'.length)} digits`;

/** The worlds in their groups, with what is to be seen in each. */
export const WORLD_GROUPS: readonly {
  readonly group: string;
  readonly worlds: readonly { readonly id: LabWorldName; readonly name: string; readonly says: string }[];
}[] = [
  {
    group: 'Published problems',
    worlds: [
      {
        id: 'syn-small',
        name: 'Small: 2 classes, 34 tokens',
        says: "The paper's small problem: 10 common tokens, 10 distinct ones for each class, rare to frequent.",
      },
      {
        id: 'syn-medium',
        name: 'Medium: 6 classes, 79 tokens',
        says: "The paper's larger problem: three query tokens, two classes each, from a random start.",
      },
    ],
  },
  {
    group: 'A sentence',
    worlds: [
      {
        id: 'sentence',
        name: 'What did it do: barked or purred?',
        says: 'The next word after “it” is “barked” among words like dog, “purred” among words like cat. “the” is in both.',
      },
    ],
  },
  {
    group: 'Kept counterexamples',
    worlds: [
      {
        id: 'case-slow-decoder',
        name: 'A distinct token loses: huge vocabulary',
        says: 'The decoder learns 100 times faster, which is too slow for ten thousand million tokens.',
      },
      {
        id: 'case-frequency',
        name: 'The rarer token gains more',
        says: 'The same slow decoder turns the order of two distinct tokens around.',
      },
      {
        id: 'case-short-sequences',
        name: 'A distinct token loses: single sequences',
        says: 'A step of one sequence, even of a million tokens, is not the mean of all sequences.',
      },
      {
        id: 'case-adam',
        name: 'A distinct token loses: Adam',
        says: 'Adam divides each entry by its own size, and tokens no longer move as their frequency says.',
      },
      {
        id: 'case-sign',
        name: 'Attention widens: sign ascent',
        says: 'Every logit moves by the same amount, so that rare distinct tokens catch up.',
      },
    ],
  },
];

/** What a check of the run says, with words in place of numbers where the world has them. */
export const failureWords = (world: LabWorld, text: string): string =>
  text.replace(/\b(token|class|rarer|query) (\d+)/g, (whole, kind, id) => {
    const word = world.words?.[Number(id)];
    return word === undefined ? whole : `${kind} “${word}”`;
  });

/** A token as its word, or its number. */
export const tokenName = (world: LabWorld, token: number): string => world.words?.[token] ?? String(token);

/** A token in a sentence. */
export const tokenWords = (world: LabWorld, token: number): string =>
  world.words?.[token] === undefined ? `token ${token}` : `“${world.words[token]}”`;

export const classWords = (world: LabWorld, { next, query }: Pick<LabClass, 'next' | 'query'>): string =>
  `${tokenWords(world, query)} → ${tokenWords(world, next)}`;

/** One line that tells the training apart from others. */
export function setupWords(setup: Setup): string {
  const { world, ratio, etaZ, batch, length, momentum, optimiser } = setup;
  const name =
    'name' in world ? world.name : 'random' in world ? `random world ${world.random.seed}` : 'own problem';
  const drawn = length === null ? 'T → ∞' : `T = ${length}, batch ${batch}`;
  const way = optimiser === 'sgd' ? `momentum ${momentum}` : optimiser;
  return `${name}; ratio ${ratio}, rate of attention ${etaZ}, ${drawn}, ${way}`;
}
