import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interval } from '../../src/arithmetic/decimal.ts';
import { type Field, ratio } from '../../src/arithmetic/field.ts';
import { float64 } from '../../src/arithmetic/float64.ts';
import { jets, moving } from '../../src/arithmetic/jet.ts';
import { decades } from '../../src/generators/problems.ts';
import { type Clock, GammaAt, gammaAt, readingAt, rhoAt, timeAt } from '../../src/ladder/clock.ts';
import { shrinkingWith } from '../support/overlap.ts';

const clock: fc.Arbitrary<Clock> = fc.record({
  vocabulary: decades(0.4, 6).map(Math.floor),
  classes: fc.integer({ min: 1, max: 50 }),
  etaY: decades(-2, 1),
  etaZ: decades(-3, 1),
});
/** Readings from far before the snap to far after it. */
const reading = fc.integer({ min: -40, max: 60 }).map((k) => 10 ** (k / 30));
const run = (property: (c: Clock, x: number) => void) =>
  fc.assert(fc.property(clock, reading, property), { seed: 4, numRuns: 60 });

/** d/dx of a function of the reading, by Taylor arithmetic. */
const slope = <T>(F: Field<T>, f: <U>(G: Field<U>, x: U) => U, x: number): T =>
  f(jets(F, 1), moving(F, 1, F.of(x), F.of(1)))[1];

describe('the decoder clock', () => {
  it("solves Lemma 6's equation: dh/d(t/K) = etaY / (M - 1 + e^(Mh))", () => {
    run((c, x) =>
      shrinkingWith((F) => {
        const dxdt = F.div(
          F.of(1),
          slope(F, (G, y) => timeAt(G, c, y), x),
        );
        const right = F.div(
          F.mul(ratio(F, c.vocabulary, c.classes), F.of(c.etaY)),
          F.add(F.of(c.vocabulary - 1), F.exp(F.of(x))),
        );
        return [F.sub(dxdt, right)];
      }),
    );
  });

  it('has dGamma/dt = etaZ gamma', () => {
    run((c, x) =>
      shrinkingWith((F) => {
        const left = slope(F, (G, y) => GammaAt(G, c, y), x);
        const right = F.mul(
          F.mul(F.of(c.etaZ), gammaAt(F, c, F.of(x))),
          slope(F, (G, y) => timeAt(G, c, y), x),
        );
        return [F.sub(left, right)];
      }),
    );
  });

  it('has dx / d ln t = rho', () => {
    run((c, x) =>
      shrinkingWith((F) => {
        const speed = F.div(
          timeAt(F, c, F.of(x)),
          slope(F, (G, y) => timeAt(G, c, y), x),
        );
        return [F.sub(speed, rhoAt(F, c.vocabulary, F.of(x)))];
      }),
    );
  });

  it('is inverted by Newton to within the conditioning of the equation', () => {
    const u = 2 ** -53;
    run((c, x) => {
      const back = readingAt(c, timeAt(float64, c, x));
      // The error of the sum L = e^x + (M-1)x - 1 is at most 3u (e^x + (M-1)x + 1); scaling to t and back adds 4 roundings,
      // and the solution as much again: 14 u (e^x + (M-1) x + 1) <= 14 u (1+x) L'(x).
      expect(Math.abs(back - x)).toBeLessThanOrEqual(16 * u * (x + 1));
    });
  });

  it('control: without the -1 from h(0) = 0, Lemma 6 fails at t = 0', () => {
    const F = interval(30);
    const c = { vocabulary: 100, classes: 2, etaY: 1, etaZ: 1 };
    expect(F.sign(timeAt(F, c, F.of(0)))).toBe(0);
    expect(F.sign(F.add(timeAt(F, c, F.of(0)), F.of(1)))).toBe(1);
  });
});
