/** Bugs in the norm of v, epsilons in denominators and logarithms, and digits lost by cancellation. */
import { ofClass, type SeededBug, type Unclassed } from './bug.ts';

const NORM = 'const norm = round(Math.sqrt(this.sum(terms, slot.distinct)));';
const SQUARES =
  'for (let i = 0; i < slot.distinct; i++) terms[i] = v[tokens[i]] * v[tokens[i]];\n    const norm = round(Math.sqrt(this.sum(terms, slot.distinct)));';
const ATTENTION_QUOTIENT = 'b[first + t] = terms[t] / total;';
const DECODER_SUM = 'const total = this.sum(terms, M);';
const LOSS = 'return round(round(Math.log(total)) - round(o[first + targets[s]] - max));';
const RESIDUAL_AT_TARGET = 'residual[targets[s]] = this.sum(terms, M);';

const epsilon: readonly Unclassed[] = [
  {
    id: 'norm-plus-1e-3',
    what: 'f = v/(||v|| + 1e-3): an epsilon against a division by 0 that cannot happen.',
    patches: [[NORM, 'const norm = round(round(Math.sqrt(this.sum(terms, slot.distinct))) + 1e-3);']],
  },
  {
    id: 'norm-plus-1e-5',
    what: 'f = v/(||v|| + 1e-5), the usual epsilon of layer norms.',
    patches: [[NORM, 'const norm = round(round(Math.sqrt(this.sum(terms, slot.distinct))) + 1e-5);']],
  },
  {
    id: 'norm-plus-1e-6',
    what: 'f = v/(||v|| + 1e-6), which shows best where attention is uniform over many tokens and ||v|| is small.',
    patches: [[NORM, 'const norm = round(round(Math.sqrt(this.sum(terms, slot.distinct))) + 1e-6);']],
    shows: ['scores: equal over 32 tokens and more', 'decoder: mistaken, by 90 and more'],
  },
  {
    id: 'norm-plus-1e-8',
    what: 'f = v/(||v|| + 1e-8): below rounding in float32, far above it in float64.',
    patches: [[NORM, 'const norm = Math.sqrt(this.sum(terms, slot.distinct)) + 1e-8;']],
    dtype: 'float64',
  },
  {
    id: 'epsilon-inside-square-root',
    what: 'f = v/sqrt(||v||^2 + 1e-6): relative to 1/s for uniform attention over s tokens, not to 1.',
    patches: [[NORM, 'const norm = round(Math.sqrt(round(this.sum(terms, slot.distinct) + 1e-6)));']],
  },
  {
    id: 'attention-denominator-plus-1e-5',
    what: "1e-5 is added to attention's sum of exponentials, which is at least 1 already.",
    patches: [[ATTENTION_QUOTIENT, 'b[first + t] = terms[t] / round(total + 1e-5);']],
    stagesOnly:
      'The sum of exponentials changes by one factor for all positions of a sample, and f = v/||v|| does not change when v is scaled.',
  },
  {
    id: 'decoder-denominator-plus-1e-6',
    what: "1e-6 is added to the decoder's sum of exponentials, in alpha and in the loss.",
    patches: [[DECODER_SUM, 'const total = round(this.sum(terms, M) + 1e-6);']],
  },
  {
    id: 'decoder-denominator-plus-1e-8',
    what: "1e-8 is added to the decoder's sum of exponentials: below rounding in float32.",
    patches: [[DECODER_SUM, 'const total = this.sum(terms, M) + 1e-8;']],
    dtype: 'float64',
  },
  {
    id: 'log-of-alpha-plus-1e-9',
    what: 'The loss is -log(alpha_n + 1e-9), and never passes 20.8.',
    patches: [[LOSS, 'return round(-Math.log(round(alpha[first + targets[s]] + 1e-9)));']],
  },
  {
    id: 'log-of-alpha-clamped-at-1e-7',
    what: 'The loss is -log(max(alpha_n, 1e-7)), as losses on probabilities do.',
    patches: [[LOSS, 'return round(-Math.log(Math.max(alpha[first + targets[s]], 1e-7)));']],
  },
  {
    id: 'log-of-alpha-clamped-at-1e-30',
    what: 'The loss is -log(max(alpha_n, 1e-30)): wrong for targets that are 70 or more behind alone.',
    patches: [[LOSS, 'return round(-Math.log(Math.max(alpha[first + targets[s]], 1e-30)));']],
  },
  {
    id: 'log-of-underflowed-alpha',
    what: 'The loss is -log(alpha_n), infinite once alpha_n has underflowed though the loss is about 110.',
    patches: [[LOSS, 'return round(-Math.log(alpha[first + targets[s]]));']],
  },
];

const norm: readonly Unclassed[] = [
  {
    id: 'norm-l1',
    what: 'f = v/sum v: the 1-norm, that is, no normalisation at all.',
    patches: [
      [
        SQUARES,
        'for (let i = 0; i < slot.distinct; i++) terms[i] = v[tokens[i]];\n    const norm = this.sum(terms, slot.distinct);',
      ],
    ],
  },
  {
    id: 'norm-squared',
    what: 'f = v/||v||^2: the square root is missing.',
    patches: [[NORM, 'const norm = this.sum(terms, slot.distinct);']],
  },
  {
    id: 'norm-largest',
    what: 'f = v/max v: the norm of another library function.',
    patches: [
      [NORM, 'const norm = v[tokens.subarray(0, slot.distinct).reduce((i, l) => (v[l] > v[i] ? l : i))];'],
    ],
  },
  {
    id: 'norm-over-positions',
    what: 'The norm is that of b over positions instead of v over tokens: equal until a token repeats.',
    patches: [
      [
        SQUARES,
        'for (let t = 0; t < length; t++) terms[t] = b[s * length + t] * b[s * length + t];\n    const norm = round(Math.sqrt(this.sum(terms, length)));',
      ],
    ],
  },
  {
    id: 'norm-of-pair',
    what: 'The second sample of a pair is divided by the norm of the first, computed once for both.',
    patches: [
      [NORM, `${NORM.replace('const norm', 'if (s % 2 === 0) this.norm')}\n    const { norm } = this;`],
    ],
  },
];

const cancellation: readonly Unclassed[] = [
  {
    id: 'residual-by-subtraction',
    what: 'e_n - alpha at n is 1 - alpha_n, which is 0 once the gap passes 17 in float32: training freezes, as with every autodiff framework.',
    patches: [[RESIDUAL_AT_TARGET, 'residual[targets[s]] = 1 - alpha[s * M + targets[s]];']],
    level: 'strict',
  },
  {
    id: 'residual-from-exponentials',
    what: 'e_n - alpha at n is (sum - exp(o_n - max))/sum: the same cancellation, one line earlier.',
    patches: [
      [DECODER_SUM, `${DECODER_SUM}\n    this.rest = round(round(total - terms[targets[s]]) / total);`],
      [RESIDUAL_AT_TARGET, 'residual[targets[s]] = this.rest;'],
    ],
    level: 'strict',
  },
  {
    id: 'last-alpha-by-complement',
    what: 'The last probability is 1 minus the sum of the others, to save an exponential.',
    patches: [
      [
        'for (let k = 0; k < M; k++) alpha[first + k] = terms[k] / total;',
        'for (let k = 0; k < M; k++) alpha[first + k] = terms[k] / total;\n    alpha[first + M - 1] = 1 - this.sum(alpha.subarray(first), M - 1);',
      ],
    ],
  },
  {
    id: 'loss-through-offset',
    what: 'The loss is (max + log sum) - o_n, which loses the digits of the offset that all logits share.',
    patches: [[LOSS, 'return round(round(max + round(Math.log(total))) - o[first + targets[s]]);']],
    stagesOnly:
      'The error is an ulp of the largest logit, and logits of that size come with as large an error bound unless the kernel shows the ones it has.',
  },
  {
    id: 'alpha-through-offset',
    what: 'alpha = exp(o - (max + log sum)), which loses the digits of the offset that all logits share.',
    patches: [
      [
        'for (let k = 0; k < M; k++) alpha[first + k] = terms[k] / total;',
        `const all = round(max + round(Math.log(total)));
    for (let k = 0; k < M; k++) alpha[first + k] = this.exp(round(o[first + k] - all));`,
      ],
    ],
    stagesOnly:
      'The error is an ulp of the largest logit, and logits of that size come with as large an error bound unless the kernel shows the ones it has.',
  },
];

export const normBugs: readonly SeededBug[] = [
  ...ofClass('epsilon', epsilon),
  ...ofClass('norm', norm),
  ...ofClass('cancellation', cancellation),
];
