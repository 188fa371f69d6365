/**
 * To first order, every error bound is a count of roundings. These tests enable one kind of error at a time, and
 * compare the bound with a count by hand for a small example: it shows what each term is for, and that there is no
 * other.
 */

import { describe, expect, it } from 'vitest';
import {
  attentionErrors,
  featureErrors,
  grown,
  logitErrors,
  probabilityErrors,
} from '../../src/kernels/judging/exampleBounds.ts';
import type { Roundoff } from '../../src/kernels/judging/roundoff.ts';
import { kernelRoundoff, stageArithmetic } from '../../src/kernels/judging/roundoff.ts';
import {
  all,
  alpha,
  counts,
  f,
  logits,
  n,
  near,
  norm,
  ONE,
  only,
  records,
  residual,
  total,
  v,
  x,
  Y,
  z,
  zeros,
} from './countedExample.ts';

describe('attention', () => {
  const away = z.map((a) => 2 - a);
  it.each([
    // Two differences (D and D + ln n), 3 records of one difference and one product each.
    ['u', away.map((d) => 2 * d + Math.log(n) + 2 * records), n + 3],
    // Of these, the products of the sum, and its additions, are in the accumulator.
    ['sums', away.map(() => records), n - 1],
    ['exp', away.map(() => 1 + records), Math.log(n)],
    // The largest argument of exp: of one that subtracts the logarithm of the sum.
    ['expPerUnit', away.map((d) => d + Math.log(n)), 0],
    ['operands', z.map((a) => Math.abs(a) + 2), 0],
    ['tiny', zeros(z), n],
  ] as const)('%s: of e, and once more of their sum', (part, own, shared) => {
    const found = attentionErrors(x, only(part));
    all(found.own, own, 'own');
    const mean = total(own.map((a, l) => v[l] * a));
    all(
      found.attention,
      own.map((a) => a + mean + shared),
      'attention',
    );
  });
});

describe('a value that underflows', () => {
  it('has the bound of its logarithm, also where its relative error is beyond the range', () => {
    expect(grown(0, 2 ** -24 * 1e10, 1e10)).toBe(0);
    expect(grown(0, 800, 790)).toBe(Math.exp(10));
    expect(grown(0.25, 1, 100)).toBe(0.25 * Math.expm1(1));
  });
});

describe('features', () => {
  const start = [3, 1, 2];
  const of = (rho: readonly number[], more: number) => {
    const mean = total(rho.map((a, l) => f[l] ** 2 * a));
    return rho.map((a, l) => f[l] * (a + mean + more));
  };
  it('inherit the errors of v, directly and through the norm', () => {
    all(
      featureErrors(
        x,
        start.map((a) => a * ONE),
        only('input'),
      ),
      of(start, 0),
      'start',
    );
  });
  it.each([
    // collecting roundings of v; half of n - 1 + 1 additions and squares, the root, and two for the quotient.
    ['u', of([2, 3, 2], n / 2 + 3)],
    // c_l - 1 additions of v; half of n - 1.
    ['sums', of([0, 1, 0], (n - 1) / 2)],
    ['operands', of([1, 1, 1], 0)],
    ['tiny', f.map((a, l) => (a * n) / norm ** 2 + (3 * (counts[l] + 2)) / norm + 1)],
  ] as const)('%s', (part, counted) => {
    all(featureErrors(x, zeros(f), only(part)), counted, part);
  });
  it('flush terms that attention flushed, if attention has lower precision', () => {
    const low = { u: 0, tiny: ONE, exp: 0, operands: 0 };
    const found = featureErrors(x, zeros(f), { ...only('input'), stages: { attention: low } });
    all(
      found,
      f.map((a, l) => (a * n) / norm ** 2 + (3 * (counts[l] + 2)) / norm + 1),
      'flushed',
    );
  });
});

describe('logits', () => {
  const df = [1, 2, 4];
  const through = (each: readonly number[]) =>
    [0, 1].map((j) => total(each.map((a, l) => a * Math.abs(Y(l, j)))));
  it('inherit the errors of f', () => {
    all(
      logitErrors(
        x,
        df.map((a) => a * ONE),
        Y,
        only('input'),
      ),
      through(df),
      'df',
    );
  });
  it.each([
    ['u', through(f.map((a) => n * a))],
    ['sums', through(f.map((a) => (n - 1) * a))],
    ['operands', through(f.map((a) => 2 * a))],
    ['tiny', [n, n]],
  ] as const)('%s', (part, counted) => {
    all(logitErrors(x, zeros(f), Y, only(part)), counted, part);
  });
});

describe('probabilities', () => {
  const top = Math.max(...logits);
  const M = 2;
  const check = (
    arithmetic: Roundoff,
    own: readonly number[],
    shared: number,
    last: number,
    tiny: number,
  ) => {
    const tau = arithmetic.input === ONE && last === 0 ? [1, 3].map((a) => a * ONE) : [0, 0];
    const found = probabilityErrors(x, tau, arithmetic);
    const sum = total(own.map((a, j) => alpha[j] * a)) + shared;
    return { found, relative: own.map((a) => a + sum + last), tiny, sum };
  };
  it('inherit the errors of the logits, directly and through the sum', () => {
    const { found, relative, sum } = check(only('input'), [1, 3], 0, 0, 0);
    // The weight also has one error: in every probability.
    all(
      found.probabilities,
      alpha.map((a, j) => a * (relative[j] + 1)),
      'alpha',
    );
    near(found.loss, 3 + sum, 'loss');
    near(found.residual[0], alpha[0] * (relative[0] + 1), 'residual');
    near(found.residual[1], alpha[0] * (relative[0] + 1), 'residual at the target: the others');
  });
  it.each([
    ['u', logits.map((o) => 2 * (top - o) + Math.log(M)), M, 5, 0],
    ['sums', [0, 0], M - 1, 0, 0],
    ['exp', [1, 1], Math.log(M), 0, 0],
    ['expPerUnit', logits.map((o) => top - o + Math.log(M)), 0, 0, 0],
    ['operands', logits.map((o) => Math.abs(o) + Math.abs(top)), 0, 0, 0],
    ['tiny', [0, 0], M, 0, 1],
  ] as const)('%s', (part, own, shared, last, tiny) => {
    for (const subtracts of [false, true]) {
      const { found, relative, sum } = check(only(part, subtracts), own, shared, last, tiny);
      const each = alpha.map((a, j) => a * relative[j] + tiny);
      all(found.probabilities, each, 'alpha');
      const u = part === 'u' ? 1 : 0;
      // Strict: the other alphas and their sum (M - 1 additions and the following operations); standard: or 1 -
      // alpha.
      const additions = part === 'sums' ? M - 1 : 0;
      // Of e_n - alpha in a format of its own: each alpha is rounded once more.
      const read = part === 'operands' ? 1 : 0;
      const summed = each[0] + ((M + 2) * u + additions + read) * residual[1] + tiny;
      const subtracted = each[1] + u * residual[1] + u + read;
      near(found.residual[1], subtracts ? Math.max(summed, subtracted) : summed, `residual ${subtracts}`);
      near(found.residual[0], each[0] + read * alpha[0], 'residual of another');
      const ofLog = part === 'u' || part === 'exp' ? 1 : 0;
      near(found.loss, own[1] + sum + 6 * u + ofLog * (Math.abs(x.J) + Math.log(M)) + tiny, 'loss');
    }
  });
  it('count a merged column with its multiplicity', () => {
    const merged = { ...x, alpha: [alpha[0] / 3, alpha[1]] };
    const found = probabilityErrors(merged, [ONE, 0], only('tiny'), [3, 1]);
    const relative = alpha[0] * 1 + 4;
    near(found.probabilities[1], alpha[1] * relative + 1, 'alpha');
    near(found.residual[1], 3 * ((alpha[0] / 3) * (1 + relative) + 1) + 1, 'the others');
  });
});

describe('what a kernel declares', () => {
  it('applies to each stage: exp in units of the stage, operands rounded once', () => {
    const found = kernelRoundoff('float32', { expError: 8, stagePrecision: { logits: 'bfloat16' } }, true);
    expect(found).toMatchObject({
      u: 2 ** -24,
      tiny: 2 ** -126,
      exp: 2 ** -21,
      input: 2 ** -24,
      subtracts: false,
    });
    expect(stageArithmetic(found, 'logits')).toEqual({
      u: 2 ** -8,
      sums: 2 ** -24,
      tiny: 2 ** -126,
      exp: 2 ** -5,
      expPerUnit: 0,
      operands: 2 ** -8,
      lost: 2 ** -126,
    });
    expect(stageArithmetic(found, 'features')).toEqual({
      u: 2 ** -24,
      sums: 2 ** -24,
      tiny: 2 ** -126,
      exp: 2 ** -21,
      expPerUnit: 0,
      operands: 0,
      lost: 0,
    });
    const plain = kernelRoundoff('float64', {}, false);
    expect(plain).toMatchObject({ u: 2 ** -53, tiny: 2 ** -1022, exp: 2 ** -51, subtracts: true });
  });
});
