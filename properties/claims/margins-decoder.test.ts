/** The margins of the claims about the decoder, its clock and correlations, against plain numbers. */
import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { correlationClaim } from '../../src/claims/correlation.ts';
import { decoderClock } from '../../src/claims/decoder-clock.ts';
import { decoderSolution } from '../../src/claims/decoder-solution.ts';
import { solve, total } from './dense.ts';
import { expectAsked, inequalities, readingOf, rootOf } from './margins.ts';

describe('decoder-clock', () => {
  it('between two times moves less than its first speed says, more than its last', () => {
    const [M, K, etaY, t, gap] = [20, 3, 0.5, 40, 8];
    const [x, later] = [t, t + gap].map((time) => readingOf(M, (M * etaY * time) / K));
    const speed = (at: number) => (M * etaY) / K / (M - 1 + Math.exp(at));
    const world = { vocabulary: M, classes: K, etaY, t, gap };
    expectAsked(inequalities(decoderClock, 'algebra', world), {
      'it moves less than its first speed says': (gap * speed(x)) / (later - x) - 1,
      'it moves more than its last speed says': 1 - (gap * speed(later)) / (later - x),
    });
  });

  it('as steps runs ahead of the clock in time by bounds of its own, looked at after 1, 2, 3, 5 and the last step', () => {
    const [M, etaY, steps] = [6, 0.75, 17];
    const expected: Record<string, number> = {};
    const x1 = rootOf((x) => Math.exp(x) - (M - 1) * x, 2, 5);
    const upper = (Math.exp(etaY) - 1 - etaY) / etaY ** 2;
    const lower = 1 / etaY - 1 / (Math.exp(etaY) - 1);
    let star = 0;
    for (let s = 1; s <= steps; s++) {
      star += (M * etaY) / (M - 1 + Math.exp(star));
      if (![1, 2, 3, 5, 8, 13, 17].includes(s)) continue;
      const gap = star - readingOf(M, M * etaY * s);
      const L = Math.log((M - 1 + Math.exp(star)) / M);
      const c = (Math.exp(star) + (M - 1) * star - 1) / (M * etaY) - s;
      expected[`h* - h > 0 at ${s}`] = gap / etaY;
      expected[`h* - h < etaY/M at ${s}`] = 1 - gap / etaY;
      expected[`the shift c(s) above its lower bound at ${s}`] = c / L - lower;
      expected[`the shift c(s) below its upper bound at ${s}`] = upper - c / L;
      if (s * etaY < Math.log(M))
        expected[`h(s + 1/2) > h*(s) at ${s}`] = (readingOf(M, M * etaY * (s + 0.5)) - star) / etaY;
      if (s * etaY > 2 * x1) expected[`M (h* - h) below its rate at ${s}`] = 1 - gap / ((2 * upper * L) / s);
    }
    // Both conditional bounds are asked at some steps and not at others.
    for (const name of ['h(s + 1/2)', 'M (h* - h)']) {
      const times = Object.keys(expected).filter((key) => key.startsWith(name));
      expect(times.length).toBeGreaterThan(0);
      expect(times.length).toBeLessThan(7);
    }
    expectAsked(inequalities(decoderClock, 'frozen', { vocabulary: M, etaY, steps }), expected);
  });

  it('asks for no half step ahead where a step is 1 or more, and for the late rate at once where M < 4', () => {
    const asked = [...inequalities(decoderClock, 'frozen', { vocabulary: 3, etaY: 1, steps: 1 }).keys()];
    expect(asked.filter((name) => name.startsWith('h(s + 1/2)'))).toEqual([]);
    expect(asked.filter((name) => name.startsWith('M (h* - h)'))).toHaveLength(1);
  });
});

describe('decoder-solution', () => {
  it('reads the residual after three quarters of S(eps) and after all of it', () => {
    const [M, etaY, epsilon] = [200, 0.5, 1 / 8];
    const S = (8 + Math.log(8 * M)) / etaY;
    const norm = (steps: number) => {
      let x = 0;
      for (let s = 0; s < steps; s++) x += (M * etaY) / (M - 1 + Math.exp(x));
      // e_n - alpha_n has the entry 1 - alpha at n and -(1 - alpha)/(M - 1) elsewhere.
      const wrong = (M - 1) / (M - 1 + Math.exp(x));
      return Math.hypot(wrong, ...Array.from({ length: M - 1 }, () => wrong / (M - 1)));
    };
    const [early, late] = [Math.floor((3 / 4) * S), Math.ceil(S)];
    expectAsked(inequalities(decoderSolution, 'algebra', { vocabulary: M, etaY, epsilon }), {
      [`three quarters of S(eps) are not enough at ${early}`]: norm(early) / epsilon - 1,
      [`S(eps) steps are enough at ${late}`]: 1 - norm(late) / epsilon,
    });
  });
});

describe('correlation', () => {
  it('three classes that all overlap: Lemmas 13 to 17 by the eigenvalues of a 3 x 3 matrix', () => {
    // Weights of unit columns: f_n.f_k are what they are.
    const columns = [
      [3, 1, 0, 1],
      [1, 4, 1, 0],
      [0, 1, 3, 1],
    ];
    const unit = columns.map((c) => c.map((x) => x / Math.hypot(...c)));
    const G = unit.map((a) => unit.map((b) => total(a.map((x, i) => x * b[i]))));
    const world = { from: { vectors: columns }, lambda: 0.9, points: [0.5] };
    const E = G.map((row, n) => row.map((x, k) => (n === k ? 0 : x)));
    const A = [0, 1, 2].map((n) =>
      solve(
        G,
        [0, 1, 2].map((k) => (n === k ? 1 : 0)),
      ),
    );
    const P = A.map((row, n) => row.map((x, k) => (n === k ? 1 : 0) - x));
    // det(E - x I) = -x^3 + p x + 2 q: its roots are real, the largest by bisection, the others from the quadratic left.
    const p = E[0][1] ** 2 + E[0][2] ** 2 + E[1][2] ** 2;
    const q = E[0][1] * E[0][2] * E[1][2];
    const first = rootOf((x) => x ** 3 - p * x - 2 * q, Math.sqrt(p / 3), 2);
    const root = Math.sqrt(first ** 2 - (8 * q) / first);
    const eigenvalues = [first, (-first - root) / 2, (-first + root) / 2];
    const most = Math.max(...eigenvalues.map((x) => Math.abs(x / (1 + x))));
    const asked = [...correlationClaim.checks[0].margins!(float64, world)];
    const of = (name: string) =>
      asked.filter((m) => m.name.startsWith(name)).map((m) => (m.value as number) / (m.scale as number));
    // Discs of eigenvalues and the Rayleigh quotient are wider than roundings by a few powers of 2.
    const near = (got: number, value: number) => expect(Math.abs(got - value)).toBeLessThan(2 ** -26);
    near(of('Lemma 13')[0], first / Math.max(...E.flat()) - 1);
    near(Math.min(...of("Lemma 15: |lambda(E')| < |lambda_1|/(1-lambda)")), 1 - (most * (1 - 0.9)) / first);
    near(
      Math.min(...of("Lemma 15: |lambda(E')| < |lambda_1|/(1-|lambda_1|)")),
      1 - most / (first / (1 - first)),
    );
    for (const n of [0, 1, 2]) {
      const squares = total(E[n].map((x) => x * x));
      const fall = -P[n][n];
      near(of(`Lemma 16: E'_${n}${n} < 0`)[0], fall / squares);
      near(of(`Lemma 16, below: -E'_${n}${n}`)[0], fall / squares - 1 / (1 + first));
      near(of(`Lemma 16, above: -E'_${n}${n}`)[0], 1 / (1 - first) - fall / squares);
      const least = Math.min(...eigenvalues.map((x) => x * x));
      near(of(`Eq. 93: -E'_${n}${n}`)[0], (fall - least / (1 + first)) / squares);
      for (let k = n; k < 3; k++) {
        const [bound, gap] = [first ** 2 / (1 - first), P[n][k] - E[n][k]];
        near(of(`Lemma 17: E'_${n}${k} - E_${n}${k}`)[0], 1 - gap / bound);
        near(of(`Lemma 17: E_${n}${k} - E'_${n}${k}`)[0], 1 + gap / bound);
      }
    }
  });
});
