/** What is no margin is refused, by every function that reads margins, with its part and what is expected. */
import { describe, expect, it } from 'vitest';
import { doubleDouble } from '../../src/arithmetic/doubleDouble.ts';
import type { Field } from '../../src/arithmetic/field.ts';
import { float64 } from '../../src/arithmetic/float64.ts';
import { moments } from '../../src/claims/moments.ts';
import { flowMargins, overRun } from '../../src/claims/motions.ts';
import { branch } from '../../src/decide/branch.ts';
import { confirm, decide, measure } from '../../src/decide/enclosure.ts';
import { BadMargin, type Margin, positive } from '../../src/decide/margin.ts';

type Change = Readonly<Record<string, unknown>>;
const margins =
  (...given: unknown[]) =>
  <T>(F: Field<T>): Margin<T>[] =>
    given.map((one) =>
      typeof one === 'object' && one !== null
        ? { ...positive('it', F.of(1), F.of(1)), ...(one as Change) }
        : (one as Margin<T>),
    );
const one = margins({});

/** Every reader, of margins in its field; of doubles, a plain number is one of the field. */
const readers: readonly [string, 'object' | 'number', (m: typeof one) => unknown][] = [
  ['decide', 'object', (m) => decide(m, null)],
  ['confirm', 'object', (m) => confirm(m, null, { name: 'it', time: 0 })],
  ['branch', 'object', (m) => branch((F) => m(F), [[0, 1]])],
  ['moments of double-doubles', 'object', (m) => [...moments(doubleDouble, m(doubleDouble))]],
  ['moments of doubles', 'number', (m) => [...moments(float64, m(float64))]],
  ['measure', 'number', (m) => measure(m, null)],
];

const faulty: readonly [string, unknown, string][] = [
  [
    'no scale',
    { scale: undefined },
    'margin "it", scale: expected a number of the field F, as F.of(1), largest(F, [a, b]), got nothing',
  ],
  [
    'the scale null',
    { scale: null },
    'scale: expected a number of the field F, as F.of(1), largest(F, [a, b]), got null',
  ],
  [
    'no value',
    { value: undefined },
    'margin "it", value: expected a number of the field F, as F.of(1), F.sub(a, b), got nothing',
  ],
  [
    'a text as value',
    { value: '1' },
    'value: expected a number of the field F, as F.of(1), F.sub(a, b), got "1"',
  ],
  ['no name', { name: undefined }, 'name of a margin: expected a text, got nothing'],
  [
    'another requirement',
    { requires: 'negative' },
    'margin "it", requires: expected "positive" or "zero", got "negative"',
  ],
  ['a text as time', { time: 'soon' }, 'margin "it", time: expected a number, got "soon"'],
  ['a number', 3, 'expected margins, as positive(name, value, scale) gives them, got 3'],
  ['nothing', null, 'expected margins, as positive(name, value, scale) gives them, got null'],
];

const thrown = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

describe.each(readers)('%s', (_, kind, read) => {
  it('reads margins', () => {
    expect(() => read(one)).not.toThrow();
  });
  it.each(faulty)('refuses %s', (_what, given, says) => {
    const error = thrown(() => read(margins(given)));
    expect(error).toBeInstanceOf(BadMargin);
    expect((error as Error).message).toContain(says);
  });
  it('refuses a plain number where those of the field are others, and says what to write', () => {
    for (const part of ['value', 'scale']) {
      const error = thrown(() => read(margins({ [part]: 2 })));
      if (kind === 'number') expect(error).not.toBeInstanceOf(Error);
      else expect(String(error)).toContain(`${part}: expected a number of the field F, as F.of(1)`);
      if (kind === 'object') expect(String(error)).toContain('got the plain number 2 (write F.of(2))');
    }
    // A scale of 0 that is of the field is one.
    expect(() => read((F) => [{ ...one(F)[0], scale: F.of(0) }])).not.toThrow();
  });
  it('refuses what is no list', () => {
    for (const given of [undefined, null, 3, {}]) {
      const error = thrown(() => read(() => given as never));
      expect(error).toBeInstanceOf(BadMargin);
      expect(String(error)).toContain('expected a list of margins, or a generator of them, got');
    }
  });
});

it('refuses an `along` that gives no list, along a run and along a flow', () => {
  const motion = { layout: { queries: [] }, dZ: [] } as never;
  const rung = { motions: () => [motion] } as never;
  const along = (() => undefined) as never;
  for (const run of [
    () => [...overRun(along, (_, motions) => motions)(float64, [motion])],
    () => [...flowMargins(rung, along)({} as never, 1)],
  ])
    expect(run).toThrow('expected a list of margins, or a generator of them, got nothing');
});
