/** What is wrong with a problem file is reported: each fault at its path, and all of them at once. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crossFaults, problemSchema } from '../../src/model/problemShape.ts';
import { satisfies } from './jsonSchema.ts';

const text = readFileSync(new URL('../../fixtures/problem.schema.json', import.meta.url), 'utf8');

const good = (): Record<string, unknown> & { classes: Record<string, unknown>[] } => ({
  vocabulary: 6,
  classes: [
    { next: 0, query: 4, tokens: [1, 2], probabilities: [0.25, 0.75] },
    { next: 3, query: 4, tokens: [2, 5], probabilities: [0.5, 0.5], weight: 2 },
  ],
});

type Mutation = (problem: ReturnType<typeof good>) => void;
const first =
  (change: Record<string, unknown>): Mutation =>
  (p) => {
    Object.assign(p.classes[0], change);
  };
const without =
  (key: string): Mutation =>
  (p) => {
    delete p.classes[0][key];
  };

/** The fault, the path and the message of its report; the JSON schema also finds `shape` faults. */
const FAULTS: { name: string; change: Mutation; path: string; message: RegExp; shape: boolean }[] = [
  {
    name: 'no vocabulary',
    change: (p) => delete p.vocabulary,
    path: 'vocabulary',
    message: /expected (int|number)/,
    shape: true,
  },
  {
    name: 'a vocabulary of 1',
    change: (p) => Object.assign(p, { vocabulary: 1 }),
    path: 'vocabulary',
    message: />=2/,
    shape: true,
  },
  {
    name: 'a vocabulary of 6.5',
    change: (p) => Object.assign(p, { vocabulary: 6.5 }),
    path: 'vocabulary',
    message: /int/,
    shape: true,
  },
  {
    name: 'a vocabulary in words',
    change: (p) => Object.assign(p, { vocabulary: 'six' }),
    path: 'vocabulary',
    message: /received string/,
    shape: true,
  },
  {
    name: 'no classes',
    change: (p) => Object.assign(p, { classes: [] }),
    path: 'classes',
    message: />=1/,
    shape: true,
  },
  {
    name: 'classes that are no list',
    change: (p) => Object.assign(p, { classes: {} }),
    path: 'classes',
    message: /expected array/,
    shape: true,
  },
  {
    name: 'an unknown key',
    change: (p) => Object.assign(p, { extra: 1 }),
    path: '',
    message: /extra/,
    shape: true,
  },
  {
    name: 'an unknown key of a class',
    change: first({ wieght: 1 }),
    path: 'classes.0',
    message: /wieght/,
    shape: true,
  },
  {
    name: 'no next token',
    change: without('next'),
    path: 'classes.0.next',
    message: /expected (int|number)/,
    shape: true,
  },
  {
    name: 'no query token',
    change: without('query'),
    path: 'classes.0.query',
    message: /expected (int|number)/,
    shape: true,
  },
  {
    name: 'no tokens',
    change: without('tokens'),
    path: 'classes.0.tokens',
    message: /expected array/,
    shape: true,
  },
  {
    name: 'no probabilities',
    change: without('probabilities'),
    path: 'classes.0.probabilities',
    message: /expected array/,
    shape: true,
  },
  {
    name: 'an empty support',
    change: first({ tokens: [], probabilities: [] }),
    path: 'classes.0.tokens',
    message: />=1/,
    shape: true,
  },
  {
    name: 'a negative token',
    change: first({ tokens: [-1, 2] }),
    path: 'classes.0.tokens.0',
    message: />=0/,
    shape: true,
  },
  {
    name: 'a token that is no integer',
    change: first({ tokens: [1.5, 2] }),
    path: 'classes.0.tokens.0',
    message: /int/,
    shape: true,
  },
  {
    name: 'a negative probability',
    change: first({ probabilities: [-0.5, 1.5] }),
    path: 'classes.0.probabilities.0',
    message: />0/,
    shape: true,
  },
  {
    name: 'a probability of 0',
    change: first({ probabilities: [0, 1] }),
    path: 'classes.0.probabilities.0',
    message: />0/,
    shape: true,
  },
  {
    name: 'a negative weight',
    change: first({ weight: -1 }),
    path: 'classes.0.weight',
    message: />0/,
    shape: true,
  },
  {
    name: 'a null weight',
    change: first({ weight: null }),
    path: 'classes.0.weight',
    message: /received null/,
    shape: true,
  },
  {
    name: 'a next token outside',
    change: first({ next: 6 }),
    path: 'classes.0.next',
    message: /below the vocabulary size 6, got 6/,
    shape: false,
  },
  {
    name: 'a query token outside',
    change: first({ query: 99 }),
    path: 'classes.0.query',
    message: /below the vocabulary size 6, got 99/,
    shape: false,
  },
  {
    name: 'a contextual token outside',
    change: first({ tokens: [1, 6] }),
    path: 'classes.0.tokens.1',
    message: /below the vocabulary size/,
    shape: false,
  },
  {
    name: 'a token twice',
    change: first({ tokens: [1, 1] }),
    path: 'classes.0.tokens.1',
    message: /listed twice/,
    shape: false,
  },
  {
    name: 'a probability missing',
    change: first({ probabilities: [1] }),
    path: 'classes.0.probabilities',
    message: /expected 2 numbers.*got 1/,
    shape: false,
  },
  {
    name: 'a sum other than 1',
    change: first({ probabilities: [0.25, 0.7] }),
    path: 'classes.0.probabilities',
    message: /sum to 1, got 0.95/,
    shape: false,
  },
  {
    name: 'a sum 1e-8 above 1',
    change: first({ probabilities: [0.25, 0.75000001] }),
    path: 'classes.0.probabilities',
    message: /sum to 1/,
    shape: false,
  },
  {
    name: 'two classes of one next token',
    change: (p) => Object.assign(p.classes[1], { next: 0 }),
    path: 'classes.1.next',
    message: /already belongs to class 0/,
    shape: false,
  },
];

describe('invalid problems', () => {
  const issues = (value: unknown) => problemSchema.safeParse(value).error?.issues ?? [];
  it('the problem is valid without the faults', () => {
    expect(issues(good())).toEqual([]);
  });
  for (const { name, change, path, message, shape } of FAULTS)
    it(`${name} is reported at ${path || 'the top'}`, () => {
      const problem = good();
      change(problem);
      const found = issues(problem).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
      expect(found.some((f) => f.startsWith(`${path}: `) && message.test(f))).toBe(true);
      expect(satisfies(JSON.parse(text), problem)).toBe(!shape);
    });
  it('values that are not objects of this shape are refused', () => {
    for (const value of [null, undefined, 5, 'x', [], {}, { vocabulary: 3, classes: [null] }]) {
      expect(issues(value).length).toBeGreaterThan(0);
      expect(() => [...crossFaults(value)]).not.toThrow();
      expect(satisfies(JSON.parse(text), value)).toBe(false);
    }
  });
  it('numbers that are not finite are refused', () => {
    for (const bad of [NaN, Infinity]) {
      const problem = good();
      first({ probabilities: [bad, 0.75] })(problem);
      expect(issues(problem).length).toBeGreaterThan(0);
    }
  });
  it('all faults of a file are reported at once, for every combination', () => {
    const across = FAULTS.filter((f) => !f.shape && f.path.startsWith('classes'));
    fc.assert(
      fc.property(fc.subarray(across, { minLength: 1 }), (chosen) => {
        // One class for each fault, so that faults do not interact; classes 2k and 2k + 1 are shifted valid ones.
        const classes = chosen.flatMap(({ change }) => {
          const problem = good();
          change(problem);
          return problem.classes;
        });
        const found = issues({ vocabulary: 6, classes }).map((f) => `${f.path.join('.')}: ${f.message}`);
        chosen.forEach(({ path, message }, k) => {
          const [, n, rest] = /^classes\.(\d)(.*)$/.exec(path)!;
          const start = `classes.${2 * k + Number(n)}${rest}: `;
          // The copies of class 0 have one next token, which is a further fault at this path.
          const pattern = path === 'classes.1.next' ? /already belongs/ : message;
          expect(found.some((f) => f.startsWith(start) && pattern.test(f))).toBe(true);
        });
      }),
      { seed: 3 },
    );
  });
  it('faults between fields are reported together with faults of shape', () => {
    const broken = {
      vocabulary: 6,
      classes: [{ next: 9, query: 'x', tokens: [1, 1], probabilities: [0.3, 0.3] }],
    };
    expect([...crossFaults(broken)].map(({ path }) => path.join('.'))).toEqual([
      'classes.0.next',
      'classes.0.tokens.1',
      'classes.0.probabilities',
    ]);
  });
});
