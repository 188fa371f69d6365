/** Bugs in where things are read and written: scatter-add, axes, ends of ranges, and kinds of integers. */
import { ofClass, type SeededBug, type Unclassed } from './bug.ts';

const SCATTER_ADD = 'v[l] += b[position];';
const TOKEN = 'const l = contexts[position];';
const UNSEEN = 'if (seen[l] === 0) {';
const SCATTER_TAIL = 'for (; t < end; t++) scatter(t);';
const SCATTER_END = 'const end = (s + 1) * length;';
const SUM_Z = 'sumZ[queries[s] * M + tokens[i]] += round(share * w);';
const DECODER_SUM = 'const total = this.sum(terms, M);';
const UPDATE_Y = 'const [Y, velocityY] = this.update(input.Y, input.velocityY, gradientY, etaY, momentum);';
const FEATURES = 'features({ contexts, M, length, b, f }, s, slot) {';
const MAX = 'let max = -Infinity;\n    for (let from = 0; from < length; from += BLOCK) {';

const scatter: readonly Unclassed[] = [
  {
    id: 'scatter-overwrites',
    what: 'The last position of a token wins instead of adding to the earlier ones: = where += is meant.',
    patches: [[SCATTER_ADD, 'v[l] = b[position];']],
  },
  {
    id: 'scatter-conflicts',
    what: 'Four positions read v before any of them writes, so that equal tokens among the four lose: a vector scatter without conflict detection.',
    patches: [
      [
        'scatter(t);\n      scatter(t + 1);\n      scatter(t + 2);\n      scatter(t + 3);',
        `const lanes = [t, t + 1, t + 2, t + 3];
      const before = lanes.map((position) => v[contexts[position]]);
      for (const position of lanes) scatter(position);
      for (let i = 0; i < 4; i++) v[contexts[lanes[i]]] = before[i] + b[lanes[i]];`,
      ],
    ],
  },
  {
    id: 'gradient-z-overwrites',
    what: "Samples that share a query token overwrite each other's gradient of Z instead of adding up.",
    patches: [[SUM_Z, 'sumZ[queries[s] * M + tokens[i]] = round(share * w);']],
  },
  {
    id: 'gradient-y-overwrites',
    what: "A sample clears the rows of Y's gradient that it is about to add to, and so drops what others left there.",
    patches: [
      [
        'const share = f[first + tokens[i]];\n      let k = 0;',
        'const share = f[first + tokens[i]];\n      sumY.fill(0, row, row + M);\n      let k = 0;',
      ],
    ],
  },
  {
    id: 'tokens-listed-twice',
    what: 'The list of distinct tokens is compared with its last entry only, so that a token that comes back is listed again.',
    patches: [[UNSEEN, 'if (slot.distinct === 0 || tokens[slot.distinct - 1] !== l) {']],
  },
  {
    id: 'rows-moved-once-a-sample',
    what: 'A row of Y is moved once for every sample that holds its token: a sparse update over indices with duplicates.',
    patches: [
      [
        UPDATE_Y,
        `${UPDATE_Y}
    for (let s = 1; s < B; s++) {
      const before = new Set(input.contexts.subarray(0, s * length));
      for (const l of new Set(input.contexts.subarray(s * length, (s + 1) * length)))
        if (before.has(l))
          for (let k = l * M; k < (l + 1) * M; k++) Y[k] += round(etaY * velocityY[k]);
    }`,
      ],
    ],
  },
];

const axes: readonly Unclassed[] = [
  {
    id: 'decoder-softmax-over-batch',
    what: "The decoder's sum of exponentials runs on over the samples of the batch: a reduction over the wrong axes.",
    patches: [
      [
        DECODER_SUM,
        'const total = round((s === 0 ? 0 : this.total) + this.sum(terms, M));\n    this.total = total;',
      ],
    ],
  },
  {
    id: 'logits-read-y-transposed',
    what: 'o = Y f instead of Y^T f, which no symmetric Y shows.',
    patches: [
      ['f[first + tokens[i]] * Y[tokens[i] * M + k];', 'f[first + tokens[i]] * Y[k * M + tokens[i]];'],
    ],
  },
  {
    id: 'backpropagation-reads-y-transposed',
    what: 'g = Y^T (e_n - alpha) instead of Y (e_n - alpha).',
    patches: [['terms[k] = Y[row + k] * residual[k];', 'terms[k] = Y[k * M + tokens[i]] * residual[k];']],
  },
  {
    id: 'gradient-y-transposed',
    what: 'The gradient of Y is (e_n - alpha) f^T, the outer product in the wrong order.',
    patches: [
      [
        'const gradientY = this.mean(sumY, B, M);',
        `const gradientY = this.mean(sumY, B, M).map((_, i, all) => all[(i % M) * M + Math.floor(i / M)]);`,
      ],
    ],
  },
  {
    id: 'attention-reads-z-transposed',
    what: 'Scores are Z[x, m] instead of Z[m, x]: row and column of the query mixed up.',
    patches: [
      [MAX, `for (t = 0; t < length; t++) scores[t] = Z[contexts[first + t] * M + queries[s]];\n    ${MAX}`],
    ],
  },
  {
    id: 'gradient-z-transposed',
    what: "The gradient of Z goes to the query's column instead of its row.",
    patches: [[SUM_Z, 'sumZ[tokens[i] * M + queries[s]] += round(share * w);']],
  },
  {
    id: 'target-used-as-query',
    what: 'Scores come from the row of the next token instead of the query token.',
    patches: [
      [
        'attention({ Z, contexts, queries, M, length, b }, s) {',
        'attention({ Z, contexts, targets: queries, M, length, b }, s) {',
      ],
    ],
  },
  {
    id: 'query-used-as-target',
    what: 'e_n - alpha is taken at the query token instead of the next token; the loss is right.',
    patches: [
      [
        'residual({ M, alpha, targets }, s, { residual }) {',
        'residual({ M, alpha, queries: targets }, s, { residual }) {',
      ],
    ],
  },
  {
    id: 'contexts-read-by-columns',
    what: 'Tokens are added up as if contexts were laid out [T-1, B]: a batch of one does not show it.',
    patches: [[TOKEN, 'const l = contexts[(position % length) * (contexts.length / length) + s];']],
  },
];

const ends: readonly Unclassed[] = [
  {
    id: 'last-token-id-outside-softmax',
    what: "The softmax's sum stops before the last token id: < M - 1 where < M is meant.",
    patches: [[DECODER_SUM, 'const total = this.sum(terms, Math.max(1, M - 1));']],
  },
  {
    id: 'token-0-is-padding',
    what: 'Token id 0 is skipped as padding, though the vocabulary uses it.',
    patches: [[TOKEN, `${TOKEN}\n      if (l === 0) return;`]],
  },
  {
    id: 'last-token-id-clamped',
    what: 'Ids are clamped into the vocabulary one too early, so that M - 1 counts as M - 2.',
    patches: [[TOKEN, 'const l = Math.min(contexts[position], Math.max(0, M - 2));']],
  },
  {
    id: 'last-position-ignored',
    what: 'The last contextual token is left out, as if the query were still among them.',
    patches: [[SCATTER_END, 'const end = (s + 1) * length - (length > 1 ? 1 : 0);']],
  },
  {
    id: 'query-attends-to-itself',
    what: 'The query token is attended to as one more position, as in an ordinary transformer.',
    patches: [
      [FEATURES, 'features({ contexts, M, length, b, f, Z, queries }, s, slot) {'],
      [
        SCATTER_TAIL,
        `${SCATTER_TAIL}
    const m = queries[s];
    if (seen[m] === 0) tokens[slot.distinct++] = m;
    seen[m] = 1;
    v[m] += round(b[end - 1] * this.exp(round(Z[m * M + m] - Z[m * M + contexts[end - 1]])));`,
      ],
    ],
  },
];

const integers: readonly Unclassed[] = [
  {
    id: 'ids-in-7-bits',
    what: 'Token ids go through a signed byte whose sign is masked off: 128 and above alias.',
    patches: [[TOKEN, 'const l = contexts[position] & 127;']],
  },
  {
    id: 'ids-in-8-bits',
    what: 'Token ids go through an unsigned byte: 256 and above alias, so that only M > 256 shows it.',
    patches: [[TOKEN, 'const l = contexts[position] & 255;']],
  },
  {
    id: 'counts-saturate-at-255',
    what: 'Occurrences of a token are counted in a saturating byte, and from the 256th on they are not added.',
    patches: [
      [
        'if (seen[l] === 0) {\n        seen[l] = 1;\n        tokens[slot.distinct++] = l;\n      }\n      v[l] += b[position];',
        `if (seen[l] === 0) tokens[slot.distinct++] = l;
      if (seen[l] === 255) return;
      seen[l]++;
      v[l] += b[position];`,
      ],
    ],
  },
  {
    id: 'counts-wrap-at-256',
    what: 'Occurrences of a token are counted in a byte that wraps, so that the 257th takes the token for a new one.',
    patches: [['if (seen[l] === 0) {\n        seen[l] = 1;', 'if (seen[l]++ === 0) {']],
  },
  {
    id: 'sorted-against-unsorted',
    what: 'Values in order of first appearance are written back to tokens in order of id.',
    patches: [
      [
        'for (let i = 0; i < slot.distinct; i++) f[s * M + tokens[i]] = v[tokens[i]] / norm;',
        `const sorted = tokens.slice(0, slot.distinct).sort();
    for (let i = 0; i < slot.distinct; i++) f[s * M + sorted[i]] = v[tokens[i]] / norm;`,
      ],
    ],
  },
];

export const indexBugs: readonly SeededBug[] = [
  ...ofClass('scatter', scatter),
  ...ofClass('axis', axes),
  ...ofClass('off by one', ends),
  ...ofClass('integer', integers),
];
