/** Bugs that show between calls: caches with too short a key, scratch that is not renewed, and what an overflow leaves. */
import { ofClass, type Patch, type SeededBug, type Unclassed } from './bug.ts';

const PARAMETERS = 'const { vocabulary: M, contextLength: length, etaY, etaZ, momentum } = input;';
const BATCH = 'const B = input.queries.length;';
const RESULT = 'return { Y, Z, velocityY, velocityZ, loss: round(loss / B), stages };';
const RUN = 'const run = {\n      ...input,';
const VELOCITY = 'newVelocity[i] = round(momentum * velocity[i]) + gradient[i];';
const MOVE = 'newParameter[i] = parameter[i] + round(eta * newVelocity[i]);';
const MOVED = 'return [newParameter, newVelocity];';
const CLEAR = 'this.sumY.fill(0);';

/** The last result is given again where the shape and `parts`, the text of a list of numbers, are those of the last call. */
const cached = (parts: string): Patch[] => [
  [
    BATCH,
    `${BATCH}
    const sum = (xs, take = () => true) => xs.reduce((a, x, i) => (take(i) ? a + x * (i + 1) : a), 0);
    const key = String([M, length, B, ${parts}]);
    if (this.key === key) return structuredClone(this.kept);`,
  ],
  [RESULT, `this.key = key;\n    this.kept = ${RESULT.slice(7)}\n    return structuredClone(this.kept);`],
];
/** What a result depends on beside the shape, as text of numbers. */
const PARTS = {
  contexts: 'sum(input.contexts)',
  queries: 'sum(input.queries)',
  targets: 'sum(input.targets)',
  Y: 'sum(input.Y)',
  Z: 'sum(input.Z)',
  velocityY: 'sum(input.velocityY)',
  velocityZ: 'sum(input.velocityZ)',
  etaY: 'etaY',
  etaZ: 'etaZ',
  momentum: 'momentum',
};
const RATES = 'etaY, etaZ, momentum';
/** As `cached`, by everything but this. */
const without = (...left: readonly (keyof typeof PARTS)[]): Patch[] =>
  cached(
    Object.entries(PARTS)
      .flatMap(([name, part]) => (left.some((one) => one === name) ? [] : part))
      .join(', '),
  );
/** What a recorded graph has of the call that recorded it; a call of another shape records anew. */
const RECORD = (of: string) => `const shape = String([M, length, input.queries.length]);
    if (this.shape !== shape) [this.shape, this.recorded] = [shape, ${of}];`;
const recorded = (name: 'targets' | 'queries' | 'contexts'): Patch[] => [
  [RUN, `${RECORD(`input.${name}.slice()`)}\n    ${RUN}\n      ${name}: this.recorded,`],
];
/** A matrix of the forward and the backward pass is copied anew only if its shape or `same` of the copy is another. */
const copied = (name: 'Y' | 'Z', same: string): Patch[] => [
  [
    RUN,
    `const { copy } = this;
    this.copy = copy?.length === M * M && ${same} ? copy : input.${name}.slice();
    ${RUN}\n      ${name}: this.copy,`,
  ],
];

const caches: readonly Unclassed[] = [
  {
    id: 'result-kept-by-shape',
    what: 'The result of the last call is given again for inputs of the same shape.',
    patches: cached("''"),
  },
  {
    id: 'result-kept-by-first-elements',
    what: 'The result of the last call is given again where all arrays begin with the same element.',
    patches: cached(
      `input.contexts[0], input.queries[0], input.targets[0], input.Y[0], input.Z[0], input.velocityY[0], ${RATES}`,
    ),
  },
  {
    id: 'result-kept-by-ends',
    what: 'The result of the last call is given again where all arrays begin and end with the same elements.',
    patches: cached(
      `...['contexts', 'queries', 'targets', 'Y', 'Z', 'velocityY', 'velocityZ'].map((x) => [input[x][0], input[x].at(-1)]), ${RATES}`,
    ),
  },
  {
    id: 'result-kept-by-samples-of-16',
    what: 'The key of a cached result is a checksum of every sixteenth element.',
    patches: cached(
      `...['contexts', 'queries', 'targets', 'Y', 'Z', 'velocityY', 'velocityZ'].map((x) => sum(input[x], (i) => i % 16 === 0)), ${RATES}`,
    ),
  },
  {
    id: 'result-kept-without-velocities',
    what: 'The key of a cached result is a checksum of the parameters and the tokens; velocities are left out.',
    patches: without('velocityY', 'velocityZ'),
  },
  {
    id: 'result-kept-without-contexts',
    what: 'The key of a cached result is a checksum of the matrices, queries and targets; contexts are left out.',
    patches: without('contexts'),
  },
  {
    id: 'result-kept-by-sets-of-tokens',
    what: 'The key of a cached result has the tokens of a call as a set: their counts and order are left out.',
    patches: cached(
      `${Object.values({ ...PARTS, contexts: '...[...new Set(input.contexts)].sort()' }).join(', ')}`,
    ),
  },
  {
    id: 'result-kept-without-targets',
    what: 'The key of a cached result has everything but one part: targets are left out.',
    patches: without('targets'),
  },
  {
    id: 'result-kept-without-queries',
    what: 'The key of a cached result has everything but one part: query tokens are left out.',
    patches: without('queries'),
  },
  {
    id: 'result-kept-without-eta-y',
    what: 'The key of a cached result has everything but one part: the rate of Y is left out.',
    patches: without('etaY'),
  },
  {
    id: 'result-kept-without-eta-z',
    what: 'The key of a cached result has everything but one part: the rate of Z is left out.',
    patches: without('etaZ'),
  },
  {
    id: 'result-kept-without-momentum',
    what: 'The key of a cached result has everything but one part: momentum is left out.',
    patches: without('momentum'),
  },
  {
    id: 'result-kept-without-y',
    what: 'The key of a cached result has everything but one part: Y is left out.',
    patches: without('Y'),
  },
  {
    id: 'result-kept-without-z',
    what: 'The key of a cached result has everything but one part: Z is left out.',
    patches: without('Z'),
  },
  {
    id: 'result-kept-without-velocity-y',
    what: 'The key of a cached result has everything but one part: the velocity of Y is left out.',
    patches: without('velocityY'),
  },
  {
    id: 'result-kept-without-velocity-z',
    what: 'The key of a cached result has everything but one part: the velocity of Z is left out.',
    patches: without('velocityZ'),
  },
  {
    id: 'targets-recorded-by-shape',
    what: 'The targets of the call that recorded a graph are used by all calls of its shape.',
    patches: recorded('targets'),
  },
  {
    id: 'queries-recorded-by-shape',
    what: 'The query tokens of the call that recorded a graph are used by all calls of its shape, in the forward and the backward pass.',
    patches: recorded('queries'),
  },
  {
    id: 'contexts-recorded-by-shape',
    what: 'The contexts of the call that recorded a graph are used by all calls of its shape.',
    patches: recorded('contexts'),
  },
  {
    id: 'rates-recorded-by-shape',
    what: 'A recorded graph has the rates as numbers, not as memory: all calls of its shape use those of the first.',
    patches: [
      [
        PARAMETERS,
        `const { vocabulary: M, contextLength: length } = input;
    ${RECORD('input')}
    const { etaY, etaZ, momentum } = this.recorded;`,
      ],
    ],
  },
  {
    id: 'y-copied-by-shape',
    what: 'The packed copy of Y is made anew only for another vocabulary.',
    patches: copied('Y', 'true'),
  },
  {
    id: 'y-copied-by-first-element',
    what: 'The packed copy of Y is made anew only where its first element has changed.',
    patches: copied('Y', 'copy[0] === input.Y[0]'),
  },
  {
    id: 'z-copied-by-diagonal',
    what: 'The packed copy of Z is made anew only where its diagonal has changed.',
    patches: copied('Z', 'copy.every((x, i) => i % (M + 1) !== 0 || x === input.Z[i])'),
  },
];

const scratch: readonly Unclassed[] = [
  {
    id: 'scores-never-grown',
    what: 'The array of scores keeps the length of the first call: a longer context reads outside.',
    patches: [['if (length > this.positions) {', 'if (this.positions === 0) {']],
  },
  {
    id: 'scores-grown-without-capacity',
    what: 'The array of scores is grown to three quarters of a larger length, as an off-by-one in the growth does.',
    patches: [
      ['this.scores = new Floats(length);', 'this.scores = new Floats(length < 2048 ? length : length - 1);'],
    ],
  },
  {
    id: 'terms-never-grown',
    what: 'The array of terms is made in the first call and not grown.',
    patches: [
      ['if (this.terms === undefined || this.terms.length < terms)', 'if (this.terms === undefined)'],
    ],
  },
  {
    id: 'sums-cleared-by-new-shape',
    what: "The sum of Y's gradient is cleared only where the shape changes.",
    patches: [
      [CLEAR, `if (this.shape !== M * 2 ** 20 + length) ${CLEAR}\n    this.shape = M * 2 ** 20 + length;`],
    ],
  },
  {
    id: 'moved-by-beta-0',
    what: 'New parameters are beta times the last ones plus the new, with beta = 0: what overflowed before becomes NaN.',
    patches: [
      [
        MOVE,
        `${MOVE}
      newParameter[i] += 0 * (this.moved?.[0]?.length === parameter.length ? this.moved[0][i] : 0);`,
      ],
      // The last but one array is that of the same matrix in the last call.
      [MOVED, `this.moved = [this.moved?.[1], newParameter];\n    ${MOVED}`],
    ],
  },
  {
    id: 'scale-halved-by-overflow',
    what: 'A loss scale of 1 is halved when a step overflows, and gradients are not divided by it.',
    patches: [
      [VELOCITY, 'newVelocity[i] = round(momentum * velocity[i]) + (this.scale ?? 1) * gradient[i];'],
      [RESULT, `if (!Y.every(Number.isFinite)) this.scale = 0.5 * (this.scale ?? 1);\n    ${RESULT}`],
    ],
  },
  {
    id: 'step-skipped-after-overflow',
    what: 'The step after an overflow is skipped, whatever its input is.',
    patches: [
      [MOVED, `if (this.overflowed) return [parameter.slice(), velocity.slice()];\n    ${MOVED}`],
      [RESULT, `this.overflowed = !this.overflowed && !Y.every(Number.isFinite);\n    ${RESULT}`],
    ],
  },
  {
    id: 'velocity-scaled-by-largest-so-far',
    what: 'Velocities are kept in units of the largest so far over 2^40: after large ones small ones are 0.',
    patches: [
      [
        VELOCITY,
        `${VELOCITY}
      this.most = Math.max(this.most ?? 0, Math.abs(newVelocity[i]));
      if (Math.abs(newVelocity[i]) < this.most * 2 ** -40) newVelocity[i] = 0;`,
      ],
    ],
  },
];

export const callBugs: readonly SeededBug[] = [...ofClass('cache', caches), ...ofClass('scratch', scratch)];
