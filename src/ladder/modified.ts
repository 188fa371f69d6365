import { float64 } from '../arithmetic/float64.ts';
import { inverse } from '../arithmetic/linear.ts';
import type { Layout } from '../model/layout.ts';
import { type Direction, type FlowRung, flowMotions } from './flow.ts';
import { rungInfo } from './tree.ts';
import { gram } from './two-timescale.ts';

/**
 * f_n - Phi E' e_n = Phi (I + E)^-1 e_n (Eq. 26 with E' = I - (I + E)^-1): the dual basis of f_1 .. f_K, so that a step
 * of one class does not change the logits of another.
 */
export const modifiedDirection =
  (layout: Layout): Direction =>
  (f) => {
    const A = inverse(
      float64,
      gram(
        float64,
        layout,
        f.map((x) => Array.from(x)),
      ),
    );
    return layout.classes.map((_, n) => {
      const d = new Float64Array(layout.tokens.length);
      layout.classes.forEach(({ support }, k) => {
        support.forEach((l, i) => {
          d[l] += f[k][i] * A[k][n];
        });
      });
      return d;
    });
  };

/** The flow in which Y follows the modified gradient of Eq. 26 while z moves. */
export const modified: FlowRung = {
  ...rungInfo('modified'),
  motions: (world, options) => flowMotions(world, modifiedDirection, options),
};
