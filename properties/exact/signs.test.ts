// heavy: 4 s
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
import { PATTERNS, THREE_CLASSES, TWO_CLASSES } from './patterns.ts';
import { exactMargins, holdsExactly } from './prove.ts';
import { gcd, type Rational, rational, rationalOf, written } from './rational.ts';
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

/** With up to three classes xi_n > 0 at any overlaps (xi-positive). */
const FEW_CLASSES = [...TWO_CLASSES, ...THREE_CLASSES];

const CHECKS: readonly (readonly [string, AnyCheck, readonly Pattern[], 'held' | 'violated' | 'both'])[] = [
  ['fate', fate.checks[0], PATTERNS, 'held'],
  ['fate-two-classes', fateTwoClasses.checks[0], TWO_CLASSES, 'held'],
  ['xi-positive', xiPositive.checks[0], PATTERNS, 'held'],
  ['fate-early', fateEarly.checks[0], PATTERNS, 'held'],
  ['backprop', backprop.checks[0], FEW_CLASSES, 'held'],
  ['discriminative', discriminative.checks[0], PATTERNS, 'both'],
  ['common-tokens-lose', commonTokensLose.checks[0], PATTERNS, 'both'],
  ['distinct-tokens-gain', distinctTokensGain.checks[0], FEW_CLASSES, 'held'],
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
        { seed: 5, numRuns: 40 },
      );
      expect([...outcomes].sort()).toEqual(expected === 'both' ? ['held', 'violated'] : [expected]);
      expect(compared).toBeGreaterThan(100);
    },
  );

  /** A hub that shares one token with each of three classes, which have one token of their own; M = 6 is the least possible. */
  const hubWorld = (hub: readonly number[], others: readonly (readonly number[])[]): ExactWorld => ({
    problem: {
      vocabulary: 6,
      classes: [
        { next: 0, query: 0, tokens: [0, 1, 2], probabilities: hub },
        ...others.map((pair, n) => ({ next: n + 1, query: 0, tokens: [n, n + 3], probabilities: pair })),
      ],
    },
    Z: [[0, 0, 0, 0, 0, 0]],
    free: [],
  });
  const velocityOf = ({ problem, Z }: ExactWorld) =>
    attentionVelocity(rational, problem, reducedLayout(problem), [Z[0].map(rational.of)]);

  it('a distinct token loses in a world of whole numbers up to 12, and in no smaller one with such a hub', () => {
    const range = Array.from({ length: 12 }, (_, i) => i + 1);
    const integral = (v: readonly number[]) =>
      Number.isInteger(Math.sqrt(v.reduce((sum, x) => sum + x * x, 0)));
    const pairs = range.flatMap((a) => range.map((b) => [a, b])).filter(integral);
    const lowest = pairs.filter(([a, b]) => gcd(BigInt(a), BigInt(b)) === 1n);
    const hubs = range.flatMap((a) => range.flatMap((b) => range.map((c) => [a, b, c]))).filter(integral);
    const all = hubs.flatMap((hub) =>
      lowest.flatMap((a) => lowest.flatMap((b) => lowest.map((c) => ({ hub, others: [a, b, c] })))),
    );
    const losing = all.filter(
      ({ hub, others }) => rational.sign(velocityOf(hubWorld(hub, others)).xi[3]) === -1,
    );
    const size = ({ hub, others }: (typeof all)[number]) =>
      [...hub, ...others.flat()].reduce((a, b) => a + b);
    expect(Math.min(...losing.map(({ hub, others }) => Math.max(...hub, ...others.flat())))).toBe(12);
    const [least] = losing.toSorted((a, b) => size(a) - size(b));
    expect(least).toEqual({
      hub: [12, 12, 1],
      others: [
        [4, 3],
        [4, 3],
        [5, 12],
      ],
    });
  });

  it('there xi/gamma = -3/12268, and a distinct token of the last class moves by -27/518323', () => {
    // The row of the hub over the first two classes is 2 (12/17)(4/5) = 96/85 > 1.
    const world = hubWorld(
      [12, 12, 1],
      [
        [4, 3],
        [4, 3],
        [5, 12],
      ],
    );
    const { xi, dZ } = velocityOf(world);
    expect(written(xi[3])).toBe('-3/12268');
    // f^2 xi/K = (144/169)(-3/12268)/4
    expect(written(dZ[0][5])).toBe('-27/518323');
    const { margins } = distinctTokensGain.checks[0] as AnyCheck;
    const failing = exactMargins(margins!, world).filter((margin) => !holdsExactly(margin));
    expect(failing.map(({ name }) => name)).toEqual(['distinct token 5 of class 3 gains']);
    expect(decide(margins!, world).outcome).toBe('violated');
    expect(exactMargins(xiPositive.checks[0].margins!, world).every(holdsExactly)).toBe(true);
  });
});
