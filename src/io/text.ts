/** Makes text from outside (arguments, files, kernels, the system) safe to print. */

/** Lengths at which text from outside is cut, in characters. */
export const LIMITS = {
  /** What was given, quoted in a message: a word, a file, a key. */
  quoted: 120,
  /** A name. */
  name: 200,
  /** An error message, or one fault. */
  message: 2000,
} as const;

/**
 * Characters with an invisible effect: control characters (C0 except tab and newline, DEL, C1; so every ANSI sequence),
 * format characters (bidi marks, zero widths, tags), line and paragraph separators, lone surrogates, noncharacters.
 */
const UNSAFE = /[^\P{Cc}\t\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{NChar}]/gu;

/** `\u001b`, as JSON writes it; two of them for a character above U+FFFF. */
const escaped = (char: string): string =>
  [...Array(char.length).keys()]
    .map((i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`)
    .join('');

/**
 * The text with every unsafe character written as an escape. Tabs and newlines stay. A JSON document stays the same
 * document: only its strings can contain such characters, and there the escapes mean the same.
 */
export const safe = (text: string): string => text.replaceAll(UNSAFE, escaped);

/** As `safe`, but on one line: newlines are written `\n`, tabs `\t`. */
export const safeLine = (text: string): string => safe(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t');

/** Text of several lines inside our own text: all lines but the first are indented, so that none looks like ours. */
export const indented = (text: string): string => text.replaceAll('\n', '\n    ');

/**
 * The first `limit` characters, and how many were left out; the whole text if it is not longer.
 * A surrogate pair is not split.
 */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const split = /[\ud800-\udbff]$/.test(text.slice(limit - 1, limit));
  const kept = text.slice(0, split ? limit - 1 : limit);
  return `${kept} [.. ${text.length - kept.length} more characters]`;
}

/** A word as a shell reads it. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** The text with the password of each URL in it left out. */
export const withoutPasswords = (text: string): string =>
  text.replaceAll(/([a-z]+:\/\/[^\s:/?#@]*):[^\s/]*@/gi, '$1:***@');
