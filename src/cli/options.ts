/** Options of the command line, each read in one way, every fault remembered until all are read. */
import { integerText, OptionChecks, type Range } from '../io/optionChecks.ts';
import { shown } from '../io/place.ts';
import { suggestion } from '../io/suggest.ts';
import { unwritable } from '../io/write.ts';

const INTEGER = /^[+-]?\d+(e\+?\d+)?$/i;
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

const parsed = (text: string, form: RegExp): number => (form.test(text.trim()) ? Number(text) : Number.NaN);

/** Reads texts; what their values must be is checked as the library checks it. */
export class OptionReader extends OptionChecks {
  #unknownFlag(word: string, flags: readonly string[]): void {
    const [name] = word.split('=');
    if (flags.includes(name)) this.fault(`${name}: options come before "--", got it after`);
    else this.fault(`unknown option ${shown(word, false)}${suggestion(name, flags)}`);
  }

  /** What nobody knows of a command's words. */
  unknownFlags(operands: readonly string[], flags: readonly string[]): void {
    for (const word of operands) if (word.startsWith('-')) this.#unknownFlag(word, flags);
  }

  /** The same, of a command that takes options only. */
  strayWords(operands: readonly string[], flags: readonly string[]): void {
    for (const word of operands)
      if (word.startsWith('-')) this.#unknownFlag(word, flags);
      else this.fault(`expected options only, got ${shown(word)}`);
  }

  integer<F>(flag: string, text: string | undefined, fallback: F, { low, high }: Range): number | F {
    if (text === undefined) return fallback;
    const value = parsed(text, INTEGER);
    if (value >= low && value <= high) return value;
    this.fault(`${flag}: ${integerText({ low, high })}, got ${shown(text)}`);
    return fallback;
  }

  number<F>(
    flag: string,
    text: string | undefined,
    fallback: F,
    fits: (x: number) => boolean,
    what: string,
  ): number | F {
    if (text === undefined) return fallback;
    const value = parsed(text, NUMBER);
    if (Number.isFinite(value) && fits(value)) return value;
    this.fault(`${flag}: expected ${what}, got ${shown(text)}`);
    return fallback;
  }

  choice<T extends string, F>(
    flag: string,
    text: string | undefined,
    fallback: F,
    known: readonly T[],
  ): T | F {
    if (text === undefined) return fallback;
    if ((known as readonly string[]).includes(text)) return text as T;
    this.fault(`${flag}: expected ${known.join(' or ')}, got ${shown(text)}${suggestion(text, known)}`);
    return fallback;
  }

  /** A directory that results go to. */
  directory(flag: string, path: string | undefined): void {
    if (path === undefined) return;
    const why =
      path === '' ? 'it is empty' : path.includes('\0') ? 'it holds a null character' : unwritable(path);
    if (why) this.fault(`${flag}: expected a directory that can be written, got ${shown(path)}: ${why}`);
  }
}
