/** Bugs in the backward pass: projection, softmax's own backward pass, residual, smoothing, clipping. */
import { ofClass, type SeededBug, type Unclassed } from './bug.ts';

const BACKWARD = 'backward({ Y, M, f, queries }, s, { residual, tokens, distinct }) {';
const BACKWARD_V = 'backward({ Y, M, f, queries }, s, { v, residual, tokens, distinct }) {';
const W = 'const w = round(g[i] - round(share * along));';
const PARTS = 'for (let i = 0; i < distinct; i++) terms[i] = f[first + tokens[i]] * g[i];';
const SUM_Z = '+= round(share * w);';
const RESIDUAL_AT_TARGET = 'residual[targets[s]] = this.sum(terms, M);';
const MEAN = 'gradient[i] = sums[i] / B;';
const GRADIENT_Y = 'const gradientY = this.mean(sumY, B, M);';
const GRADIENT_Z = 'const gradientZ = this.mean(sumZ, B, M);';
const LOGIT = 'return this.sum(terms, distinct);';

const projection: readonly Unclassed[] = [
  {
    id: 'projection-missing',
    what: 'dz = f g: the derivative of the norm and of the softmax are both left out.',
    patches: [[W, 'const w = g[i];']],
  },
  {
    id: 'norm-detached',
    what: "dz = f (g - v.g): softmax's backward pass with the norm held constant, a detach too many.",
    patches: [
      [BACKWARD, BACKWARD_V],
      [PARTS, 'for (let i = 0; i < distinct; i++) terms[i] = v[tokens[i]] * g[i];'],
      [W, 'const w = round(g[i] - along);'],
    ],
  },
  {
    id: 'projection-along-v',
    what: 'w = g - v (f.g): the unnormalised vector in one of the two places.',
    patches: [
      [BACKWARD, BACKWARD_V],
      [W, 'const w = round(g[i] - round(v[tokens[i]] * along));'],
    ],
  },
  {
    id: 'projection-on-v',
    what: 'w = g - v (v.g): the projection of a vector that is not of length 1.',
    patches: [
      [BACKWARD, BACKWARD_V],
      [PARTS, 'for (let i = 0; i < distinct; i++) terms[i] = v[tokens[i]] * g[i];'],
      [W, 'const w = round(g[i] - round(v[tokens[i]] * along));'],
    ],
  },
  {
    id: 'projection-adds',
    what: 'w = g + f (f.g): the sign of the projection.',
    patches: [[W, 'const w = round(g[i] + round(share * along));']],
  },
  {
    id: 'projection-without-factor',
    what: 'w = g - f.g: the factor f_l before the dot product is left out.',
    patches: [[W, 'const w = round(g[i] - along);']],
  },
];

const attention: readonly Unclassed[] = [
  {
    id: 'gradient-z-not-divided-by-norm',
    what: 'dz = v P_f g: the division by ||v|| is missing.',
    patches: [
      [BACKWARD, BACKWARD_V],
      [SUM_Z, '+= round(v[tokens[i]] * w);'],
    ],
  },
  {
    id: 'gradient-z-without-softmax',
    what: 'dz = P_f g: the factor v_l of the derivative of softmax is missing.',
    patches: [[SUM_Z, '+= w;']],
  },
  {
    id: 'gradient-z-doubled',
    what: 'dz is twice what it should be, as from a square that was differentiated.',
    patches: [[SUM_Z, '+= 2 * round(share * w);']],
  },
  {
    id: 'gradient-z-descends',
    what: 'dz has the sign of the loss instead of the objective; the gradient of Y is right.',
    patches: [[SUM_Z, '-= round(share * w);']],
  },
  {
    id: 'gradient-z-counts-twice',
    what: "A token's gradient is multiplied by its count: v_l, the sum over its positions, added once a position.",
    patches: [
      [BACKWARD, BACKWARD.replace('Y, M', 'contexts, length, Y, M')],
      [
        SUM_Z,
        '+= round(share * w) * contexts.subarray(s * length, (s + 1) * length).filter((l) => l === tokens[i]).length;',
      ],
    ],
  },
  {
    id: 'backpropagation-through-moved-y',
    what: 'g is formed with the Y that this sample has moved already: updates done in place, one after the other.',
    patches: [
      [BACKWARD, BACKWARD.replace('Y, M', 'etaY, Y, M')],
      [
        'terms[k] = Y[row + k] * residual[k];',
        'terms[k] = round(Y[row + k] + round(etaY * round(share * residual[k]))) * residual[k];',
      ],
    ],
  },
];

const residual: readonly Unclassed[] = [
  {
    id: 'residual-without-target',
    what: 'The residual is -alpha: e_n was never added.',
    patches: [[RESIDUAL_AT_TARGET, '']],
  },
  {
    id: 'residual-negated',
    what: 'The residual is alpha - e_n, the gradient of the loss, and the step still adds: training runs backwards.',
    patches: [
      ['residual[k] = -terms[k];', 'residual[k] = terms[k];'],
      [RESIDUAL_AT_TARGET, 'residual[targets[s]] = -this.sum(terms, M);'],
    ],
  },
  {
    id: 'residual-thresholded',
    what: 'Residuals below 1e-6 are set to 0, to keep the gradient sparse: a saturated decoder stops.',
    patches: [
      [
        RESIDUAL_AT_TARGET,
        `${RESIDUAL_AT_TARGET}\n    for (let k = 0; k < M; k++) if (Math.abs(residual[k]) < 1e-6) residual[k] = 0;`,
      ],
    ],
  },
  {
    id: 'temperature-1.0001',
    what: 'The decoder has a temperature of 1.0001, left over from an experiment.',
    patches: [
      [
        'terms[k] = this.exp(round(o[first + k] - max));',
        'terms[k] = this.exp(round(round(o[first + k] - max) / 1.0001));',
      ],
    ],
  },
  {
    id: 'gradient-biased-in-one-element',
    what: "1e-5 too much in the last element of Y's gradient.",
    patches: [[GRADIENT_Y, `${GRADIENT_Y}\n    gradientY[M * M - 1] += 1e-5;`]],
  },
];

const smoothing: readonly Unclassed[] = [
  {
    id: 'labels-smoothed-by-1e-3',
    what: 'The target is (1 - 1e-3) e_n + 1e-3/M in the gradient, though not in the loss.',
    patches: [
      [
        RESIDUAL_AT_TARGET,
        `${RESIDUAL_AT_TARGET}
    for (let k = 0; k < M; k++) residual[k] += 1e-3 / M;
    residual[targets[s]] -= 1e-3;`,
      ],
    ],
  },
  {
    id: 'labels-smoothed-by-1e-6',
    what: 'The target is (1 - 1e-6) e_n + 1e-6/M, which only a saturated decoder shows: it never stops moving.',
    patches: [
      [
        RESIDUAL_AT_TARGET,
        `${RESIDUAL_AT_TARGET}
    for (let k = 0; k < M; k++) residual[k] += 1e-6 / M;
    residual[targets[s]] -= 1e-6;`,
      ],
    ],
  },
];

const clipping: readonly Unclassed[] = [
  {
    id: 'gradient-clipped-at-norm-1',
    what: 'The gradient of Y is scaled down to norm 1 when it is longer, a default that was left on.',
    patches: [
      [
        GRADIENT_Y,
        `${GRADIENT_Y}
    const size = Math.hypot(...gradientY);
    if (size > 1) for (let i = 0; i < M * M; i++) gradientY[i] /= size;`,
      ],
    ],
  },
  {
    id: 'gradient-clipped-elementwise',
    what: 'Elements of the gradients are clipped to +-1, which only large entries of Y bring about.',
    patches: [[MEAN, 'gradient[i] = Math.max(-1, Math.min(1, sums[i] / B));']],
  },
  {
    id: 'logits-clipped-at-50',
    what: 'Logits are clipped to +-50, against an overflow that the shift prevents already.',
    patches: [[LOGIT, 'return Math.max(-50, Math.min(50, this.sum(terms, distinct)));']],
  },
  {
    id: 'attention-nan-to-0',
    what: 'Attention is not shifted, and what overflows is replaced by 0: finite everywhere, and wrong.',
    patches: [
      ['terms[t] = this.exp(round(scores[t] - max));', 'terms[t] = this.exp(scores[t]);'],
      ['b[first + t] = terms[t] / total;', 'b[first + t] = terms[t] / total || 0;'],
      ['f[s * M + tokens[i]] = v[tokens[i]] / norm;', 'f[s * M + tokens[i]] = v[tokens[i]] / norm || 0;'],
    ],
  },
  {
    id: 'gradient-nan-to-0',
    what: 'The decoder is not shifted, and gradients that are not finite are replaced by 0: the step is skipped in silence.',
    patches: [
      ['terms[k] = this.exp(round(o[first + k] - max));', 'terms[k] = this.exp(o[first + k]);'],
      ['round(o[first + targets[s]] - max)', 'o[first + targets[s]]'],
      [MEAN, 'gradient[i] = Number.isFinite(sums[i]) ? sums[i] / B : 0;'],
    ],
  },
  {
    id: 'gradient-z-flushed-at-1e-20',
    what: "Elements of Z's gradient below 1e-20 are flushed to 0 as if they were subnormal, far above the smallest float32.",
    patches: [
      [
        GRADIENT_Z,
        `${GRADIENT_Z}\n    for (let i = 0; i < M * M; i++) if (Math.abs(gradientZ[i]) < 1e-20) gradientZ[i] = 0;`,
      ],
    ],
  },
];

export const gradientBugs: readonly SeededBug[] = [
  ...ofClass('projection', projection),
  ...ofClass('attention gradient', attention),
  ...ofClass('residual', residual),
  ...ofClass('label smoothing', smoothing),
  ...ofClass('clipping', clipping),
];
