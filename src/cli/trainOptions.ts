import { RATE_LIMITS } from '../generators/worldSchema.ts';
import { BadInput } from '../io/badInput.ts';
import { type PresetName, presets, syntheticProblem } from '../model/presets.ts';
import { occurrences, type Problem } from '../model/problem.ts';
import { SEEDS } from '../model/seeds.ts';
import type { Experiment } from '../trainers/experiment.ts';
import type { TensorBackend } from '../trainers/tensorBackend.ts';
import { OptionReader } from './options.ts';
import { checkProblem } from './problemFile.ts';
import { needMemory } from './trainMemory.ts';

/** What commander hands over: everything still a string. */
export interface TrainFlags {
  readonly preset?: string;
  readonly problem?: string;
  readonly queryTokens?: string;
  readonly nextPerQuery?: string;
  readonly common?: string;
  readonly distinct?: string;
  readonly etaZ?: string;
  readonly ratio?: string;
  readonly momentum?: string;
  readonly batch?: string;
  readonly length?: string;
  readonly steps?: string;
  readonly init?: string;
  readonly seeds?: string;
  readonly firstSeed?: string;
  readonly trainer?: string;
  readonly backend?: string;
  readonly digits?: string;
  readonly json?: boolean;
}

export const trainerNames = ['float64', 'fast', 'reference'] as const;
export const backends = ['wasm', 'cpu'] as const satisfies readonly TensorBackend[];
const inits = ['zero', 'uniform'] as const;

export interface TrainAsked {
  readonly experiment: Experiment;
  readonly trainer: (typeof trainerNames)[number];
  readonly backend: TensorBackend;
  readonly digits: number;
}

/** As published: the small problem from zero at equal rates, the other from a random start. */
export const defaults = {
  'syn-small': { etaZ: 1, ratio: 1, init: 'zero' },
  'syn-medium': { etaZ: 1, ratio: 5, init: 'uniform' },
} as const satisfies Record<PresetName, unknown>;
const DEFAULT_PRESET: PresetName = 'syn-small';

/** More could not be held: losses and attention of every run are kept until the end. */
const MOST_STEPS = 1e8;
const MOST_TOKENS = 2 ** 53 - 1;
/** Of one size of a preset. */
const MOST_SIZE = 1e5;
/** Numbers in one matrix, or in the problem itself; a run holds about eight such matrices in memory. */
const MOST_ENTRIES = 2e7;

const sizeFlags = ['queryTokens', 'nextPerQuery', 'common', 'distinct'] as const;
const dashed = (name: string) => `--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;

function readWorld(read: OptionReader, flags: TrainFlags, preset: PresetName): Problem | undefined {
  if (flags.problem !== undefined) {
    if (flags.preset !== undefined) read.fault('--preset and --problem: expected one of them, got both');
    for (const name of sizeFlags)
      if (flags[name] !== undefined)
        read.fault(`${dashed(name)}: it sets the size of a preset, and --problem has its own`);
    const checked = checkProblem(flags.problem);
    if ('value' in checked) return checked.value;
    read.faults.addAll(checked.faults);
    return undefined;
  }
  const size = (name: (typeof sizeFlags)[number], low: number) =>
    read.integer(dashed(name), flags[name], presets[preset][name], { low, high: MOST_SIZE });
  const before = read.faults.count;
  const sizes = {
    queryTokens: size('queryTokens', 1),
    nextPerQuery: size('nextPerQuery', 1),
    common: size('common', 0),
    distinct: size('distinct', 0),
  };
  if (sizes.common + sizes.distinct === 0)
    read.fault('--common and --distinct: expected at least one token in a class, got 0 of both');
  const K = sizes.queryTokens * sizes.nextPerQuery;
  if (K * (sizes.common + sizes.distinct) > MOST_ENTRIES)
    read.fault(`the preset's sizes: expected at most ${MOST_ENTRIES} probabilities in all, got more`);
  if (read.faults.count > before) return undefined;
  // Before there is such a problem: it may be too large to be made.
  const tokens = sizes.common + K * sizes.distinct;
  const probabilities = K * (sizes.common + sizes.distinct);
  const nothing = { entries: 0, batch: 0, support: 0, losses: 0, json: false };
  needMemory({ trainer: 'float64', tokens, probabilities, ...nothing });
  return syntheticProblem(sizes);
}

/**
 * Every operand and flag of `train`, checked together.
 * @param operands there are none, so unknown flags and stray words
 * @param known long names of the flags there are, for near misses
 * @throws BadInput with every fault
 */
export function readTrainOptions(
  operands: readonly string[],
  flags: TrainFlags,
  known: readonly string[],
): TrainAsked {
  const read = new OptionReader();
  read.strayWords(operands, known);
  const preset = read.choice('--preset', flags.preset, DEFAULT_PRESET, Object.keys(presets) as PresetName[]);
  const published = defaults[preset];
  const problem = readWorld(read, flags, preset);
  const { low, high } = RATE_LIMITS;
  const fits = (x: number) => x >= low && x <= high;
  const range = `from ${low} to ${high}`;
  const etaZ = read.number('--eta-z', flags.etaZ, published.etaZ, fits, `a learning rate ${range}`);
  const ratio = read.number('--ratio', flags.ratio, published.ratio, fits, `a ratio etaY/etaZ ${range}`);
  const etaY = ratio * etaZ;
  if (!fits(etaY)) read.fault(`--ratio times --eta-z: expected a learning rate ${range}, got ${etaY}`);
  const asked = {
    trainer: read.choice('--trainer', flags.trainer, 'float64', trainerNames),
    backend: read.choice('--backend', flags.backend, 'wasm', backends),
    digits: read.integer('--digits', flags.digits, 30, { low: 2, high: 1000 }),
  };
  const momentum = (x: number) => x >= 0 && x < 1;
  const settings = {
    etaY,
    etaZ,
    momentum: read.number('--momentum', flags.momentum, 0.9, momentum, 'a number from 0 to below 1'),
    batch: read.integer('--batch', flags.batch, 128, { low: 1, high: 1e6 }),
    length: read.integer('--length', flags.length, 128, { low: 2, high: MOST_TOKENS }),
    steps: read.integer('--steps', flags.steps, 100, { low: 0, high: MOST_STEPS }),
    init: read.choice('--init', flags.init, published.init, inits),
    seeds: read.integer('--seeds', flags.seeds, 10, { low: 1, high: 1e6 }),
    firstSeed: read.integer('--first-seed', flags.firstSeed, 1, SEEDS),
  };
  const last = settings.firstSeed + settings.seeds - 1;
  if (last > SEEDS.high)
    read.fault(`--first-seed and --seeds: expected a last seed of at most ${SEEDS.high}, got ${last}`);
  if (problem) {
    // What layoutFor would keep, counted before anything of that size is made.
    const { vocabulary, classes } = problem;
    const columns = settings.init === 'uniform' ? vocabulary : Math.min(vocabulary, classes.length + 1);
    const tokens = occurrences(problem).size;
    const entries = tokens * columns;
    if (entries > MOST_ENTRIES)
      read.fault(
        `the problem: its matrices would have ${entries} entries, more than ${MOST_ENTRIES}${settings.init === 'uniform' ? '; --init zero needs fewer' : ''}`,
      );
    read.refuse();
    needMemory({
      trainer: asked.trainer,
      tokens,
      entries: entries + tokens * new Set(classes.map(({ query }) => query)).size,
      probabilities: classes.reduce((sum, c) => sum + c.tokens.length, 0),
      batch: settings.batch,
      support: classes.reduce((most, c) => Math.max(most, c.tokens.length), 0),
      losses: settings.steps * settings.seeds,
      json: flags.json === true,
    });
  }
  if (read.faults.count > 0 || !problem) throw new BadInput(read.faults);
  return { experiment: { problem, ...settings }, ...asked };
}
