/** Bugs that only some context lengths show: chunks of positions, short counters of positions, and ends of powers of two. */
import { ofClass, type Patch, type SeededBug, type Unclassed } from './bug.ts';

const GATHER = 'let max = -Infinity;\n    for (let from = 0; from < length; from += BLOCK) {';
const MAX_OF_BLOCK = 'max = Math.max(max, this.largest(scores, from, Math.min(from + BLOCK, length)));';
const EXP_OF_BLOCK = 'for (let t = from; t < to; t++) terms[t] = this.exp(round(scores[t] - max));';
const QUOTIENT = 'b[first + t] = terms[t] / total;';
const SCATTER_END = 'const end = (s + 1) * length;';
const SCATTER_TAIL = 'for (; t < end; t++) scatter(t);';
const TOKEN = 'const l = contexts[position];';
const SCATTER_ADD = 'v[l] += b[position];';

/** Only the first positions of a context are added to their tokens: as many as `count` says. */
const scattered = (count: string): Patch[] => [[SCATTER_END, `const end = s * length + ${count};`]];
/** Scores are changed or lost after they are gathered. */
const gathered = (does: string): Patch[] => [[GATHER, `${does}\n    ${GATHER}`]];
/** The largest score is looked for among the first positions only. */
const maxOfFirst = (size: number): Patch[] => [
  [MAX_OF_BLOCK, MAX_OF_BLOCK.replace('length)', `length, ${size})`)],
];
const blocksOf = (size: number): Patch => ['const BLOCK = 1024;', `const BLOCK = ${size};`];
const POWER_PLUS_ONE = '((length - 1) & (length - 2)) === 0';

const lengths: readonly Unclassed[] = [
  {
    id: 'positions-beyond-64-ignored',
    what: 'A context is cut to the 64 positions that a wave has lanes.',
    patches: scattered('Math.min(length, 64)'),
  },
  {
    id: 'positions-beyond-4096-ignored',
    what: 'A context is cut to 4096 positions, the size of the memory of a block.',
    patches: scattered('Math.min(length, 4096)'),
  },
  {
    id: 'positions-beyond-16384-ignored',
    what: 'A context is cut to 16,384 positions, as many as the grid has threads.',
    patches: scattered('Math.min(length, 16384)'),
  },
  {
    id: 'last-chunk-of-256-dropped',
    what: 'Contexts beyond 256 go by chunks of 256, and a last chunk that is not full is not added to its tokens.',
    patches: scattered('(length > 256 ? length - (length % 256) : length)'),
  },
  {
    id: 'last-chunk-of-1024-dropped',
    what: 'Contexts beyond 1024 go by chunks of 1024, and a last chunk that is not full is not added to its tokens.',
    patches: scattered('(length > 1024 ? length - (length % 1024) : length)'),
  },
  {
    id: 'last-chunk-of-4096-dropped',
    what: 'Contexts beyond 4096 go by chunks of 4096, and a last chunk that is not full is not added to its tokens.',
    patches: scattered('(length > 4096 ? length - (length % 4096) : length)'),
  },
  {
    id: 'length-in-12-bits',
    what: 'The number of positions has 12 bits of a packed word: a context of 4096 has none.',
    patches: scattered('(length & 4095)'),
  },
  {
    id: 'length-in-signed-16-bits',
    what: 'The number of positions is a signed Int16: from 32,768 on it is negative, and nothing is added.',
    patches: scattered('((length << 16) >> 16)'),
  },
  {
    id: 'length-in-16-bits',
    what: 'The number of positions is a UInt16: a context of 65,536 has none, and one of 65,537 has one.',
    patches: scattered('(length & 65535)'),
  },
  {
    id: 'positions-in-15-bits',
    what: 'Positions have 15 bits where scores are gathered: from 32,768 on they begin again.',
    patches: gathered('for (let i = 32768; i < length; i++) scores[i] = scores[i & 32767];'),
  },
  {
    id: 'context-offset-in-16-bits',
    what: 'The offset of a position in the contexts of the whole batch has 16 bits where tokens are read.',
    patches: [[TOKEN, 'const l = contexts[position & 65535];']],
  },
  {
    id: 'context-stride-at-most-4096',
    what: 'The contexts of a batch are taken to begin at multiples of 4096 positions at most.',
    patches: [[TOKEN, 'const l = contexts[s * Math.min(length, 4096) + position - s * length];']],
  },
  {
    id: 'scores-beyond-8192-not-gathered',
    what: 'Scores of at most 8192 positions are gathered, and those beyond are what the memory holds.',
    patches: gathered('if (length > 8192) scores.fill(0, 8192, length);'),
  },
  {
    id: 'max-of-first-256-positions',
    what: 'The largest score is looked for among the first 256 positions.',
    patches: maxOfFirst(256),
  },
  {
    id: 'max-of-first-4096-positions',
    what: 'The largest score is looked for in the first chunk of 4096 positions.',
    patches: [blocksOf(4096), ...maxOfFirst(4096)],
  },
  {
    id: 'max-of-first-32768-positions',
    what: 'The largest score is looked for among the first 32,768 positions.',
    patches: maxOfFirst(32768),
  },
  {
    id: 'chunks-of-4096-not-rescaled',
    what: 'Chunks of 4096 positions are shifted by the largest score so far, and earlier ones are not rescaled when it rises.',
    patches: [
      blocksOf(4096),
      [
        EXP_OF_BLOCK,
        `this.running = Math.max(from === 0 ? -Infinity : this.running, this.largest(scores, from, to));
      ${EXP_OF_BLOCK.replace('- max', '- this.running')}`,
      ],
    ],
  },
  {
    id: 'weights-beyond-8192-not-divided',
    what: 'Weights of positions beyond 8192 are not divided by the sum of exponentials.',
    patches: [[QUOTIENT, 'b[first + t] = t < 8192 ? terms[t] / total : terms[t];']],
  },
  {
    id: 'weight-behind-power-of-two-is-0',
    what: 'Where T-1 is one more than a power of two, 1024 or more, the last weight is not written: its thread has a block of its own.',
    patches: [
      [
        QUOTIENT,
        `b[first + t] = length > 1024 && t === length - 1 && ${POWER_PLUS_ONE} ? 0 : terms[t] / total;`,
      ],
    ],
  },
  {
    id: 'position-behind-power-of-two-ignored',
    what: 'Where T-1 is one more than a power of two, 64 or more, the last position is not added to its token.',
    patches: scattered(`length - (length > 64 && ${POWER_PLUS_ONE} ? 1 : 0)`),
  },
  {
    id: 'context-tail-of-32-clamped',
    what: 'Beyond 32 positions a last block of 32 that is not full runs as a full one: the last position counts again.',
    patches: [
      [
        SCATTER_TAIL,
        `${SCATTER_TAIL}\n    if (length > 32) for (let r = length; r % 32 !== 0; r++) scatter(end - 1);`,
      ],
    ],
  },
  {
    id: 'chunks-of-2048-overwrite',
    what: 'Contexts go by chunks of 2048 positions, and each chunk overwrites what the one before gave its tokens.',
    patches: [
      [
        SCATTER_ADD,
        `const chunk = Math.floor((position - s * length) / 2048);
      if (chunk !== slot.chunk) for (let i = 0; i < slot.distinct; i++) v[tokens[i]] = 0;
      slot.chunk = chunk;
      ${SCATTER_ADD}`,
      ],
    ],
  },
  {
    id: 'odd-last-chunk-of-512-dropped',
    what: 'Chunks of 512 positions go through two buffers in turn, and a last chunk without a partner is not added.',
    patches: scattered(
      '(length > 512 && Math.ceil(length / 512) % 2 ? 512 * (Math.ceil(length / 512) - 1) : length)',
    ),
  },
  {
    id: 'scores-beyond-64-in-float32',
    what: 'A float64 kernel keeps the scores of contexts beyond 64 in float32.',
    patches: gathered(
      'if (length > 64) for (let i = 0; i < length; i++) scores[i] = Math.fround(scores[i]);',
    ),
    dtype: 'float64',
  },
  {
    id: 'contexts-beyond-1024-in-float32',
    what: 'A float64 kernel keeps the weights of contexts beyond 1024 in float32, so that they fit the memory of a block.',
    patches: [[QUOTIENT, 'b[first + t] = length > 1024 ? Math.fround(terms[t] / total) : terms[t] / total;']],
    dtype: 'float64',
  },
];

/** v_l as the count of token l times its weight: `count` is what becomes of the exact count `n`. */
const counted = (count: string): Patch[] => [
  [
    'const scatter = (position) => {',
    'const counts = new Int32Array(M);\n    const scatter = (position) => {',
  ],
  [SCATTER_ADD, `const n = ++counts[l];\n      v[l] = round((${count}) * b[position]);`],
];
/** The head of scatter, where counts begin again in each block of `size` positions. */
const blockStart = (size: number) => `const scatter = (position) => {
      if ((position - s * length) % ${size} === 0) counts.fill(0);`;
/** At most `most` positions of a token are added in a block of `size` positions. */
const cappedInBlocks = (size: number, most: number): Patch[] => [
  ['const scatter = (position) => {', `const counts = new Int32Array(M);\n    ${blockStart(size)}`],
  [SCATTER_ADD, `if (++counts[l] <= ${most}) ${SCATTER_ADD}`],
];

const counts: readonly Unclassed[] = [
  {
    id: 'count-in-8-bits',
    what: 'A token is weighted by its count, which has 8 bits: 256 occurrences are none.',
    patches: counted('n & 255'),
  },
  {
    id: 'count-in-10-bits',
    what: 'A token is weighted by its count, which has 10 bits: 1024 occurrences are none.',
    patches: counted('n & 1023'),
  },
  {
    id: 'count-in-12-bits',
    what: 'A token is weighted by its count, which has 12 bits beside an id of 20.',
    patches: counted('n & 4095'),
  },
  {
    id: 'count-in-14-bits',
    what: 'A token is weighted by its count, which has 14 bits.',
    patches: counted('n & 16383'),
  },
  {
    id: 'count-in-signed-16-bits',
    what: 'A token is weighted by its count, a signed Int16: 32,768 occurrences weigh less than nothing.',
    patches: counted('(n << 16) >> 16'),
  },
  {
    id: 'count-in-16-bits',
    what: 'A token is weighted by its count, a UInt16: 65,536 occurrences are none.',
    patches: counted('n & 65535'),
  },
  {
    id: 'count-at-most-1024',
    what: 'A token is weighted by its count, which saturates at 1024.',
    patches: counted('Math.min(n, 1024)'),
  },
  {
    id: 'count-at-most-4095',
    what: 'A token is weighted by its count, which saturates at 4095.',
    patches: counted('Math.min(n, 4095)'),
  },
  {
    id: 'count-at-most-16384',
    what: 'A token is weighted by its count, which saturates at 16,384.',
    patches: counted('Math.min(n, 16384)'),
  },
  {
    id: 'count-in-float16',
    what: 'Occurrences are counted in float16, one by one: the count stops at 2048.',
    patches: counted('n > 2048 ? 2048 : n'),
  },
  {
    id: 'count-of-powers-of-two-halved',
    what: 'Counts are rounded up to a power of two for a tree of additions, and a count that is one, 128 or more, is taken for the half.',
    patches: counted('n >= 128 && (n & (n - 1)) === 0 ? n / 2 : n'),
  },
  {
    id: 'duplicates-in-warp-of-32-lost',
    what: 'Equal tokens of 32 positions are counted in 5 bits: 32 of them are none.',
    patches: [
      [
        'const scatter = (position) => {',
        `const [counts, before] = [new Int32Array(M), new this.Floats(M)];
    ${blockStart(32)}`,
      ],
      [
        SCATTER_ADD,
        `if (counts[l] === 0) before[l] = v[l];\n      ${SCATTER_ADD}\n      if (++counts[l] === 32) v[l] = before[l];`,
      ],
    ],
  },
  {
    id: 'duplicates-beyond-255-in-block',
    what: 'Of 1024 positions at most 255 of one token count: a byte for each token in the memory of a block.',
    patches: cappedInBlocks(1024, 255),
  },
  {
    id: 'duplicates-beyond-1000-in-block',
    what: 'Of 4096 positions at most 1000 of one token count: the queue of a token in a block is full.',
    patches: cappedInBlocks(4096, 1000),
  },
  {
    id: 'duplicates-added-in-float32',
    what: 'A float64 kernel adds the weights of a token in float32 from the 257th occurrence on.',
    patches: [
      [
        'const scatter = (position) => {',
        'const counts = new Int32Array(M);\n    const scatter = (position) => {',
      ],
      [SCATTER_ADD, `${SCATTER_ADD}\n      if (++counts[l] > 256) v[l] = Math.fround(v[l]);`],
    ],
    dtype: 'float64',
  },
];

export const contextBugs: readonly SeededBug[] = [
  ...ofClass('context length', lengths),
  ...ofClass('count of a token', counts),
];
