import { sum } from '../arithmetic/field.ts';
import { float64 } from '../arithmetic/float64.ts';
import type { Judgement, Margin } from '../decide/margin.ts';
import { equal, largest } from '../decide/margin.ts';
import type { Verdict } from '../decide/verdict.ts';
import type { Arbitrary } from '../generators/problems.ts';
import type { FlowRung } from '../ladder/flow.ts';
import { IntegrationEnds, TOLERANCE } from '../ladder/integrate.ts';
import type { Motion } from '../ladder/rung.ts';
import type { FlowWorld } from '../ladder/worlds.ts';
import type { Along, AnyCheck, Check, Isolation, Through } from './claim.ts';
import { each } from './claim.ts';
import { asksNothing, compare, float, type MarginsAtTime, moments, type Reading } from './moments.ts';

/** Integrations of one world, each a hundred times stricter than the one before. */
export const TOLERANCES: readonly number[] = [1e-7, TOLERANCE, 1e-11, 1e-13];

/** Margins of a world along a flow, in the order of time. An inequality is asked; an equality is one that is known to hold. */
export type FlowMargins<W> = (world: W, tolerance: number) => Iterable<Margin<number>>;

/**
 * A world along a flow. A margin counts where it is farther from 0 than its own error, estimated for this world and this
 * moment from two integrations; while one does not, stricter ones are made. Undecided: some margin lies within the error
 * of the strictest, only one of two integrations has it, or one cannot be carried to its end. Never certified.
 */
export function judgeFlow<W>(question: FlowMargins<W>, world: W): Judgement {
  try {
    return integrations(question, world);
  } catch (error) {
    if (!(error instanceof IntegrationEnds)) throw error;
    const margin = { name: `not integrated: ${error.message}`, value: 0, time: 0 };
    return { outcome: 'undecided', margin, ...float };
  }
}

function integrations<W>(question: FlowMargins<W>, world: W): Judgement {
  let loose = [...moments(float64, question(world, TOLERANCES[0]))];
  let open: Reading | null = null;
  for (const tolerance of TOLERANCES.slice(1)) {
    const seen: MarginsAtTime[] = [];
    const kept = function* () {
      for (const moment of moments(float64, question(world, tolerance))) {
        seen.push(moment);
        yield moment;
      }
    };
    const found = compare(loose.values(), kept(), tolerance);
    if (found.violated) return { outcome: 'violated', margin: found.violated, ...float };
    if (!found.open)
      return { outcome: 'held', margin: found.least, ...float, ...(asksNothing(seen) ? { idle: true } : {}) };
    open = found.open;
    loose = seen;
  }
  return { outcome: 'undecided', margin: open, ...float };
}

interface Options<W> {
  readonly rung: string;
  readonly statement: string;
  readonly expected: Verdict;
  readonly why?: string;
  readonly worlds: Arbitrary<W>;
  readonly share?: number;
  readonly isolates?: Omit<Isolation<W>, 'judge'> & { question?: FlowMargins<W> };
  readonly question: FlowMargins<W>;
  readonly controls: readonly { drops: string; worlds?: Arbitrary<W>; question?: FlowMargins<W> }[];
}

/** A check along solutions of a differential equation: no enclosure can confirm it, so it has no margins for one. */
export function integrated<W>({ question, controls, share = 1, isolates, ...options }: Options<W>): AnyCheck {
  const check: Check<W> = {
    ...options,
    isolates: isolates && { ...isolates, judge: (world) => judgeFlow(isolates.question ?? question, world) },
    decided: 'measured',
    share,
    judge: (world) => judgeFlow(question, world),
    course: (world) => question(world, TOLERANCES[0]),
    controls: controls.map((control) => ({
      drops: control.drops,
      worlds: control.worlds ?? options.worlds,
      judge: (world) => judgeFlow(control.question ?? question, world),
    })),
  };
  return check;
}

/** Rows of Z keep their sum (section 3.1): where they do not, terms of dZ that cancel have left their rounding behind. */
export function* rowsKeepSums({ layout, dZ, time }: Motion<number>): Generator<Margin<number>> {
  for (const [m, row] of dZ.entries())
    yield {
      ...equal(float64, `row ${layout.queries[m]} keeps its sum`, sum(float64, row), 0, time),
      scale: largest(float64, row),
    };
}

/** What is asked of single motions, asked along a flow. */
export const alongFlow = (rung: FlowRung, along: Along, through: Through = each): FlowMargins<FlowWorld> =>
  function* (world, tolerance) {
    for (const motion of through(float64, rung.motions(world, { tolerance }))) {
      yield* rowsKeepSums(motion);
      yield* along(float64, motion);
    }
  };
