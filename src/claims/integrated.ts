import { float64 } from '../arithmetic/float64.ts';
import { measureReadings } from '../decide/enclosure.ts';
import type { Judgement, Margin } from '../decide/margin.ts';
import type { Verdict } from '../decide/verdict.ts';
import type { FlowWorld } from '../generators/flows.ts';
import type { Arbitrary } from '../generators/problems.ts';
import type { FlowRung } from '../ladder/flow.ts';
import { TOLERANCE } from '../ladder/integrate.ts';
import type { Motion } from '../ladder/rung.ts';
import type { Along, AnyCheck, Check, Through } from './claim.ts';
import { each } from './claim.ts';

/** A violation is told only where an integration this many times stricter shows it too. */
const STRICTER = 100;

/**
 * How far below 0 a relative margin must lie to count: a thousand tolerances, for what the error of Y (a few
 * tolerances) becomes in Y (e_n - alpha_n) after the projection has cancelled its largest part, f_n.
 */
export const SLACK = 1e3 * TOLERANCE;

export type Question<W> = (world: W, tolerance: number) => Iterable<Margin<number>>;

/** What did not move at all is no rounding error: exactly 0 on the scale 0 counts as clearly below. */
function* noneMoved(margins: Iterable<Margin<number>>): Generator<Margin<number>> {
  for (const margin of margins) {
    const nothing = margin.asks === 'positive' && margin.value === 0 && margin.scale === 0;
    yield nothing ? { ...margin, value: -1, scale: 1 } : margin;
  }
}

/** Held, or violated at two tolerances; what the stricter one takes back is undecided. Never certified. */
function judge<W>(question: Question<W>, world: W): Judgement {
  const first = measureReadings(noneMoved(question(world, TOLERANCE)), SLACK);
  if (first.outcome !== 'violated') return first;
  const again = measureReadings(noneMoved(question(world, TOLERANCE / STRICTER)), SLACK);
  return again.outcome === 'violated' ? again : { ...again, outcome: 'undecided' };
}

interface Options<W> {
  readonly rung: string;
  readonly statement: string;
  readonly expected: Verdict;
  readonly why?: string;
  readonly worlds: Arbitrary<W>;
  readonly share?: number;
  readonly question: Question<W>;
  readonly controls: readonly { drops: string; worlds?: Arbitrary<W>; question?: Question<W> }[];
}

/** A check along solutions of a differential equation: no enclosure can confirm it, so it has no margins for one. */
export function integrated<W>({ question, controls, share = 1, ...options }: Options<W>): AnyCheck {
  const check: Check<W> = {
    ...options,
    decided: 'measured',
    share,
    judge: (world) => judge(question, world),
    controls: controls.map((control) => ({
      drops: control.drops,
      worlds: control.worlds ?? options.worlds,
      judge: (world) => judge(control.question ?? question, world),
    })),
  };
  return check;
}

/** What is asked of single motions, asked along a flow. */
export const alongFlow = (rung: FlowRung, along: Along, through: Through = each): Question<FlowWorld> =>
  function* (world, tolerance) {
    const motions: Iterable<Motion<number>> = rung.motions(world, { tolerance });
    for (const motion of through(float64, motions)) yield* along(float64, motion);
  };
