/** A command of the command line: found, loaded alone, and what it throws turned into a message and an exit code. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { BadInput } from '../io/badInput.ts';
import { needHeap } from '../io/heap.ts';
import { shown } from '../io/place.ts';
import { errorText } from '../io/streams.ts';
import { cut, indented, LIMITS } from '../io/text.ts';
import { EXIT } from './exit.ts';
import { systemFault } from './system.ts';

interface Entry {
  readonly summary: string;
  readonly load: () => Promise<(program: Command) => void>;
}

/** One file per command. */
const commands: Record<string, Entry> = {
  verify: {
    summary: 'decide every claim of the paper on random worlds, on every rung it is asked of',
    load: async () => (await import('./verify.ts')).registerVerify,
  },
  kernel: {
    summary: 'judge a training kernel, stage by stage, by derived error bounds',
    load: async () => (await import('./kernel.ts')).registerKernel,
  },
  train: {
    summary: 'train on a published problem or your own; losses, attention and its entropy',
    load: async () => (await import('./train.ts')).registerTrain,
  },
  atlas: {
    summary: 'map where the four best-known claims hold in ordinary training, and where not',
    load: async () => (await import('./atlas.ts')).registerAtlas,
  },
  bench: {
    summary: 'measure what precision costs: correct digits against speed, every backend on the same work',
    load: async () => (await import('./bench.ts')).registerBench,
  },
  explain: {
    summary: 'say of every token of a world whether it gains attention or loses it, and why',
    load: async () => (await import('./explain.ts')).registerExplain,
  },
};

const version = (): string =>
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;

/**
 * An option of one value is given once: commander would take the last. And a value is no option: commander would take
 * `--json` for the folder of `--report`. @throws BadInput before the command runs
 */
function refuseMisread(command: Command): void {
  const given = new Map<string, number>();
  const faults: string[] = [];
  for (const { long, variadic } of command.options) {
    const name = long!;
    command.on(`option:${name.slice(2)}`, (value: unknown) => {
      if (!variadic) given.set(name, (given.get(name) ?? 0) + 1);
      if (typeof value === 'string' && value.startsWith('--'))
        faults.push(
          `${name}: expected a value, got ${shown(value)}; a file or folder of that name is written ${shown(`./${value}`, false)}`,
        );
    });
  }
  command.hook('preAction', () => {
    const twice = [...given].filter(([, times]) => times > 1);
    faults.push(...twice.map(([name]) => `${name}: expected once, is given twice`));
    if (faults.length > 0) throw new BadInput(faults);
  });
}

/**
 * Bytes of heap without which no command comes far. Empirical: small jobs of each come to their end with 40 MiB, and some
 * do not with 20.
 */
const LEAST_HEAP = 40 * 2 ** 20;

/** Only the command that was asked for is loaded; the others are known by name and summary. */
async function programFor(args: readonly string[]): Promise<Command> {
  const program = new Command('snapcheck')
    .description('An executable peer review of "Scan and Snap" (NeurIPS 2023).')
    .version(version())
    .exitOverride()
    // Faults are reported once, below; --help and --version still reach standard output.
    .configureOutput({ outputError: () => {} })
    .showSuggestionAfterError()
    .helpCommand(false);
  const asked = args.find((arg) => !arg.startsWith('-'));
  for (const [name, { summary, load }] of Object.entries(commands))
    if (name === asked) {
      needHeap(LEAST_HEAP, `snapcheck ${name}`);
      (await load())(program);
      refuseMisread(program.commands.at(-1)!);
    } else program.command(name).summary(summary).usage('[options]');
  if (args.length === 0) throw new BadInput([`expected a command: ${Object.keys(commands).join(', ')}`]);
  return program;
}

/** A fault may have lines of its own. */
const faultText = (fault: string): string => indented(cut(fault, LIMITS.message));

function reportFaults(faults: readonly string[], asked: string | undefined, count = faults.length): number {
  const command = asked && Object.hasOwn(commands, asked) ? `snapcheck ${asked}` : 'snapcheck';
  const texts = faults.map(faultText);
  const lines = texts.length === 1 ? [`${command}: ${texts[0]}`] : [`${command}: ${count} faults`];
  if (texts.length > 1) lines.push(...texts.map((text) => `  - ${text}`));
  process.stderr.write(`${lines.join('\n')}\nSee ${command} --help.\n`);
  return EXIT.badInput;
}

/** An error that nobody foresaw: the system's where it says so, else ours, and never the user's. */
export function reportInternal(error: unknown): number {
  const system = systemFault(error);
  process.stderr.write(
    system
      ? `snapcheck: the system gave too little: ${system}\n`
      : `snapcheck: internal error: ${errorText(error)}\nThis is a fault of Snapcheck, not of your input. Please report it with the command you typed and what SNAPCHECK_DEBUG=1 adds to this message.\n`,
  );
  if (process.env.SNAPCHECK_DEBUG)
    process.stderr.write(`${error instanceof Error ? error.stack : error}\nNode ${process.version}\n`);
  return system ? EXIT.system : EXIT.internal;
}

/** Runs `snapcheck ...args` in this process; @returns the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    await (await programFor(args)).parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? EXIT.expected);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.expected;
    const asked = args.find((arg) => !arg.startsWith('-'));
    if (error instanceof CommanderError) return reportFaults([error.message.replace(/^error: /, '')], asked);
    if (error instanceof BadInput) return reportFaults(error.faults, asked, error.count);
    // By name: loading the class would load the whole program for every command.
    if (error instanceof Error && error.constructor.name === 'BrokenCase')
      return reportFaults([error.message], asked);
    return reportInternal(error);
  }
}
