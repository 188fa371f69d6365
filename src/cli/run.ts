/** Runs a command: finds it, loads it alone, reads its words, and turns what it throws into a message and an exit code. */
import { BadInput } from '../io/badInput.ts';
import { needHeap } from '../io/heap.ts';
import { ownVersion } from '../io/installed.ts';
import { shown } from '../io/place.ts';
import { errorText } from '../io/streams.ts';
import { suggestion } from '../io/suggest.ts';
import { cut, indented, LIMITS, withoutPasswords } from '../io/text.ts';
import { type CommandName, commands, isCommand } from './commands.ts';
import { EXIT } from './exit.ts';
import { commandHelp, generalHelp } from './help.ts';
import { readWords } from './options.ts';
import { withDrawnSeeds } from './seedWords.ts';
import { systemFault } from './system.ts';

/** The code of each command, which takes what `readWords` gives for its own options. */
const loaders: Readonly<Record<CommandName, () => Promise<(given: never) => Promise<number>>>> = {
  verify: async () => (await import('./verify.ts')).runVerify,
  kernel: async () => (await import('./kernel.ts')).runKernelCommand,
  train: async () => (await import('./train.ts')).runTrain,
  atlas: async () => (await import('./atlas.ts')).runAtlasCommand,
  bench: async () => (await import('./bench.ts')).runBenchCommand,
  check: async () => (await import('./check.ts')).runCheck,
  recommend: async () => (await import('./recommend.ts')).runRecommend,
  explain: async () => (await import('./explain.ts')).runExplain,
  lab: async () => (await import('./lab.ts')).runLab,
  init: async () => (await import('./init.ts')).runInit,
  worker: async () => (await import('./worker.ts')).runWorker,
  campaign: async () => {
    const { runCampaign } = await import('./campaign.ts');
    return (given) => runCampaign(given, runCommand);
  },
};

/**
 * Bytes of heap that every command needs. Empirical: small jobs of each command finish with 40 MiB, and some do not with
 * 20.
 */
const LEAST_HEAP = 40 * 2 ** 20;

const print = (text: string): number => {
  process.stdout.write(`${text}\n`);
  return EXIT.expected;
};

/** Whether one of the words asks for help. */
const wantsHelp = (words: readonly string[]): boolean => {
  const end = words.indexOf('--');
  return words.slice(0, end < 0 ? undefined : end).some((word) => word === '--help' || word === '-h');
};

/** @throws BadInput with every fault */
async function runCommand([name, ...words]: readonly string[]): Promise<number> {
  const names = Object.keys(commands);
  if (name === undefined) throw new BadInput([`expected a command: ${names.join(', ')}`]);
  if (name === '--help' || name === '-h') return print(generalHelp());
  if (name === '--version' || name === '-V') return print(ownVersion());
  if (name.startsWith('-'))
    throw new BadInput([
      `unknown option ${shown(name, false)}${suggestion(name, ['--help', '--version'])}; options come after the command`,
    ]);
  if (!isCommand(name))
    throw new BadInput([
      `unknown command ${shown(name)}${suggestion(name, names) || `; there are ${names.join(', ')}`}`,
    ]);
  if (wantsHelp(words)) return print(commandHelp(name, commands[name]));
  needHeap(LEAST_HEAP, `snapcheck ${name}`);
  const run = await loaders[name]();
  const { options } = commands[name];
  const drawn = withDrawnSeeds(options, words, (note) => process.stderr.write(`${note}\n`));
  return await run(readWords(options, drawn) as never);
}

/** A fault may have lines of its own. */
const faultText = (fault: string): string => indented(cut(withoutPasswords(fault), LIMITS.message));

function reportFaults(faults: readonly string[], asked: string | undefined, count = faults.length): number {
  const command = asked && isCommand(asked) ? `snapcheck ${asked}` : 'snapcheck';
  const texts = faults.map(faultText);
  const lines = texts.length === 1 ? [`${command}: ${texts[0]}`] : [`${command}: ${count} faults`];
  if (texts.length > 1) lines.push(...texts.map((text) => `  - ${text}`));
  process.stderr.write(`${lines.join('\n')}\nSee ${command} --help.\n`);
  return EXIT.badInput;
}

/** Reports an unexpected error: of the system if it is one, otherwise of Snapcheck, never of the user. */
export function reportInternal(error: unknown): number {
  const system = systemFault(error);
  process.stderr.write(
    system
      ? `snapcheck: the system gave too little: ${system}\n`
      : `snapcheck: internal error: ${withoutPasswords(errorText(error))}\nThis is a fault of Snapcheck, not of your input. Please report it with the command you typed and what SNAPCHECK_DEBUG=1 adds to this message.\n`,
  );
  if (process.env.SNAPCHECK_DEBUG)
    process.stderr.write(
      `${withoutPasswords(String(error instanceof Error ? error.stack : error))}\nNode ${process.version}\n`,
    );
  return system ? EXIT.system : EXIT.internal;
}

/** Runs `snapcheck ...args` in this process; @returns the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    return await runCommand(args);
  } catch (error) {
    if (error instanceof BadInput) return reportFaults(error.faults, args[0], error.count);
    // By name: loading the class would load the whole program for every command.
    if (error instanceof Error && error.constructor.name === 'BrokenCase')
      return reportFaults([error.message], args[0]);
    return reportInternal(error);
  }
}
