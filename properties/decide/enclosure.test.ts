import { describe, expect, it } from 'vitest';
import type { Field, IntervalField } from '../../src/arithmetic/field.ts';
import { confirm, decide, defaultPrecision, measure } from '../../src/decide/enclosure.ts';
import type { EnclosureLibrary } from '../../src/decide/libraries.ts';
import type { Margin } from '../../src/decide/margin.ts';
import { mpfrInstalled } from '../support/mpfr.ts';

type Question = <T>(F: Field<T>) => T;
const marginsOf = (requires: Margin<unknown>['requires'], question: Question) =>
  function* <T>(F: Field<T>, _world: null): Generator<Margin<T>> {
    yield { name: 'it', requires, value: question(F), scale: F.of(1), time: 0 };
  };
const arithmetics: EnclosureLibrary[] = ['decimal', 'mpfr'];
/** A group of tests for each arithmetic; that of MPFR is skipped where gmp-wasm is not installed. */
const inEach = (name: string, tests: (outcome: Outcome, arithmetic: EnclosureLibrary) => void) => {
  for (const arithmetic of arithmetics)
    describe.skipIf(arithmetic === 'mpfr' && !mpfrInstalled)(`${name}, by ${arithmetic}`, () =>
      tests((requires, question) => {
        const { outcome, digits } = decide(marginsOf(requires, question), null, {
          ...defaultPrecision,
          arithmetic,
        });
        return `${outcome} with ${digits}`;
      }, arithmetic),
    );
};
type Outcome = (requires: Margin<unknown>['requires'], question: Question) => string;
/** sqrt(2)^2 - 2 + x: enclosures of x after cancellation. */
const hidden =
  (x: <T>(F: Field<T>) => T): Question =>
  (F) => {
    const root = F.sqrt(F.of(2));
    return F.add(F.sub(F.mul(root, root), F.of(2)), x(F));
  };
const tenth = <T>(F: Field<T>, power: number) => F.exp(F.mul(F.of(-power), F.ln(F.of(10))));

inEach('a decision by enclosures', (_, arithmetic) => {
  const precision = { ...defaultPrecision, arithmetic };
  it('is certified, held as well as violated; an undecided outcome is not', () => {
    const judged = (requires: Margin<unknown>['requires'], question: Question) =>
      decide(marginsOf(requires, question), null, precision);
    expect(judged('positive', (F) => F.of(1))).toMatchObject({ outcome: 'held', certified: true });
    expect(judged('zero', (F) => F.sub(F.sqrt(F.of(4)), F.of(2)))).toMatchObject({
      ...{ outcome: 'held', certified: true },
    });
    expect(judged('positive', (F) => F.of(-1))).toMatchObject({ outcome: 'violated', certified: true });
    expect(
      judged(
        'positive',
        hidden((F) => F.of(0)),
      ),
    ).toMatchObject({ outcome: 'undecided', certified: false });
  });
});

inEach('an inequality', (outcome) => {
  it('holds in double-doubles when the enclosure is on the right side', () => {
    expect(outcome('positive', (F) => F.of(0.1))).toBe('held with 30');
  });
  it('is violated by a negative value, and by 0 itself', () => {
    expect(outcome('positive', (F) => F.of(-0.1))).toBe('violated with 30');
    expect(outcome('positive', (F) => F.sub(F.of(0.5), F.of(0.5)))).toBe('violated with 30');
  });
  it('doubles the digits until the enclosure excludes 0', () => {
    expect(
      outcome(
        'positive',
        hidden((F) => tenth(F, 35)),
      ),
    ).toBe('held with 40');
    expect(
      outcome(
        'positive',
        hidden((F) => F.neg(tenth(F, 100))),
      ),
    ).toBe('violated with 160');
  });
  it('stays undecided, never held, when no precision up to the cap separates it from 0', () => {
    expect(
      outcome(
        'positive',
        hidden((F) => F.of(0)),
      ),
    ).toBe('undecided with 320');
    expect(
      outcome(
        'positive',
        hidden((F) => tenth(F, 900)),
      ),
    ).toBe('undecided with 320');
  });
});

inEach('an equality', (outcome) => {
  it('holds when enclosures contain 0 at two precisions and shrink', () => {
    expect(
      outcome(
        'zero',
        hidden((F) => F.of(0)),
      ),
    ).toBe('held with 40');
    expect(outcome('zero', (F) => F.of(0))).toBe('held with 30');
  });
  it('is violated when an enclosure excludes 0; a difference below the digits used is not found', () => {
    expect(
      outcome(
        'zero',
        hidden((F) => tenth(F, 35)),
      ),
    ).toBe('violated with 40');
  });
  it('is undecided where the enclosure stays wide', () => {
    // An enclosure of [-1, 1] at every precision contains 0 and proves nothing.
    const wide: Question = (F) => F.ln(F.sub(F.of(1), F.of(1)));
    expect(outcome('zero', wide)).toBe('undecided with 320');
  });
});

describe('what an equality certifies', () => {
  /** x + e = x, after cancellation. */
  const off = (power: number) =>
    marginsOf(
      'zero',
      hidden((F) => tenth(F, power)),
    );
  it('is |left - right| <= width times their scale, and the width is reported', () => {
    const { width, ...judged } = decide(
      marginsOf(
        'zero',
        hidden((F) => F.of(0)),
      ),
      null,
    );
    expect(judged).toMatchObject({ outcome: 'held', digits: 40 });
    expect(width).toBeGreaterThan(0);
    expect(width).toBeLessThanOrEqual(1e-30);
  });
  it('a difference of 1e-30 is found; one of 1e-45 is within the width', () => {
    expect(decide(off(30), null).outcome).toBe('violated');
    const { outcome, width } = decide(off(45), null);
    expect(outcome).toBe('held');
    expect(width).toBeGreaterThanOrEqual(1e-45);
  });
  it('the width is relative to the scale: the same enclosure at a scale of 1e-30 is too wide with 40 digits', () => {
    const small = function* <T>(F: Field<T>, world: null): Generator<Margin<T>> {
      for (const m of marginsOf(
        'zero',
        hidden((G) => G.of(0)),
      )(F, world))
        yield { ...m, scale: F.of(1e-30) };
    };
    const { outcome, digits, width } = decide(small, null);
    expect({ outcome, digits }).toEqual({ outcome: 'held', digits: 80 });
    expect(width).toBeLessThanOrEqual(1e-40);
  });
  it('an enclosure that does not shrink proves nothing, however narrow it is', () => {
    const fixed = marginsOf('zero', (F) => (F as IntervalField<never>).between(-1e-35, 1e-35));
    expect(decide(fixed, null)).toMatchObject({ outcome: 'undecided', certified: false });
  });
  it('names the equality whose enclosure stays too wide', () => {
    const wide = marginsOf('zero', (F) => F.ln(F.sub(F.of(1), F.of(1))));
    expect(decide(wide, null)).toMatchObject({ outcome: 'undecided', margin: { name: 'it', time: 0 } });
  });
  it('is absent without equalities, and 0 where differences are exact', () => {
    expect(
      decide(
        marginsOf('positive', (F) => F.of(1)),
        null,
      ).width,
    ).toBeUndefined();
    expect(
      decide(
        marginsOf('zero', (F) => F.of(0)),
        null,
      ).width,
    ).toBe(0);
  });
  it('a number of digits with which an equality false by 1e-3 would hold is refused', () => {
    const wrong = marginsOf(
      'zero',
      hidden((F) => F.of(1e-3)),
    );
    for (const precision of [
      { digits: 2, cap: 4 },
      { digits: 2, cap: 320 },
      { digits: 20, cap: 39 },
      { digits: 20, cap: Number.NaN },
    ])
      expect(() => decide(wrong, null, precision)).toThrow(/at least 20 digits and a cap of at least 40/);
    expect(decide(wrong, null, { digits: 20, cap: 40 }).outcome).toBe('violated');
  });
});

describe('a world without margins', () => {
  it('is reported as idle', () => {
    const nothing = function* <T>(_: Field<T>, _world: null): Generator<Margin<T>> {};
    expect(decide(nothing, null)).toMatchObject({ outcome: 'held', idle: true });
    expect(measure(nothing, null)).toMatchObject({ outcome: 'held', idle: true });
    expect(
      decide(
        marginsOf('positive', (F) => F.of(1)),
        null,
      ).idle,
    ).toBeUndefined();
  });
});

inEach('searching in float64 and confirming with enclosures', (_, arithmetic) => {
  const precision = { ...defaultPrecision, arithmetic };
  const steps = function* <T>(F: Field<T>, _world: null): Generator<Margin<T>> {
    for (let time = 1; time <= 5; time++)
      yield {
        name: 'falls at 3',
        requires: 'positive',
        value: F.of(3.5 - time - (time === 5 ? 1 : 0)),
        scale: F.of(2),
        time,
      };
  };
  it('finds the first violation, relative to its scale', () => {
    expect(measure(steps, null)).toEqual({
      outcome: 'violated',
      margin: { name: 'falls at 3', value: -0.25, time: 4 },
      digits: null,
      certified: false,
    });
  });
  it('confirms that one and no other', () => {
    expect(confirm(steps, null, { name: 'falls at 3', time: 4 }, precision)).toMatchObject({
      outcome: 'violated',
      certified: true,
    });
    expect(confirm(steps, null, { name: 'falls at 3', time: 2 }, precision)).toMatchObject({
      outcome: 'held',
    });
    expect(confirm(steps, null, { name: 'another', time: 4 }, precision)).toMatchObject({
      outcome: 'undecided',
    });
  });
  it('does not confirm a violation by rounding alone', () => {
    // In float64 0.1 + 0.2 - 0.3 > 0, and 0.3 - 0.2 - 0.1 < 0: the doubles' exact values decide.
    const rounding = marginsOf(
      'positive',
      hidden((F) => F.of(0)),
    );
    expect(measure(rounding, null).outcome).toBe('held');
    expect(confirm(rounding, null, { name: 'it', time: 0 }, precision).outcome).toBe('undecided');
  });
});
