/** The error, the unit and the ratio of one element. */
import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import {
  elementError,
  elementUnit,
  errorRatio,
  inUnits,
  SECOND_ORDER,
  ulp,
} from '../../src/kernels/judging/defect.ts';
import { atFault, Ledger } from '../../src/kernels/judging/ledger.ts';
import { JUDGED } from '../../src/kernels/judging/stages.ts';
import type { StepInput } from '../../src/model/stepInput.ts';
import { worst } from '../trainers/defects.ts';
import { input } from './smallInput.ts';

describe('a unit in the last place', () => {
  it('is the distance of neighbours, at powers of two and among subnormal numbers too', () => {
    const next = {
      float32: (x: number) => neighbour(x, Float32Array),
      float64: (x: number) => neighbour(x, Float64Array),
    };
    for (const dtype of ['float32', 'float64'] as const)
      for (const x of [
        1,
        1.5,
        2,
        3,
        1e-3,
        1e30,
        1024,
        1 - 2 ** -20,
        2 ** -126,
        2 ** -130,
        dtype === 'float32' ? 2 ** -149 : 2 ** -1030,
      ]) {
        const held = dtype === 'float32' ? Math.fround(x) : x;
        expect(ulp(held, dtype), `${x}`).toBe(next[dtype](held) - held);
        expect(ulp(-held, dtype)).toBe(ulp(held, dtype));
      }
    expect([ulp(0, 'float32'), ulp(0, 'float64')]).toEqual([2 ** -149, 2 ** -1074]);
    // Of a value between two numbers of the dtype.
    expect(ulp(2 - 2 ** -30, 'float32')).toBe(2 ** -23);
  });
  it('is the unit of an error, or its bound where no digit is certain', () => {
    expect(elementUnit(1, 0.5, 'float32')).toBe(2 ** -23);
    expect([elementUnit(-1, 1, 'float32'), elementUnit(1e-20, 3, 'float32')]).toEqual([1, 3]);
    expect([elementUnit(1, Number.NaN, 'float32'), elementUnit(1, Infinity, 'float32')]).toEqual([
      Infinity,
      Infinity,
    ]);
    expect([
      inUnits(0, 0),
      inUnits(3, 2),
      inUnits(1, 0),
      inUnits(1, Infinity),
      inUnits(Infinity, Infinity),
    ]).toEqual([0, 1.5, Infinity, 0, Infinity]);
  });
  it('of a stage: the worst of its elements, though another has the worst ratio', () => {
    const ledger = new Ledger(float64, input());
    ledger.record('Y', 1 + 3 * 2 ** -23, 1, 2 ** -10, 0, 0);
    ledger.record('Y', 1 + 2 ** -23, 1, 2 ** -23, 0, 1);
    expect(ledger.worst()[0]).toMatchObject({ at: [0, 1], worstUlp: 3 });
  });
});

/** The next larger number. */
function neighbour(x: number, Kind: typeof Float32Array | typeof Float64Array): number {
  const one = new Kind([x]);
  const bits = Kind === Float32Array ? new Uint32Array(one.buffer) : new BigUint64Array(one.buffer);
  if (bits instanceof Uint32Array) bits[0] += 1;
  else bits[0] += 1n;
  return one[0];
}

describe('one element', () => {
  const error = (got: number, exact: number) => elementError(float64, got, exact, 100);
  const ratio = (got: number, exact: number, bound: number) => errorRatio(error(got, exact), bound);
  it('has the ratio error / bound', () => {
    expect([error(3, 2), ratio(3, 2, 4)]).toEqual([1, 0.25]);
    expect(ratio(2, 2, 0)).toBe(0);
    expect(ratio(3, 2, 0)).toBe(Infinity);
    expect(ratio(3, 2, Infinity)).toBe(0);
  });
  it('is a fault if it is not finite, unless the exact value exceeds the range', () => {
    expect(ratio(Number.NaN, 2, 4)).toBe(Infinity);
    expect(ratio(Infinity, 2, Infinity)).toBe(Infinity);
    expect([error(Infinity, 101), ratio(Infinity, 101, 1)]).toEqual([0, 0]);
    expect(ratio(Infinity, -101, 1)).toBe(0);
    expect(ratio(Infinity, 100, 1)).toBe(Infinity);
  });
  it('is the worst of its stage if no other has a greater ratio, and stages are in order', () => {
    const ledger = new Ledger(float64, input());
    ledger.record('Y', 1.5, 1, 1, 0, 1);
    ledger.record('Y', 2, 1, 1, 2, 3);
    ledger.record('Y', 0, 1, 1, 3, 3);
    ledger.record('loss', 1, 1, 0);
    const [loss, Y, ...more] = ledger.worst();
    expect(more).toEqual([]);
    expect(loss).toMatchObject({ stage: 'loss', at: [], ratio: 0 });
    expect(Y).toMatchObject({ stage: 'Y', at: [2, 3], got: 2, bound: SECOND_ORDER, ratio: 1 / SECOND_ORDER });
    expect([0.5, 1, 1.001, Number.NaN].map((ratio) => atFault({ ratio }))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(JUDGED.indexOf('gradientY')).toBeLessThan(JUDGED.indexOf('velocityY'));
    expect(worst([{ ratio: 1 }, { ratio: 3 }, { ratio: 2 }] as never)).toEqual({ ratio: 3 });
  });
  it('may be infinite only if the exact value exceeds the range of float32 or float64', () => {
    const beyond = (x: number, dtype: 'float32' | 'float64') => {
      const wide = dtype === 'float64' ? { Y: new Float64Array(16) } : {};
      const ledger = new Ledger(float64, input(wide as Partial<StepInput>));
      ledger.record('loss', Infinity, x, 1);
      return ledger.worst()[0].ratio === 0;
    };
    expect(beyond(3.5e38, 'float32')).toBe(true);
    expect(beyond(3.4e38, 'float32')).toBe(false);
    expect(beyond(3.5e38, 'float64')).toBe(false);
  });
});
