/** `snapcheck train`: its input, checked together, and the run. */
import { basename } from 'node:path';
import { progressStream, tellUnwritten } from '../io/streams.ts';
import { attentionKernels } from '../model/attentionKernels.ts';
import { paperModel } from '../model/model.ts';
import { presets, syntheticProblem } from '../model/presets.ts';
import type { Problem } from '../model/problem.ts';
import { occurrences } from '../model/problem.ts';
import { MOST_ENTRIES, RATE_LIMITS } from '../model/ranges.ts';
import { SEEDS } from '../model/seeds.ts';
import { wrap } from '../report/format.ts';
import { Recorder } from '../runs/record.ts';
import { type Experiment, runExperiment } from '../trainers/experiment.ts';
import type { Trainer } from '../trainers/trainer.ts';
import { type CommandInput, published } from './commands.ts';
import { EXIT } from './exit.ts';
import { interruptible, type Watch } from './interrupt.ts';
import { checkNoOperands, flagOf, sameWords } from './options.ts';
import { checkProblem } from './problemFile.ts';
import { needMemory } from './trainMemory.ts';
import { trainSummary } from './trainSummary.ts';
import { drawable, type TrainView, trainView } from './trainView.ts';

/** Numbers in one matrix, or in the problem itself; a run holds about eight such matrices in memory. */

const sizeNames = ['queryTokens', 'nextPerQuery', 'common', 'distinct'] as const;

/** The problem to train on; undefined where it has faults. */
function readWorld({ values, words, checks }: CommandInput<'train'>): Problem | undefined {
  if (values.problem !== undefined) {
    if (words.has('preset')) checks.fault('--preset and --problem: expected one of them, got both');
    for (const name of sizeNames)
      if (words.has(name))
        checks.fault(`${flagOf(name)}: it sets the size of a preset; leave it out with --problem`);
    const checked = checkProblem(values.problem);
    if ('value' in checked) return checked.value;
    checks.faults.addAll(checked.faults);
    return undefined;
  }
  const preset = presets[values.preset ?? 'syn-small'];
  const sizes = Object.fromEntries(sizeNames.map((name) => [name, values[name] ?? preset[name]])) as Record<
    (typeof sizeNames)[number],
    number
  >;
  const K = sizes.queryTokens * sizes.nextPerQuery;
  const probabilities = K * (sizes.common + sizes.distinct);
  if (probabilities === 0)
    checks.fault('--common and --distinct: expected at least one token in a class, got 0 of both');
  if (probabilities > MOST_ENTRIES)
    checks.fault(`the preset's sizes: expected at most ${MOST_ENTRIES} probabilities in all, got more`);
  if (checks.faults.count > 0) return undefined;
  // Before the problem is made: it may be too large for that.
  const tokens = sizes.common + K * sizes.distinct;
  const nothing = { entries: 0, batch: 0, support: 0, losses: 0, json: false };
  needMemory({ trainer: 'float64', tokens, probabilities, ...nothing });
  return syntheticProblem(sizes);
}

function settingsOf({ values, words, checks }: CommandInput<'train'>): Omit<Experiment, 'problem'> {
  const start = published[values.preset ?? 'syn-small'];
  const { etaZ = start.etaZ, ratio = start.ratio, init = start.init, seeds, firstSeed } = values;
  const { momentum, batch, length, expected, steps, optimiser, layout } = values;
  const { attention, normaliser, residual, heads, recall, json } = values;
  const etaY = ratio * etaZ;
  if (!(etaY >= RATE_LIMITS.low && etaY <= RATE_LIMITS.high))
    checks.fault(
      `--ratio times --eta-z: expected a learning rate from ${RATE_LIMITS.low} to ${RATE_LIMITS.high}, got ${etaY}`,
    );
  for (const name of ['batch', 'length'] as const)
    if (expected && words.has(name))
      checks.fault(`${flagOf(name)}: nothing is drawn with --expected; leave one of them out`);
  const last = firstSeed + seeds - 1;
  if (last > SEEDS.high)
    checks.fault(`--first-seed and --seeds: expected a last seed of at most ${SEEDS.high}, got ${last}`);
  return {
    ...{ etaY, etaZ, momentum, batch, length, steps, init, seeds, firstSeed, optimiser },
    model: {
      attention: attentionKernels.find(({ id }) => id === attention)!,
      ...{ normaliser, residual, heads },
    },
    ...(layout && { layout }),
    ...(expected && { expected }),
    keeps: { entropies: json, recallAt: recall ?? [] },
  };
}

/** Refuses matrices that are too large, counted before anything of that size is made. */
function checkSize(
  input: CommandInput<'train'>,
  problem: Problem,
  settings: Omit<Experiment, 'problem'>,
): void {
  const { vocabulary, classes } = problem;
  const { init, layout, model = paperModel } = settings;
  const full = layout === 'full';
  const tokens = full ? vocabulary : occurrences(problem).size;
  const queries = full ? vocabulary : new Set(classes.map(({ query }) => query)).size;
  const columns = full || init === 'uniform' ? vocabulary : Math.min(vocabulary, classes.length + 1);
  const rows = tokens + (model.normaliser === 'layernorm' ? 1 : 0) + (model.residual > 0 ? queries : 0);
  const entries = model.heads * rows * columns;
  if (entries > MOST_ENTRIES)
    input.checks.fault(
      `the problem: its matrices would have ${entries} entries, more than ${MOST_ENTRIES}${!full && init === 'uniform' ? '; --init zero needs fewer' : ''}`,
    );
  input.checks.refuse();
  // Adam has two averages beside a velocity.
  const copies = settings.optimiser === 'adam' ? 2 : 1;
  needMemory({
    trainer: input.values.trainer,
    tokens,
    entries: copies * (entries + model.heads * queries * tokens),
    probabilities: classes.reduce((sum, c) => sum + c.tokens.length, 0),
    batch: settings.batch,
    support: classes.reduce((most, c) => Math.max(most, c.tokens.length), 0),
    // A document has an entropy beside each loss.
    losses: settings.steps * settings.seeds * (input.values.json ? 2 : 1),
    json: input.values.json,
  });
}

/** @throws BadInput with every fault */
function experimentOf(input: CommandInput<'train'>): Experiment {
  checkNoOperands(input);
  const problem = readWorld(input);
  const settings = settingsOf(input);
  if (problem) checkSize(input, problem, settings);
  input.checks.refuse();
  return { problem: problem!, ...settings };
}

/** Says which options the chosen trainer does not read. */
function noteUnused({ words, values: { trainer } }: CommandInput<'train'>): void {
  for (const [name, reader] of [
    ['backend', 'fast'],
    ['digits', 'reference'],
  ] as const)
    if (words.has(name) && trainer !== reader)
      process.stderr.write(`--${name} has no effect on the trainer ${trainer}, only on ${reader}\n`);
}

/** Refuses a report of a model that the theory, and so its pictures, do not know. */
function checkReport({ values, checks }: CommandInput<'train'>, { model = paperModel }: Experiment): void {
  const { attention, normaliser, residual, heads } = paperModel;
  const paper =
    model.attention.id === attention.id &&
    model.normaliser === normaliser &&
    model.residual === residual &&
    model.heads === heads;
  if (values.report !== undefined && !paper)
    checks.fault(
      "--report: expected the paper's model; leave out --attention, --normaliser, --residual and --heads",
    );
  checks.refuse();
}

/** Lines that tell where the report is: the page, and what is beside it. */
const REPORT_LINES = 2;

/** Writes the report of the first seed's run; says what could not be written. */
async function report(
  folder: string,
  input: CommandInput<'train'>,
  { etaY, etaZ, momentum, batch, length, expected, steps, seeds, firstSeed, optimiser }: Experiment,
  recorder: Recorder,
): Promise<void> {
  const rates = { etaY, etaZ, momentum, ...(expected ? {} : { batch, length }), optimiser };
  const type = input.values.trainer === 'fast' ? 'float32' : 'float64';
  try {
    const { writeTrainReport } = await import('../report/trainReport.ts');
    const { page, written, failed } = await writeTrainReport(folder, {
      run: recorder.run(rates, type),
      losses: recorder.losses,
      ...{ seed: firstSeed, seeds, trained: steps },
      command: `npx snapcheck train ${sameWords(input, ['json'])}`,
    });
    const names = written.map((file) => basename(file)).filter((name) => name !== basename(page));
    const text = [`Report of seed ${firstSeed}: ${page}, beside it`, ...wrap(names.join(', '), 80, '  ')];
    (input.values.json ? process.stderr : process.stdout).write(`${text.join('\n')}\n`);
    for (const { file, error } of failed) tellUnwritten(file, error);
  } catch (error) {
    tellUnwritten(`The report in ${folder}`, error);
  }
}

/** Loads only the trainer that was asked for. */
async function trainerFor({ trainer, backend, digits }: CommandInput<'train'>['values']): Promise<Trainer> {
  if (trainer === 'fast') return (await import('../trainers/fast.ts')).fastTrainer(backend ?? 'wasm');
  if (trainer === 'reference') return (await import('../trainers/reference.ts')).reference(digits ?? 30);
  return (await import('../trainers/float64.ts')).float64Trainer;
}

/** The picture of `--watch`, in place of the bar; undefined, with a word about it, where there is no terminal to draw in. */
function viewFor(
  { values: { watch } }: CommandInput<'train'>,
  problem: Problem,
  { signal, progress }: Pick<Watch, 'signal' | 'progress'>,
): TrainView | undefined {
  if (!watch) return undefined;
  const stream = progressStream();
  if (!drawable(stream)) {
    process.stderr.write('--watch has no effect: standard error is no terminal that can be drawn in\n');
    return undefined;
  }
  progress.stop();
  const view = trainView(stream, problem);
  // Before the words about the interruption, and before a second signal ends the process.
  signal.addEventListener('abort', () => view.stop());
  return view;
}

/**
 * Checks the input, trains, prints.
 * @returns the exit code
 * @throws BadInput with every fault
 */
export async function runTrain(input: CommandInput<'train'>): Promise<number> {
  const experiment = experimentOf(input);
  checkReport(input, experiment);
  noteUnused(input);
  const { steps, seeds, firstSeed, problem } = experiment;
  const folder = input.values.report;
  const recorder = folder === undefined ? undefined : new Recorder(problem, firstSeed, steps);
  return await interruptible(
    () => 'finished runs are printed',
    async ({ signal, progress }) => {
      const trainer = await trainerFor(input.values);
      const view = viewFor(input, problem, { signal, progress });
      const show = (seed: number, step: number) => {
        const run = `run ${seed - firstSeed + 1} of ${seeds} (seed ${seed})`;
        const work = (seed - firstSeed + step / steps) / seeds;
        const line = step === steps ? `${run} done` : undefined;
        progress.show({ work, now: `${run}, step ${step} of ${steps}`, line });
      };
      const result = await runExperiment(trainer, experiment, {
        progress: show,
        state: (moment) => {
          recorder?.add(moment);
          const { seed, step } = moment;
          const work = (seed - firstSeed + step / Math.max(1, steps)) / seeds;
          view?.show(
            moment,
            work,
            `run ${seed - firstSeed + 1} of ${seeds} (seed ${seed}), step ${step} of ${steps}`,
          );
        },
        signal,
      }).finally(() => view?.stop());
      progress.stop();
      process.stdout.write(
        input.values.json
          ? `${JSON.stringify(result)}\n`
          : `${trainSummary(experiment, trainer.name, result, folder === undefined ? 0 : REPORT_LINES)}\n`,
      );
      const { runs, diverged } = result;
      // The first seed's: an interruption in its run, or numbers that are not finite, leave no report.
      if (folder !== undefined && recorder) {
        if (runs[0]?.seed === firstSeed) await report(folder, input, experiment, recorder);
        else process.stderr.write(`No report: the run of seed ${firstSeed} has no end.\n`);
      }
      if (runs.length + diverged.length < seeds) return EXIT.interrupted;
      return diverged.length > 0 ? EXIT.failed : EXIT.expected;
    },
  );
}
