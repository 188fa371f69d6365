/** Documents of the right shape with inconsistent content: numbers out of range, wrong sums, sizes and names. */
import { type Damage, edited } from './damages.ts';
import { readers } from './documents.ts';

// biome-ignore lint/suspicious/noExplicitAny: documents are changed in ways that their types forbid
type Any = any;
type Edit = readonly [name: string, change: (document: Any) => void, says?: RegExp];

const of = (reader: string, edits: readonly Edit[]): Damage[] => {
  const { text } = readers.find(({ name }) => name === reader)!;
  return edits.map(([name, change, says = /expected|must|twice|belongs|of this part|same cell/]) =>
    edited(text, name, change, says),
  );
};

/** Cases for a problem; `sum` if its probabilities must sum to 1. */
const problemEdits = (at: (document: Any) => Any, sum: boolean): Edit[] => [
  ['a vocabulary of 1', (d) => (at(d).vocabulary = 1)],
  ['a vocabulary below the tokens', (d) => (at(d).vocabulary = 2)],
  ['a vocabulary of 1e300', (d) => (at(d).vocabulary = 1e300)],
  ['no classes', (d) => (at(d).classes = [])],
  ['a class of no tokens', (d) => Object.assign(at(d).classes[0], { tokens: [], probabilities: [] })],
  ['a token twice', (d) => (at(d).classes[0].tokens[1] = at(d).classes[0].tokens[0])],
  ['a token of -1', (d) => (at(d).classes[0].tokens[0] = -1)],
  ['a token of 0.5', (d) => (at(d).classes[0].tokens[0] = 0.5)],
  ['a token of 2^32', (d) => (at(d).classes[0].tokens[0] = 2 ** 32 * 1e9)],
  ['a next token twice', (d) => (at(d).classes[1].next = at(d).classes[0].next)],
  ['a query outside', (d) => (at(d).classes[0].query = at(d).vocabulary)],
  ['a probability less', (d) => at(d).classes[0].probabilities.pop()],
  ['a probability of 0', (d) => (at(d).classes[0].probabilities[0] = 0)],
  ['a probability below 0', (d) => (at(d).classes[0].probabilities[0] = -1)],
  ['a weight of 0', (d) => (at(d).classes[0].weight = 0)],
  ['a weight below 0', (d) => (at(d).classes[0].weight = -1)],
  ['weights that overflow', (d) => at(d).classes.map((c: Any) => (c.weight = 1.5e308))],
  ['weights that underflow', (d) => Object.assign(at(d).classes[1], { weight: 1e-320 })],
  ['100,000 wrong classes', (d) => (at(d).classes = Array(100_000).fill(5)), /and 99,9\d\d more/],
  [
    '100,000 wrong tokens',
    (d) => (at(d).classes[0].tokens = Array(100_000).fill(-1)),
    /and \d\d\d?,\d\d\d more/,
  ],
  ...(sum
    ? ([
        ['a sum below 1', (d) => (at(d).classes[0].probabilities[0] /= 2)],
        ['a sum above 1', (d) => (at(d).classes[0].probabilities[0] *= 2)],
      ] as Edit[])
    : ([
        ['shares that overflow', (d) => at(d).classes[0].probabilities.fill(1.7e308)],
        ['shares that underflow', (d) => (at(d).classes[0].probabilities[0] = 1e-320)],
      ] as Edit[])),
];

const rateEdits = (at: (document: Any) => Any): Edit[] => [
  ['a rate of 0', (d) => (at(d).etaY = 0)],
  ['a rate below 0', (d) => (at(d).etaY = -1)],
  ['a rate that overflows', (d) => (at(d).etaZ = 1e308)],
  ['a rate that underflows', (d) => (at(d).etaZ = 1e-320)],
  ['a momentum of 1', (d) => (at(d).momentum = 1)],
  ['a momentum below 0', (d) => (at(d).momentum = -0.5)],
  ['a momentum of 2', (d) => (at(d).momentum = 2)],
];

const itself = (d: Any) => d;
const inWorld = (d: Any) => d.world;
const problemOfWorld = (d: Any) => d.world.problem;

const matrixEdits = (name: string): Edit[] => [
  [`${name}: a row less`, (d) => d.world[name].pop()],
  [`${name}: a row more`, (d) => d.world[name].push(d.world[name][0])],
  [`${name}: a number more`, (d) => d.world[name][0].push(0)],
  [`${name}: a number less`, (d) => d.world[name][0].pop()],
  [`${name}: a number of 1e300`, (d) => (d.world[name][0][0] = 1e300)],
];

const counter: Edit[] = [
  ['another claim', (d) => (d.claim = 'correlation')],
  ['another rung', (d) => (d.rung = 'algebra')],
  ['a claim that is none', (d) => (d.claim = '__proto__')],
  ['version 2', (d) => (d.schema = 2)],
  ['no world', (d) => delete d.world],
  ['an empty world', (d) => (d.world = {})],
  ['a seed that is no integer', (d) => (d.seed = 0.5)],
  ['a seed of 2^32', (d) => (d.seed = 2 ** 32)],
  [
    'a margin above 0',
    (d) => (d.margin.value = 0.5),
    /margin\.value: expected a number of at most 0, got 0\.5/,
  ],
  ['a time before 0', (d) => (d.margin.time = -1)],
  ...['::', '', '1:', 'x', '-1', '0.5', '1 2'].map(
    (path): Edit => [
      `a path of ${JSON.stringify(path)}`,
      (d) => (d.path = path),
      /path: expected numbers joined by colons/,
    ],
  ),
];

export const senseDamages: Readonly<Record<string, readonly Damage[]>> = {
  'problem of train': of('problem of train', problemEdits(itself, true)),
  'problem of explain': of('problem of explain', problemEdits(itself, true)),
  'world of explain': of('world of explain', [
    ...problemEdits((d) => d.problem, true),
    ...rateEdits((d) => d.rates),
    ['null rates', (d) => (d.rates = null)],
    ['null logits', (d) => (d.Z = null)],
    ['null steps', (d) => (d.steps = null)],
    ['steps of 0', (d) => (d.steps = 0)],
    ['steps of 1e9', (d) => (d.steps = 1e9)],
    ['logits of no query', (d) => (d.Z = { 4: { 0: 1 } })],
    ['logits of no token', (d) => (d.Z = { 5: { 8: 1 } })],
    ['logits of 1e300', (d) => (d.Z = { 5: { 0: 1e300 } })],
    ['logits of another shape', (d) => (d.Z = [[1]])],
    ['100,000 wrong logits', (d) => (d.Z = [Array(100_000).fill('x')]), /and 99,980 more/],
    ['version 2', (d) => (d.schema = 2)],
  ]),
  'kept case of explain': of('kept case of explain', [
    ...problemEdits(problemOfWorld, false),
    ...rateEdits((d) => d.world.rates),
    ...counter,
  ]),
  'kept case of discriminative on sgd': of('kept case of discriminative on sgd', [
    ...problemEdits(problemOfWorld, false),
    ...rateEdits((d) => d.world.rates),
    ...counter,
    ['steps of 0', (d) => (d.world.steps = 0)],
    ['steps of 1e7', (d) => (d.world.steps = 1e7)],
    ['a batch of 0', (d) => (d.world.batch = 0)],
    ['a length of 1', (d) => (d.world.length = 1)],
    ['a seed of 1e300', (d) => (d.world.seed = 1e300)],
  ]),
  'kept case of frequency on flow': of('kept case of frequency on flow', [
    ...problemEdits(problemOfWorld, false),
    ...rateEdits((d) => d.world.rates),
    ...counter,
    ['an end of -1', (d) => (d.world.end = -1)],
    ['an end of 0', (d) => (d.world.end = 0)],
    ['an end of 1e300', (d) => (d.world.end = 1e300)],
    ['momentum in a flow', (d) => (d.world.rates.momentum = 0.5)],
  ]),
  'kept case of gradient on sgd': of('kept case of gradient on sgd', [
    ...['Y', 'Z', 'directionY', 'directionZ'].flatMap(matrixEdits),
    ['a class that is none', (d) => (d.world.cls = 99)],
    ['a class of -1', (d) => (d.world.cls = -1)],
    ['counts of 0', (d) => d.world.counts.fill(0)],
    ['a count of -1', (d) => (d.world.counts[0] = -1)],
    ['a count more', (d) => d.world.counts.push(1)],
    ['another problem', (d) => d.world.problem.classes.pop()],
  ]),
  'kept case of attention-dynamics on two-timescale': of('kept case of attention-dynamics on two-timescale', [
    ...['Z', 'inside', 'outside', 'direction'].flatMap(matrixEdits),
    ['a reading of 0', (d) => (d.world.reading = 0)],
    ['a reading of 1e4', (d) => (d.world.reading = 1e4)],
  ]),
  'kept case of phase on single-ct': of('kept case of phase on single-ct', [
    ...rateEdits(inWorld).slice(0, 2),
    ['a vocabulary of 1', (d) => (d.world.vocabulary = 1)],
    ['no classes', (d) => (d.world.classes = 0)],
    ['half a class', (d) => (d.world.classes = 2.5)],
    ['C0 of 0', (d) => (d.world.C0 = 0)],
    ['a reading of -1', (d) => (d.world.scan = -1)],
    ['a reading of 1e9', (d) => (d.world.snap = 1e9)],
    ['a side that is none', (d) => (d.world.side = 'left')],
  ]),
  'kept case of scan-curve on two-timescale': of('kept case of scan-curve on two-timescale', [
    ['a scan of 1', (d) => (d.world.scan[0] = 1)],
    ['a scan below 0', (d) => (d.world.scan[0] = -0.5)],
    ['a scan more', (d) => d.world.scan.push(0)],
    ['a common logit more', (d) => d.world.common.push(0)],
    ['a scan that is a number', (d) => (d.world.scan = 0.5)],
  ]),
  'kept case of this machine': of('kept case of this machine', [
    ...problemEdits(problemOfWorld, false).filter(([name]) => !name.startsWith('100,000')),
    ...counter,
    ...matrixEdits('Z'),
  ]),
  'saved case of a kernel': of('saved case of a kernel', [
    ['version 2', (d) => (d.schema = 2)],
    ['no calls', (d) => (d.calls = [])],
    ['another dtype', (d) => (d.calls[0].dtype = 'float32')],
    ['float16', (d) => (d.calls[0].dtype = 'float16')],
    ...['contexts', 'queries', 'targets'].flatMap((name): Edit[] => [
      [`${name}: an id of 0.5`, (d) => (d.calls[0][name][0] = 0.5)],
      [`${name}: an id of 2^32`, (d) => (d.calls[0][name][0] = 2 ** 32)],
      [`${name}: an id of -1`, (d) => (d.calls[0][name][0] = -1)],
      [`${name}: an id outside`, (d) => (d.calls[0][name][0] = d.calls[0].vocabulary)],
      [`${name}: none`, (d) => (d.calls[0][name] = [])],
      [`${name}: one more`, (d) => d.calls[0][name].push(0)],
    ]),
    ...['Y', 'Z', 'velocityY', 'velocityZ'].flatMap((name): Edit[] => [
      [`${name}: a number less`, (d) => d.calls[0][name].pop()],
      [`${name}: a number more`, (d) => d.calls[0][name].push(0)],
      [`${name}: null`, (d) => (d.calls[0][name][0] = null)],
    ]),
    ['a momentum of 2', (d) => (d.calls[0].momentum = 2)],
    ['a momentum of 1', (d) => (d.calls[0].momentum = 1)],
    ['a momentum below 0', (d) => (d.calls[0].momentum = -1)],
    ['a rate below 0', (d) => (d.calls[0].etaY = -1)],
    ['a vocabulary of 0', (d) => (d.calls[0].vocabulary = 0)],
    ['a vocabulary of 1e9', (d) => (d.calls[0].vocabulary = 1e9)],
    ['a context of 0', (d) => (d.calls[0].contextLength = 0)],
    ['calls of two dtypes', (d) => d.calls.push({ ...d.calls[0], dtype: 'float32' })],
    ['100,000 wrong numbers', (d) => (d.calls[0].Y = Array(100_000).fill('x')), /and 99,9\d\d more/],
  ]),
  'part of an atlas': of('part of an atlas', [
    ['version 2', (d) => (d.schema = 2)],
    ['a width of -5', (d) => (d.width = -5)],
    ['a width of 0', (d) => (d.width = 0)],
    ['a width of 2', (d) => (d.width = 2)],
    ['a width that is not reached', (d) => (d.width = 0.01)],
    ['stages of its own', (d) => (d.stages = [10])],
    ['a stage less', (d) => d.stages.pop()],
    ['a stage more', (d) => d.stages.push(2048)],
    ['no stages', (d) => (d.stages = [])],
    ['another confidence', (d) => (d.confidence = 0.5)],
    ['no claims', (d) => (d.claims = [])],
    ['a claim twice', (d) => d.claims.push('snap')],
    ['claims in another order', (d) => (d.claims = ['snap', 'frequency'])],
    ['a claim without cells', (d) => (d.claims = ['frequency', 'snap'])],
    ['a claim that is none', (d) => (d.claims = ['snip'])],
    ['no slices', (d) => (d.slices = [])],
    ['a slice twice', (d) => d.slices.push('momentum')],
    ['another slice', (d) => (d.slices = ['batch'])],
    ['a cell less', (d) => d.cells.pop()],
    ['a cell twice', (d) => d.cells.push(d.cells[0])],
    ['no cells', (d) => (d.cells = [])],
    ['a cell of no setting', (d) => (d.cells[0].setting = 'ratio=7')],
    ['a cell of another claim', (d) => (d.cells[0].claim = 'frequency')],
    ['more violated than worlds', (d) => (d.cells[0].violated = 33)],
    ['limits of others', (d) => (d.cells[0].high = 0.5)],
    ['worlds of no stage', (d) => (d.cells[0].worlds = 33)],
    ['a shard that is none', (d) => (d.shard = '3-of-2')],
    ['a shard of nonsense', (d) => (d.shard = 'nonsense')],
    ['a shard of 0', (d) => (d.shard = '0-of-2')],
    ['another shard', (d) => (d.shard = '1-of-2')],
    ['a seed of 1e300', (d) => (d.seed = 1e300)],
    ['100,000 wrong cells', (d) => (d.cells = Array(100_000).fill({})), /and [45]\d\d,\d\d\d more/],
  ]),
  'rows of an interrupted run': of('rows of an interrupted run', [
    ['version 2', (d) => (d.schema = 2), /damaged/],
    ['another sum', (d) => (d.sum = 'z'), /damaged/],
    ['a row of its own', (d) => d.rows.push({}), /damaged/],
  ]),
};
