/**
 * A strict reader of JSON (RFC 8259). It also refuses what `JSON.parse` accepts: a key given twice, a number too large for
 * a double, and nesting without limit. Messages do not depend on the version of Node.
 */
import type { Faults } from './badInput.ts';
import { placeText, shown } from './place.ts';

/** How deep lists and objects may be nested; the documents of Snapcheck need ten. */
const MOST_DEPTH = 64;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORDS = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const isSpace = (char: string): boolean => char === ' ' || char === '\n' || char === '\t' || char === '\r';

/** The text is not JSON; the message says where and why. */
class Malformed extends Error {}
/** So many faults that reading ends. */
class TooMany extends Error {}

class Parser {
  readonly #text: string;
  readonly #faults: Faults;
  readonly #path: (string | number)[] = [];
  #at = 0;

  constructor(text: string, faults: Faults) {
    this.#text = text;
    this.#faults = faults;
  }

  document(): unknown {
    const value = this.#value();
    if (this.#next() !== '') this.#malformed('the end of the text');
    return value;
  }

  /** The next character that is not white space; '' at the end. */
  #next(): string {
    while (isSpace(this.#text[this.#at])) this.#at++;
    return this.#text[this.#at] ?? '';
  }

  #fault(what: string): void {
    this.#faults.add(() => `${placeText(this.#path)}: ${what}`);
    if (this.#faults.full) throw new TooMany();
  }

  #malformed(expected: string): never {
    const before = this.#text.slice(0, this.#at);
    const line = before.split('\n').length;
    const column = this.#at - before.lastIndexOf('\n');
    const came = this.#at < this.#text.length ? shown(this.#text[this.#at]) : 'the end of the text';
    throw new Malformed(
      `a text that is cut off or malformed (line ${line}, column ${column}: expected ${expected}, got ${came})`,
    );
  }

  #value(): unknown {
    const char = this.#next();
    if (char === '{') return this.#object();
    if (char === '[') return this.#list();
    if (char === '"') return this.#string();
    if (char === '-' || (char >= '0' && char <= '9')) return this.#number();
    for (const [word, value] of WORDS)
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    return this.#malformed('a value');
  }

  /** Each entry of a list or object, up to its closing bracket. */
  #entries(close: string, entry: (index: number) => void): void {
    if (this.#path.length >= MOST_DEPTH)
      this.#malformed(`no more than ${MOST_DEPTH} nested lists and objects`);
    this.#at++;
    if (this.#next() === close) {
      this.#at++;
      return;
    }
    for (let index = 0; ; index++) {
      entry(index);
      const char = this.#next();
      if (char !== ',' && char !== close) this.#malformed(`"," or "${close}"`);
      this.#at++;
      if (char === close) return;
    }
  }

  #list(): unknown[] {
    const list: unknown[] = [];
    this.#entries(']', (index) => {
      this.#path.push(index);
      list.push(this.#value());
      this.#path.pop();
    });
    return list;
  }

  #object(): object {
    const fields = new Map<string, unknown>();
    this.#entries('}', () => {
      if (this.#next() !== '"') this.#malformed('a key in double quotes');
      const key = this.#string();
      if (this.#next() !== ':') this.#malformed('":"');
      this.#at++;
      this.#path.push(key);
      if (fields.has(key)) this.#fault('this key is given twice in one object');
      fields.set(key, this.#value());
      this.#path.pop();
    });
    // "__proto__" becomes a key like any other.
    return Object.fromEntries(fields);
  }

  #string(): string {
    const begin = this.#at;
    for (let at = begin + 1; ; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === 0x22) {
        this.#at = at + 1;
        break;
      }
      if (code === 0x5c) at++;
      else if (!(code >= 0x20)) {
        this.#at = at;
        this.#malformed('the rest of a string, control characters escaped');
      }
    }
    const quoted = this.#text.slice(begin, this.#at);
    if (!quoted.includes('\\')) return quoted.slice(1, -1);
    try {
      return JSON.parse(quoted);
    } catch {
      this.#at = begin;
      return this.#malformed('a string with escapes that JSON knows');
    }
  }

  #number(): number {
    NUMBER.lastIndex = this.#at;
    const [digits] = NUMBER.exec(this.#text) ?? [];
    if (digits === undefined) this.#malformed('a number');
    this.#at += digits.length;
    const value = Number(digits);
    if (!Number.isFinite(value))
      this.#fault(`expected a number that a double can hold, got ${shown(digits, false)}`);
    return value;
  }
}

/** The value of a JSON text; undefined if it has faults, which are added to `faults`. */
export function parseJson(text: string, faults: Faults): unknown {
  const before = faults.count;
  try {
    const value = new Parser(text, faults).document();
    return faults.count === before ? value : undefined;
  } catch (error) {
    if (error instanceof TooMany) return undefined;
    if (!(error instanceof Malformed)) throw error;
    faults.add(`expected JSON, got ${text.trim() === '' ? 'an empty file' : error.message}`);
    return undefined;
  }
}
