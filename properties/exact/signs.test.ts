// heavy: 5 s
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Interval, interval } from '../../src/arithmetic/decimal.ts';
import { backprop } from '../../src/claims/backprop.ts';
import type { AnyCheck } from '../../src/claims/claim.ts';
import { commonTokensLose } from '../../src/claims/common-tokens-lose.ts';
import { discriminative } from '../../src/claims/discriminative.ts';
import { distinctTokensGain } from '../../src/claims/distinct-tokens-gain.ts';
import { fate } from '../../src/claims/fate.ts';
import { fateEarly } from '../../src/claims/fate-early.ts';
import { fateTwoClasses } from '../../src/claims/fate-two-classes.ts';
import { xiPositive } from '../../src/claims/xi-positive.ts';
import { decide } from '../../src/decide/enclosure.ts';
import { attentionVelocity } from '../../src/ladder/two-timescale.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { seeds, size } from '../support/settings.ts';
import { FOUR_CLASSES, PATTERNS, TWO_CLASSES } from './patterns.ts';
import { exactMargins, holdsExactly } from './prove.ts';
import { type Rational, rational, rationalOf, written } from './rational.ts';
import { type ExactWorld, type Pattern, stereographic } from './worlds.ts';

/** Coordinates so small that features are neither near 0 nor near 1. */
const coordinate = fc.integer({ min: 1, max: 30 });

/** A positive vector of integer length; which of its entries is the pole's is drawn. */
const smallVector = (length: number) =>
  fc
    .record({
      t: fc.array(coordinate, { minLength: length - 1, maxLength: length - 1 }),
      d: coordinate,
      turn: fc.nat(),
    })
    .map(({ t, d, turn }) => {
      const [first, ...rest] = t;
      // Where |t| = d the last entry would be 0.
      const same = stereographic(t, d).at(-1) === 0;
      const v = stereographic([same ? first + 1 : first, ...rest], d).map(Math.abs);
      const at = turn % length;
      return [...v.slice(at), ...v.slice(0, at)];
    });

/** States of a pattern at small coordinates, M from the least possible to 1e6. */
const smallState = (patterns: readonly Pattern[]): fc.Arbitrary<ExactWorld> =>
  fc.constantFrom(...patterns).chain(({ classes }) => {
    const tokens = new Set(classes.flatMap((c) => c.tokens)).size;
    return fc
      .record({
        vectors: fc.tuple(...classes.map((c) => smallVector(c.tokens.length))),
        M: fc.integer({ min: 0, max: 60 }).map((k) => tokens + Math.round(10 ** (k / 10)) - 1),
      })
      .map(({ vectors, M }) => ({
        problem: {
          vocabulary: M,
          classes: classes.map((c, n) => ({
            ...c,
            next: n,
            tokens: [...c.tokens],
            probabilities: vectors[n],
          })),
        },
        Z: [...new Set(classes.map((c) => c.query))].map(() => Array.from({ length: tokens }, () => 0)),
        free: [],
      }));
  });

/** A decimal number in plain notation, exactly. */
function decimalRational(text: string): Rational {
  const [whole, fraction = ''] = text.split('.');
  return rationalOf(BigInt(whole + fraction), 10n ** BigInt(fraction.length));
}
const atMost = (a: Rational, b: Rational): boolean => rational.sign(rational.sub(b, a)) !== -1;
const encloses = ({ lo, hi }: Interval, x: Rational): boolean =>
  atMost(decimalRational(lo.toFixed()), x) && atMost(x, decimalRational(hi.toFixed()));

const CHECKS: readonly (readonly [string, AnyCheck, readonly Pattern[], 'held' | 'violated' | 'both'])[] = [
  ['fate', fate.checks[0], PATTERNS, 'held'],
  ['fate-two-classes', fateTwoClasses.checks[0], TWO_CLASSES, 'held'],
  ['xi-positive', xiPositive.checks[0], PATTERNS, 'held'],
  ['fate-early', fateEarly.checks[0], PATTERNS, 'held'],
  ['backprop', backprop.checks[0], PATTERNS, 'held'],
  ['discriminative', discriminative.checks[0], PATTERNS, 'both'],
  ['common-tokens-lose', commonTokensLose.checks[0], PATTERNS, 'both'],
  ['distinct-tokens-gain', distinctTokensGain.checks[0], FOUR_CLASSES, 'held'],
];

describe('signs at rational states', () => {
  it.each(CHECKS)(
    '%s: exact verdicts are those of enclosures, which contain the exact margins',
    (_, check, patterns, expected) => {
      const F = interval(30);
      const outcomes = new Set<string>();
      let compared = 0;
      fc.assert(
        fc.property(smallState(patterns), (world) => {
          const exact = exactMargins(check.margins!, world);
          const outcome = exact.every(holdsExactly) ? 'held' : 'violated';
          outcomes.add(outcome);
          expect(decide(check.margins!, world).outcome).toBe(outcome);
          const enclosed = [...check.margins!(F, world)];
          // Formulas that read a threshold as a double may name another M where it is next to an integer.
          if (enclosed.map(({ name }) => name).join() !== exact.map(({ name }) => name).join()) return;
          for (const [i, { name, value }] of exact.entries()) {
            compared += 1;
            expect(encloses(enclosed[i].value as Interval, value), name).toBe(true);
          }
        }),
        { seed: seeds(5)[0], numRuns: size(40) },
      );
      expect([...outcomes].sort()).toEqual(expected === 'both' ? ['held', 'violated'] : [expected]);
      expect(compared).toBeGreaterThan(100);
    },
  );

  /**
   * The least world that a search over lengths up to 12 and M from 6 found: a hub of (8, 4, 1)/9, which shares its tokens with (12, 5)/13
   * twice and with (5, 12)/13. Its row over the first two classes is 12 * 12/117 > 1.
   */
  it('a distinct token loses in a world of whole numbers with M = 6: xi = -3/2680', () => {
    const problem = {
      vocabulary: 6,
      classes: [
        { next: 0, query: 0, tokens: [0, 1, 2], probabilities: [8, 4, 1] },
        { next: 1, query: 0, tokens: [0, 3], probabilities: [12, 5] },
        { next: 2, query: 0, tokens: [1, 4], probabilities: [12, 5] },
        { next: 3, query: 0, tokens: [2, 5], probabilities: [5, 12] },
      ],
    };
    const world = { problem, Z: [[0, 0, 0, 0, 0, 0]], free: [] };
    const { xi, dZ } = attentionVelocity(rational, problem, reducedLayout(problem), [
      world.Z[0].map(rational.of),
    ]);
    expect(written(xi[3])).toBe('-3/2680');
    // f^2 xi/K = (144/169)(-3/2680)/4
    expect(written(dZ[0][5])).toBe('-27/113230');
    const { margins } = distinctTokensGain.checks[0] as AnyCheck;
    const failing = exactMargins(margins!, world).filter((margin) => !holdsExactly(margin));
    expect(failing.map(({ name }) => name)).toEqual(['distinct token 5 of class 3 gains']);
    expect(decide(margins!, world).outcome).toBe('violated');
    expect(exactMargins(xiPositive.checks[0].margins!, world).every(holdsExactly)).toBe(true);
  });
});
