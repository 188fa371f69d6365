/**
 * Options of the command line. A command declares its options as data (`commands.ts`); this file reads the words of every
 * command by one grammar:
 *
 * - `--name value` or `--name=value`, each option once; `<id...>` takes every word up to the next option.
 * - An integer is decimal digits with an optional minus sign. A number may have a fraction and an exponent too (`1e-3`).
 * - A value does not begin with `--`. After the word `--` there are no options.
 *
 * Every fault is remembered until all words are read.
 */
import { OptionChecks } from '../io/optionChecks.ts';
import { shown } from '../io/place.ts';
import { inRange, type Range, rangeText } from '../io/range.ts';
import { suggestion } from '../io/suggest.ts';
import { quoted } from '../io/text.ts';
import { unwritable } from '../io/write.ts';
import type { Shape } from '../kernels/cases/envelope.ts';
import { ENVELOPE_LIMITS } from '../kernels/sizes.ts';

/** Adds a fault of an option: what was `expected`, and what came; @returns no value */
export type Refuse = (expected: string, got: string, hint?: string) => undefined;

export interface Option<T = unknown> {
  /** What stands for its value in the help, as `<n>`; empty for an option without a value. */
  readonly takes: string;
  /** What it does, for the help. */
  readonly says: string;
  /** Its value where it is not given. */
  readonly fallback: T;
  /** The help gives its name only; docs/commands.md says the rest. */
  readonly rare?: boolean;
  /** Its value in the words given; undefined where they are refused. */
  readonly read: (words: readonly string[], refuse: Refuse) => T | undefined;
}

export type Options = Readonly<Record<string, Option>>;
type Values<O extends Options> = { readonly [Name in keyof O]: O[Name]['fallback'] };

/** What the words of a command say. */
export interface GivenWords<O extends Options> {
  /** Words that belong to no option. */
  readonly operands: readonly string[];
  readonly values: Values<O>;
  /** The words of each option that was given, by its name. */
  readonly words: ReadonlyMap<keyof O & string, readonly string[]>;
  /** The faults so far. */
  readonly checks: OptionChecks;
}

const INTEGER = /^-?\d+$/;
/** A number as it is written, without the limits of `numberOption`. */
export const NUMBER = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** An option that few need. */
export const rare = <T>(option: Option<T>): Option<T> => ({ ...option, rare: true });

/** An option without a value. */
export const flagOption = (says: string): Option<boolean> => ({
  ...{ takes: '', says, fallback: false },
  read: () => true,
});

/** An option of one word. */
export const wordOption = <T, F>(
  takes: string,
  says: string,
  fallback: F,
  read: (word: string, refuse: Refuse) => T | undefined,
): Option<T | F> => ({ takes, says, fallback, read: ([word], refuse) => read(word, refuse) });

export const textOption = (takes: string, says: string): Option<string | undefined> =>
  wordOption(takes, says, undefined, (word) => word);

export function integerOption<F extends number | undefined = undefined>(
  says: string,
  range: Range,
  fallback?: F,
): Option<number | F> {
  return wordOption('<n>', says, fallback as F, (word, refuse) => {
    const value = Number(word) + 0; // -0 is 0
    const fits = Number.isInteger(value) && inRange(value, range);
    if (fits && INTEGER.test(word)) return value;
    // What a program would read as such a number: 1e3, 0x10, " 5".
    const hint = fits && word.trim() !== '' ? '; write it in digits alone' : '';
    return refuse(`expected an integer ${rangeText(range)}`, shown(word), hint);
  });
}

export function numberOption<F extends number | undefined = undefined>(
  takes: string,
  says: string,
  range: Range,
  fallback?: F,
): Option<number | F> {
  return wordOption(takes, says, fallback as F, (word, refuse) => {
    const value = Number(word) + 0;
    if (NUMBER.test(word) && Number.isFinite(value) && inRange(value, range)) return value;
    return refuse(`expected a number ${rangeText(range)}`, shown(word));
  });
}

const UNITS: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };
/** A time that a step may take. */
const STEP_TIMES = { low: 1e-9, high: 3600 } as const;
/** A time that a run may take: from a second to a week. */
const DURATIONS = { low: 1, high: 7 * 24 * 3600 } as const;

const timeOption = (
  says: string,
  units: string,
  range: Range,
  expected: string,
): Option<number | undefined> =>
  wordOption('<time>', says, undefined, (word, refuse) => {
    const [, digits, unit] = new RegExp(`^(\\d+(?:\\.\\d+)?)(${units})$`).exec(word) ?? [];
    const seconds = Number(digits) * UNITS[unit];
    return inRange(seconds, range) ? seconds : refuse(expected, shown(word));
  });

/** The time of a run, `90s`, `10m` or `2h`; in seconds. */
export const durationOption = (says: string) =>
  timeOption(says, '[smh]', DURATIONS, 'expected a time from 1s to 168h, as 90s, 10m or 2h');

/** The time of a step, `500us`, `1ms` or `2s`; in seconds. */
export const stepTimeOption = (says: string) =>
  timeOption(says, 'ns|us|ms|s', STEP_TIMES, 'expected a time from 1ns to 3600s, as 500us, 1ms or 2s');

/** Sizes of a kernel's inputs, `M,T,B;M,T,B`: T counts the query. */
export const shapesOption = (says: string): Option<readonly Shape[] | undefined> =>
  wordOption('<M,T,B;..>', says, undefined, (word, refuse) => {
    const shapes = word
      .split(';')
      .map((one) => one.split(',').map((size) => (INTEGER.test(size) ? Number(size) : 0)));
    const fits = ([M, T, B]: readonly number[]) =>
      inRange(M, ENVELOPE_LIMITS.vocabulary) &&
      inRange(T - 1, ENVELOPE_LIMITS.contextLength) &&
      inRange(B, ENVELOPE_LIMITS.batch);
    if (shapes.every((sizes) => sizes.length === 3 && fits(sizes)))
      return shapes.map(([vocabulary, T, batch]) => ({ vocabulary, contextLength: T - 1, batch }));
    const limits = Object.values(ENVELOPE_LIMITS).map(({ high }) => high);
    return refuse(
      `expected sizes M,T,B separated by ";", each an integer, M up to ${limits[0]}, T from 2 to ${limits[1] + 1}, B up to ${limits[2]}`,
      shown(word),
    );
  });

/** `expected a, b or c`. */
export const choiceText = (known: readonly string[]): string =>
  `expected ${[known.slice(0, -1).join(', '), ...known.slice(-1)].filter(Boolean).join(' or ')}`;

/** One of a few names. */
export const choiceOption = <T extends string, F extends T | undefined = undefined>(
  takes: string,
  says: string,
  known: readonly T[],
  fallback?: F,
): Option<T | F> =>
  wordOption(takes, says, fallback as F, (word, refuse) =>
    (known as readonly string[]).includes(word)
      ? (word as T)
      : refuse(choiceText(known), shown(word), suggestion(word, known)),
  );

/** Some of a few names, in the order of `known`; undefined where none is named. */
export const choicesOption = <T extends string>(
  says: string,
  known: readonly T[],
): Option<readonly T[] | undefined> => ({
  ...{ takes: '<id...>', says, fallback: undefined },
  read: (words, refuse) => {
    const strange = words.filter((word) => !(known as readonly string[]).includes(word));
    for (const word of strange) refuse(choiceText(known), shown(word), suggestion(word, known));
    return strange.length > 0 ? undefined : known.filter((name) => words.includes(name));
  },
});

/** Several numbers. */
export const numbersOption = (
  takes: string,
  says: string,
  range: Range,
): Option<readonly number[] | undefined> => ({
  ...{ takes, says, fallback: undefined },
  read: (words, refuse) => {
    const one = numberOption(takes, says, range);
    const values = words.map((word) => one.read([word], refuse));
    return values.every((x) => x !== undefined) ? values : undefined;
  },
});

export const listOption = (takes: string, says: string): Option<readonly string[] | undefined> => ({
  ...{ takes, says, fallback: undefined },
  read: (words) => words,
});

/** A folder for results, which need not be there yet. */
export function folderOption<F extends string | undefined = undefined>(
  says: string,
  fallback?: F,
): Option<string | F> {
  return wordOption('<dir>', says, fallback as F, (word, refuse) => {
    const why =
      word === '' ? 'it is empty' : word.includes('\0') ? 'it holds a null character' : unwritable(word);
    return why === undefined
      ? word
      : refuse('expected a directory that can be written', `${shown(word)}: ${why}`);
  });
}

/** `--time-limit` of `timeLimit`. */
export const flagOf = (name: string): string =>
  `--${name.replaceAll(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;

/** The values from `at` on: one word, or for a list every word up to the next option; a negative number is no option. */
function valuesFrom(words: readonly string[], at: number, takes: string): readonly string[] {
  const many = takes.endsWith('...>');
  let end = at;
  while (end < words.length && (many || end === at) && !words[end].startsWith(many ? '-' : '--')) end++;
  return takes === '' ? [] : words.slice(at, end);
}

function noValue(flag: string, takes: string, came: string | undefined): string {
  const path = came !== undefined && /dir|file|path/.test(takes);
  const hint = path ? `; a file or folder of that name is written ${shown(`./${came}`, false)}` : '';
  return `${flag}: expected a value, got ${came === undefined ? 'nothing' : shown(came)}${hint}`;
}

/** The words of a command by option, and those that belong to none. */
function sorted(options: Options, words: readonly string[], checks: OptionChecks) {
  const names = new Map(Object.keys(options).map((name) => [flagOf(name), name]));
  const given = new Map<string, readonly string[]>();
  const operands: string[] = [];
  let ended = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    const [flag] = word.split('=', 1);
    const name = names.get(flag);
    if (ended && name !== undefined) checks.fault(`${flag}: options come before "--", got it after`);
    else if (ended || !word.startsWith('-')) operands.push(word);
    else if (word === '--') ended = true;
    else if (name === undefined)
      checks.fault(`unknown option ${shown(word, false)}${suggestion(flag, [...names.keys(), '--help'])}`);
    else {
      const { takes } = options[name];
      const inline = word !== flag;
      const own = inline ? [word.slice(flag.length + 1)] : valuesFrom(words, at + 1, takes);
      if (!inline) at += own.length;
      if (takes === '' && inline) checks.fault(`${flag}: expected no value, got ${shown(own[0])}`);
      const bad = takes !== '' && (own.length === 0 || own[0].startsWith('--'));
      if (bad) checks.fault(noValue(flag, takes, inline ? own[0] : words[at + 1]));
      if (given.has(name)) checks.fault(`${flag}: expected once, is given twice`);
      else given.set(name, bad ? [] : own);
    }
  }
  return { given, operands };
}

/** Reads all words of a command; each command adds faults of its own, and then refuses them all. */
export function readWords<O extends Options>(options: O, words: readonly string[]): GivenWords<O> {
  const checks = new OptionChecks();
  const { given, operands } = sorted(options, words, checks);
  const values = Object.entries(options).map(([name, { fallback, read }]) => {
    const refuse: Refuse = (expected, got, hint = '') =>
      void checks.fault(`${flagOf(name)}: ${expected}, got ${got}${hint}`) as undefined;
    const own = given.get(name);
    const bad = own === undefined || (options[name].takes !== '' && own.length === 0);
    return [name, (bad ? undefined : read(own, refuse)) ?? fallback];
  });
  return { operands, values: Object.fromEntries(values), words: given, checks };
}

/** Words that belong to no option are faults. */
export function checkNoOperands({ operands, checks }: GivenWords<Options>): void {
  for (const word of operands) checks.fault(`expected options only, got ${shown(word)}`);
}

/** The words that say the same again, but for some options. */
export const sameWords = (
  { operands, words }: GivenWords<Options>,
  without: readonly string[] = [],
): string =>
  [
    ...operands.map(quoted),
    ...[...words].flatMap(([name, own]) =>
      without.includes(name) ? [] : [flagOf(name), ...own.map(quoted)],
    ),
  ].join(' ');
