/** Bugs with finite numbers where -Infinity is meant, and in maxima and rescalings of a context that is done in blocks. */
import { ofClass, type Patch, type SeededBug, type Unclassed } from './bug.ts';

const MAX = 'let max = -Infinity;\n    for (let from = 0; from < length; from += BLOCK) {';
const MAX_OF_BLOCK = 'max = Math.max(max, this.largest(scores, from, Math.min(from + BLOCK, length)));';
const ATTENTION_EXP = 'terms[t] = this.exp(round(scores[t] - max));';
const NORMALISER = 'this.sum(terms, length);';
const DECODER_MAX = 'const max = this.largest(o, first, first + M);';
const DECODER_SUM = 'const total = this.sum(terms, M);';
const LOGIT = 'return this.sum(terms, distinct);';
const LANES = '[-Infinity, -Infinity, -Infinity, -Infinity]';

const attentionFrom = (start: string): Patch[] => [[MAX, MAX.replace('-Infinity', start)]];
const decoderFrom = (start: string): Patch[] => [
  [DECODER_MAX, `const max = Math.max(${start}, this.largest(o, first, first + M));`],
];
/** Replaces scores after they are gathered. */
const scores = (score: string): Patch[] => [
  [MAX, `for (let i = 0; i < length; i++) scores[i] = ${score};\n    ${MAX}`],
];

const sentinel: readonly Unclassed[] = [
  {
    id: 'attention-max-starts-at-minus-1e4',
    what: 'The search for the largest score starts at -1e4, the mask of most transformers.',
    patches: attentionFrom('-1e4'),
  },
  {
    id: 'attention-max-starts-at-minus-65504',
    what: 'The search for the largest score starts at -65,504, the lowest number of float16.',
    patches: attentionFrom('-65504'),
  },
  {
    id: 'attention-max-starts-at-minus-1e9',
    what: 'The search for the largest score starts at -1e9.',
    patches: attentionFrom('-1e9'),
  },
  {
    id: 'decoder-max-starts-at-minus-5e4',
    what: 'The largest logit is taken to be at least -5e4.',
    patches: decoderFrom('-5e4'),
  },
  {
    id: 'decoder-max-starts-at-minus-2-to-31',
    what: 'The largest logit is taken to be at least -2^31, the lowest Int32.',
    patches: decoderFrom('-(2 ** 31)'),
  },
  {
    id: 'lanes-start-at-minus-1e4',
    what: 'Every maximum, of scores and of logits, starts at -1e4 in its four lanes.',
    patches: [[LANES, '[-1e4, -1e4, -1e4, -1e4]']],
  },
  {
    id: 'last-lane-starts-at-minus-1e9',
    what: 'The last of the four lanes of a maximum starts at -1e9, the others at -Infinity.',
    patches: [[LANES, '[-Infinity, -Infinity, -Infinity, -1e9]']],
  },
  {
    id: 'online-max-starts-at-minus-1e9',
    what: 'The one-pass softmax starts from a largest score of -1e9.',
    patches: [['let max = -Infinity;\n    let total = 0;', 'let max = -1e9;\n    let total = 0;']],
    options: { order: 'online' },
  },
  {
    id: 'attention-padding-at-minus-5e4',
    what: 'Contexts are padded to a multiple of 32 with scores of -5e4, which take part in the maximum and in the sum.',
    patches: [
      [MAX_OF_BLOCK, `${MAX_OF_BLOCK}\n      if (length % 32 !== 0) max = Math.max(max, -5e4);`],
      [NORMALISER, 'round(this.sum(terms, length) + (-length & 31) * this.exp(round(-5e4 - max)));'],
    ],
  },
  {
    id: 'attention-padding-at-minus-1e9',
    what: 'Contexts are padded to a multiple of 4 with scores of -1e9, which take part in the maximum.',
    patches: [[MAX_OF_BLOCK, `${MAX_OF_BLOCK}\n      if (length % 4 !== 0) max = Math.max(max, -1e9);`]],
  },
  {
    id: 'decoder-padding-at-minus-1e4',
    what: 'The vocabulary is padded to a multiple of 8 with logits of -1e4, which take part in the maximum and in the sum.',
    patches: [
      [DECODER_MAX, `const max = Math.max(M % 8 ? -1e4 : -Infinity, this.largest(o, first, first + M));`],
      [DECODER_SUM, 'const total = round(this.sum(terms, M) + (-M & 7) * this.exp(round(-1e4 - max)));'],
    ],
  },
  {
    id: 'scores-at-least-minus-1e4',
    what: 'Scores are clamped to at least -1e4: nothing overflows, and lower scores all tie.',
    patches: scores('Math.max(-1e4, scores[i])'),
  },
  {
    id: 'scores-below-minus-1e9-masked',
    what: 'Scores below -1e9 count as masked and get the weight 0, though no other score is there.',
    patches: [[ATTENTION_EXP, `if (scores[t] < -1e9) terms[t] = 0;\n      else ${ATTENTION_EXP}`]],
  },
  {
    id: 'logits-at-least-minus-5e4',
    what: 'Logits are clamped to at least -5e4.',
    patches: [[LOGIT, 'return Math.max(-5e4, this.sum(terms, distinct));']],
  },
  {
    id: 'logits-below-minus-5e4-masked',
    what: 'Logits below -5e4 count as masked and get the probability 0.',
    patches: [
      [
        'terms[k] = this.exp(round(o[first + k] - max));',
        'terms[k] = o[first + k] < -5e4 ? 0 : this.exp(round(o[first + k] - max));',
      ],
    ],
  },
];

/** Positions per block. */
const block = (size: number): Patch[] =>
  size === 1024 ? [] : [['const BLOCK = 1024;', `const BLOCK = ${size};`]];
/** The largest scores of some blocks are lost. */
const lost = (size: number, when: string): Patch[] => [
  ...block(size),
  [MAX_OF_BLOCK, `if (!(${when})) ${MAX_OF_BLOCK}`],
];
const FIRST = 'length > BLOCK && from === 0';
const MIDDLE = 'from > 0 && from + BLOCK < length';
const LAST = 'length > BLOCK && from + BLOCK >= length';
/** Each block is shifted by `shift`, computed from `own`, its largest score, `running`, that of all so far, and `max`. */
const shifted = (size: number, shift: string): Patch[] => [
  ...block(size),
  [
    `for (let t = from; t < to; t++) ${ATTENTION_EXP}`,
    `const own = this.largest(scores, from, to);
      const running = Math.max(own, from === 0 ? own : this.running);
      this.running = running;
      for (let t = from; t < to; t++) ${ATTENTION_EXP.replace('max', shift)}`,
  ],
];

const split: readonly Unclassed[] = [
  {
    id: 'max-of-first-32-lost',
    what: 'The largest score of the first block of 32 positions is overwritten by that of the second.',
    patches: lost(32, FIRST),
  },
  {
    id: 'max-of-middle-32-lost',
    what: 'Of blocks of 32 positions only the first and the last give their largest score.',
    patches: lost(32, MIDDLE),
  },
  {
    id: 'max-beyond-32-blocks-of-32-lost',
    what: 'The largest scores of blocks of 32 are joined by one warp, so that those beyond 32 blocks are lost.',
    patches: lost(32, 'from >= 32 * BLOCK'),
  },
  {
    id: 'max-of-last-128-lost',
    what: 'The largest score of the last block of 128 positions is not joined.',
    patches: lost(128, LAST),
  },
  {
    id: 'max-of-odd-128-lost',
    what: 'Blocks of 128 positions are joined two by two, and the largest score of the second is lost.',
    patches: lost(128, '(from / BLOCK) % 2 === 1'),
  },
  {
    id: 'max-of-middle-256-lost',
    what: 'Of blocks of 256 positions only the first and the last give their largest score.',
    patches: lost(256, MIDDLE),
  },
  {
    id: 'max-beyond-16-blocks-of-256-lost',
    what: 'The largest scores of at most 16 blocks of 256 positions are joined.',
    patches: lost(256, 'from >= 16 * BLOCK'),
  },
  {
    id: 'max-of-first-1024-lost',
    what: 'The largest score of the first block of 1024 positions is overwritten by that of the second.',
    patches: lost(1024, FIRST),
  },
  {
    id: 'max-of-last-1024-lost',
    what: 'The largest score of the last block of 1024 positions is not joined.',
    patches: lost(1024, LAST),
  },
  {
    id: 'logits-max-of-first-128',
    what: 'The largest logit is looked for among the first 128.',
    patches: [[DECODER_MAX, 'const max = this.largest(o, first, first + Math.min(M, 128));']],
  },
  {
    id: 'logits-max-without-first-128',
    what: 'The largest logit of the first block of 128 is overwritten by that of the second.',
    patches: [[DECODER_MAX, 'const max = this.largest(o, first + (M > 128 ? 128 : 0), first + M);']],
  },
  {
    id: 'logits-max-without-last-32',
    what: 'The largest logit of the last block of 32 is not joined.',
    patches: [
      [
        DECODER_MAX,
        'const max = this.largest(o, first, first + (M > 32 ? 32 * Math.floor((M - 1) / 32) : M));',
      ],
    ],
  },
  {
    id: 'earlier-blocks-of-32-not-rescaled',
    what: 'Blocks of 32 positions are shifted by the largest score so far, and earlier ones are not rescaled when it rises.',
    patches: shifted(32, 'running'),
  },
  {
    id: 'earlier-blocks-of-1024-not-rescaled',
    what: 'Blocks of 1024 positions are shifted by the largest score so far, and earlier ones are not rescaled when it rises.',
    patches: shifted(1024, 'running'),
  },
  {
    id: 'lower-blocks-of-128-not-rescaled',
    what: 'A block of 128 positions whose largest score is below the largest so far is joined without being rescaled.',
    patches: shifted(128, 'round(own + round(max - running))'),
  },
  {
    id: 'last-block-of-256-not-rescaled',
    what: 'The last block of 256 positions is shifted by its own largest score.',
    patches: shifted(256, '(to === length ? own : max)'),
  },
];

export const sentinelBugs: readonly SeededBug[] = [
  ...ofClass('sentinel', sentinel),
  ...ofClass('split maximum', split),
];
