/** Bugs where a learning rate is 0, velocities are large, numbers are subnormal, or a short accumulator is stuck. */
import { ofClass, type Patch, type SeededBug, type Unclassed } from './bug.ts';
import { BFLOAT16, FLOAT16, HEAD } from './formats.ts';

const VELOCITY = 'newVelocity[i] = round(momentum * velocity[i]) + gradient[i];';
const MOVE = 'newParameter[i] = parameter[i] + round(eta * newVelocity[i]);';
const UPDATE_LOOP = 'for (let i = 0; i < parameter.length; i++) {';
const UPDATE_Y = 'this.update(input.Y, input.velocityY, gradientY, etaY, momentum);';
const UPDATE_Z = 'this.update(input.Z, input.velocityZ, gradientZ, etaZ, momentum);';
const MAX = 'let max = -Infinity;\n    for (let from = 0; from < length; from += BLOCK) {';
const WEIGHT = 'f[first + tokens[i]] * Y[tokens[i] * M + k];';
const PAIR_LOSS = 'loss = round(loss + this.forward(run, s + 1, slots[1]));';
const MEAN = 'gradient[i] = sums[i] / B;';

/** What an update does first where eta is 0. */
const frozen = (does: string): Patch[] => [[UPDATE_LOOP, `if (eta === 0) ${does};\n    ${UPDATE_LOOP}`]];

const rates: readonly Unclassed[] = [
  {
    id: 'eta-y-0-is-default',
    what: 'etaY = 0 counts as not given, and Y moves with the default rate of 0.01.',
    patches: [[UPDATE_Y, UPDATE_Y.replace('etaY', 'etaY || 0.01')]],
  },
  {
    id: 'eta-z-0-is-default',
    what: 'etaZ = 0 counts as not given, and Z moves with the default rate of 0.01.',
    patches: [[UPDATE_Z, UPDATE_Z.replace('etaZ', 'etaZ || 0.01')]],
  },
  {
    id: 'eta-z-0-is-eta-y',
    what: 'etaZ = 0 counts as not given, and Z moves with the rate of Y.',
    patches: [[UPDATE_Z, UPDATE_Z.replace('etaZ', 'etaZ || etaY')]],
  },
  {
    id: 'momentum-0-is-default',
    what: 'A momentum of 0 counts as not given, and velocities decay with the default of 0.9.',
    patches: [
      [UPDATE_Y, UPDATE_Y.replace('momentum', 'momentum || 0.9')],
      [UPDATE_Z, UPDATE_Z.replace('momentum', 'momentum || 0.9')],
    ],
  },
  {
    id: 'rates-at-least-1e-3',
    what: 'Rates are raised to at least 1e-3, the lower end of a schedule.',
    patches: [[UPDATE_LOOP, `eta = Math.max(eta, 1e-3);\n    ${UPDATE_LOOP}`]],
  },
  {
    id: 'frozen-velocity-unchanged',
    what: 'Where a rate is 0 the matrix is skipped, and its velocity neither decays nor gains the gradient.',
    patches: frozen('return [parameter.slice(), velocity.slice()]'),
  },
  {
    id: 'frozen-velocity-dropped',
    what: 'Where a rate is 0 the matrix has no velocity: it is not among the trained ones.',
    patches: frozen('return [parameter.slice(), newVelocity]'),
  },
  {
    id: 'frozen-velocity-without-gradient',
    what: 'Where a rate is 0 the velocity decays, and the gradient is left out.',
    patches: frozen('gradient = new Floats(gradient.length)'),
  },
  {
    id: 'frozen-y-detaches-z',
    what: 'Where etaY is 0 the decoder is not differentiated, and Z gets no gradient through it.',
    patches: [[UPDATE_Z, `(etaY === 0 && gradientZ.fill(0), ${UPDATE_Z.replace(';', ');')}`]],
  },
  {
    id: 'momentum-after-eta',
    what: 'The parameter moves by eta gradient + momentum velocity: momentum is applied after the rate.',
    patches: [
      [
        MOVE,
        'newParameter[i] = round(parameter[i] + round(eta * gradient[i])) + round(momentum * velocity[i]);',
      ],
    ],
  },
];

const magnitudes: readonly Unclassed[] = [
  {
    id: 'velocity-clamped-at-1',
    what: 'The velocity is clamped to +-1.',
    patches: [
      [VELOCITY, 'newVelocity[i] = Math.max(-1, Math.min(1, round(momentum * velocity[i]) + gradient[i]));'],
    ],
  },
  {
    id: 'velocity-clamped-at-100',
    what: 'The velocity is clamped to +-100.',
    patches: [
      [
        VELOCITY,
        'newVelocity[i] = Math.max(-100, Math.min(100, round(momentum * velocity[i]) + gradient[i]));',
      ],
    ],
  },
  {
    id: 'step-clamped-at-10',
    what: 'The parameter moves by at most 10, though the velocity is kept in full.',
    patches: [
      [MOVE, 'newParameter[i] = parameter[i] + Math.max(-10, Math.min(10, round(eta * newVelocity[i])));'],
    ],
  },
  {
    id: 'velocity-clipped-at-norm-1000',
    what: 'A velocity of Z longer than 1000 is scaled down to length 1000.',
    patches: [
      [
        UPDATE_Z,
        `${UPDATE_Z}
    const size = Math.hypot(...velocityZ.subarray(0, 10000));
    if (size > 1000) for (let i = 0; i < M * M; i++) velocityZ[i] *= 1000 / size;`,
      ],
    ],
  },
  {
    id: 'subnormal-parameter-is-nan',
    what: 'A parameter whose exponent field is 0 and whose significand is not counts as invalid.',
    patches: [
      [
        MOVE,
        `${MOVE}
      if (parameter[i] !== 0 && Math.abs(parameter[i]) < 2 ** -126) newParameter[i] = NaN;`,
      ],
    ],
  },
  {
    id: 'subnormal-velocity-not-scaled-back',
    what: 'Subnormal velocities are multiplied by 2^24 to normalise them, and not divided again.',
    patches: [
      [
        VELOCITY,
        `const old = Math.abs(velocity[i]) < 2 ** -126 ? velocity[i] * 2 ** 24 : velocity[i];
      newVelocity[i] = round(momentum * old) + gradient[i];`,
      ],
    ],
  },
  {
    id: 'subnormal-score-is-largest',
    what: 'The exponent field of a score loses its bias in a byte: that of a subnormal number wraps to the largest.',
    patches: [
      [
        MAX,
        `for (let i = 0; i < length; i++)
      if (scores[i] !== 0 && Math.abs(scores[i]) < 2 ** -126) scores[i] = Math.sign(scores[i]) * 2 ** 127;
    ${MAX}`,
      ],
    ],
  },
  {
    id: 'subnormal-weight-is-1',
    what: 'A weight of Y with exponent field 0 is taken for the code of 1.',
    patches: [
      [
        `terms[i] = ${WEIGHT}`,
        `{
      const y = Y[tokens[i] * M + k];
      terms[i] = f[first + tokens[i]] * (y !== 0 && Math.abs(y) < 2 ** -126 ? 1 : y);
    }`,
      ],
    ],
  },
];

const stuck: readonly Unclassed[] = [
  {
    id: 'loss-summed-in-bfloat16',
    what: 'The loss is summed over the batch in bfloat16: after 256 equal losses it stops growing.',
    patches: [
      [HEAD, BFLOAT16],
      [PAIR_LOSS, PAIR_LOSS.replace('round', 'short')],
    ],
  },
  {
    id: 'loss-summed-in-float16',
    what: 'The loss is summed over the batch in float16.',
    patches: [
      [HEAD, FLOAT16],
      [PAIR_LOSS, PAIR_LOSS.replace('round', 'half')],
    ],
  },
  {
    id: 'samples-counted-in-bfloat16',
    what: 'The mean divides by the number of samples counted in bfloat16, which stops at 256.',
    patches: [
      [HEAD, BFLOAT16],
      [
        'const gradient = new this.Floats(M * M);',
        'const gradient = new this.Floats(M * M);\n    let samples = 0;\n    for (let s = 0; s < B; s++) samples = short(samples + 1);',
      ],
      [MEAN, MEAN.replace('/ B', '/ samples')],
    ],
  },
  {
    id: 'gradient-y-summed-in-bfloat16',
    what: "The last columns of Y's gradient are summed over the batch in bfloat16: equal terms stop counting at 256.",
    patches: [
      [HEAD, BFLOAT16],
      [
        'for (; k < M; k++) sumY[row + k] += round(share * residual[k]);',
        'for (; k < M; k++) sumY[row + k] = short(sumY[row + k] + round(share * residual[k]));',
      ],
    ],
  },
  {
    id: 'gradient-z-summed-in-bfloat16',
    what: "Z's gradient is summed over the batch in bfloat16.",
    patches: [
      [HEAD, BFLOAT16],
      [
        'sumZ[queries[s] * M + tokens[i]] += round(share * w);',
        'sumZ[queries[s] * M + tokens[i]] = short(sumZ[queries[s] * M + tokens[i]] + round(share * w));',
      ],
    ],
  },
  {
    id: 'v-summed-in-bfloat16',
    what: 'v is summed over positions in bfloat16: 256 equal weights of a token, and more do not count.',
    patches: [
      [HEAD, BFLOAT16],
      ['v[l] += b[position];', 'v[l] = short(v[l] + b[position]);'],
    ],
  },
  {
    id: 'v-summed-in-float16-units',
    what: 'v is summed over positions as multiples of its first weight in float16: the 2049th equal weight does not count.',
    patches: [
      [HEAD, FLOAT16],
      [
        'v[l] += b[position];',
        'v[l] = v[l] > 0 && b[position] > 0 ? half(v[l] / b[position] + 1) * b[position] : v[l] + b[position];',
      ],
    ],
  },
  {
    id: 'decoder-normaliser-in-float16',
    what: "The decoder's exponentials are summed in float16.",
    patches: [
      [HEAD, FLOAT16],
      [
        'const total = this.sum(terms, M);',
        'const total = terms.subarray(0, M).reduce((sum, x) => half(sum + x), 0);',
      ],
    ],
  },
];

export const rateBugs: readonly SeededBug[] = [
  ...ofClass('rate of 0', rates),
  ...ofClass('magnitude', magnitudes),
  ...ofClass('stuck sum', stuck),
];
