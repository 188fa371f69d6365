/** Bugs in how the two softmaxes are shifted by their largest score, and in exp itself. */
import { ofClass, type SeededBug, type Unclassed } from './bug.ts';

const MAX_OF_BLOCK = 'max = Math.max(max, this.largest(scores, from, Math.min(from + BLOCK, length)));';
const ATTENTION_EXP = 'terms[t] = this.exp(round(scores[t] - max));';
const DECODER_MAX = 'const max = this.largest(o, first, first + M);';
const DECODER_EXP = 'terms[k] = this.exp(round(o[first + k] - max));';
const EXP = 'this.exp = (x) => this.round(Math.exp(x));';

const shift: readonly Unclassed[] = [
  {
    id: 'attention-unshifted',
    what: 'Attention exponentiates its scores as they are: the textbook formula, fine until a score passes 88.',
    patches: [[ATTENTION_EXP, 'terms[t] = this.exp(scores[t]);']],
  },
  {
    id: 'decoder-unshifted',
    what: 'The decoder exponentiates its logits as they are, in the loss too: the textbook formula again.',
    patches: [
      [DECODER_EXP, 'terms[k] = this.exp(o[first + k]);'],
      ['round(o[first + targets[s]] - max)', 'o[first + targets[s]]'],
    ],
  },
  {
    id: 'attention-shifted-by-first',
    what: 'Attention subtracts the first score instead of the largest, to save a pass over the positions.',
    patches: [[MAX_OF_BLOCK, 'max = scores[0];']],
  },
  {
    id: 'attention-shifted-by-50',
    what: 'Attention subtracts the constant 50, an upper bound of the scores of the runs it was tuned on.',
    patches: [[MAX_OF_BLOCK, 'max = 50;']],
  },
  {
    id: 'attention-max-of-first-block',
    what: 'The largest score is looked for in the first block of 1024 positions only, as the loop that fills a block finds it.',
    patches: [[MAX_OF_BLOCK, 'if (from === 0) max = this.largest(scores, 0, Math.min(BLOCK, length));']],
  },
  {
    id: 'attention-max-starts-at-0',
    what: 'The search for the largest score starts at 0 instead of -Infinity, so that low scores all underflow.',
    patches: [
      [
        `let max = -Infinity;\n    for (let from = 0; from < length; from += BLOCK) {\n      ${MAX_OF_BLOCK}`,
        `let max = 0;\n    for (let from = 0; from < length; from += BLOCK) {\n      ${MAX_OF_BLOCK}`,
      ],
    ],
  },
  {
    id: 'decoder-max-starts-at-0',
    what: 'The largest logit is taken to be at least 0, as in a reduction whose identity is 0.',
    patches: [[DECODER_MAX, 'const max = Math.max(0, this.largest(o, first, first + M));']],
  },
  {
    id: 'attention-max-without-tail',
    what: 'The largest score is looked for in whole groups of four positions; the last one to three are left out.',
    patches: [
      ['Math.min(from + BLOCK, length)));', 'Math.min(from + BLOCK, Math.max(1, length - (length % 4)))));'],
    ],
  },
  {
    id: 'decoder-max-without-tail',
    what: 'The largest logit is looked for in whole groups of four token ids; the last one to three are left out.',
    patches: [[DECODER_MAX, 'const max = this.largest(o, first, first + Math.max(1, M - (M % 4)));']],
  },
  {
    id: 'max-of-three-lanes',
    what: 'The last of the four lanes is forgotten when the lanes of a maximum are joined.',
    patches: [['return Math.max(p, q, r, s);', 'return Math.max(p, q, r);']],
  },
  {
    id: 'attention-max-of-row',
    what: 'Attention subtracts the largest entry of its row of Z, of tokens that do not occur too, kept once a row.',
    patches: [[MAX_OF_BLOCK, 'max = this.largest(Z, row, row + M);']],
  },
  {
    id: 'attention-max-of-batch',
    what: "A sample's scores are shifted by the largest of all samples so far: one maximum for the batch, not one a row.",
    patches: [
      [
        MAX_OF_BLOCK,
        `${MAX_OF_BLOCK}\n      if (s > 0) max = Math.max(max, this.top);\n      this.top = max;`,
      ],
    ],
  },
  {
    id: 'online-max-of-tile',
    what: 'The one-pass softmax goes on from the largest score of the last tile instead of the largest so far.',
    patches: [
      [
        'const top = Math.max(max, this.largest(scores, from, to));',
        'const top = this.largest(scores, from, to);',
      ],
    ],
    options: { order: 'online' },
  },
  {
    id: 'online-without-rescaling',
    what: 'The one-pass softmax does not rescale its sum when a tile raises the largest score: the classic of flash-style kernels.',
    patches: [['total = round(total * this.exp(round(max - top)));\n      ', '']],
    options: { order: 'online' },
    stagesOnly:
      'The sum of exponentials is too large by a factor between 1 and T - 1, the same for all positions of a sample, and f = v/||v|| does not change when v is scaled.',
  },
];

const exponential: readonly Unclassed[] = [
  {
    id: 'attention-exp-clamped-at-80',
    what: 'Attention raises the arguments of exp to at least -80, to keep subnormal numbers away.',
    patches: [[ATTENTION_EXP, 'terms[t] = this.exp(Math.max(-80, round(scores[t] - max)));']],
  },
  {
    id: 'decoder-exp-clamped-at-60',
    what: 'The decoder raises the arguments of exp to at least -60.',
    patches: [[DECODER_EXP, 'terms[k] = this.exp(Math.max(-60, round(o[first + k] - max)));']],
  },
  {
    id: 'exp-clamped-at-30',
    what: 'exp raises its argument to at least -30, where a table or a polynomial ends.',
    patches: [[EXP, 'this.exp = (x) => this.round(Math.exp(Math.max(-30, x)));']],
  },
  {
    id: 'exp-flushed-below-60',
    what: 'exp returns 0 below -60, well before float32 does: the guard of a fast exp.',
    patches: [[EXP, 'this.exp = (x) => (x < -60 ? 0 : this.round(Math.exp(x)));']],
  },
  {
    id: 'attention-clipped-instead-of-shifted',
    what: 'Attention clips its scores to +-80 where it should shift them: nothing overflows, and large scores all tie.',
    patches: [[ATTENTION_EXP, 'terms[t] = this.exp(Math.max(-80, Math.min(80, scores[t])));']],
  },
  {
    id: 'exp-as-a-power',
    what: 'exp is (1 + x/n)^n with n = 2^20, off by x^2/2n.',
    patches: [[EXP, 'this.exp = (x) => this.round(Math.max(0, 1 + x / 2 ** 20) ** (2 ** 20));']],
  },
  {
    id: 'exp-by-short-polynomial',
    what: 'exp is a polynomial of degree 3 for small arguments, as if their fourth power were within rounding.',
    patches: [
      [
        EXP,
        'this.exp = (x) => this.round(Math.abs(x) < 0.25 ? 1 + x * (1 + (x / 2) * (1 + x / 3)) : Math.exp(x));',
      ],
    ],
  },
  {
    id: 'exp-by-table',
    what: 'exp is read from a table in steps of 1/128 and corrected to first order, off by up to 8e-6.',
    patches: [
      [
        EXP,
        `this.exp = (x) => {
      const near = Math.round(x * 128) / 128;
      return x === -Infinity ? 0 : this.round(Math.exp(near) * (1 + (x - near)));
    };`,
      ],
    ],
  },
];

export const shiftBugs: readonly SeededBug[] = [
  ...ofClass('max shift', shift),
  ...ofClass('exp', exponential),
];
