/** A command as data, and the options that several commands have. */
import { DEFAULT_SEED, SEEDS } from '../model/seeds.ts';
import { WORKERS } from '../workers/crew.ts';
import type { ExitTexts } from './exit.ts';
import { flagOption, integerOption, type Options } from './options.ts';

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
export const seedOption = (what: string) => integerOption(`seed of ${what}`, SEEDS, DEFAULT_SEED);
export const workersOption = integerOption('threads (default one a core); the result is the same', WORKERS);
