/** Bugs in the update rule, and precision lost in one stage. */
import { ofClass, type SeededBug, type Unclassed } from './bug.ts';
import { BFLOAT16, FLOAT16, HEAD, TF32 } from './formats.ts';

const VELOCITY = 'newVelocity[i] = round(momentum * velocity[i]) + gradient[i];';
const MOVE = 'newParameter[i] = parameter[i] + round(eta * newVelocity[i]);';
const UPDATE_Y = 'this.update(input.Y, input.velocityY, gradientY, etaY, momentum);';
const UPDATE_Z = 'this.update(input.Z, input.velocityZ, gradientZ, etaZ, momentum);';

const momentum: readonly Unclassed[] = [
  {
    id: 'momentum-nesterov',
    what: "The parameter moves by gradient + momentum velocity': Nesterov's rule instead of the classical one.",
    patches: [
      [
        MOVE,
        'newParameter[i] = parameter[i] + round(eta * round(gradient[i] + round(momentum * newVelocity[i])));',
      ],
    ],
  },
  {
    id: 'momentum-dampened',
    what: "velocity' = momentum velocity + (1 - momentum) gradient: an average instead of a sum.",
    patches: [
      [VELOCITY, 'newVelocity[i] = round(momentum * velocity[i]) + round((1 - momentum) * gradient[i]);'],
    ],
  },
  {
    id: 'untouched-velocity-not-decayed',
    what: 'Velocity decays only where there is a gradient: sparse momentum that leaves untouched rows alone.',
    patches: [
      [
        VELOCITY,
        'newVelocity[i] = gradient[i] === 0 ? velocity[i] : round(momentum * velocity[i]) + gradient[i];',
      ],
    ],
  },
  {
    id: 'untouched-parameter-not-moved',
    what: 'Parameters move only where there is a gradient, though velocity decays everywhere.',
    patches: [
      [
        MOVE,
        'newParameter[i] = gradient[i] === 0 ? parameter[i] : parameter[i] + round(eta * newVelocity[i]);',
      ],
    ],
  },
  {
    id: 'untouched-velocity-dropped',
    what: 'Velocity is set to 0 where there is no gradient.',
    patches: [
      [VELOCITY, 'newVelocity[i] = gradient[i] === 0 ? 0 : round(momentum * velocity[i]) + gradient[i];'],
    ],
  },
  {
    id: 'parameter-moved-by-old-velocity',
    what: 'The parameter moves by the velocity from before the step, one step late.',
    patches: [[MOVE, 'newParameter[i] = parameter[i] + round(eta * velocity[i]);']],
  },
  {
    id: 'velocity-scaled-by-eta',
    what: "velocity' = momentum velocity + eta gradient and the parameter moves by velocity': the other convention.",
    patches: [
      [VELOCITY, 'newVelocity[i] = round(momentum * velocity[i]) + round(eta * gradient[i]);'],
      [MOVE, 'newParameter[i] = parameter[i] + newVelocity[i];'],
    ],
  },
  {
    id: 'weight-decay-1e-4',
    what: "Parameters shrink by eta 1e-4 a step, an optimiser's default.",
    patches: [
      [MOVE, 'newParameter[i] = parameter[i] + round(eta * (newVelocity[i] - 1e-4 * parameter[i]));'],
    ],
  },
  {
    id: 'weight-decay-1e-6-in-gradient',
    what: 'The gradient that enters the velocity has 1e-6 of the parameter taken off.',
    patches: [
      [
        VELOCITY,
        'newVelocity[i] = round(momentum * velocity[i]) + round(gradient[i] - 1e-6 * parameter[i]);',
      ],
    ],
  },
  {
    id: 'momentum-ignored-on-z',
    what: 'Z is updated without momentum.',
    patches: [[UPDATE_Z, UPDATE_Z.replace('momentum', '0')]],
  },
  {
    id: 'update-descends',
    what: "parameter' = parameter - eta velocity': descent on an objective that is to be maximised.",
    patches: [[MOVE, 'newParameter[i] = parameter[i] - round(eta * newVelocity[i]);']],
  },
  {
    id: 'rates-swapped',
    what: 'Y moves with etaZ and Z with etaY: arguments in the wrong order.',
    patches: [
      [UPDATE_Y, UPDATE_Y.replace('etaY', 'etaZ')],
      [UPDATE_Z, UPDATE_Z.replace('etaZ', 'etaY')],
    ],
  },
];

const precision: readonly Unclassed[] = [
  {
    id: 'features-in-bfloat16',
    what: 'f is kept in bfloat16, which is not declared.',
    patches: [
      [HEAD, BFLOAT16],
      ['f[s * M + tokens[i]] = v[tokens[i]] / norm;', 'f[s * M + tokens[i]] = short(v[tokens[i]] / norm);'],
    ],
  },
  {
    id: 'logits-in-float16',
    what: 'Logits are kept in float16.',
    patches: [
      [HEAD, FLOAT16],
      ['return this.sum(terms, distinct);', 'return half(this.sum(terms, distinct));'],
    ],
  },
  {
    id: 'probabilities-in-bfloat16',
    what: 'alpha is kept in bfloat16, as mixed precision does with activations.',
    patches: [
      [HEAD, BFLOAT16],
      ['alpha[first + k] = terms[k] / total;', 'alpha[first + k] = short(terms[k] / total);'],
    ],
  },
  {
    id: 'attention-in-float16',
    what: 'b is kept in float16: weights below 6e-5 are gone.',
    patches: [
      [HEAD, FLOAT16],
      ['b[first + t] = terms[t] / total;', 'b[first + t] = half(terms[t] / total);'],
    ],
  },
  {
    id: 'scores-in-bfloat16',
    what: 'Scores are rounded to bfloat16 after the shift.',
    patches: [
      [HEAD, BFLOAT16],
      ['terms[t] = this.exp(round(scores[t] - max));', 'terms[t] = this.exp(short(round(scores[t] - max)));'],
    ],
  },
  {
    id: 'logits-multiplied-in-tf32',
    what: 'o = Y^T f multiplies in tf32, as tensor cores do unless told otherwise.',
    patches: [
      [HEAD, TF32],
      [
        'f[first + tokens[i]] * Y[tokens[i] * M + k];',
        'short(f[first + tokens[i]]) * short(Y[tokens[i] * M + k]);',
      ],
    ],
  },
  {
    id: 'backpropagation-in-tf32',
    what: 'g = Y (e_n - alpha) multiplies in tf32, where the forward pass does not.',
    patches: [
      [HEAD, TF32],
      ['terms[k] = Y[row + k] * residual[k];', 'terms[k] = short(Y[row + k]) * short(residual[k]);'],
    ],
  },
  {
    id: 'velocity-in-bfloat16',
    what: 'The velocity is kept in bfloat16, as memory-saving optimisers do.',
    patches: [
      [HEAD, BFLOAT16],
      [VELOCITY, 'newVelocity[i] = short(round(momentum * velocity[i]) + gradient[i]);'],
    ],
  },
  {
    id: 'sums-in-float32',
    what: 'A float64 kernel takes its sums in float32.',
    patches: [['partial = round(partial + terms[i]);', 'partial = Math.fround(partial + terms[i]);']],
    dtype: 'float64',
  },
  {
    id: 'scratch-in-float32',
    what: 'A float64 kernel has one scratch array of the wrong kind.',
    patches: [['this.terms = new Floats(terms);', 'this.terms = new Float32Array(terms);']],
    dtype: 'float64',
  },
  {
    id: 'exp-in-float32',
    what: 'A float64 kernel calls the exp of float32.',
    patches: [['this.round(Math.exp(x));', 'Math.fround(Math.exp(x));']],
    dtype: 'float64',
  },
  {
    id: 'exp-underflows-as-in-float32',
    what: 'A float64 kernel has an exp that is 0 below -103.97, where that of float32 is.',
    patches: [['this.round(Math.exp(x));', '(x < -103.97 ? 0 : Math.exp(x));']],
    dtype: 'float64',
  },
  {
    id: 'momentum-in-float32',
    what: 'A float64 kernel takes momentum as a float32, which 0.5 does not show.',
    patches: [[VELOCITY, VELOCITY.replace('momentum', 'Math.fround(momentum)')]],
    dtype: 'float64',
  },
  {
    id: 'rate-in-float32',
    what: 'A float64 kernel takes the learning rate as a float32, which rates like 0.5 do not show.',
    patches: [[MOVE, 'newParameter[i] = parameter[i] + Math.fround(eta) * newVelocity[i];']],
    dtype: 'float64',
  },
];

export const updateBugs: readonly SeededBug[] = [
  ...ofClass('momentum', momentum),
  ...ofClass('precision', precision),
];
