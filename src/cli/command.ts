/** A command as data, and the options that several commands have. */
import { DEFAULT_SEED, SEEDS } from '../model/seeds.ts';
import { WORKERS } from '../workers/crew.ts';
import type { ExitTexts } from './exit.ts';
import { durationOption, flagOption, integerOption, type Options } from './options.ts';

export interface Command {
  /** In the list of commands. */
  readonly summary: string;
  /** What it does, a paragraph each. */
  readonly does: readonly string[];
  /** What may stand beside its options, as `[claim...]`. */
  readonly operand?: string;
  readonly options: Options;
  readonly exit: ExitTexts;
}

export const jsonOption = flagOption('one JSON document on stdout, the rest on stderr');
export const seedOption = (what: string) => integerOption(`seed of ${what}, or random`, SEEDS, DEFAULT_SEED);
/** The run ends when the time is up, and is judged by what it has finished. */
export const forOption = durationOption('stop after this time (90s, 10m, 2h); what is done counts');
export const workersOption = integerOption('threads (default one a core); the result is the same', WORKERS);
