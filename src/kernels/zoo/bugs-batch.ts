/** Bugs in how samples make a batch, and in what is left over from other samples and other calls. */
import { ofClass, type SeededBug, type Unclassed } from './bug.ts';

const MEAN = 'gradient[i] = sums[i] / B;';
const ATTENTION_ROW = 'const row = queries[s] * M;';
const SCRATCH = 'const { slots, sumY, sumZ } = this;';
const RESULT = 'return { Y, Z, velocityY, velocityZ, loss: round(loss / B), stages };';
const UPDATE_Y = 'const [Y, velocityY] = this.update(input.Y, input.velocityY, gradientY, etaY, momentum);';
const SCATTER_ADD = 'v[l] += b[position];';
const MOVE = 'newParameter[i] = parameter[i] + round(eta * newVelocity[i]);';

const batch: readonly Unclassed[] = [
  {
    id: 'odd-last-sample-dropped',
    what: 'The last sample of an odd batch is left out: the batch goes in pairs, and the remainder was never written.',
    patches: [['if (s < B) {', 'if (B === 1) {']],
  },
  {
    id: 'odd-last-sample-forward-only',
    what: 'The last sample of an odd batch counts in the loss and is not backpropagated.',
    patches: [
      [
        'this.backward(run, s, slots[0]);\n    }\n\n',
        'if (B === 1) this.backward(run, s, slots[0]);\n    }\n\n',
      ],
    ],
  },
  {
    id: 'batch-of-one-forward-only',
    what: 'A batch of one is not backpropagated: the axis of length 1 was squeezed away, and nothing is left to loop over.',
    patches: [
      [
        'this.backward(run, s, slots[0]);\n    }\n\n',
        'if (B > 1) this.backward(run, s, slots[0]);\n    }\n\n',
      ],
    ],
  },
  {
    id: 'pair-shares-scratch',
    what: 'Both samples of a pair use one set of scratch arrays, so that the first is backpropagated with values of the second.',
    patches: [[SCRATCH, 'const { sumY, sumZ } = this;\n    const slots = [this.slots[0], this.slots[0]];']],
  },
  {
    id: 'pair-shares-query',
    what: "The second sample of a pair is added to the query row of the first in Z's gradient.",
    patches: [['sumZ[queries[s] * M + tokens[i]] +=', 'sumZ[queries[s - (s % 2)] * M + tokens[i]] +=']],
  },
  {
    id: 'gradient-summed-over-batch',
    what: 'The gradient is the sum over the batch instead of the mean; the loss is the mean.',
    patches: [[MEAN, 'gradient[i] = sums[i];']],
  },
  {
    id: 'mean-over-padded-batch',
    what: 'The mean divides by the batch rounded up to pairs: right for even batches.',
    patches: [[MEAN, 'gradient[i] = sums[i] / (B + (B % 2));']],
  },
  {
    id: 'mean-over-one-less',
    what: 'The mean divides by B - 1, as an unbiased variance does; right for one sample.',
    patches: [[MEAN, 'gradient[i] = sums[i] / Math.max(1, B - 1);']],
  },
  {
    id: 'gradient-z-divided-by-length',
    what: "Z's gradient is averaged over positions as well as samples.",
    patches: [['this.mean(sumZ, B, M)', 'this.mean(sumZ, B * length, M)']],
  },
  {
    id: 'loss-summed-over-batch',
    what: 'The loss is the sum over the batch instead of the mean; the step is right.',
    patches: [['loss: round(loss / B)', 'loss']],
  },
];

const stale: readonly Unclassed[] = [
  {
    id: 'v-never-cleared',
    what: 'v keeps what earlier samples and calls left in it.',
    patches: [['v[tokens[i]] = 0;', '']],
  },
  {
    id: 'v-not-cleared-between-calls',
    what: 'v is cleared between the samples of a call and not between calls.',
    patches: [['v[tokens[i]] = 0;', 'if (s > 1) v[tokens[i]] = 0;']],
  },
  {
    id: 'gradient-y-not-cleared',
    what: "The sum of Y's gradient goes on from the last call: a zero_grad that was forgotten.",
    patches: [['this.sumY.fill(0);', '']],
  },
  {
    id: 'gradient-z-cleared-by-query',
    what: "Only the rows of this call's queries are cleared in the sum of Z's gradient, and all rows are read.",
    patches: [
      ['this.sumZ.fill(0);', ''],
      [SCRATCH, `${SCRATCH}\n    for (const m of input.queries) sumZ.fill(0, m * M, (m + 1) * M);`],
    ],
  },
  {
    id: 'token-list-never-shrinks',
    what: 'The list of distinct tokens keeps the length of the longest in the batch so far, so that its old end counts tokens twice.',
    patches: [
      [
        'slot.distinct = 0;\n    const scatter',
        'const longest = s < 2 ? 0 : slot.distinct;\n    slot.distinct = 0;\n    const scatter',
      ],
      [
        'for (; t < end; t++) scatter(t);',
        'for (; t < end; t++) scatter(t);\n    slot.distinct = Math.max(slot.distinct, longest);',
      ],
    ],
  },
  {
    id: 'decoder-max-kept',
    what: 'The largest logit is kept over samples and calls: a running maximum that is never reset.',
    patches: [
      [
        'const max = this.largest(o, first, first + M);',
        'const max = Math.max(this.top ?? -Infinity, this.largest(o, first, first + M));\n    this.top = max;',
      ],
    ],
  },
  {
    id: 'stride-of-largest-vocabulary',
    what: 'Rows of Z are found by the vocabulary of the largest call so far: the stride of the buffer, not of the matrix.',
    patches: [[ATTENTION_ROW, 'const row = queries[s] * this.vocabulary;']],
  },
  {
    id: 'decoder-sums-beyond-vocabulary',
    what: 'The softmax sums as many terms as the buffer has for tokens: right until a smaller vocabulary follows a larger.',
    patches: [['const total = this.sum(terms, M);', 'const total = this.sum(terms, this.vocabulary);']],
  },
  {
    id: 'scores-kept-by-query',
    what: 'Scores are gathered anew only when the query token changes: a cache whose key leaves out the tokens, and Z.',
    patches: [
      [
        'let t = 0;\n    for (; t + 3 < length; t += 4) {\n      scores[t] = Z',
        'let t = this.query === queries[s] ? length : 0;\n    this.query = queries[s];\n    for (; t + 3 < length; t += 4) {\n      scores[t] = Z',
      ],
    ],
  },
];

const state: readonly Unclassed[] = [
  {
    id: 'dropout-of-1e-3',
    what: 'A position in a thousand is dropped at random: dropout of an evaluation that was meant to be without.',
    patches: [[SCATTER_ADD, 'if (Math.random() >= 1e-3) v[l] += b[position];']],
  },
  {
    id: 'update-dithered',
    what: 'Updates are dithered at random by a relative 1e-5, so that equal inputs give different outputs.',
    patches: [
      [
        MOVE,
        'newParameter[i] = parameter[i] + round(eta * newVelocity[i] * (1 + 1e-5 * (Math.random() - 0.5)));',
      ],
    ],
  },
  {
    id: 'eta-decays-with-calls',
    what: 'The learning rate decays with the number of calls: a schedule inside the step.',
    patches: [
      [
        UPDATE_Y,
        `this.calls = (this.calls ?? -1) + 1;\n    ${UPDATE_Y.replace('etaY', 'etaY / (1 + 1e-3 * this.calls)')}`,
      ],
    ],
  },
  {
    id: 'loss-averaged-over-calls',
    what: 'The loss is a running average over calls, for a smoother curve.',
    patches: [
      [
        RESULT,
        `this.average = round(0.9 * (this.average ?? loss / B) + (0.1 * loss) / B);\n    ${RESULT.replace('round(loss / B)', 'this.average')}`,
      ],
    ],
  },
  {
    id: 'velocity-of-its-own',
    what: "The kernel goes on with the velocity of its last call instead of the input's, where the shapes agree.",
    patches: [
      [
        UPDATE_Y,
        `const kept = this.kept?.length === M * M ? this.kept : input.velocityY;
    ${UPDATE_Y.replace('input.velocityY', 'kept')}
    this.kept = velocityY;`,
      ],
    ],
  },
  {
    id: 'input-velocity-overwritten',
    what: "The new velocity is written into the input's array.",
    patches: [['const newVelocity = new Floats(velocity.length);', 'const newVelocity = velocity;']],
  },
  {
    id: 'same-output-array',
    what: 'Y is returned in one array for all calls of a shape, so that an earlier result changes under its reader.',
    patches: [
      [
        RESULT,
        `if (this.result?.length === Y.length) this.result.set(Y);
    else this.result = Y;
    ${RESULT.replace('{ Y,', '{ Y: this.result,')}`,
      ],
    ],
  },
];

export const batchBugs: readonly SeededBug[] = [
  ...ofClass('batch', batch),
  ...ofClass('stale', stale),
  ...ofClass('state', state),
];
