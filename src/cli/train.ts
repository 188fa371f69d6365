import type { Command } from 'commander';
import { progressStream } from '../io/streams.ts';
import { type Experiment, runExperiment } from '../trainers/experiment.ts';
import type { Trainer } from '../trainers/trainer.ts';
import { EXIT, exitCodes } from './exit.ts';
import { interruptible } from './interrupt.ts';
import { readTrainOptions, type TrainAsked, type TrainFlags } from './trainOptions.ts';
import { trainSummary } from './trainSummary.ts';

/** Registers `snapcheck train`. */
export function registerTrain(program: Command): void {
  program
    .command('train')
    .summary('train on a published problem or your own; losses, attention and its entropy')
    .description(
      'Train the 1-layer transformer by stochastic gradient ascent on sampled sequences, a run per seed.',
    )
    .option('--preset <name>', 'published problem: syn-small or syn-medium (default: syn-small)')
    .option('--problem <file>', 'your own problem, a JSON file as fixtures/problem.schema.json describes it')
    .option('--query-tokens <n>', 'query tokens of the preset (small: 2, medium: 3)')
    .option('--next-per-query <n>', 'next tokens of each query token (small: 1, medium: 2)')
    .option('--common <n>', 'common tokens (default: 10)')
    .option('--distinct <n>', 'distinct tokens of each next token (default: 10)')
    .option('--eta-z <rate>', 'learning rate of attention (default: 1)')
    .option('--ratio <number>', 'etaY/etaZ, how much faster the decoder learns (small: 1, medium: 5)')
    .option('--momentum <number>', 'from 0 to below 1 (default: 0.9)')
    .option('--batch <n>', 'sequences a step (default: 128)')
    .option('--length <T>', 'sequence length with the query, 2 to 9e15; it costs nothing (default: 128)')
    .option('--steps <n>', 'steps (default: 100)')
    .option('--init <start>', 'zero, or uniform on +-1/sqrt(M) (small: zero, medium: uniform)')
    .option('--seeds <n>', 'runs (default: 10)')
    .option('--first-seed <n>', 'seed of the first run; the others follow (default: 1)')
    .option('--trainer <name>', 'float64, fast (tfjs, float32) or reference (decimals) (default: float64)')
    .option('--backend <name>', 'of the fast trainer: wasm or cpu (default: wasm)')
    .option('--digits <n>', 'of the reference (default: 30)')
    .option('--json', 'one JSON document on standard output, everything else on standard error')
    .addHelpText('after', exitCodes('done', 'a run left the finite numbers', 'finished runs are told'))
    // Unknown flags are reported together with every other fault.
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (flags: TrainFlags, command: Command) => {
      const known = command.options.map(({ long }) => long ?? '');
      const asked = readTrainOptions(command.args, flags, known);
      for (const [flag, trainer] of [
        ['backend', 'fast'],
        ['digits', 'reference'],
      ] as const)
        if (flags[flag] !== undefined && asked.trainer !== trainer)
          process.stderr.write(
            `--${flag} has no effect on the trainer ${asked.trainer}, only on ${trainer}\n`,
          );
      process.exitCode = await runTrain(asked, flags.json === true);
    });
}

/** Only the trainer that was asked for is loaded. */
async function trainerFor({ trainer, backend, digits }: TrainAsked): Promise<Trainer> {
  if (trainer === 'fast') return (await import('../trainers/fast.ts')).fastTrainer(backend);
  if (trainer === 'reference') return (await import('../trainers/reference.ts')).reference(digits);
  return (await import('../trainers/float64.ts')).float64Trainer;
}

/** At most this often does the progress line change, milliseconds. */
const REFRESH = 100;

/** One line on a terminal, rewritten as steps go by; in a log, a line per finished run. */
function progressLine({ steps, seeds, firstSeed }: Experiment) {
  const stream = progressStream();
  let shown = 0;
  const clear = () => stream.isTTY && shown > 0 && stream.write('\r\u001b[K');
  return {
    step(seed: number, step: number) {
      const run = `run ${seed - firstSeed + 1} of ${seeds} (seed ${seed})`;
      const now = performance.now();
      if (stream.isTTY && now - shown > REFRESH) {
        stream.write(`\r\u001b[K${run}, step ${step} of ${steps}`);
        shown = now;
      }
      if (!stream.isTTY && step === steps) stream.write(`${run} done\n`);
    },
    clear,
  };
}

/** Trains and prints; @returns the exit code. */
export async function runTrain(asked: TrainAsked, json: boolean): Promise<number> {
  const { experiment } = asked;
  const trainer = await trainerFor(asked);
  const line = progressLine(experiment);
  const say = () => {
    line.clear();
    process.stderr.write('Interrupted: finished runs are told (again: at once).\n');
  };
  return await interruptible(say, async (signal) => {
    const result = await runExperiment(trainer, experiment, {
      progress: (seed, step) => signal.aborted || line.step(seed, step),
      signal,
    });
    line.clear();
    process.stdout.write(
      json ? `${JSON.stringify(result)}\n` : `${trainSummary(experiment, trainer.name, result)}\n`,
    );
    const { runs, diverged } = result;
    if (runs.length + diverged.length < experiment.seeds) return EXIT.interrupted;
    return diverged.length > 0 ? EXIT.failed : EXIT.expected;
  });
}
