/** Worlds small enough for full M x M matrices of intervals, and runs on them. */
import fc, { type Arbitrary } from 'fast-check';
import type { Interval } from '../../src/arithmetic/decimal.ts';
import { exactDecimal } from '../../src/arithmetic/decimal.ts';
import type { Field } from '../../src/arithmetic/field.ts';
import {
  commonsContent,
  dress,
  singleCommonContent,
  symmetricContent,
} from '../../src/generators/problems.ts';
import type { Problem } from '../../src/model/problem.ts';

/** Problems with at most about 30 tokens; queries and targets anywhere among them. */
export const smallProblem: Arbitrary<Problem> = fc.oneof(
  dress(singleCommonContent(4, 2), { extra: 10 }),
  dress(commonsContent(3, 3, 2), { extra: 10 }),
  dress(symmetricContent(3, 2, 2), { queries: 1, extra: 10 }),
);

export const overlap = (a: Interval, b: Interval): boolean =>
  a.lo.lessThanOrEqualTo(b.hi) && b.lo.lessThanOrEqualTo(a.hi);

export const overlapAll = (a: readonly Interval[], b: readonly Interval[]): boolean =>
  a.length === b.length && a.every((x, i) => overlap(x, b[i]));

export const holds = (a: Interval, x: number): boolean =>
  overlap(a, { lo: exactDecimal(x), hi: exactDecimal(x) });

export const widest = (F: Field<Interval>, xs: readonly Interval[]): number =>
  xs.reduce((w, x) => Math.max(w, F.radius(x)), 0);
