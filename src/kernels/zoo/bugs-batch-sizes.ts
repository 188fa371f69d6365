/** Bugs that only some batch sizes show: grids, blocks and splits of the batch, short indices, and what is counted in them. */
import { ofClass, type Patch, type SeededBug, type Unclassed } from './bug.ts';

const START = 'let s = 0;';
const PAIRS = 'for (; s + 1 < B; s += 2) {';
const LAST = 'if (s < B) {';
const MEANS = 'const gradientY = this.mean(sumY, B, M);';
const MEAN = 'gradient[i] = sums[i] / B;';
const LOSS = 'return loss;';
const BACKWARD = 'const { round, terms, g, sumY, sumZ } = this;';
const UPDATE_Y = 'this.update(input.Y, input.velocityY, gradientY, etaY, momentum);';
const UPDATE_Z = 'this.update(input.Z, input.velocityZ, gradientZ, etaZ, momentum);';

/** Only samples before `end` are computed. */
const before = (end: string): Patch[] => [
  [START, `${START}\n    const end = ${end};`],
  [PAIRS, PAIRS.replace('< B', '< end')],
  [LAST, LAST.replace('< B', '< end')],
];
/** Samples behind the batch: the loop over r computes sample `sample` once more. */
const again = (loop: string, sample: string): Patch => [
  MEANS,
  `${loop} {
      loss = round(loss + this.forward(run, ${sample}, slots[0]));
      this.backward(run, ${sample}, slots[0]);
    }
    ${MEANS}`,
];
/** What happens to the sums before a sample is added to them. */
const beforeSample = (does: string): Patch => [BACKWARD, `${BACKWARD}\n    ${does}`];

const sizes: readonly Unclassed[] = [
  {
    id: 'batch-tail-of-8-dropped',
    what: 'From B = 8 on samples go by eights, and the last B mod 8 are left out.',
    patches: before('B < 8 ? B : B - (B % 8)'),
  },
  {
    id: 'batch-tail-of-32-dropped',
    what: 'From B = 32 on samples go by blocks of 32, one a warp, and a last block that is not full is left out.',
    patches: before('B < 32 ? B : B - (B % 32)'),
  },
  {
    id: 'batch-tail-of-128-dropped',
    what: 'From B = 128 on samples go by blocks of 128, and a last block that is not full is left out.',
    patches: before('B < 128 ? B : B - (B % 128)'),
  },
  {
    id: 'batch-grid-of-512',
    what: 'The grid has at most 512 blocks, a sample each, and no block takes a second sample.',
    patches: before('Math.min(B, 512)'),
  },
  {
    id: 'batch-grid-of-1024',
    what: 'One block of at most 1024 threads has a sample a thread: the 1025th is left out.',
    patches: before('Math.min(B, 1024)'),
  },
  {
    id: 'batch-of-power-of-two-loses-last',
    what: 'Where B is a power of two, 16 or more, B - 1 is a mask of indices, and also taken for the number of samples.',
    patches: before('B >= 16 && (B & (B - 1)) === 0 ? B - 1 : B'),
  },
  {
    id: 'batch-tail-of-32-clamped',
    what: 'Beyond 32 samples a last block of 32 that is not full runs as a full one: indices are clamped, so that the last sample counts again.',
    patches: [again('for (let r = B; B > 32 && r % 32 !== 0; r++)', 'B - 1')],
  },
  {
    id: 'batch-tail-of-64-overlaps',
    what: 'Beyond 64 samples the last block ends at the last sample and is full: what it shares with the block before counts twice.',
    patches: [again('for (let r = B - 64; B > 64 && r < B - (B % 64); r++)', 'r')],
  },
  {
    id: 'query-of-sample-in-8-bits',
    what: 'The index of the sample has 8 bits where its query is read for attention: sample 256 attends with the query of the first.',
    patches: [['const row = queries[s] * M;', 'const row = queries[s & 255] * M;']],
  },
  {
    id: 'target-of-sample-in-8-bits',
    what: 'The index of the sample has 8 bits where its target is read for the gradient.',
    patches: [
      ['terms[targets[s]] = 0;', 'terms[targets[s & 255]] = 0;'],
      ['residual[targets[s]] = this.sum(terms, M);', 'residual[targets[s & 255]] = this.sum(terms, M);'],
    ],
  },
  {
    id: 'query-row-of-sample-in-9-bits',
    what: "The index of the sample has 9 bits where Z's gradient is added to its query's row.",
    patches: [['sumZ[queries[s] * M + tokens[i]]', 'sumZ[queries[s & 511] * M + tokens[i]]']],
  },
  {
    id: 'mean-over-blocks-of-32',
    what: 'Beyond 32 samples the mean of the gradients divides by the batch rounded up to blocks of 32.',
    patches: [[MEAN, 'gradient[i] = sums[i] / (B > 32 ? 32 * Math.ceil(B / 32) : B);']],
  },
  {
    id: 'loss-over-blocks-of-128',
    what: 'Beyond 128 samples the mean of the losses divides by the batch rounded up to blocks of 128; the step is right.',
    patches: [['round(loss / B)', 'round(loss / (B > 128 ? 128 * Math.ceil(B / 128) : B))']],
  },
  {
    id: 'loss-mean-of-means-of-32',
    what: 'Beyond 32 samples the loss is the mean of the means of blocks of 32, though the last block may be smaller.',
    patches: [
      [
        LOSS,
        `const B = run.queries.length;
    const inBlock = Math.min(32, B - 32 * Math.floor(s / 32));
    return B > 32 ? (loss * B) / (inBlock * Math.ceil(B / 32)) : loss;`,
      ],
    ],
  },
  {
    id: 'loss-of-first-256',
    what: 'The losses of the first 256 samples are summed, one a thread of a block; the step is right.',
    patches: [[LOSS, 'return s < 256 ? loss : 0;']],
  },
  {
    id: 'batch-splits-of-256-overwrite',
    what: 'Beyond 256 samples the batch is split into parts of 256, and each part overwrites the sums of the one before.',
    patches: [beforeSample('if (s > 0 && s % 256 === 0) for (const sums of [sumY, sumZ]) sums.fill(0);')],
  },
  {
    id: 'batch-splits-of-64-overwrite-z',
    what: "Beyond 64 samples the batch is split into parts of 64, and in Z's gradient each part overwrites the one before.",
    patches: [beforeSample('if (s > 0 && s % 64 === 0) sumZ.fill(0);')],
  },
  {
    id: 'batch-second-accumulator-from-512-lost',
    what: "From B = 512 on odd samples are summed in a second accumulator, and that of Y's gradient is not joined.",
    patches: [
      [
        'const share = f[first + tokens[i]];\n      let k = 0;',
        'const share = s % 2 === 1 && queries.length >= 512 ? 0 : f[first + tokens[i]];\n      let k = 0;',
      ],
    ],
  },
  {
    id: 'velocity-of-first-64',
    what: 'The gradients are right, and the velocities gain what the first 64 samples gave: the optimiser runs beside the sum.',
    patches: [
      beforeSample('if (s === 64) [this.early, this.earlyZ] = [sumY.slice(), sumZ.slice()];'),
      [UPDATE_Y, UPDATE_Y.replace('gradientY', 'B > 64 ? this.mean(this.early, B, M) : gradientY')],
      [UPDATE_Z, UPDATE_Z.replace('gradientZ', 'B > 64 ? this.mean(this.earlyZ, B, M) : gradientZ')],
    ],
  },
  {
    id: 'loss-beyond-16-summed-in-float32',
    what: 'A float64 kernel sums the losses of more than 16 samples in float32.',
    patches: [['return { Y, Z,', 'if (B > 16) loss = Math.fround(loss);\n    return { Y, Z,']],
    dtype: 'float64',
  },
  {
    id: 'batch-beyond-128-summed-in-float32',
    what: 'A float64 kernel sums the gradients of more than 128 samples in float32, in the memory of a smaller type.',
    patches: [
      beforeSample(
        'if (s >= 128) for (let i = 0; i < M * M; i++) [sumY[i], sumZ[i]] = [Math.fround(sumY[i]), Math.fround(sumZ[i])];',
      ),
    ],
    dtype: 'float64',
  },
];

export const batchSizeBugs: readonly SeededBug[] = ofClass('batch size', sizes);
