import type { Command } from 'commander';
import { explain } from '../explain/explain.ts';
import { explanationText } from '../report/explain.ts';
import { EXIT, exitCodes } from './exit.ts';
import { type ExplainFlags, readExplainOptions } from './explainOptions.ts';

/** Registers `snapcheck explain`. */
export function registerExplain(program: Command): void {
  program
    .command('explain')
    .summary('say of every token of a world whether it gains attention or loses it, and why')
    .description(
      'Predict the fate of every token of one world from the quadratic form of its shares, and train beside it.\nThe world: a problem file, one with "problem", "Z" and "rates", or a kept counterexample.',
    )
    .argument('[world]', 'a JSON file')
    .option('--steps <n>', 'of training (default: four times the onset of the snap)')
    .option('--batch <n>', 'sequences a step of sgd (default: 128)')
    .option('--length <T>', 'their length with the query (default: 128)')
    .option('--seed <n>', 'of sgd (default: 1)')
    .option('--json', 'one JSON document on standard output')
    .addHelpText('after', exitCodes('done'))
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (_world: string | undefined, flags: ExplainFlags, command: Command) => {
      const known = command.options.map(({ long }) => long ?? '');
      const { world, sgd } = readExplainOptions(command.args, flags, known);
      const explanation = await explain(world, sgd);
      process.stdout.write(
        flags.json ? `${JSON.stringify(explanation, null, 2)}\n` : `${explanationText(explanation)}\n`,
      );
      process.exitCode = EXIT.expected;
    });
}
