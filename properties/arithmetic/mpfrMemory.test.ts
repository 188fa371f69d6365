import { expect, it } from 'vitest';
import type { Field } from '../../src/arithmetic/field.ts';
import { mpfr, mpfrLibrary } from '../../src/arithmetic/mpfr.ts';
import { mpfrInterval } from '../../src/arithmetic/mpfrInterval.ts';
import { decide } from '../../src/decide/enclosure.ts';
import type { Margin } from '../../src/decide/margin.ts';
import { describeMpfr } from '../support/mpfr.ts';
import { guarded } from './guarded.ts';

/** 1/2 + 1/3 + .. + 1/terms, most of it temporary. */
const harmonic = <T>(F: Field<T>, terms: number): T => {
  let total = F.of(0);
  for (let k = 2; k <= terms; k++) total = F.add(total, F.div(F.of(1), F.of(k)));
  return total;
};

const FIELDS = [
  ['numbers', () => mpfr(34)],
  ['intervals', () => mpfrInterval(34)],
] as const;

describeMpfr("the memory of MPFR's fields", () => {
  for (const [name, make] of FIELDS) {
    it(`does not grow with the number of scopes: ${name}`, () => {
      const passes = (count: number) => {
        // A new field each time, as in `decide`; each pass takes several chunks.
        for (let i = 0; i < count; i++) {
          const F = make();
          F.memory.scope(() => harmonic(F, 5000));
        }
      };
      passes(3);
      const before = mpfrLibrary().mem.length;
      // 300 passes of 15,000 numbers of 32 bytes or more: 144 MB if they were not freed.
      passes(300);
      expect(mpfrLibrary().mem.length).toBe(before);
    });

    it(`is freed after a scope that throws, and after nested scopes: ${name}`, () => {
      const F = make();
      F.memory.scope(() => {
        const third = F.div(F.of(1), F.of(3));
        expect(() =>
          F.memory.scope(() => {
            harmonic(F, 5000);
            throw new Error('stop');
          }),
        ).toThrow('stop');
        // Neither the inner scope nor later computations change numbers of the outer scope.
        harmonic(F, 5000);
        expect(F.toNumber(F.mul(third, F.of(3)))).toBe(1);
      });
    });

    it(`refuses to compute, to read and to keep outside of every scope: ${name}`, () => {
      const F = make();
      const left = F.memory.scope(() => F.of(1));
      for (const use of [
        () => F.of(1),
        () => F.add(left, left),
        () => F.toNumber(left),
        () => F.sign(left),
        () => F.memory.keep([left]),
      ])
        expect(use).toThrow('outside of every scope');
    });

    it(`keeps copies beyond their scope: ${name}`, () => {
      const F = make();
      const values = [0, -0, 1, -1, 1e300, -1e-300, Number.MIN_VALUE, 0.1, Infinity];
      const kept = F.memory.scope(() => {
        const seventh = F.div(F.of(1), F.of(7));
        return F.memory.keep([...values.map((x) => F.of(x)), seventh]);
      });
      F.memory.scope(() => harmonic(F, 5000));
      for (let again = 0; again < 2; again++)
        F.memory.scope(() => {
          const back = kept();
          values.forEach((x, i) => {
            expect(F.toNumber(F.sub(back[i], F.of(x)))).toBe(Number.isFinite(x) ? 0 : Number.NaN);
            expect(F.sign(back[i])).toBe(Math.sign(x) + 0);
          });
          const seventh = back[values.length];
          expect(F.sign(F.sub(seventh, F.div(F.of(1), F.of(7))))).toBe(
            F.radius(seventh) === 0 ? 0 : undefined,
          );
        });
    });

    it(`a guarded field detects a value used after its scope: ${name}`, () => {
      const F = guarded(make() as Field<unknown>);
      F.memory.scope(() => {
        const lost = F.memory.scope(() => F.of(2));
        expect(() => F.add(F.of(1), lost)).toThrow('after its scope has ended');
      });
    });
  }

  it('is the same after a decision that needs many digits as before it', () => {
    // sqrt(2)^2 - 2 + 10^-100 takes 160 digits.
    const margins = function* <T>(F: Field<T>): Generator<Margin<T>> {
      harmonic(F, 2000);
      const root = F.sqrt(F.of(2));
      const tiny = F.exp(F.mul(F.of(-100), F.ln(F.of(10))));
      const value = F.add(F.sub(F.mul(root, root), F.of(2)), tiny);
      yield { name: 'it', requires: 'positive', value, scale: F.of(1), time: 0 };
    };
    const once = () => decide(margins, null, { digits: 20, cap: 320, arithmetic: 'mpfr' });
    for (let i = 0; i < 3; i++) once();
    const before = mpfrLibrary().mem.length;
    for (let i = 0; i < 100; i++) expect(once()).toMatchObject({ outcome: 'held', digits: 160 });
    expect(mpfrLibrary().mem.length).toBe(before);
  });
});
