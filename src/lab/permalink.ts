/** The state of the lab as the part of an address after `#`, and back. Nothing of it is sent anywhere. */
import { MOST_PROBLEM_BYTES } from '../model/problemShape.ts';
import { EXPERIMENT_STEPS } from '../model/ranges.ts';
import type { Format } from './protocol.ts';
import { defaultSetup, type RandomSizes, type Setup, type WorldSource } from './setup.ts';
import {
  drawnProblemFaults,
  type NumberRule,
  numberFault,
  RANDOM_NUMBERS,
  randomFaults,
  SETUP_CHOICES,
  SETUP_NUMBERS,
  type SetupChoice,
  type SetupNumber,
} from './setupFaults.ts';
import { type LabWorldName, labWorlds, setupOf } from './worlds.ts';

/** Everything that a link holds. */
export interface LabLink {
  readonly setup: Setup;
  /** Where the training is; a link trains up to it and pauses there. */
  readonly step: number;
  /** Index of the class whose curves are drawn. */
  readonly selected: number;
  /** From 1 to `MOST_SPEED`. */
  readonly speed: number;
  readonly logTime: boolean;
  /** Formats beside the main training. */
  readonly formats: readonly Format[];
  /** The stop of the tour, from 1; null outside of it. */
  readonly tour: number | null;
  readonly language: 'en' | 'zh';
}

export const MOST_SPEED = 9;
export const TOUR_STOPS = 5;
export const defaultLink: LabLink = {
  setup: defaultSetup,
  step: 0,
  selected: 0,
  speed: 5,
  logTime: true,
  formats: [],
  tour: null,
  language: 'en',
};

/** Formats that need no number. */
export const PLAIN_FORMATS = [
  'float32',
  'float32-subtracting',
  'tfjs-wasm',
  'tfjs-webgl',
  'float64',
  'double-double',
] as const satisfies readonly Format[];
/** Digits of a decimal format. */
export const DECIMAL_DIGITS = { low: 2, high: 400 } as const;

/** Whether a text names a format. */
export function isFormat(text: string): text is Format {
  const digits = /^decimal([1-9]\d{0,3})$/.exec(text)?.[1];
  if (digits !== undefined)
    return Number(digits) >= DECIMAL_DIGITS.low && Number(digits) <= DECIMAL_DIGITS.high;
  return (PLAIN_FORMATS as readonly string[]).includes(text);
}

const RANDOM_KEYS = Object.keys(RANDOM_NUMBERS) as (keyof RandomSizes)[];
const NUMBER_KEYS = Object.keys(SETUP_NUMBERS) as SetupNumber[];
const CHOICE_KEYS = Object.keys(SETUP_CHOICES) as SetupChoice[];
const COUNTS = {
  step: { range: EXPERIMENT_STEPS, whole: true },
  class: { range: { low: 0, high: 2e5 }, whole: true },
  speed: { range: { low: 1, high: MOST_SPEED }, whole: true },
  tour: { range: { low: 1, high: TOUR_STOPS }, whole: true },
} as const;

/** Keeps the sign of zero, so that a link gives the same setup back; 1e21 without its plus, which is a space in a link. */
const numberText = (x: number): string => (Object.is(x, -0) ? '-0' : String(x).replace('+', ''));

async function through(bytes: Uint8Array, stream: GenericTransformStream, most: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const source = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
  const reader = source
    .pipeThrough(stream as ReadableWritablePair<Uint8Array, Uint8Array<ArrayBuffer>>)
    .getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    size += part.value.length;
    if (size > most) {
      await reader.cancel();
      throw new Error(`more than ${most} bytes`);
    }
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Problem -> JSON -> deflate -> base64url. */
async function packed(value: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const small = await through(bytes, new CompressionStream('deflate'), Number.POSITIVE_INFINITY);
  let text = '';
  for (const byte of small) text += String.fromCharCode(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

async function unpacked(text: string): Promise<unknown> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(binary, (c) => c.charCodeAt(0));
  const all = await through(bytes, new DecompressionStream('deflate'), MOST_PROBLEM_BYTES);
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(all));
}

/** The setup that a world begins with; a link names what differs from it. */
const baseOf = (world: WorldSource): Setup =>
  'name' in world ? setupOf(world.name, defaultSetup) : { ...defaultSetup, world };

/** `world=syn-small&ratio=5&step=300`: what differs from the defaults. */
export async function writeLink(link: LabLink): Promise<string> {
  const { setup } = link;
  const { world } = setup;
  const words: string[] = [];
  const add = (key: string, value: string) => words.push(`${key}=${value}`);
  if ('name' in world) add('world', world.name);
  else if ('random' in world)
    add('random', RANDOM_KEYS.map((key) => numberText(world.random[key])).join(','));
  else add('problem', await packed(world.problem));
  const base = baseOf(world);
  for (const key of NUMBER_KEYS) {
    const value = setup[key];
    if (!Object.is(value, base[key])) add(key, value === null ? 'inf' : numberText(value));
  }
  for (const key of CHOICE_KEYS) if (setup[key] !== base[key]) add(key, setup[key]);
  if (link.step !== defaultLink.step) add('step', String(link.step));
  if (link.selected !== defaultLink.selected) add('class', String(link.selected));
  if (link.speed !== defaultLink.speed) add('speed', String(link.speed));
  if (!link.logTime) add('time', 'linear');
  if (link.formats.length > 0) add('formats', link.formats.join(','));
  if (link.tour !== null) add('tour', String(link.tour));
  if (link.language !== defaultLink.language) add('lang', link.language);
  return words.join('&');
}

/** The values of a link, and the faults that were met: each costs only its own value. */
class LinkReader {
  readonly faults: string[] = [];
  readonly #values: URLSearchParams;

  constructor(text: string) {
    this.#values = new URLSearchParams(text.replace(/^#/, ''));
  }

  get(key: string): string | null {
    return this.#values.get(key);
  }

  fault(key: string, what: string): void {
    this.faults.push(`${key}: ${what}`);
  }

  number(key: string, rule: NumberRule, without: number): number {
    const text = this.get(key);
    if (text === null) return without;
    const value = text.trim() === '' ? Number.NaN : Number(text);
    const fault = numberFault(value, rule);
    if (fault === undefined) return value;
    this.fault(key, fault);
    return without;
  }

  choice<T extends string>(key: string, choices: readonly T[], without: T): T {
    const text = this.get(key);
    if (text === null) return without;
    const found = choices.find((one) => one === text);
    if (found === undefined)
      this.fault(key, `expected one of ${choices.join(', ')}, got ${text.slice(0, 40)}`);
    return found ?? without;
  }

  unknown(known: readonly string[]): void {
    for (const key of new Set(this.#values.keys()))
      if (!known.includes(key)) this.fault(key.slice(0, 40), 'no setting has this name');
  }
}

async function readWorld(reader: LinkReader): Promise<WorldSource> {
  const [random, problem] = [reader.get('random'), reader.get('problem')];
  const named = { name: reader.choice<LabWorldName>('world', labWorlds, 'syn-small') };
  if (problem !== null) {
    try {
      const value = await unpacked(problem);
      const faults = drawnProblemFaults(value);
      if (faults.length === 0) return { problem: value as { vocabulary: number; classes: [] } };
      for (const fault of faults) reader.faults.push(fault);
    } catch {
      reader.fault('problem', 'cannot be read: the link is not complete');
    }
    return named;
  }
  if (random === null) return named;
  const values = random.split(',');
  const sizes = Object.fromEntries(
    RANDOM_KEYS.map((key, i) => [key, (values[i] ?? '').trim() === '' ? Number.NaN : Number(values[i])]),
  ) as unknown as RandomSizes;
  const faults = randomFaults(sizes);
  for (const [key, fault] of faults) reader.fault(`random, ${key}`, fault);
  return faults.size === 0 ? { random: sizes } : named;
}

/**
 * The state that a link holds. A value that cannot be used is replaced by its default, and told.
 * @param text the part of the address after `#`; anything
 */
export async function readLink(text: string): Promise<{ link: LabLink; faults: readonly string[] }> {
  const reader = new LinkReader(text);
  const world = await readWorld(reader);
  const base = baseOf(world);
  const infinite = reader.get('length') === 'inf';
  const numbers = Object.fromEntries(
    NUMBER_KEYS.filter((key) => key !== 'length').map((key) => [
      key,
      reader.number(key, SETUP_NUMBERS[key], base[key]),
    ]),
  );
  const length = infinite
    ? null
    : reader.get('length') === null
      ? base.length
      : reader.number('length', SETUP_NUMBERS.length, base.length ?? 128);
  const choices = Object.fromEntries(
    CHOICE_KEYS.map((key) => [key, reader.choice<string>(key, SETUP_CHOICES[key], base[key])]),
  );
  const formats = (reader.get('formats') ?? '').split(',').filter((word) => word !== '');
  for (const word of formats)
    if (!isFormat(word)) reader.fault('formats', `no format is called ${word.slice(0, 40)}`);
  const count = (key: keyof typeof COUNTS, without: number) => reader.number(key, COUNTS[key], without);
  reader.unknown([
    ...['world', 'random', 'problem', 'time', 'formats', 'lang'],
    ...[...NUMBER_KEYS, ...CHOICE_KEYS, ...Object.keys(COUNTS)],
  ]);
  return {
    link: {
      setup: { ...base, ...numbers, ...choices, length } as Setup,
      step: count('step', defaultLink.step),
      selected: count('class', defaultLink.selected),
      speed: count('speed', defaultLink.speed),
      logTime: reader.choice('time', ['log', 'linear'], 'log') === 'log',
      formats: [...new Set(formats.filter(isFormat))],
      tour: reader.get('tour') === null ? null : count('tour', 1),
      language: reader.choice('lang', ['en', 'zh'], 'en'),
    },
    faults: reader.faults,
  };
}
