/** How far two answers to equal calls lie apart. */
import { dtypeOf } from '../../model/stepInput.ts';
import type { StepOutput } from '../kernel.ts';
import { elementUnit, errorRatio, inUnits } from './defect.ts';
import { expectedOf } from './expected.ts';
import type { ExactReference } from './judge.ts';
import type { Roundoff } from './roundoff.ts';
import { JUDGED, type JudgedStage, valuesOf } from './stages.ts';

/** The largest distances of two answers in a stage, each over all elements. */
export interface Spread {
  /** In units in the last place of the exact value (see `elementUnit`). */
  readonly ulp: number;
  /** As a multiple of the error bound from the input to this stage: at most 2 where both answers are within it. */
  readonly ratio: number;
}

/**
 * How far another answer to the same call lies from the output, in each stage that both have. Two answers do not start a
 * stage from the same earlier stage, so exact values and bounds are those from the input on.
 */
export function spreadOf(
  known: ExactReference<unknown>,
  output: StepOutput,
  again: StepOutput,
  arithmetic: Roundoff,
): Partial<Record<JudgedStage, Spread>> {
  const dtype = dtypeOf(known.input);
  const all = expectedOf(known, arithmetic);
  const spreads: Partial<Record<JudgedStage, Spread>> = {};
  for (const stage of JUDGED) {
    const [a, b] = [valuesOf(output, stage), valuesOf(again, stage)];
    if (!a || !b) continue;
    const { expected, bound } = all[stage];
    let [ulp, ratio] = [0, 0];
    for (let k = 0; k < a.length; k++) {
      // Without a bound every answer is accepted: then there is no unit either.
      if (Object.is(a[k], b[k]) || bound[k] === Infinity) continue;
      const apart = Math.abs(a[k] - b[k]);
      ulp = Math.max(ulp, inUnits(apart, elementUnit(expected[k], bound[k], dtype)));
      ratio = Math.max(ratio, errorRatio(apart, bound[k]));
    }
    spreads[stage] = { ulp, ratio };
  }
  return spreads;
}
