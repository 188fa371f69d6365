/** The margins of the claims about which tokens gain, at hand-made states, against sums written out over all tokens. */
import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { commonTokensLose } from '../../src/claims/common-tokens-lose.ts';
import { discriminative } from '../../src/claims/discriminative.ts';
import { discriminativeAssumption2 } from '../../src/claims/discriminative-assumption2.ts';
import { distinctTokensGain } from '../../src/claims/distinct-tokens-gain.ts';
import { fate } from '../../src/claims/fate.ts';
import { fateEarly } from '../../src/claims/fate-early.ts';
import { gradientClaim, stateOf, unprojected } from '../../src/claims/gradient.ts';
import { xiPositive } from '../../src/claims/xi-positive.ts';
import { dense, largestOf, solve, total } from './dense.ts';
import { expectAsked, expectEqualities, inequalities } from './margins.ts';

/**
 * Classes 10, 11 (query 7) and 12 (query 8). Token 0 is in all of them, token 1 in two, 2 to 5 are distinct; class 13
 * overlaps no other.
 */
const problem = {
  vocabulary: 40,
  classes: [
    { next: 10, query: 7, tokens: [0, 1, 2, 3], probabilities: [2, 9, 5, 3] },
    { next: 11, query: 7, tokens: [0, 1, 4], probabilities: [4, 1, 6] },
    { next: 12, query: 8, tokens: [0, 5], probabilities: [3, 4] },
    { next: 13, query: 8, tokens: [6], probabilities: [1] },
  ],
};
const tokens = [0, 1, 2, 3, 4, 5, 6];
const queries = [7, 8];
const Z = [
  [0.25, -0.5, 0.125, 0.75, 0, 0, 0],
  [-0.25, 0, 0, 0, 0, 0.5, 0.25],
];
const world = { problem, Z };
const state = dense(problem, tokens, queries, Z);
const share = (m: number, l: number, sign = 1) => (sign * state.dZ[m][l]) / largestOf(state.dZ[m]);

describe('what tokens are asked', () => {
  it('discriminative: distinct ones of classes that overlap gain, common ones lose in each row that holds them', () => {
    expectAsked(new Map([...discriminativeOf(world)]), {
      'distinct token 2 of class 10 gains': share(0, 2),
      'distinct token 3 of class 10 gains': share(0, 3),
      'distinct token 4 of class 11 gains': share(0, 4),
      'distinct token 5 of class 12 gains': share(1, 5),
      'common token 0 loses (query 7)': share(0, 0, -1),
      'common token 1 loses (query 7)': share(0, 1, -1),
      'common token 0 loses (query 8)': share(1, 0, -1),
    });
  });
  // Two classes of one query ask the same of a common token twice.
  const discriminativeOf = (at: typeof world) => {
    const check = discriminative.checks.find((c) => c.rung === 'two-timescale')!;
    return [...check.margins!(float64, at)].map(
      (m) => [m.name, (m.value as number) / (m.scale as number)] as const,
    );
  };

  it('common-tokens-lose and distinct-tokens-gain: half of it each', () => {
    expectAsked(inequalities(commonTokensLose, 'two-timescale', world), {
      'common token 0 loses (query 7)': share(0, 0, -1),
      'common token 1 loses (query 7)': share(0, 1, -1),
      'common token 0 loses (query 8)': share(1, 0, -1),
    });
    expectAsked(inequalities(distinctTokensGain, 'two-timescale', world), {
      'distinct token 2 of class 10 gains': share(0, 2),
      'distinct token 3 of class 10 gains': share(0, 3),
      'distinct token 4 of class 11 gains': share(0, 4),
      'distinct token 5 of class 12 gains': share(1, 5),
    });
  });

  it('discriminative-assumption2: row sums of A, xi above its part, and the sum of the common tokens', () => {
    const M = 40;
    const q = M / (M - 1) + M / (M - 1) ** 2;
    const asked = Object.fromEntries(
      [10, 11, 12].flatMap((next, n) => {
        const excess = state.A[n][n] - 1;
        return [
          [`(A 1)_n < 1 (class ${next})`, 1 - total(state.A[n])],
          [`A_nn > 1 (class ${next})`, 1],
          [`xi > (q1-q0)(A_nn-1) (class ${next})`, state.xi[n] / excess - q],
        ];
      }),
    );
    expectAsked(inequalities(discriminativeAssumption2, 'two-timescale', world), {
      ...asked,
      'distinct token 2 of class 10 gains': share(0, 2),
      'distinct token 3 of class 10 gains': share(0, 3),
      'distinct token 4 of class 11 gains': share(0, 4),
      'distinct token 5 of class 12 gains': share(1, 5),
      'common tokens together lose (query 7)': share(0, 0, -1) + share(0, 1, -1),
      'common tokens together lose (query 8)': share(1, 0, -1),
    });
  });

  it('xi-positive: by blocks of the Gram matrix, at the M of the world and at one that is large enough', () => {
    const asked: Record<string, number> = {};
    const names: string[] = [];
    for (const [n, next] of [10, 11, 12].entries()) {
      const rest = [0, 1, 2, 3].filter((k) => k !== n);
      const C = rest.map((k) => rest.map((j) => state.G[k][j]));
      const e = rest.map((k) => state.G[n][k]);
      const w = solve(C, e);
      const v = solve(
        C,
        rest.map(() => 1),
      );
      const projection = total(e.map((x, i) => x * w[i]));
      const xi = (M: number) => (M / (M - 1) ** 2) * (((M - 1) * projection + total(w)) / (1 - projection));
      asked[`xi of class ${next} is positive`] = (xi(40) * (1 - projection)) / projection;
      const enough = Math.max(40, Math.ceil(2 + 1.001 * Math.sqrt(total(v) / projection)));
      asked[`xi of class ${next} is positive at M = ${enough}`] =
        (xi(enough) * (1 - projection)) / projection;
      expect(Math.abs(xi(40) - state.xi[n])).toBeLessThan(2 ** -40);
      names.push(...v.map((x) => `(C^-1 1) beside class ${next} is positive ${x.toFixed(9)}`));
    }
    const check = xiPositive.checks[0];
    const found = [...check.margins!(float64, world)].filter((m) => m.requires === 'positive');
    const repeated = found.filter((m) => m.name.startsWith('(C^-1'));
    expect(repeated.map((m) => `${m.name} ${(m.value as number).toFixed(9)}`)).toEqual(names);
    const sums = found.filter((m) => m.name.startsWith('row sums'));
    // |lambda_1| is below 1/sqrt(K-2) here, so that row sums are asked too: 2 - (1 + sum of E).
    expect(sums.map((m) => (m.value as number).toFixed(9))).toEqual(
      [0, 1, 2].flatMap((n) => {
        const rest = [0, 1, 2, 3].filter((k) => k !== n);
        return rest.map((k) => (2 - total(rest.map((j) => state.G[k][j]))).toFixed(9));
      }),
    );
    const others = found.filter((m) => !m.name.startsWith('(C^-1') && !m.name.startsWith('row sums'));
    expectAsked(new Map(others.map((m) => [m.name, (m.value as number) / (m.scale as number)])), asked);
  });

  it('fate: the sign of the limit is asked at the least M that is enough, and its opposite at the M before', () => {
    const signs: { m: number; l: number; sign: number }[] = [];
    let last: { m: number; l: number; sign: number; threshold: number } | undefined;
    for (const [m, query] of queries.entries())
      for (const l of tokens.keys()) {
        const own = problem.classes.flatMap((c, n) => (c.query === query && state.F[n][l] > 0 ? [n] : []));
        if (own.length === 0) continue;
        const phi = state.F.map((f) => f[l]);
        const bend = total(own.map((n) => phi[n] * total(phi.map((x, k) => state.A[n][k] * x))));
        const square = total(own.map((n) => phi[n] ** 2));
        const Q = bend - square;
        const R = bend - total(own.map((n) => phi[n])) * total(phi.map((x, k) => x * total(state.A[k])));
        if (Math.abs(Q) < 1e-12) continue;
        const one = { m, l, sign: Math.sign(Q) };
        const threshold = Math.abs(R / Q);
        signs.push(one);
        if (Q * R < 0 && threshold > (last?.threshold ?? 0)) last = { ...one, threshold };
      }
    const names: Record<string, number> = {};
    const ask = (M: number, asked: typeof signs, why: string) => {
      const { dZ } = dense({ ...problem, vocabulary: M }, tokens, queries, Z);
      for (const { m, l, sign } of asked)
        names[
          `token ${tokens[l]} (query ${queries[m]}) ${sign > 0 ? 'gains' : 'loses'} at M = ${M}, ${why}`
        ] = (sign * dZ[m][l]) / largestOf(dZ[m]);
    };
    // M - 1 > threshold.
    const least = Math.floor(last?.threshold ?? 0) + 2;
    ask(Math.max(problem.vocabulary, least), signs, 'as in the limit');
    if (last && least - 1 > Math.max(...tokens))
      ask(least - 1, [{ ...last, sign: -last.sign }], 'below its threshold');
    expectAsked(inequalities(fate, 'two-timescale', world), names);
  });

  it('fate-early: nobody is asked to lose where several common tokens are used unequally', () => {
    const accelerations = queries.map((query) =>
      tokens.map((_, l) =>
        total(
          problem.classes.flatMap((c, n) =>
            c.query === query
              ? state.F.map((f, k) =>
                  k === n ? 0 : state.F[n][l] ** 2 * state.G[n][k] - state.F[n][l] * f[l],
                )
              : [],
          ),
        ),
      ),
    );
    const early = (m: number, l: number) => accelerations[m][l] / largestOf(accelerations[m]);
    expectAsked(inequalities(fateEarly, 'flow', world), {
      'distinct token 2 (query 7) gains': early(0, 2),
      'distinct token 3 (query 7) gains': early(0, 3),
      'distinct token 4 (query 7) gains': early(0, 4),
      'distinct token 5 (query 8) gains': early(1, 5),
    });
  });
});

describe('what is equal', () => {
  it('is equal where two queries share tokens', () => {
    // Two forms of every token in the rows that can move it, Theorem 2(a) of the distinct ones, two sums of each row.
    expect(expectEqualities(fate, 'two-timescale', world)).toBe(2 * (5 + 3) + 5 + 4);
    // One form of each.
    expect(expectEqualities(fateEarly, 'flow', world)).toBe(5 + 3);
    expect(expectEqualities(xiPositive, 'two-timescale', world)).toBe(3);
  });
});

describe('gradient', () => {
  it('without its projection differs from Lemma 1 by f^2 (f.g) in the row of the query, and nowhere else', () => {
    const columns = [10, 11, 12, 13];
    // What a layout merges into its last column is every other next token at once.
    const sample = { problem, cls: 0, counts: [3, 1, 4, 2], Z };
    const Y = tokens.map((_, l) => [...columns.map((_, k) => ((3 * l + 5 * k) % 7) / 8 - 0.375), 0.125]);
    const zero = (m: readonly (readonly number[])[]) => m.map((row) => row.map(() => 0));
    const full = { ...sample, Y, directionY: zero(Y), directionZ: zero(Z) };
    const { layout } = stateOf(float64, full as never);
    const seen = [3, 1, 4, 2].map((c, i) => c * Math.exp(Z[0][i]));
    const norm = Math.hypot(...seen);
    const f = seen.map((x) => x / norm);
    const logit = layout.columns.map((_, k) => total(f.map((x, i) => x * Y[i][k])));
    const weight = logit.map((x, k) => layout.multiplicity[k] * Math.exp(x));
    const target = layout.classes[0].target;
    const residual = logit.map((x, k) => (k === target ? 1 : 0) - Math.exp(x) / total(weight));
    const g = f.map((_, i) => total(residual.map((r, k) => layout.multiplicity[k] * r * Y[i][k])));
    const along = total(f.map((x, i) => x * g[i]));
    const got = unprojected(float64, full as never).Z;
    for (const [m, row] of got.entries())
      for (const [l, z] of row.entries()) {
        const expected = m === 0 && l < 4 ? f[l] * g[l] : 0;
        expect(Math.abs(z - expected), `query ${m}, token ${l}`).toBeLessThan(2 ** -45);
      }
    expect(Math.abs(along)).toBeGreaterThan(0.01);
    expect(gradientClaim.checks).toHaveLength(1);
  });
});
