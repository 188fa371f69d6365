/** Bugs that only some vocabulary sizes show: grids and tiles of columns, short strides and ids, full lists of tokens. */
import { ofClass, type Patch, type SeededBug, type Unclassed } from './bug.ts';

const LOGITS_TAIL = 'for (; k < M; k++) o[first + k] = this.logit(run, first, slot, k);';
const DECODER_MAX = 'const max = this.largest(o, first, first + M);';
const DECODER_SUM = 'const total = this.sum(terms, M);';
const ALPHA = 'alpha[first + k] = terms[k] / total;';
const RESIDUAL_AT_TARGET = 'residual[targets[s]] = this.sum(terms, M);';
const G = 'g[i] = this.sum(terms, M);';
const WEIGHT = 'Y[tokens[i] * M + k];';
const ROW = 'const row = tokens[i] * M;';
const SUM_Z = 'sumZ[queries[s] * M + tokens[i]] += round(share * w);';
const TOKEN = 'const l = contexts[position];';
const LISTED = 'tokens[slot.distinct++] = l;';
const FEATURE = 'f[s * M + tokens[i]] = v[tokens[i]] / norm;';
const GRADIENT_Y = 'const gradientY = this.mean(sumY, B, M);';
const MOVE = 'newParameter[i] = parameter[i] + round(eta * newVelocity[i]);';
const MEAN_LOOP = 'for (let i = 0; i < M * M; i++) gradient[i] = sums[i] / B;';

/** The number of columns in whole tiles, for vocabularies beyond one tile. */
const tiled = (size: number) => `(M > ${size} ? M - (M % ${size}) : M)`;
/** Columns of the logits from `from` on are left at 0. */
const noLogitsFrom = (from: string): Patch[] => [
  [LOGITS_TAIL, `${LOGITS_TAIL}\n    o.fill(0, first + Math.min(M, ${from}), first + M);`],
];
/** The softmax over the vocabulary sums the first `count` terms. */
const sumOfFirst = (count: string): Patch[] => [
  [DECODER_SUM, `const total = this.sum(terms, Math.min(M, ${count}));`],
];
/** The largest logit is looked for among the first `count`. */
const maxOfFirst = (count: string): Patch[] => [
  [DECODER_MAX, `const max = this.largest(o, first, first + Math.min(M, ${count}));`],
];
/** At most `most` distinct tokens of a context are listed. */
const listedAtMost = (most: string): Patch[] => [[LISTED, `if (slot.distinct < ${most}) ${LISTED}`]];
/** Elements of Y's sum, in columns from `from` on, are lost. */
const noGradientFrom = (from: string): Patch[] => [
  [
    GRADIENT_Y,
    `for (let l = 0; l < M; l++) sumY.fill(0, l * M + Math.min(M, ${from}), (l + 1) * M);\n    ${GRADIENT_Y}`,
  ],
];
const POWER_PLUS_ONE = 'M > 128 && ((M - 1) & (M - 2)) === 0';

const columns: readonly Unclassed[] = [
  {
    id: 'logits-beyond-256-not-computed',
    what: 'Logits are computed for 256 columns, one a thread, and no thread takes a second.',
    patches: noLogitsFrom('256'),
  },
  {
    id: 'logits-beyond-1024-not-computed',
    what: 'Logits are computed for 1024 columns, the largest block of threads.',
    patches: noLogitsFrom('1024'),
  },
  {
    id: 'logits-beyond-2048-not-computed',
    what: 'Logits are computed for 2048 columns, two a thread.',
    patches: noLogitsFrom('2048'),
  },
  {
    id: 'softmax-sum-of-first-512',
    what: 'The softmax over the vocabulary sums its first 512 terms.',
    patches: sumOfFirst('512'),
  },
  {
    id: 'softmax-sum-of-first-1024',
    what: 'The softmax over the vocabulary sums its first 1024 terms, one a thread.',
    patches: sumOfFirst('1024'),
  },
  {
    id: 'softmax-sum-of-first-2048',
    what: 'The softmax over the vocabulary sums its first 2048 terms, the size of its memory.',
    patches: sumOfFirst('2048'),
  },
  {
    id: 'logits-max-of-first-256',
    what: 'The largest logit is looked for among the first 256.',
    patches: maxOfFirst('256'),
  },
  {
    id: 'logits-max-of-first-512',
    what: 'The largest logit is looked for among the first 512.',
    patches: maxOfFirst('512'),
  },
  {
    id: 'logits-max-of-first-2048',
    what: 'The largest logit is looked for among the first 2048.',
    patches: maxOfFirst('2048'),
  },
  {
    id: 'logits-max-without-tail-of-1024',
    what: 'Beyond 1024 columns the largest logit is looked for in whole tiles of 1024.',
    patches: maxOfFirst(tiled(1024)),
  },
  {
    id: 'residual-sum-of-first-1024',
    what: 'e_n - alpha at n is the sum of the other alphas among the first 1024.',
    patches: [[RESIDUAL_AT_TARGET, RESIDUAL_AT_TARGET.replace('M)', 'Math.min(M, 1024))')]],
  },
  {
    id: 'logits-tail-of-64-not-computed',
    what: 'Beyond 64 columns logits are computed in whole tiles of 64, and the last M mod 64 are left at 0.',
    patches: noLogitsFrom(tiled(64)),
  },
  {
    id: 'features-tail-of-32-not-written',
    what: 'Beyond 32 token ids the features of the last M mod 32 are not written.',
    patches: [[FEATURE, `if (tokens[i] < ${tiled(32)}) ${FEATURE}`]],
  },
  {
    id: 'softmax-tail-of-128-left-out',
    what: 'Beyond 128 terms the softmax over the vocabulary sums whole tiles of 128.',
    patches: sumOfFirst(tiled(128)),
  },
  {
    id: 'softmax-tail-of-1024-left-out',
    what: 'Beyond 1024 terms the softmax over the vocabulary sums whole tiles of 1024.',
    patches: sumOfFirst(tiled(1024)),
  },
  {
    id: 'gradient-y-tail-of-128-not-written',
    what: "Beyond 128 columns Y's gradient is written in whole tiles of 128.",
    patches: noGradientFrom(tiled(128)),
  },
  {
    id: 'backpropagation-tail-of-256-left-out',
    what: 'Beyond 256 columns g = Y (e_n - alpha) sums whole tiles of 256, which shows in the gradient of Z alone.',
    patches: [[G, G.replace('M)', `${tiled(256)})`)]],
  },
  {
    id: 'gradient-z-tail-of-64-not-written',
    what: "Beyond 64 columns Z's gradient is written in whole tiles of 64.",
    patches: [[SUM_Z, `if (tokens[i] < ${tiled(64)}) ${SUM_Z}`]],
  },
  {
    id: 'gradient-y-behind-power-of-two-not-written',
    what: "Where M is one more than a power of two, 128 or more, the last column of Y's gradient is not written: a thread a column.",
    patches: noGradientFrom(`(${POWER_PLUS_ONE} ? M - 1 : M)`),
  },
  {
    id: 'alpha-behind-power-of-two-not-written',
    what: 'Where M is one more than a power of two, 128 or more, the last probability is left at 0.',
    patches: [[ALPHA, `alpha[first + k] = k === M - 1 && ${POWER_PLUS_ONE} ? 0 : terms[k] / total;`]],
  },
];

const strides: readonly Unclassed[] = [
  {
    id: 'z-stride-in-8-bits',
    what: 'The stride of the rows of Z has 8 bits where scores are gathered: at M = 256 all rows are the first.',
    patches: [['const row = queries[s] * M;', 'const row = queries[s] * (M > 255 ? M & 255 : M);']],
  },
  {
    id: 'y-stride-in-10-bits',
    what: 'The stride of the rows of Y has 10 bits where logits are computed: at M = 1024 all rows are the first.',
    patches: [[WEIGHT, 'Y[tokens[i] * (M & 1023) + k];']],
  },
  {
    id: 'gradient-y-stride-in-11-bits',
    what: 'The stride of the rows of Y has 11 bits in the backward pass.',
    patches: [[ROW, 'const row = tokens[i] * (M & 2047);']],
  },
  {
    id: 'y-offset-in-16-bits',
    what: 'The offset of a row of Y is a UInt16 where logits are computed: beyond M = 256 the last rows are read elsewhere.',
    patches: [[WEIGHT, 'Y[((tokens[i] * M) & 65535) + k];']],
  },
  {
    id: 'gradient-z-offset-in-16-bits',
    what: "The offset of an element of Z's gradient is a UInt16: beyond M = 256 the last rows are added elsewhere.",
    patches: [[SUM_Z, SUM_Z.replace('queries[s] * M + tokens[i]', '(queries[s] * M + tokens[i]) & 65535')]],
  },
  {
    id: 'y-rows-padded-from-512',
    what: 'From M = 512 on rows of Y are padded by one against bank conflicts, and logits are read with the padding from a matrix without.',
    patches: [[WEIGHT, 'Y[(tokens[i] * (M < 512 ? M : M + 1) + k) % (M * M)];']],
  },
  {
    id: 'second-tile-of-512-columns-has-its-own-stride',
    what: 'Columns of Y beyond 512 are read with the width of a tile for the stride of a row.',
    patches: [[WEIGHT, 'Y[tokens[i] * (k < 512 ? M : 512) + k];']],
  },
  {
    id: 'elements-beyond-2-to-20-not-moved',
    what: 'The update runs over at most 2^20 elements of a matrix, as many as its grid has threads.',
    patches: [
      [
        MOVE,
        `${MOVE}\n      if (i >= 2 ** 20) [newParameter[i], newVelocity[i]] = [parameter[i], velocity[i]];`,
      ],
    ],
  },
  {
    id: 'elements-in-22-bits',
    what: 'The index of an element has 22 bits in the update: those beyond 2^22 start from the first ones.',
    patches: [[MOVE, MOVE.replace('= parameter[i]', '= parameter[i & (2 ** 22 - 1)]')]],
  },
  {
    id: 'update-tail-of-65536-not-written',
    what: 'Beyond 65,536 elements new parameters are written in whole blocks of 65,536.',
    patches: [[MOVE, `if (i < 65536 || i < parameter.length - (parameter.length % 65536)) ${MOVE}`]],
  },
  {
    id: 'mean-in-float32-beyond-512',
    what: 'A float64 kernel divides the sums of vocabularies beyond 512 in float32, a faster path for large matrices.',
    patches: [
      [MEAN_LOOP, MEAN_LOOP.replace('sums[i] / B', 'M > 512 ? Math.fround(sums[i] / B) : sums[i] / B')],
    ],
    dtype: 'float64',
  },
  {
    id: 'softmax-in-float32-beyond-256',
    what: 'A float64 kernel keeps the exponentials of vocabularies beyond 256 in float32.',
    patches: [
      [
        'terms[k] = this.exp(round(o[first + k] - max));',
        `terms[k] = this.exp(round(o[first + k] - max));
    if (M > 256) for (let k = 0; k < M; k++) terms[k] = Math.fround(terms[k]);`,
      ],
    ],
    dtype: 'float64',
  },
];

const ids: readonly Unclassed[] = [
  {
    id: 'ids-in-9-bits',
    what: 'Token ids have 9 bits of a packed word where they are added: 512 and above alias.',
    patches: [[TOKEN, 'const l = contexts[position] & 511;']],
  },
  {
    id: 'ids-in-10-bits',
    what: 'Token ids have 10 bits of a packed word where they are added: 1024 and above alias.',
    patches: [[TOKEN, 'const l = contexts[position] & 1023;']],
  },
  {
    id: 'queries-in-10-bits',
    what: 'Query tokens have 10 bits where scores are gathered: 1024 and above read rows of others.',
    patches: [['const row = queries[s] * M;', 'const row = (queries[s] & 1023) * M;']],
  },
  {
    id: 'targets-in-10-bits',
    what: 'Targets have 10 bits in the gradient: 1024 and above are learnt as others.',
    patches: [
      ['terms[targets[s]] = 0;', 'terms[targets[s] & 1023] = 0;'],
      [RESIDUAL_AT_TARGET, RESIDUAL_AT_TARGET.replace('targets[s]', 'targets[s] & 1023')],
    ],
  },
  {
    id: 'last-id-aliases-at-powers-of-two',
    what: 'At M = 2^k from 128 on ids are hashed to M - 1 slots, so that M - 1 counts as 0.',
    patches: [[TOKEN, 'const l = contexts[position] % (M >= 128 && (M & (M - 1)) === 0 ? M - 1 : M);']],
  },
  {
    id: 'tokens-beyond-128-dropped',
    what: 'The list of distinct tokens holds 128.',
    patches: listedAtMost('128'),
  },
  {
    id: 'tokens-beyond-256-dropped',
    what: 'The list of distinct tokens holds 256.',
    patches: listedAtMost('256'),
  },
  {
    id: 'tokens-beyond-1023-dropped',
    what: 'The list of distinct tokens holds 1023, and its last place is the end mark.',
    patches: listedAtMost('1023'),
  },
  {
    id: 'tokens-beyond-1024-dropped',
    what: 'The list of distinct tokens holds 1024.',
    patches: listedAtMost('1024'),
  },
  {
    id: 'last-of-all-tokens-dropped',
    what: 'From M = 128 on the list of distinct tokens holds M - 1: where all occur, the last is not entered.',
    patches: listedAtMost('(M < 128 ? M : M - 1)'),
  },
];

export const vocabularyBugs: readonly SeededBug[] = [
  ...ofClass('vocabulary size', columns),
  ...ofClass('stride', strides),
  ...ofClass('token id', ids),
];
