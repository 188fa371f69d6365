/** The report of a decision besides its outcome: which margin, its value, and the digits. */
import { describe, expect, it } from 'vitest';
import type { Field } from '../../src/arithmetic/field.ts';
import { confirm, decide, measure, measureReadings } from '../../src/decide/enclosure.ts';
import type { Margin } from '../../src/decide/margin.ts';

type Plain = readonly [
  name: string,
  value: number,
  scale?: number,
  requires?: 'positive' | 'zero',
  time?: number,
];

/** Margins of plain numbers, all exact in every field. */
const of = (...list: Plain[]) =>
  function* <T>(F: Field<T>, _world: null): Generator<Margin<T>> {
    for (const [name, value, scale = 1, requires = 'positive', time = 0] of list)
      yield { name, requires, value: F.of(value), scale: F.of(scale), time };
  };
const three = of(['first', 3], ['least', 1], ['last', 2]);

describe.each([
  ['decide', (m: ReturnType<typeof of>) => decide(m, null)],
  ['measure', (m: ReturnType<typeof of>) => measure(m, null)],
])('%s', (_, judge) => {
  it('reports the least margin, at any position', () => {
    expect(judge(three)).toMatchObject({ outcome: 'held', margin: { name: 'least', value: 1 } });
    expect(judge(of(['least', 1], ['more', 2])).margin?.name).toBe('least');
    expect(judge(of(['more', 2], ['least', 1])).margin?.name).toBe('least');
  });
  it('reports the first of equal margins', () => {
    expect(judge(of(['one', 1], ['two', 1])).margin?.name).toBe('one');
  });
  it('compares margins relative to their scales', () => {
    expect(judge(of(['small but sure', 1, 1], ['large but tight', 2, 16])).margin).toMatchObject({
      name: 'large but tight',
      value: 1 / 8,
    });
  });
  it('reports the value itself where the scale is 0', () => {
    expect(judge(of(['without a scale', 0, 0])).margin).toMatchObject({ value: 0 });
  });
  it('reports the time', () => {
    expect(judge(of(['late', 1, 1, 'positive', 7])).margin?.time).toBe(7);
  });
  it('reports the first margin that fails, not the least', () => {
    expect(judge(of(['holds', 1], ['fails', -1], ['worse', -2]))).toMatchObject({
      outcome: 'violated',
      margin: { name: 'fails', value: -1 },
    });
  });
  it('reports a violated equality as negative, whichever side is larger', () => {
    for (const value of [0.5, -0.5])
      expect(judge(of(['equal', value, 2, 'zero']))).toMatchObject({
        outcome: 'violated',
        margin: { name: 'equal', value: -0.25 },
      });
  });
  it('leaves equalities that hold out of the least margin', () => {
    expect(judge(of(['equal', 0, 1, 'zero'], ['positive', 2])).margin?.name).toBe('positive');
  });
});

describe('measure', () => {
  const margin = (value: number, requires: 'positive' | 'zero'): Margin<number> => ({
    ...{ name: 'it', requires, value, scale: 1, time: 0 },
  });
  const outcome = (value: number, requires: 'positive' | 'zero', slack: number) =>
    measureReadings([margin(value, requires)], slack).outcome;

  it('accepts deviations below its slack, and equal to it for equalities only', () => {
    expect(outcome(-0.25, 'positive', 0.5)).toBe('held');
    expect(outcome(-0.5, 'positive', 0.5)).toBe('violated');
    expect(outcome(0.5, 'zero', 0.5)).toBe('held');
    expect(outcome(-0.5, 'zero', 0.5)).toBe('held');
    expect(outcome(0.75, 'zero', 0.5)).toBe('violated');
    expect(outcome(-0.75, 'zero', 0.5)).toBe('violated');
  });
  it('counts NaN as violated', () => {
    for (const requires of ['positive', 'zero'] as const)
      expect(outcome(Number.NaN, requires, 0.5)).toBe('violated');
  });
});

describe('confirm', () => {
  it('evaluates only the margin of this name and time', () => {
    const margins = of(['a', 1, 1, 'positive', 1], ['b', -1, 2, 'positive', 1], ['a', -3, 4, 'positive', 2]);
    expect(confirm(margins, null, { name: 'a', time: 1 })).toMatchObject({
      outcome: 'held',
      margin: { value: 1 },
    });
    expect(confirm(margins, null, { name: 'b', time: 1 })).toMatchObject({
      outcome: 'violated',
      margin: { name: 'b', value: -1 / 2, time: 1 },
      digits: 20,
      certified: true,
    });
    expect(confirm(margins, null, { name: 'a', time: 2 })).toMatchObject({ outcome: 'violated' });
  });
  it('evaluates no later time', () => {
    const margins = function* <T>(F: Field<T>, _: null): Generator<Margin<T>> {
      yield* of(['a', -1, 1, 'positive', 1], ['b', -1, 1, 'positive', 2])(F, null);
      throw new Error('evaluated');
    };
    expect(confirm(margins, null, { name: 'a', time: 1 }).outcome).toBe('violated');
    expect(confirm(margins, null, { name: 'c', time: 1 }).outcome).toBe('undecided');
  });
  it('confirms an equality as held at 0 only', () => {
    for (const [value, outcome] of [
      [0, 'held'],
      [1, 'violated'],
      [-1, 'violated'],
    ] as const)
      expect(confirm(of(['e', value, 1, 'zero']), null, { name: 'e', time: 0 }).outcome).toBe(outcome);
  });
});

describe('precision', () => {
  /** An enclosure of 1/3 - 1/3: 10^-p wide. */
  const third = (F: Field<unknown>) => F.div(F.of(1), F.of(3));
  const open = function* <T>(F: Field<T>, _: null): Generator<Margin<T>> {
    const x = third(F as Field<unknown>) as T;
    yield { name: 'never above', requires: 'positive', value: F.sub(x, x), scale: F.of(1), time: 4 };
  };
  it('is doubled up to the cap, and no further', () => {
    const evaluated = new Set<number>();
    const counting = function* <T>(F: Field<T>, world: null): Generator<Margin<T>> {
      evaluated.add(
        Math.round(
          -Math.log10((F as unknown as { radius(x: T): number }).radius(third(F as Field<unknown>) as T)),
        ),
      );
      yield* open(F, world);
    };
    const found = decide(counting, null, { digits: 20, cap: 100 });
    expect(found).toMatchObject({ outcome: 'undecided', digits: 100, certified: false });
    expect(found.margin).toMatchObject({ name: 'never above', time: 4 });
    expect([...evaluated].map((p) => Math.floor(p / 10))).toEqual([3, 4, 8]);
    expect(decide(open, null, { digits: 20, cap: 80 }).digits).toBe(80);
  });
  it('ends confirm in the same way', () => {
    expect(confirm(open, null, { name: 'never above', time: 4 }, { digits: 20, cap: 40 })).toEqual({
      outcome: 'undecided',
      margin: { name: 'never above', time: 4, value: 0 },
      digits: 40,
      certified: false,
    });
  });
});
