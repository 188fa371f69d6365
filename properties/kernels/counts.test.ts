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
import {
  attentionGradientErrors,
  backpropagationErrors,
  decoderGradientError,
} from '../../src/kernels/judging/gradientBounds.ts';
import type { Roundoff } from '../../src/kernels/judging/roundoff.ts';
import { kernelRoundoff, stageArithmetic } from '../../src/kernels/judging/roundoff.ts';
import { STAGES } from '../../src/kernels/kernel.ts';

const total = (xs: readonly number[]) => xs.reduce((a, b) => a + b, 0);
const z = [0.5, -1, 2];
const counts = [1, 2, 1];
const e = z.map((a, l) => counts[l] * Math.exp(a));
const v = e.map((a) => a / total(e));
const norm = Math.hypot(...v);
const f = v.map((a) => a / norm);
const Y = (l: number, j: number) => [0.5, -2, 1, 0.25][(l + 2 * j) % 4] * (j + 1);
const logits = [0, 1].map((j) => total(f.map((a, l) => a * Y(l, j))));
const odds = logits.map(Math.exp);
const alpha = odds.map((a) => a / total(odds));
const target = 1;
const residual = alpha.map((a, j) => (j === target ? 1 - a : -a));
const g = f.map((_, l) => residual[0] * Y(l, 0) + residual[1] * Y(l, 1));
const along = total(f.map((a, l) => a * g[l]));
const w = g.map((a, l) => a - f[l] * along);
const n = 4;
const records = 3;
const x = {
  ...{ tokens: [0, 1, 2], row: 0, target, weight: 1, z, v, f, logits, alpha, residual, g, w },
  ...{ terms: n, records, collecting: counts.map((c) => c + 1), J: Math.log(alpha[target]) },
};

/** A single error of this size. Second-order terms are smaller by this factor, times counts below 100. */
const ONE = 2 ** -40;
type Part = 'u' | 'sums' | 'tiny' | 'exp' | 'expPerUnit' | 'input';
const only = (part: Part | 'operands', subtracts = false): Roundoff => {
  const none = { u: 0, tiny: 0, exp: 0, input: 0, subtracts };
  if (part !== 'operands') return { ...none, [part]: ONE };
  const stage = { u: 0, tiny: 0, exp: 0, operands: ONE };
  return { ...none, stages: Object.fromEntries(STAGES.map((name) => [name, stage])) };
};
const near = (got: number, count: number, what: string) =>
  expect(Math.abs(got / ONE - count), `${what}: got ${got / ONE}, expected ${count}`).toBeLessThanOrEqual(
    2 ** -30 * Math.max(1, Math.abs(count)),
  );
const all = (got: readonly number[], counted: readonly number[], what: string) => {
  expect(got).toHaveLength(counted.length);
  for (const [i, a] of got.entries()) near(a, counted[i], `${what} ${i}`);
};
const zeros = (xs: readonly unknown[]) => xs.map(() => 0);

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

describe('gradients', () => {
  const df = [1, 2, 4];
  const dr = [3, 5];
  const none = zeros(f);
  const quarter = { ...x, weight: 1 / 4 };
  const scaled = (xs: readonly number[]) => xs.map((a) => a * ONE);
  const size = f.map((_, l) => Math.abs(Y(l, 0) * residual[0]) + Math.abs(Y(l, 1) * residual[1]));

  it('in Y: both factors, the product, an underflow', () => {
    const at = (d: readonly number[], r: readonly number[], part: Part | 'operands') =>
      decoderGradientError(x, scaled(d), scaled(r), only(part))(1, 0);
    near(at(df, [0, 0], 'input'), Math.abs(residual[0]) * 2, 'df');
    near(at([0, 0, 0], dr, 'input'), f[1] * 3, 'dr');
    near(at([0, 0, 0], [0, 0], 'u'), Math.abs(residual[0]) * f[1], 'u');
    near(at([0, 0, 0], [0, 0], 'operands'), 2 * Math.abs(residual[0]) * f[1], 'operands');
    // A quarter of e_n - alpha is flushed, and a quarter of the product.
    near(decoderGradientError(quarter, none, [0, 0], only('tiny'))(1, 0), 4 * f[1] + 4, 'tiny');
  });

  /** The error of f w for errors dg of g, and `more` of f.g and w. */
  const through = (
    dg: readonly number[],
    dotted: number,
    own: readonly number[],
    last: readonly number[],
  ) => {
    const dalong = total(f.map((a, l) => a * dg[l])) + dotted;
    return f.map((a, l) => a * (dg[l] + a * dalong + own[l]) + last[l]);
  };
  const found = (d: readonly number[], r: readonly number[], arithmetic: Roundoff) =>
    attentionGradientErrors(x, scaled(d), backpropagationErrors(x, scaled(r), Y, arithmetic), arithmetic);

  it('in Z: errors of f and of the residual', () => {
    const dg = f.map((_, l) => 3 * Math.abs(Y(l, 0)) + 5 * Math.abs(Y(l, 1)));
    all(found(none, dr, only('input')), through(dg, 0, none, none), 'dr');
    const own = df.map((d) => Math.abs(along) * d);
    const dotted = total(g.map((a, l) => Math.abs(a) * df[l]));
    all(
      found(df, [0, 0], only('input')),
      through(
        none,
        dotted,
        own,
        w.map((a, l) => Math.abs(a) * df[l]),
      ),
      'df',
    );
  });
  it('in Z: roundings', () => {
    // g: N + 2 of its terms; f.g: n of them; w: one of g, six of f (f.g), one of w; the product: three.
    const dg = size.map((a) => 4 * a);
    const dotted = total(f.map((a, l) => n * a * size[l]));
    const own = f.map((a, l) => Math.abs(g[l]) + 6 * a * Math.abs(along) + Math.abs(w[l]));
    const last = f.map((a, l) => 3 * a * Math.abs(w[l]));
    all(found(none, [0, 0], only('u')), through(dg, dotted, own, last), 'u');
    // Of these, the additions of g and of f.g.
    const dottedAdded = total(f.map((a, l) => (n - 1) * a * size[l]));
    all(found(none, [0, 0], only('sums')), through(size, dottedAdded, none, none), 'sums');
    const twice = size.map((a) => 2 * a);
    const dottedTwice = total(f.map((a, l) => 2 * a * size[l]));
    all(
      found(none, [0, 0], only('operands')),
      through(
        twice,
        dottedTwice,
        none,
        f.map((a, l) => 2 * a * Math.abs(w[l])),
      ),
      'operands',
    );
    const flushed = f.map((_, l) => 4 * (Math.abs(Y(l, 0)) + Math.abs(Y(l, 1)) + 2));
    all(
      attentionGradientErrors(
        quarter,
        none,
        backpropagationErrors(quarter, [0, 0], Y, only('tiny')),
        only('tiny'),
      ),
      through(
        flushed,
        4 * 3,
        [8, 8, 8],
        // A product at each position, and an addition over the batch.
        counts.map((c) => 4 * (c + 1)),
      ),
      'tiny',
    );
  });
  it("in Z from the kernel's own g: no error of g, and f.g has terms of |f| |g|", () => {
    const own = { errors: [0, 0, 0], sizes: g.map(Math.abs) };
    const dotted = total(f.map((a, l) => n * a * Math.abs(g[l])));
    const w_ = f.map((a, l) => Math.abs(g[l]) + 6 * a * Math.abs(along) + Math.abs(w[l]));
    const last = f.map((a, l) => 3 * a * Math.abs(w[l]));
    all(attentionGradientErrors(x, none, own, only('u')), through(none, dotted, w_, last), 'u');
  });
  it('in Z: additions over positions, where they are coarser than those of v', () => {
    const stage = { u: 0, tiny: 0, exp: 0, operands: 0 };
    const low = { ...only('sums'), stages: { features: { ...stage, sums: ONE / 4 } } };
    const [same, coarser] = [only('sums'), low].map((arithmetic) => found(none, [0, 0], arithmetic));
    all(
      coarser.map((a, l) => a - same[l]),
      f.map((a, l) => (3 / 4) * (counts[l] - 1) * a * Math.abs(w[l])),
      'scatter',
    );
  });
  it("in Z at the standard level: softmax's backward pass subtracts a mean", () => {
    const dg = size.map((a) => 4 * a);
    const dalong = total(f.map((a, l) => a * dg[l] + n * a * size[l]));
    const dw = f.map(
      (a, l) => dg[l] + Math.abs(g[l]) + a * dalong + 6 * a * Math.abs(along) + Math.abs(w[l]),
    );
    const mean = total(v.map((a, l) => a * (dw[l] + (n + 2) * Math.abs(w[l]))));
    const strict = found(none, [0, 0], only('u'));
    all(
      found(none, [0, 0], only('u', true)),
      strict.map((d, l) => d / ONE + f[l] * mean),
      'subtracted',
    );
    // Each of its n products may be flushed, and each sum.
    const dgFlushed = f.map((_, l) => Math.abs(Y(l, 0)) + Math.abs(Y(l, 1)) + 2);
    const dottedFlushed = total(f.map((a, l) => a * dgFlushed[l] + 1));
    const flushed = total(v.map((a, l) => a * (dgFlushed[l] + f[l] * dottedFlushed + 2))) + 2 * n;
    const strictFlushed = found(none, [0, 0], only('tiny'));
    all(
      found(none, [0, 0], only('tiny', true)),
      strictFlushed.map((d, l) => d / ONE + f[l] * flushed),
      'flushed',
    );
  });
  it('in Z with a merged column: its terms with their multiplicity', () => {
    const g = backpropagationErrors(x, scaled([1, 0]), Y, only('tiny'), [3, 1]);
    const merged = attentionGradientErrors(x, none, g, only('tiny'));
    const dg = f.map((_, l) => 3 * Math.abs(Y(l, 0)) * 2 + Math.abs(Y(l, 1)) + 4);
    const last = counts.map((c) => c + 1);
    all(merged, through(dg, 3, [2, 2, 2], last), 'merged');
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
