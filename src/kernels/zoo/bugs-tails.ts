/** Bugs at the ends of loops: what is left over by vectors of four, blocks of 1024 and fixed capacities, or padded. */
import { ofClass, type SeededBug, type Unclassed } from './bug.ts';

const NORMALISER = 'this.sum(terms, length);';
const DECODER_SUM = 'const total = this.sum(terms, M);';
const SCATTER_TAIL = 'for (; t < end; t++) scatter(t);';
const SCATTER_END = 'const end = (s + 1) * length;';
const MAX_OF_BLOCK = 'max = Math.max(max, this.largest(scores, from, Math.min(from + BLOCK, length)));';
const FEATURES = 'features({ contexts, M, length, b, f }, s, slot) {';

const tails: readonly Unclassed[] = [
  {
    id: 'normaliser-without-tail',
    what: "The sum of attention's exponentials runs over whole groups of four positions.",
    patches: [[NORMALISER, 'this.sum(terms, length < 4 ? length : length - (length % 4));']],
  },
  {
    id: 'gather-without-tail',
    what: 'The scores of the last (T-1) mod 4 positions are not gathered, so that old scratch stands in for them.',
    patches: [
      [
        'for (; t < length; t++) scores[t] = Z[row + contexts[first + t]];',
        'for (; length < 4 && t < length; t++) scores[t] = Z[row + contexts[first + t]];',
      ],
    ],
  },
  {
    id: 'scatter-without-tail',
    what: 'The last (T-1) mod 4 positions are not added to their tokens: the remainder of the loop was never written.',
    patches: [[SCATTER_TAIL, 'for (; length < 4 && t < end; t++) scatter(t);']],
  },
  {
    id: 'scatter-remainder-of-three',
    what: 'A remainder of three positions is handled as one of two: one case of the switch behind an unrolled loop.',
    patches: [
      [SCATTER_TAIL, 'const last = end - t === 3 ? end - 1 : end;\n    for (; t < last; t++) scatter(t);'],
    ],
  },
  {
    id: 'scatter-overlapping-tail',
    what: 'The tail is done by one more vector that ends at the last position: right for a copy, twice too much for a sum.',
    patches: [
      [SCATTER_TAIL, 'if (t < end) for (t = Math.max(s * length, end - 4); t < end; t++) scatter(t);'],
    ],
  },
  {
    id: 'scatter-first-block-only',
    what: 'Only the first 1024 positions are added to their tokens: one block of threads, and no loop over blocks.',
    patches: [[SCATTER_END, 'const end = s * length + Math.min(length, BLOCK);']],
  },
  {
    id: 'partial-last-block-skipped',
    what: 'A last block that is not full is not exponentiated, so that old scratch stands in for it.',
    patches: [
      [
        'const to = Math.min(from + BLOCK, length);',
        'const to = Math.min(from + BLOCK, length);\n      if (from > 0 && to - from < BLOCK) continue;',
      ],
    ],
  },
  {
    id: 'tokens-beyond-64-dropped',
    what: 'The list of distinct tokens holds 64, and later tokens are not entered: a buffer sized for the usual case.',
    patches: [['tokens[slot.distinct++] = l;', 'if (slot.distinct < 64) tokens[slot.distinct++] = l;']],
  },
  {
    id: 'decoder-sum-beyond-128-dropped',
    what: 'The softmax over the vocabulary sums 128 terms, one a thread, and no thread takes a second.',
    patches: [[DECODER_SUM, 'const total = this.sum(terms, Math.min(M, 128));']],
  },
  {
    id: 'decoder-sum-without-tail',
    what: 'The softmax over the vocabulary sums whole groups of four.',
    patches: [[DECODER_SUM, 'const total = this.sum(terms, M < 4 ? M : M - (M % 4));']],
  },
  {
    id: 'logits-without-tail',
    what: 'The logits of the last M mod 4 token ids are left at 0.',
    patches: [
      [
        'for (; k < M; k++) o[first + k] = this.logit(run, first, slot, k);',
        'for (; M < 4 && k < M; k++) o[first + k] = this.logit(run, first, slot, k);',
      ],
    ],
  },
  {
    id: 'gradient-y-without-tail',
    what: "The last M mod 4 columns of Y's gradient are left at 0.",
    patches: [
      [
        'for (; k < M; k++) sumY[row + k] += round(share * residual[k]);',
        'for (; M < 4 && k < M; k++) sumY[row + k] += round(share * residual[k]);',
      ],
    ],
  },
  {
    id: 'backpropagation-without-tail',
    what: 'g = Y (e_n - alpha) sums whole groups of four columns, which shows in the gradient of Z alone.',
    patches: [['g[i] = this.sum(terms, M);', 'g[i] = this.sum(terms, M < 4 ? M : M - (M % 4));']],
  },
  {
    id: 'projection-without-tail',
    what: 'f.g in the projection sums whole groups of four tokens.',
    patches: [
      [
        'const along = this.sum(terms, distinct);',
        'const along = this.sum(terms, distinct < 4 ? distinct : distinct - (distinct % 4));',
      ],
    ],
  },
  {
    id: 'blocked-sum-skips-last-partial',
    what: 'Partial sums of 32 terms are joined only when they are full: the flush behind the loop is missing.',
    patches: [
      [
        'total = round(total + partial);',
        'if (from === 0 || to - from === width) total = round(total + partial);',
      ],
    ],
    options: { order: 'blocked' },
  },
];

const padding: readonly Unclassed[] = [
  {
    id: 'normaliser-counts-padding',
    what: 'Sequences are padded to a multiple of four with scores of 0, and the padding counts in the sum of exponentials.',
    patches: [
      [
        NORMALISER,
        'round(this.sum(terms, length) + (length % 4 && (4 - (length % 4)) * this.exp(round(0 - max))));',
      ],
    ],
  },
  {
    id: 'normaliser-counts-padding-as-1',
    what: 'Padded positions are shifted to 0 and so add exp(0) = 1 each to the sum of exponentials.',
    patches: [[NORMALISER, 'round(this.sum(terms, length) + (-length & 3));']],
    stagesOnly:
      'The sum of exponentials, at least 1, grows by 3 at most: one factor between 1 and 4 for all positions of a sample, and f = v/||v|| does not change when v is scaled.',
  },
  {
    id: 'attention-max-sees-padding',
    what: 'Where T-1 is not a multiple of four the padding, of score 0, takes part in the search for the largest score.',
    patches: [[MAX_OF_BLOCK, `${MAX_OF_BLOCK}\n      if (length % 4 !== 0) max = Math.max(max, 0);`]],
  },
  {
    id: 'decoder-counts-padding',
    what: 'The vocabulary is padded to a multiple of four with logits of 0, and the padding counts in the softmax.',
    patches: [
      [
        DECODER_SUM,
        'const total = round(this.sum(terms, M) + (M % 4 && (4 - (M % 4)) * this.exp(round(0 - max))));',
      ],
    ],
  },
  {
    id: 'padding-is-token-0',
    what: 'Sequences are padded to a multiple of four with token id 0, and the padding is attended to as that token.',
    patches: [
      [FEATURES, 'features({ contexts, M, length, b, f, Z, queries }, s, slot) {'],
      [
        SCATTER_TAIL,
        `${SCATTER_TAIL}
    if (length % 4 !== 0) {
      if (seen[0] === 0) tokens[slot.distinct++] = 0;
      seen[0] = 1;
      const score = round(Z[queries[s] * M] - Z[queries[s] * M + contexts[end - 1]]);
      v[0] += round((-length & 3) * round(b[end - 1] * this.exp(score)));
    }`,
      ],
    ],
  },
];

export const tailBugs: readonly SeededBug[] = [...ofClass('tail', tails), ...ofClass('padding', padding)];
