/** From the motions of a rung to margins: what a claim checks of one motion, and which motions of a run it checks. */
import { type Field, sum } from '../arithmetic/field.ts';
import { float64 } from '../arithmetic/float64.ts';
import { type EnclosedMargins, equal, largest, listed, type Margin, type Margins } from '../decide/margin.ts';
import type { EnclosedOptions, FlowRung } from '../ladder/flow.ts';
import type { Motion, Rung } from '../ladder/rung.ts';
import type { FlowWorld } from '../ladder/worlds.ts';

/** What a claim checks of one motion, in any field. */
export type Along = <T>(F: Field<T>, motion: Motion<T>) => Iterable<Margin<T>>;

/** The margins of a world on a rung. */
export const runMargins =
  <W>(rung: Rung<W>, over: Over): Margins<W> =>
  (F, world) =>
    over(F, rung.motions(F, world));

/** The same: `along` of each of its motions. */
export const motionMargins = <W>(rung: Rung<W>, along: Along): Margins<W> =>
  runMargins(rung, overRun(along, each));

/** What a claim checks of a whole run, in any field. */
export type Over = <T>(F: Field<T>, motions: Iterable<Motion<T>>) => Iterable<Margin<T>>;

/** Which motions of a run are checked: every step (`each`), or its net displacement (`net`). */
export type Through = <T>(F: Field<T>, motions: Iterable<Motion<T>>) => Iterable<Motion<T>>;

/** Every motion of a run. */
export const each: Through = (_, motions) => motions;

/** The displacement from the first motion of a run to the end of another: Z and f where it starts to move. */
const displaced = <T>(F: Field<T>, first: Motion<T>, last: Motion<T>): Motion<T> => ({
  ...first,
  dZ: first.Z.map((row, m) => row.map((z, l) => F.sub(F.add(last.Z[m][l], last.dZ[m][l]), z))),
});

/** The margins of those motions of a run, one after the other. */
export const overRun = (along: Along, through: Through): Over =>
  function* (F, motions) {
    for (const motion of through(F, motions)) yield* listed(along(F, motion));
  };

/** The whole run as one motion: dZ is the sum of all steps. */
export const net: Through = function* <T>(F: Field<T>, motions: Iterable<Motion<T>>) {
  let first: Motion<T> | undefined;
  let last: Motion<T> | undefined;
  for (const motion of motions) {
    first ??= motion;
    last = motion;
  }
  if (first && last) yield { ...displaced(F, first, last), time: 0 };
};

/** The run up to every step as one motion: what `net` would be there. */
export const soFar: Through = function* <T>(F: Field<T>, motions: Iterable<Motion<T>>) {
  let first: Motion<T> | undefined;
  for (const motion of motions) {
    first ??= motion;
    yield { ...displaced(F, first, motion), time: motion.time };
  }
};

/** The motions of a world of a flow in one field, at the times of the rung or at others. */
export type FlowMotions<T> = (world: FlowWorld, times?: readonly number[]) => Iterable<Motion<T>>;

/** What a claim checks of a world on a flow, in any field: margins in the order of time. */
export type OverFlow<W> = <T>(F: Field<T>, motions: FlowMotions<T>, world: W) => Iterable<Margin<T>>;

/**
 * Margins along a flow, in the order of time, integrated to a relative tolerance. An inequality is checked; an equality is
 * one that is known to hold, and shows the error of the integration.
 */
export type FlowMargins<W> = (world: W, tolerance: number) => Iterable<Margin<number>>;

/** Rows of Z keep their sum (section 3.1): where they do not, the difference is the rounding of terms of dZ that cancel. */
function* rowsKeepSums({ layout, dZ, time }: Motion<number>): Generator<Margin<number>> {
  for (const [m, row] of dZ.entries())
    yield {
      ...equal(float64, `row ${layout.queries[m]} keeps its sum`, sum(float64, row), 0, time),
      scale: largest(float64, row),
    };
}

/** What is checked of each motion, as what is checked of a world. */
export const overFlow =
  (along: Along, through: Through = each): OverFlow<FlowWorld> =>
  (F, motions, world) =>
    overRun(along, through)(F, motions(world));

/** The margins of a world on a flow in float64. */
export const integratedMargins =
  <W>(rung: FlowRung, over: OverFlow<W>): FlowMargins<W> =>
  (world, tolerance) =>
    over(float64, (at, times) => rung.motions(at, { tolerance, times }), world);

/** The same of each motion, with the row sums that show its rounding. */
export const flowMargins = (rung: FlowRung, along: Along, through: Through = each): FlowMargins<FlowWorld> =>
  function* (world, tolerance) {
    for (const motion of through(float64, rung.motions(world, { tolerance }))) {
      yield* rowsKeepSums(motion);
      yield* listed(along(float64, motion));
    }
  };

/** The margins of a world on a flow in enclosures of at most so many steps; undefined where the rung has no validated integrator. */
export const enclosedFlowMargins = <W>(
  rung: FlowRung,
  over: OverFlow<W>,
  options: EnclosedOptions = {},
): EnclosedMargins<W> | undefined =>
  rung.enclosed &&
  ((F, world) => over(F, (at, times) => rung.enclosed!(F, at, { times, ...options }), world));

/** The margins of a world on a discrete rung in enclosures: intervals step by step where the rung knows no better. */
export const enclosedRunMargins =
  <W>(rung: Rung<W>, over: Over): EnclosedMargins<W> =>
  (F, world) =>
    over(F, rung.enclosed?.(F, world) ?? rung.motions(F, world));
