/** Ways to damage a document: the file, the text, and the shape of the value. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';

export interface Damage {
  readonly name: string;
  /** Writes the damaged document to `file`. */
  put(file: string): void;
  /** What the message must match. */
  readonly says: RegExp;
  /** Whether it may be so expensive that it needs a separate process. */
  readonly heavy?: true;
}

const text = (name: string, content: string | Buffer, says: RegExp): Damage => ({
  name,
  says,
  put: (file) => writeFileSync(file, content),
});

const MALFORMED = /expected JSON, got a text that is cut off or malformed \(line \d+, column \d+: expected /;
const ANY = /expected|no such key|given twice|damaged/;

/** Damages of the file itself, for any document. */
export const fileDamages = (most: number): readonly Damage[] => [
  { name: 'no file', says: /no such file|there is no file/, put: () => {} },
  { name: 'a directory', says: /it is a directory/, put: (file) => mkdirSync(file) },
  { name: 'a pipe', says: /not a regular file/, put: (file) => execFileSync('mkfifo', [file]) },
  { name: 'a device without end', says: /not a regular file/, put: (file) => symlinkSync('/dev/zero', file) },
  {
    name: 'a terminal',
    says: /not a regular file|no such|permission/,
    put: (file) => symlinkSync('/dev/tty', file),
  },
  { name: 'a link in a circle', says: /circle|no (such )?file/, put: (file) => symlinkSync(file, file) },
  { name: 'a link to nothing', says: /no (such )?file/, put: (file) => symlinkSync('nowhere', file) },
  {
    name: 'a file that is too large',
    says: /expected at most .*, got a file of/,
    heavy: true,
    put: (file) => {
      writeFileSync(file, '{');
      truncateSync(file, most + 1);
    },
  },
  {
    name: 'a file of a terabyte',
    says: /expected at most .*, got a file of/,
    heavy: true,
    put: (file) => {
      writeFileSync(file, '{');
      truncateSync(file, 2 ** 40);
    },
  },
];

/** Damages of the text of a valid document. */
export const textDamages = (good: string): readonly Damage[] => [
  text('an empty file', '', /an empty file/),
  text('white space', ' \n\t\r\n', /an empty file/),
  text('a first half', good.slice(0, good.length / 2), MALFORMED),
  text('a last brace less', good.trimEnd().slice(0, -1), MALFORMED),
  text('its last byte alone', good.trimEnd().slice(-1), MALFORMED),
  text('something after the end', `${good}x`, MALFORMED),
  text('two documents', good + good, MALFORMED),
  text('a comment', good.replace('{', '{ /* all */'), MALFORMED),
  text('a trailing comma', good.trimEnd().replace(/\}$/, ',}'), MALFORMED),
  text('single quotes', good.replaceAll('"', "'"), MALFORMED),
  text('keys without quotes', good.replaceAll(/"(\w+)":/g, '$1:'), MALFORMED),
  text('NaN', good.replace(/: ?\d[^,\]}\n]*/, ': NaN'), MALFORMED),
  text('-Infinity', good.replace(/: ?\d[^,\]}\n]*/, ': -Infinity'), MALFORMED),
  text('a hexadecimal number', good.replace(/: ?\d[^,\]}\n]*/, ': 0x10'), MALFORMED),
  text('a number with a leading zero', good.replace(/: ?\d[^,\]}\n]*/, ': 01'), MALFORMED),
  text('a number with a plus', good.replace(/: ?\d[^,\]}\n]*/, ': +1'), MALFORMED),
  text('a number without an end', good.replace(/: ?\d[^,\]}\n]*/, ': 1e'), MALFORMED),
  text(
    'a number that is too large',
    good.replace(/: ?\d[^,\]}\n]*/, ': 1e999'),
    /number that a double can hold/,
  ),
  text('undefined', good.replace(/: ?\d[^,\]}\n]*/, ': undefined'), MALFORMED),
  text('a control character in a key', good.replace('"', '"\u0007'), MALFORMED),
  text('an escape that is none', good.replace('"', '"\\x41'), MALFORMED),
  text('null characters', `\0\0\0${good}`, MALFORMED),
  text('UTF-16', Buffer.from(`\ufeff${good}`, 'utf16le'), /UTF-8|malformed/),
  text('a byte that is no UTF-8', Buffer.concat([Buffer.from(good), Buffer.from([0xff])]), /UTF-8/),
  text('two byte order marks', `\ufeff\ufeff${good}`, MALFORMED),
  text('HTML', '<!doctype html><title>404</title>', MALFORMED),
  text('a list without end', '['.repeat(100_000), /nested lists and objects/),
  text('objects without end', '{"a":'.repeat(100_000), /nested lists and objects/),
  text('null', 'null', ANY),
  text('a number', '1', ANY),
  text('a text', '"problem"', ANY),
  text('a list', `[${good}]`, ANY),
  text('an empty object', '{}', ANY),
  text('an empty list', '[]', ANY),
  text('a key of every object', good.replace('{', '{"__proto__": {"polluted": 1},'), /__proto__/),
  text('a key that turns the line', good.replace('{', '{"\\u202egnihton\\u001b[2J": 1,'), /no such key/),
  text('a key of 100,000 characters', good.replace('{', `{"${'k'.repeat(100_000)}": 1,`), /no such key/),
  text(
    'a key twice',
    good.replace('{', `{${good.slice(good.indexOf('"'), good.indexOf('"', good.indexOf('"') + 1) + 1)}: 0,`),
    /this key is given twice/,
  ),
  {
    ...text(
      '100,000 unknown keys',
      good.replace('{', `{${Array.from({ length: 100_000 }, (_, i) => `"k${i}": 0`).join(',')},`),
      /and [\d,]{6,} more/,
    ),
    heavy: true,
  },
];

type Path = readonly (string | number)[];

/** Every place in a value; of a list, only the first item. */
function places(value: unknown, path: Path = []): Path[] {
  if (Array.isArray(value)) return [path, ...(value.length > 0 ? places(value[0], [...path, 0]) : [])];
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...path, key]))];
}

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((at, key) => (at as Record<string | number, unknown>)[key], value);

function changed(
  value: unknown,
  path: Path,
  change: (parent: Record<string, unknown>, key: string) => void,
): string {
  const copy = { whole: structuredClone(value) };
  const whole = ['whole', ...path];
  const parent = valueAt(copy, whole.slice(0, -1)) as Record<string, unknown>;
  change(parent, String(whole.at(-1)));
  return JSON.stringify(copy.whole);
}

/** Values that are wrong in every field of every document. */
const WRONG: Record<string, (came: unknown) => boolean> = {
  null: (came) => came !== null,
  '{}': (came) => typeof came !== 'object' || Array.isArray(came),
  '[]': () => true,
  '[null]': () => true,
  true: () => true,
  '"x"': (came) => typeof came !== 'string',
  '-1e300': () => true,
  '0.123': (came) => typeof came !== 'number',
};

/** Damages of the shape: a wrong value at each place of a valid document. */
export function shapeDamages(good: string, spared: readonly string[] = []): Damage[] {
  const value: unknown = JSON.parse(good);
  return places(value)
    .slice(1)
    .flatMap((path) => {
      const came = valueAt(value, path);
      const where = path.join('.');
      const swaps = Object.entries(WRONG)
        .filter(([, wrong]) => wrong(came))
        .map(([wrong]) =>
          text(
            `${wrong} at ${where}`,
            changed(value, path, (parent, key) => {
              parent[key] = JSON.parse(wrong);
            }),
            ANY,
          ),
        );
      const strange =
        typeof came === 'object' && came !== null && !Array.isArray(came)
          ? [
              text(
                `an unknown key in ${where}`,
                changed(value, path, (parent, key) => {
                  (parent[key] as Record<string, unknown>).extra = 1;
                }),
                ANY,
              ),
            ]
          : [];
      return [...swaps, ...strange].filter(({ name }) => !spared.includes(name));
    });
}

/** A valid document with one change. */
export const edited = (
  good: string,
  name: string,
  change: (document: never) => void,
  says: RegExp,
): Damage => {
  const value = JSON.parse(good);
  change(value as never);
  return text(name, JSON.stringify(value), says);
};
