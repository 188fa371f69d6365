/** The roundings of the gradients, counted by hand. */
import { describe, it } from 'vitest';
import {
  attentionGradientErrors,
  backpropagationErrors,
  decoderGradientError,
} from '../../src/kernels/judging/gradientBounds.ts';
import type { Roundoff } from '../../src/kernels/judging/roundoff.ts';
import {
  all,
  along,
  counts,
  f,
  g,
  n,
  near,
  ONE,
  only,
  type Part,
  residual,
  total,
  v,
  w,
  x,
  Y,
  zeros,
} from './countedExample.ts';

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
