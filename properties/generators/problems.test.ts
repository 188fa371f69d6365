import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kinds } from '../../src/claims/tokens.ts';
import { shrink } from '../../src/decide/search.ts';
import {
  commons,
  hub,
  problem,
  singleCommon,
  symmetricCommons,
  unequalDistinct,
} from '../../src/generators/problems.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { occurrences, type Problem } from '../../src/model/problem.ts';
import { problemSchema } from '../../src/model/problemShape.ts';
import { seeds, size } from '../support/settings.ts';

const seed = 1;
const all = (problems: fc.Arbitrary<Problem>, holds: (p: Problem) => void, numRuns = 300) => {
  for (const fresh of seeds(seed))
    fc.assert(fc.property(problems, holds), { seed: fresh, numRuns: size(numRuns) });
};

/** The number of classes that list a token, computed independently of src. */
const uses = (p: Problem, token: number) => p.classes.filter((c) => c.tokens.includes(token)).length;
const tokensOf = (p: Problem) => [...new Set(p.classes.flatMap((c) => c.tokens))];

describe('worlds satisfy their hypotheses by construction', () => {
  it('singleCommon: one common token, in every class, and a distinct token in each', () => {
    all(singleCommon(), (p) => {
      const common = tokensOf(p).filter((l) => uses(p, l) > 1);
      expect(common).toHaveLength(1);
      expect(uses(p, common[0])).toBe(p.classes.length);
      for (const c of p.classes) expect(c.tokens.some((l) => uses(p, l) === 1)).toBe(true);
    });
  });

  it('commons: at least one common token, used by two classes or more, and a distinct token in each class', () => {
    all(commons(), (p) => {
      expect(tokensOf(p).some((l) => uses(p, l) > 1)).toBe(true);
      for (const c of p.classes) expect(c.tokens.some((l) => uses(p, l) === 1)).toBe(true);
    });
  });

  it("symmetricCommons: Corollary 2's conditions", () => {
    all(symmetricCommons(), (p) => {
      expect(new Set(p.classes.map((c) => c.query)).size).toBe(1);
      const split = p.classes.map((c) => {
        const pairs = c.tokens.map((l, i) => [uses(p, l) > 1 ? l : -1, c.probabilities[i]] as const);
        return {
          common: pairs.filter(([l]) => l >= 0).toSorted((a, b) => a[0] - b[0]),
          distinct: pairs
            .filter(([l]) => l < 0)
            .map(([, w]) => w)
            .toSorted((a, b) => a - b),
        };
      });
      for (const { common, distinct } of split) {
        expect(common).toEqual(split[0].common);
        expect(distinct).toEqual(split[0].distinct);
      }
    });
  });

  it('unequalDistinct: two distinct tokens of different probability in each class', () => {
    all(unequalDistinct(), (p) => {
      for (const c of p.classes) {
        const weights = c.tokens.flatMap((l, i) => (uses(p, l) === 1 ? [c.probabilities[i]] : []));
        expect(new Set(weights).size).toBeGreaterThan(1);
      }
    });
  });

  it('hub: one class shares a token with each of four others, which share no token with each other', () => {
    all(hub(), (p) => {
      const [centre, ...spokes] = p.classes.map((c) => new Set(c.tokens));
      for (const spoke of spokes) expect([...spoke].filter((l) => centre.has(l))).toHaveLength(1);
      for (const l of tokensOf(p)) if (!centre.has(l)) expect(uses(p, l)).toBe(1);
    });
  });

  it('every world is a valid problem file once its probabilities are normalised', () => {
    all(problem(), (p) => {
      const classes = p.classes.map((c) => {
        const total = c.probabilities.reduce((a, b) => a + b, 0);
        return { ...c, probabilities: c.probabilities.map((x) => x / total) };
      });
      expect(problemSchema.safeParse({ ...p, classes }).error).toBeUndefined();
    });
  });
});

describe('kinds of tokens', () => {
  it('agree with a count of the classes that list them', () => {
    all(problem(), (p) => {
      const layout = reducedLayout(p);
      const { distinct, common, overlaps } = kinds(p, layout);
      const ids = (ls: readonly number[]) => ls.map((l) => layout.tokens[l]).toSorted((a, b) => a - b);
      expect(ids(common)).toEqual(
        tokensOf(p)
          .filter((l) => uses(p, l) > 1)
          .toSorted((a, b) => a - b),
      );
      for (const [n, c] of p.classes.entries()) {
        expect(ids(distinct[n])).toEqual(c.tokens.filter((l) => uses(p, l) === 1).toSorted((a, b) => a - b));
        expect(overlaps[n]).toBe(c.tokens.some((l) => uses(p, l) > 1));
      }
      expect([...occurrences(p)].every(([l, ns]) => ns.length === uses(p, l))).toBe(true);
    });
  });
});

describe('worlds are varied', () => {
  const sample = fc.sample(problem(), { seed, numRuns: 2000 });
  const reached: [string, (p: Problem) => boolean][] = [
    ['vocabularies below 6', (p) => p.vocabulary < 6],
    ['vocabularies above 2000', (p) => p.vocabulary > 2000],
    ['six classes', (p) => p.classes.length === 6],
    ['one query token', (p) => new Set(p.classes.map((c) => c.query)).size === 1],
    ['three query tokens', (p) => new Set(p.classes.map((c) => c.query)).size === 3],
    ['a target that is a contextual token', (p) => p.classes.some((c) => uses(p, c.next) > 0)],
    ['a query that is a contextual token', (p) => p.classes.some((c) => uses(p, c.query) > 0)],
    ['a query that is a target', (p) => p.classes.some((c) => p.classes.some((d) => d.next === c.query))],
    [
      'a probability below 1e-3',
      (p) => p.classes.some((c) => Math.min(...c.probabilities) < 1e-3 * Math.max(...c.probabilities)),
    ],
    ['five common tokens', (p) => tokensOf(p).filter((l) => uses(p, l) > 1).length >= 5],
    [
      'classes that share no token',
      (p) =>
        p.classes.some((c, n) =>
          p.classes.some((d, k) => k !== n && !c.tokens.some((l) => d.tokens.includes(l))),
        ),
    ],
  ];
  it.each(reached)('%s', (_, wanted) => {
    expect(sample.some(wanted)).toBe(true);
  });
});

describe('shrinking', () => {
  it('ends at two classes of two tokens with equal weights and the smallest vocabulary', async () => {
    const found = await shrink(singleCommon(), () => true, { runs: 5, seed });
    expect(found?.world.classes).toHaveLength(2);
    expect(found?.world.classes.map((c) => c.probabilities)).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(found?.world.vocabulary).toBe(3);
  });
});
