import { sum } from '../arithmetic/field.ts';
import { float64 } from '../arithmetic/float64.ts';
import { type Judgement, type Margin, relative } from '../decide/margin.ts';
import type { Verdict } from '../decide/verdict.ts';
import type { FlowWorld } from '../generators/flows.ts';
import type { Arbitrary } from '../generators/problems.ts';
import type { FlowRung } from '../ladder/flow.ts';
import { IntegrationEnds, TOLERANCE } from '../ladder/integrate.ts';
import type { Motion } from '../ladder/rung.ts';
import type { Along, AnyCheck, Check, Isolation, Through } from './claim.ts';
import { each } from './claim.ts';
import { equal, largest } from './tokens.ts';

/** Integrations of one world, each a hundred times stricter than the one before. */
export const TOLERANCES: readonly number[] = [1e-7, TOLERANCE, 1e-11, 1e-13];

/** Margins of a world along a flow, in the order of time. An inequality is asked; an equality is one that is known to hold. */
export type Question<W> = (world: W, tolerance: number) => Iterable<Margin<number>>;

/** What did not move at all is no rounding error: exactly 0 on the scale 0 counts as clearly below. */
const reading = (margin: Margin<number>): number =>
  margin.value === 0 && margin.scale === 0 ? -1 : relative(float64, margin);

/** The margins of one moment, each relative to its scale; and by how much equalities that are known to hold are missed. */
interface Moment {
  readonly time: number;
  readonly margins: ReadonlyMap<string, number>;
  readonly missed: number;
}
type Reading = NonNullable<Judgement['margin']>;

export function* moments(margins: Iterable<Margin<number>>): Generator<Moment> {
  let now: { time: number; margins: Map<string, number>; missed: number } | undefined;
  for (const margin of margins) {
    if (now?.time !== margin.time) {
      if (now) yield now;
      now = { time: margin.time, margins: new Map(), missed: 0 };
    }
    if (margin.asks === 'zero') now.missed = Math.max(now.missed, Math.abs(relative(float64, margin)));
    else now.margins.set(margin.name, reading(margin));
  }
  if (now) yield now;
}

/** Of 3,300 moments none was in error by more than 2.4 times what is estimated (empirical: properties/claims/integrated.test.ts). */
const SAFETY = 10;

const sameNames = (a: Moment, b: Moment): boolean =>
  a.margins.size === b.margins.size && [...a.margins.keys()].every((name) => b.margins.has(name));

/**
 * A bound of the error of the stricter of two integrations at one moment: SAFETY times the largest of
 *
 *  - the differences of margins between the two. Where E and E' are the errors of a margin, it differs by at least
 *    |E| - |E'|, so |E'| <= |difference| as soon as the stricter tolerance halves the error: a fifth-order method at a
 *    hundredth of the tolerance divides it by 100^(4/5) = 40. One difference may be small by chance, all of a moment hardly;
 *  - what equalities that are known to hold are missed by: rounding that is the same in both, as where terms cancel;
 *  - the stricter tolerance.
 *
 * NaN where they do not ask the same margins.
 */
export function errorOf(loose: Moment, strict: Moment, tolerance: number): number {
  if (!sameNames(loose, strict)) return Number.NaN;
  const differences = [...strict.margins].map(([name, value]) => Math.abs(value - loose.margins.get(name)!));
  return SAFETY * Math.max(tolerance, loose.missed, strict.missed, ...differences);
}

/** Some margin of a moment; null where it has none. */
const anyOf = ({ time, margins }: Moment): Reading | null => {
  for (const [name, value] of margins) return { name, value, time };
  return null;
};

/**
 * Two integrations side by side: the first margin that lies below 0 by more than the error; else the least one, and the
 * first that lies within the error of 0. An error that is no number leaves all of its moment open, and a margin or moment
 * of the looser one alone is open: it may be the one that fails.
 */
function compare(loose: IterableIterator<Moment>, strict: Iterable<Moment>, tolerance: number) {
  let [least, open]: (Reading | null)[] = [null, null];
  for (const moment of strict) {
    const { time } = moment;
    const other: Moment | undefined = loose.next().value;
    const error = other?.time === time ? errorOf(other, moment, tolerance) : Number.NaN;
    for (const [name, value] of moment.margins) {
      const margin = { name, value, time };
      if (value < -error) return { violated: margin, least, open };
      if (!(value > error)) open ??= margin;
      if (least === null || value < least.value) least = margin;
    }
    if (other && Number.isNaN(error)) open ??= anyOf(other);
  }
  for (const rest of loose) open ??= anyOf(rest);
  return { violated: null, least, open };
}

const float = { digits: null, certified: false } as const;
const asksNothing = (all: readonly Moment[]): boolean => all.every(({ margins }) => margins.size === 0);

/**
 * A world along a flow. A margin counts where it is farther from 0 than its own error, estimated for this world and this
 * moment from two integrations; while one does not, stricter ones are made. Undecided: some margin lies within the error
 * of the strictest, only one of two integrations has it, or one cannot be carried to its end. Never certified.
 */
export function judge<W>(question: Question<W>, world: W): Judgement {
  try {
    return integrations(question, world);
  } catch (error) {
    if (!(error instanceof IntegrationEnds)) throw error;
    const margin = { name: `not integrated: ${error.message}`, value: 0, time: 0 };
    return { outcome: 'undecided', margin, ...float };
  }
}

function integrations<W>(question: Question<W>, world: W): Judgement {
  let loose = [...moments(question(world, TOLERANCES[0]))];
  let open: Reading | null = null;
  for (const tolerance of TOLERANCES.slice(1)) {
    const seen: Moment[] = [];
    const kept = function* () {
      for (const moment of moments(question(world, tolerance))) {
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
  readonly isolates?: Omit<Isolation<W>, 'judge'> & { question?: Question<W> };
  readonly question: Question<W>;
  readonly controls: readonly { drops: string; worlds?: Arbitrary<W>; question?: Question<W> }[];
}

/** A check along solutions of a differential equation: no enclosure can confirm it, so it has no margins for one. */
export function integrated<W>({ question, controls, share = 1, isolates, ...options }: Options<W>): AnyCheck {
  const check: Check<W> = {
    ...options,
    isolates: isolates && { ...isolates, judge: (world) => judge(isolates.question ?? question, world) },
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

/** Rows of Z keep their sum (section 3.1): where they do not, terms of dZ that cancel have left their rounding behind. */
export function* rowsKeepSums({ layout, dZ, time }: Motion<number>): Generator<Margin<number>> {
  for (const [m, row] of dZ.entries())
    yield {
      ...equal(float64, `row ${layout.queries[m]} keeps its sum`, sum(float64, row), 0, time),
      scale: largest(float64, row),
    };
}

/** What is asked of single motions, asked along a flow. */
export const alongFlow = (rung: FlowRung, along: Along, through: Through = each): Question<FlowWorld> =>
  function* (world, tolerance) {
    for (const motion of through(float64, rung.motions(world, { tolerance }))) {
      yield* rowsKeepSums(motion);
      yield* along(float64, motion);
    }
  };
