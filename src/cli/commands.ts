/** Every command with its options, as data: what it reads, its help and its faults come from here. */

import { entries } from '../bench/backends.ts';
import { ENCLOSURE_LIBRARIES } from '../decide/libraries.ts';
import { attentionKernels } from '../model/attentionKernels.ts';
import { normalisers } from '../model/model.ts';
import { optimisers } from '../model/optimiser.ts';
import { type PresetName, presets } from '../model/presets.ts';
import {
  BATCHES,
  EXPERIMENT_RUNS,
  EXPERIMENT_STEPS,
  EXPLAIN_STEPS,
  HEADS,
  LENGTHS,
  MOMENTUM,
  PROBLEM_SIZES,
  RATE_LIMITS,
  RECALL,
  RESIDUAL,
  TOKENS,
} from '../model/ranges.ts';
import { DEFAULT_SEED, SEEDS } from '../model/seeds.ts';
import type { TensorBackend } from '../trainers/tensorBackend.ts';
import { DEFAULT_RUNS, DIGITS, FULL_RUNS, RUNS } from '../verify/sizes.ts';
import { atlas } from './atlasOptions.ts';
import { type Command, forOption, jsonOption, workersOption } from './command.ts';
import { campaign, worker } from './fleetCommands.ts';
import { kernel } from './kernelOptions.ts';
import {
  choiceOption,
  choicesOption,
  flagOption,
  folderOption,
  type GivenWords,
  integerOption,
  listOption,
  numberOption,
  numbersOption,
  rare,
  stepTimeOption,
  textOption,
} from './options.ts';
import { fleetOptions } from './queueOptions.ts';
import { LANGUAGES } from './templates.ts';

const verify = {
  summary: 'test every claim of the paper on random worlds, on every rung',
  does: ['Tests claims of the paper, or your own, on random worlds; all if none is named.'],
  operand: '[claim or module...]',
  options: {
    list: flagOption('print claims, rungs and expected verdicts; run nothing'),
    findings: flagOption('only the lines of the paper to mend; these too, if named'),
    all: flagOption('everything in full: what is checked, every finding'),
    counterexamples: flagOption('print the worlds in which a statement is false'),
    rung: listOption('<id...>', 'only these rungs (versions of the dynamics)'),
    runs: integerOption(`random worlds of a row, times its share (default ${DEFAULT_RUNS})`, RUNS),
    thorough: flagOption(`${FULL_RUNS} worlds; continues after an interruption`),
    for: forOption,
    seed: integerOption(`seed of the worlds, or random (default ${DEFAULT_SEED})`, SEEDS),
    report: folderOption('write report.html, junit.xml, result.json, pictures here'),
    certificates: folderOption('write what an independent checker needs here'),
    json: jsonOption,
    workers: workersOption,
    digits: rare(integerOption('most decimal digits of an enclosure', DIGITS)),
    arithmetic: rare(
      choiceOption('<name>', 'of enclosures: decimal (default), or mpfr if installed', ENCLOSURE_LIBRARIES),
    ),
    path: textOption('<path>', 'one world: the path or file of a replay command'),
    ...fleetOptions,
  },
  exit: {
    expected: 'all as expected',
    failed: 'otherwise',
    interrupted: 'what was decided is printed',
  },
} as const satisfies Command;

const trainerNames = ['float64', 'fast', 'reference'] as const;
const backends = ['wasm', 'cpu'] as const satisfies readonly TensorBackend[];
const inits = ['zero', 'uniform'] as const;
const kernelIds = attentionKernels.map(({ id }) => id);

/** As published: the small problem from zero at equal rates, the other from a random start. */
export const published = {
  'syn-small': { etaZ: 1, ratio: 1, init: 'zero' },
  'syn-medium': { etaZ: 1, ratio: 5, init: 'uniform' },
} as const satisfies Record<PresetName, unknown>;

const { 'syn-small': small, 'syn-medium': medium } = presets;
const size = (says: string, name: keyof typeof small, low: number) =>
  rare(
    integerOption(
      `${says} (default ${small[name] === medium[name] ? small[name] : `small ${small[name]}, medium ${medium[name]}`})`,
      { ...PROBLEM_SIZES, low },
    ),
  );
const batch = rare(integerOption('sequences of a step', BATCHES, 128));
const length = integerOption('T: tokens of a sequence with its query', LENGTHS, 128);

const train = {
  summary: 'train on a published problem or your own; losses and attention',
  does: [
    'Trains the 1-layer transformer by stochastic gradient ascent on sampled sequences, one run per seed; prints losses, attention and its entropy.',
  ],
  options: {
    preset: choiceOption(
      '<name>',
      'published problem: syn-small (default) or syn-medium',
      Object.keys(presets) as PresetName[],
    ),
    problem: textOption('<file>', 'your own problem: JSON, see fixtures/problem.schema.json'),
    queryTokens: size('query tokens', 'queryTokens', 1),
    nextPerQuery: size('next tokens of a query token', 'nextPerQuery', 1),
    common: size('common tokens', 'common', 0),
    distinct: size('distinct tokens of a next token', 'distinct', 0),
    etaZ: numberOption('<rate>', 'learning rate of attention (default 1)', RATE_LIMITS),
    ratio: numberOption('<x>', 'etaY/etaZ (default small 1, medium 5)', RATE_LIMITS),
    momentum: rare(numberOption('<x>', 'from 0 to below 1', MOMENTUM, 0.9)),
    batch,
    length: rare(length),
    expected: rare(flagOption('the expected gradient, with T to infinity: nothing is drawn')),
    steps: integerOption('steps of a run', EXPERIMENT_STEPS, 100),
    init: rare(choiceOption('<start>', 'zero, or uniform on +-1/sqrt(M) (default small zero)', inits)),
    seeds: integerOption('runs', EXPERIMENT_RUNS, 10),
    firstSeed: rare(integerOption('seed of the first run; the others follow', SEEDS, 1)),
    optimiser: rare(
      choiceOption('<name>', `${optimisers.join(', ')}; sgd alone reads the momentum`, optimisers, 'sgd'),
    ),
    attention: rare(
      choiceOption('<name>', `what multiplies the counts: ${kernelIds.join(', ')}`, kernelIds, 'exp'),
    ),
    normaliser: rare(
      choiceOption('<name>', `from attention to features: ${normalisers.join(', ')}`, normalisers, 'length'),
    ),
    residual: rare(numberOption('<x>', "lambda of the query's own feature", RESIDUAL, 0)),
    heads: rare(integerOption('attention heads', HEADS, 1)),
    layout: rare(
      choiceOption('<name>', 'full: all M rows and columns, as the published code has them', [
        'full',
      ] as const),
    ),
    recall: rare(numbersOption('<x...>', 'thresholds of attention at which --json gives the recall', RECALL)),
    trainer: choiceOption('<name>', 'float64, fast (tfjs), reference (decimals)', trainerNames, 'float64'),
    backend: rare(choiceOption('<name>', 'of the fast trainer: wasm (default) or cpu', backends)),
    digits: rare(integerOption('of the reference (default 30)', { low: 2, high: 1000 })),
    report: folderOption('write report.html, pictures, steps.csv, run.jsonl here'),
    watch: flagOption('draw attention, entropy and loss in the terminal meanwhile'),
    json: jsonOption,
  },
  exit: {
    expected: 'done',
    failed: 'a run reached numbers that are not finite',
    interrupted: 'finished runs are printed',
  },
} as const satisfies Command;

const backendIds = entries.map(({ id }) => id);

const bench = {
  summary: 'measure what precision costs: correct digits against speed',
  does: [
    'Gives every backend the same work: correct digits, time and memory of a step; times published training, many worlds at once, and how a step grows. Takes five minutes on two cores, which should be idle.',
  ],
  options: {
    backend: choicesOption(`of ${backendIds.join(', ')} (default all)`, backendIds),
    quick: flagOption('fewer worlds and shorter measurements: at most a minute'),
    problem: textOption('<file>', 'your own problem, in place of the shared work'),
    compare: textOption('<file>', 'bench.json of an earlier run here: what is slower now'),
    report: folderOption('write bench.json, frontier.svg and scaling.svg here'),
    json: jsonOption,
  },
  exit: { expected: 'done', interrupted: 'finished rows are printed' },
} as const satisfies Command;

const explain = {
  summary: 'predict which tokens of a world gain attention, which lose it, and why',
  does: [
    'Predicts for every token of one world whether it gains or loses attention, and trains beside it. The world: a problem file, one with "problem", "Z" and "rates", or a kept counterexample.',
  ],
  operand: '<world.json>',
  options: {
    steps: integerOption('steps of training (default four times the onset of the snap)', EXPLAIN_STEPS),
    batch,
    length,
    seed: integerOption('seed of the sampled sequences', SEEDS, 1),
    token: numbersOption('<id...>', 'only these tokens, in full', TOKENS),
    all: flagOption('every token in full: numbers, reason, course in training'),
    json: jsonOption,
  },
  exit: { expected: 'done', interrupted: 'nothing is printed' },
} as const satisfies Command;

const check = {
  summary: 'judge a recorded training run that your own loop made',
  does: [
    'Judges a recorded run: the four claims, token by token; whether a freeze is numerical; and what our trainer does from the same start. The run: JSON lines, an .npz file, or a folder of .npy files (docs/runs.md).',
  ],
  operand: '<run>',
  options: {
    problem: textOption('<file>', 'the problem, where it is not in the record'),
    all: flagOption('every token and class'),
    seeds: integerOption('sampled trainings to compare with; 0: none', { low: 0, high: 9999 }, 99),
    json: jsonOption,
  },
  exit: { expected: 'judged', interrupted: 'what is decided is printed' },
} as const satisfies Command;

const init = {
  summary: 'write a small kernel or claim that works, to begin with',
  does: [
    'Writes a training kernel that passes, or a claim that holds, how to run it, and a workflow for GitHub, into a new folder or this one. No file that is there is replaced.',
  ],
  operand: '<kernel or claim> [dir]',
  options: {
    lang: choiceOption('<name>', `of a kernel: ${LANGUAGES.join(', ')}`, LANGUAGES),
  },
  exit: { expected: 'the files are written', interrupted: 'no file is half written' },
} as const satisfies Command;

const recommend = {
  summary: 'the cheapest arithmetic that keeps so many digits over so many steps',
  does: [
    'Trains in one arithmetic after the other and says which one keeps the digits at the least cost, measured on this machine, and which come next.',
  ],
  options: {
    digits: numberOption('<n>', 'correct digits to keep, from 1 to 90', { low: 1, high: 90 }),
    steps: integerOption('steps of training', { ...EXPERIMENT_STEPS, low: 1 }, 1000),
    within: stepTimeOption('most time of a step, as 500us or 1ms'),
    problem: textOption('<file>', 'your own problem (default the published small one)'),
    etaZ: numberOption('<rate>', 'learning rate of attention', RATE_LIMITS, 1),
    ratio: numberOption('<x>', 'etaY/etaZ', RATE_LIMITS, 1),
    momentum: numberOption('<x>', 'from 0 to below 1', MOMENTUM, 0.875),
    json: jsonOption,
  },
  exit: {
    expected: 'one is recommended',
    failed: 'nothing keeps the digits in the time',
    interrupted: 'what was measured is printed',
  },
} as const satisfies Command;

const lab = {
  summary: 'see scan and snap happen, in a browser',
  does: [
    'Serves the lab to this machine alone, and opens a browser: attention as it moves, beside what the theory draws, with worlds, rates, models and numeric formats to choose. Ctrl-C ends it.',
  ],
  options: {
    port: integerOption('0: any free one (default 4417, if it is free)', { low: 0, high: 65535 }),
    noOpen: flagOption('only print the address'),
  },
  exit: { expected: 'a signal ended it' },
} as const satisfies Command;

export const commands = {
  ...{ verify, kernel, train, check, atlas, bench, recommend, explain, lab, init },
  ...{ worker, campaign },
};
export type CommandName = keyof typeof commands;

/** What the words of a command say. */
export type CommandInput<Name extends CommandName> = GivenWords<(typeof commands)[Name]['options']>;

export const isCommand = (name: string): name is CommandName => Object.hasOwn(commands, name);
