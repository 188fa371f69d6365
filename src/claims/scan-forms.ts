/** The scan curve: where the distinct tokens of a class are after a zero start (Eq. 110). */
import { dot, type Field, ratio, sum } from '../arithmetic/field.ts';
import type { ScanWorld } from '../generators/states.ts';
import { reducedLayout } from '../model/layout.ts';
import type { Matrix } from '../model/transformer.ts';
import { kinds } from './tokens.ts';

/**
 * Z on the scan curve: z_l = -ln(1 - s_n (P_l/P_max)^2) / 2 for the distinct tokens of class n. Off the curve, rare
 * and frequent tokens change places: P_min/P_l stands for P_l/P_max, as after a start that favoured the rare ones.
 */
export function scanState<T>(F: Field<T>, { problem, scan, common }: ScanWorld, onCurve: boolean): Matrix<T> {
  const layout = reducedLayout(problem);
  const { distinct } = kinds(problem, layout);
  const Z = layout.queries.map((_, m) => layout.tokens.map((_, l) => F.of(l === 0 ? common[m] : 0)));
  for (const [n, { row, support }] of layout.classes.entries()) {
    const P = (l: number) => problem.classes[n].probabilities[support.indexOf(l)];
    const [top, last] = [Math.max(...distinct[n].map(P)), Math.min(...distinct[n].map(P))];
    for (const l of distinct[n]) {
      const share = onCurve ? ratio(F, P(l), top) : ratio(F, last, P(l));
      const curve = F.sub(F.of(1), F.mul(F.of(scan[n]), F.mul(share, share)));
      Z[row][l] = F.neg(F.div(F.ln(curve), F.of(2)));
    }
  }
  return Z;
}

/**
 * -dH = sum p_l (ln p_l) (z_l' - mean z') for H = -sum p ln p, p in proportion to `entries`, mean z' = sum p z'.
 * @param entries f_n (or c_n) of the tokens @param speeds z' of the same
 */
export function entropyFall<T>(F: Field<T>, entries: readonly T[], speeds: readonly T[]): T {
  const total = sum(F, entries);
  const p = entries.map((x) => F.div(x, total));
  const mean = dot(F, p, speeds);
  return sum(
    F,
    p.map((x, i) => F.mul(F.mul(x, F.ln(x)), F.sub(speeds[i], mean))),
  );
}

/** tau'/2 by token l: z_l' exp(-2 z_l) / P_l^2, the derivative of (1 - exp(-2 z_l)) / (2 P_l^2). */
export const tauSpeed = <T>(F: Field<T>, P: number, z: T, speed: T): T =>
  F.div(F.mul(speed, F.exp(F.mul(F.of(-2), z))), F.mul(F.of(P), F.of(P)));
