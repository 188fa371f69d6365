/** The grammar of the command line, which is the same for every option of every command. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { commandHelp, generalHelp } from '../../src/cli/help.ts';
import {
  choiceOption,
  choicesOption,
  flagOf,
  flagOption,
  integerOption,
  listOption,
  numberOption,
  type Options,
  readWords,
  sameWords,
  textOption,
} from '../../src/cli/options.ts';
import { quoted } from '../../src/io/text.ts';

const options = {
  quick: flagOption('fewer'),
  runs: integerOption('worlds', { low: -5, high: 1000 }, 80),
  width: numberOption('<w>', 'limits', { low: 0, high: 1, open: 'low' }),
  timeLimit: numberOption('<s>', 'seconds', { low: 0, high: 1, open: 'high' }),
  arithmetic: choiceOption('<name>', 'of enclosures', ['decimal', 'mpfr']),
  backend: choicesOption('of these', ['one', 'two', 'three']),
  rung: listOption('<id...>', 'rungs'),
  problem: textOption('<file>', 'a problem'),
};
const read = (...words: string[]) => readWords(options, words);
const faults = (...words: string[]) => read(...words).checks.faults.listed;

describe('an integer', () => {
  it.each([
    ['7', 7],
    ['-5', -5],
    ['1000', 1000],
    ['007', 7],
    ['-0', 0],
  ])('is decimal digits with an optional minus: "%s"', (text, value) => {
    for (const given of [read('--runs', text), read(`--runs=${text}`)]) {
      expect(given.checks.faults.listed).toEqual([]);
      expect(given.values.runs).toBe(value);
    }
  });

  it.each(['', ' ', ' 5', '5 ', '+5', '1.0', '1e2', '0x10', '0b1', '1_000', '1,000', '٣', 'NaN', 'Infinity'])(
    'is nothing else: "%s"',
    (text) => {
      expect(faults('--runs', text)).toEqual([
        expect.stringMatching(/^--runs: expected an integer from -5 to 1000, got "/),
      ]);
      expect(read('--runs', text).values.runs).toBe(80);
    },
  );

  it('is written in digits: a fault says so where another program would read such a number', () => {
    expect(faults('--runs', '1e2')).toEqual([
      '--runs: expected an integer from -5 to 1000, got "1e2"; write it in digits alone',
    ]);
    expect(faults('--runs', '1e9')).toEqual(['--runs: expected an integer from -5 to 1000, got "1e9"']);
    expect(faults('--runs', '1001')).toHaveLength(1);
  });
});

describe('a number', () => {
  it.each(['0.5', '.5', '1.', '1', '5e-1', '1E-3'])('may have a fraction and an exponent: "%s"', (text) => {
    expect(read('--width', text).values.width).toBe(Number(text));
  });

  it.each(['', ' 0.5', '+1', '0x1', '.', 'e1', '1e', '1e999', 'Infinity', 'NaN', '½', '0', '-0', '1.1'])(
    'is nothing else, and within its range: "%s"',
    (text) =>
      expect(faults('--width', text)).toEqual([
        expect.stringMatching(/^--width: expected a number above 0 and at most 1, got "/),
      ]),
  );

  it('has a range whose end may be out of it', () => {
    expect(read('--time-limit', '0').values.timeLimit).toBe(0);
    expect(faults('--time-limit', '1')).toEqual([
      '--time-limit: expected a number from 0 to below 1, got "1"',
    ]);
  });
});

describe('an option', () => {
  it('is one of a few names, or some of them in their own order', () => {
    const { values } = read('--arithmetic', 'mpfr', '--backend', 'three', 'one', 'three');
    expect(values).toMatchObject({ arithmetic: 'mpfr', backend: ['one', 'three'] });
    expect(faults('--arithmetic', 'mprf', '--backend', 'tow', 'four', 'one')).toEqual([
      '--arithmetic: expected decimal or mpfr, got "mprf"; did you mean "mpfr"?',
      '--backend: expected one, two or three, got "tow"; did you mean "two"?',
      expect.stringMatching(/^--backend: expected one, two or three, got "four"/),
    ]);
  });

  it('takes its word, a list every word up to the next option', () => {
    const { values, operands } = read('a', '--rung', 'b', 'c', '--quick', 'd', '--runs', '-3', 'e');
    expect(values).toMatchObject({ rung: ['b', 'c'], quick: true, runs: -3 });
    expect(operands).toEqual(['a', 'd', 'e']);
    expect(read('--rung=b', 'c')).toMatchObject({ values: { rung: ['b'] }, operands: ['c'] });
  });

  it('that is left out has its default', () => {
    expect(read().values).toEqual({ quick: false, runs: 80 });
  });

  it('is given once, of whatever kind', () => {
    for (const words of [
      ['--quick'],
      ['--runs', '1'],
      ['--rung', 'a'],
      ['--backend=one'],
      ['--problem', 'p'],
    ])
      expect(faults(...words, ...words)).toEqual([
        `${words[0].split('=')[0]}: expected once, is given twice`,
      ]);
  });

  it('has a value, which does not look like an option, or has none', () => {
    expect(faults('--runs')).toEqual(['--runs: expected a value, got nothing']);
    expect(faults('--rung', '--quick')).toEqual(['--rung: expected a value, got "--quick"']);
    expect(faults('--problem', '--quick')).toEqual([
      '--problem: expected a value, got "--quick"; a file or folder of that name is written ./--quick',
    ]);
    expect(faults('--problem=--quick')).toHaveLength(1);
    expect(read('--problem', '--quick').values.quick).toBe(true);
    expect(read('--problem=').values.problem).toBe('');
    expect(faults('--quick=yes')).toEqual(['--quick: expected no value, got "yes"']);
  });

  it('that nobody knows is a fault, with the one that is near', () => {
    expect(faults('--rnus', '5', '-x', '--width=1')).toEqual([
      'unknown option --rnus; did you mean "--runs"?',
      expect.stringMatching(/^unknown option -x/),
    ]);
    expect(faults('--hepl')).toEqual(['unknown option --hepl; did you mean "--help"?']);
  });

  it('comes before "--", after which all is operands', () => {
    expect(read('--quick', '--', '-odd.mjs', 'b').operands).toEqual(['-odd.mjs', 'b']);
    expect(faults('--', '--runs=2')).toEqual(['--runs: options come before "--", got it after']);
  });
});

describe('a message', () => {
  it('shows what was given escaped, and no more than 120 characters of it', () => {
    for (const word of ['\u001b[2J\u202e', 'x'.repeat(5000)]) {
      const told = [
        ...faults(`--${word}`, '--runs', word, '--width', word, '--backend', word, `--quick=${word}`),
        ...faults('--arithmetic', word, '--problem', `--${word}`),
      ];
      expect(told).toHaveLength(8);
      for (const fault of told) {
        for (const unsafe of ['\u001b', '\u202e', 'x'.repeat(121)]) expect(fault).not.toContain(unsafe);
        expect(fault.length).toBeLessThan(400);
      }
    }
  });
});

describe('words', () => {
  /** Values that a list or a text may have. */
  const value = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.startsWith('-'));

  it('are read as the same again, but for the options left out', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), value, fc.boolean(), (rung, problem, quick) => {
        const given = read('--rung', ...rung, ...(quick ? ['--quick'] : []), '--problem', problem);
        const all = ['--rung', ...rung, ...(quick ? ['--quick'] : []), '--problem', problem];
        expect(sameWords(given)).toBe(all.map(quoted).join(' '));
        expect(sameWords(given, ['rung', 'quick'])).toBe(`--problem ${quoted(problem)}`);
      }),
    );
  });

  it('never throw, whatever they are, and every fault is one line', () => {
    const known = Object.keys(options).map(flagOf);
    const word = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(...known, ...known.map((flag) => `${flag}=1`), '--', '-', '1', 'one'),
    );
    fc.assert(
      fc.property(fc.array(word), (words) => {
        for (const fault of read(...words).checks.faults.listed) expect(fault).not.toContain('\n');
      }),
    );
  });
});

describe('the help', () => {
  it.each(Object.entries(commands))('of %s names every option on one screen of 80x24', (name, command) => {
    const text = commandHelp(name, command);
    const words = text.replaceAll(/\s+/g, ' ');
    for (const [option, { takes }] of Object.entries<Options[string]>(command.options))
      expect(words).toContain(` ${flagOf(option)} ${takes}`.trimEnd());
    const lines = text.split('\n');
    // The last line is the prompt's.
    expect(lines.length).toBeLessThanOrEqual(23);
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it.each(Object.entries(commands))('of %s says in full what every option does', (name, command) => {
    const words = commandHelp(name, command, true).replaceAll(/\s+/g, ' ');
    for (const { says } of Object.values<Options[string]>(command.options)) expect(words).toContain(says);
  });

  it('names every command, in 80 columns', () => {
    for (const name of Object.keys(commands)) expect(generalHelp()).toContain(`\n  ${name} `);
    for (const line of generalHelp().split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  });
});
