/**
 * Gradient ascent, enclosed for whole runs. A run carries a point x, exact in the field, and a number r with |(Y, Z) - x| <= r in the norm of
 * `curvature`: a step maps x to an enclosure of its own width, and stretches differences by at most
 *
 *     L = max(1 + above, below - 1),
 *
 * the largest modulus of an eigenvalue of I + D H on the ball, because the step is x + D dJ and D H is symmetric in that norm. So r' = L r + width, and
 * nothing wraps: intervals carried from step to step instead lose up to a digit a step (docs/verdicts.md). By the same bound the change of Z at the true
 * state differs from that at x by at most max(above, below) r.
 */
import { dot, type Field, held, type IntervalField, scoped } from '../arithmetic/field.ts';
import { float64Intervals as B, type Float64Interval } from '../arithmetic/float64Interval.ts';
import { EnclosureEnds } from '../decide/validated.ts';
import { gradient } from '../model/gradient.ts';
import { type Layout, reducedLayout } from '../model/layout.ts';
import type { Problem } from '../model/problem.ts';
import type { Rates } from '../model/training.ts';
import type { Example, Matrix, Parameters } from '../model/transformer.ts';
import { curvature, inDoubles } from './curvature.ts';
import { type Motion, motionAt } from './rung.ts';
import { unknownsOf, unpacked } from './unknowns.ts';

/** The examples of a step, in any field. */
export type ExamplesOf = <T>(F: Field<T>) => readonly Example<T>[];

/** A run of plain gradient ascent from zero. */
export interface EnclosedRun {
  readonly problem: Problem;
  readonly rates: Rates;
  readonly steps: number;
  readonly examplesAt: (time: number) => ExamplesOf;
}

/** Which entries of Z the examples can change: those of their tokens. */
function touchedBy<T>(F: Field<T>, layout: Layout, examples: readonly Example<T>[]): boolean[][] {
  const touched = layout.queries.map(() => layout.tokens.map(() => false));
  for (const { cls, mass } of examples) {
    const { support, row } = layout.classes[cls];
    for (const [i, l] of support.entries()) if (F.sign(mass[i]) !== 0) touched[row][l] = true;
  }
  return touched;
}

/** The norm of `curvature` in doubles: of a box of widths, and the half-widths of the box around a ball. */
function metricOf({ multiplicity }: Layout, { etaY, etaZ }: Rates) {
  const roots = multiplicity.map((m) => B.sqrt(B.div(B.of(etaY), B.of(m))));
  const root = B.sqrt(B.of(etaZ));
  return {
    norm(Y: Matrix<number>, Z: Matrix<number>): number {
      const parts = [
        ...Y.flatMap((row) => row.map((x, j) => B.div(B.of(x), roots[j]))),
        ...Z.flat().map((x) => B.div(B.of(x), root)),
      ];
      return B.sqrt(dot(B, parts, parts)).hi;
    },
    aroundY: (r: number): number[] => roots.map((x) => B.mul(x, B.of(r)).hi),
    aroundZ: (r: number): number => B.mul(root, B.of(r)).hi,
  };
}

type Box = Parameters<Float64Interval>;

/** Bounds of the curvature on a box, for the examples of some steps. */
interface Chart {
  readonly examples: ExamplesOf;
  readonly box: Box;
  readonly above: number;
  readonly below: number;
}

/** Steps for which a chart is to serve, as a part of all steps so far: moves fall like 1/t. Before it is a few steps a chart serves one. */
const AHEAD = 1 / 16;
const FEW = 4;

/**
 * Charts around the states of a run, a new one where a state leaves the box of the last one. The box spans the moves of the next steps if each is like
 * the one before: this decides only how long it serves.
 */
function charts(layout: Layout, rates: Rates) {
  let last: Chart | undefined;
  let before: Box | undefined;
  const inside = (a: Matrix<Float64Interval>, b: Matrix<Float64Interval>) =>
    a.every((row, i) => row.every((x, j) => x.lo >= b[i][j].lo && x.hi <= b[i][j].hi));
  const widened = (now: Matrix<Float64Interval>, then: Matrix<Float64Interval>, steps: number) =>
    now.map((row, i) =>
      row.map((x, j) => {
        const move = steps * Math.max(Math.abs(x.hi - then[i][j].hi), Math.abs(x.lo - then[i][j].lo));
        return B.add(x, B.between(-move, move));
      }),
    );
  return (state: Box, time: number, examples: ExamplesOf): Chart => {
    const then = before ?? state;
    before = state;
    const serves = last?.examples === examples && inside(state.Y, last.box.Y) && inside(state.Z, last.box.Z);
    if (!serves) {
      const chart = (steps: number): Chart => {
        const box = { Y: widened(state.Y, then.Y, steps), Z: widened(state.Z, then.Z, steps) };
        const { above, below } = curvature(B, layout, box, examples(B), rates);
        return { examples, box, above: above.hi, below: below.hi };
      };
      const wide = last?.examples === examples && AHEAD * time >= FEW ? chart(AHEAD * time) : undefined;
      // Where moves grow, the bounds on a box of many moves are of little use.
      last = wide && wide.above <= 2 * last!.above && wide.below <= 2 * last!.below ? wide : chart(0);
    }
    return last!;
  };
}

/** One step from x, |(Y, Z) - x| <= r: enclosures of the change of Z and of the next x, and the next r. */
function stepFrom<T>(
  F: IntervalField<T>,
  { etaY, etaZ }: Rates,
  layout: Layout,
  { norm, aroundY, aroundZ }: ReturnType<typeof metricOf>,
  { state: { Y, Z }, r, examples }: { state: Parameters<T>; r: number; examples: readonly Example<T>[] },
  chart: (box: Box) => Chart,
) {
  const slope = gradient(F, layout, { Y, Z }, examples);
  const [offY, offZ] = [aroundY(r), aroundZ(r)];
  const boxed = (matrix: Matrix<T>, off: (j: number) => number) =>
    matrix.map((row) => row.map((x, j) => B.add(inDoubles(F, x), B.between(-off(j), off(j)))));
  const { above, below } = chart({ Y: boxed(Y, (j) => offY[j]), Z: boxed(Z, () => offZ) });
  const times = (eta: number, matrix: Matrix<T>): Matrix<T> =>
    matrix.map((row) => row.map((x) => (F.sign(x) === 0 ? x : F.mul(F.of(eta), x))));
  const plus = (a: Matrix<T>, b: Matrix<T>): Matrix<T> =>
    a.map((row, i) => row.map((x, j) => (F.sign(b[i][j]) === 0 ? x : F.add(x, b[i][j]))));
  const dZ = times(etaZ, slope.Z);
  const next = { Y: plus(Y, times(etaY, slope.Y)), Z: plus(Z, dZ) };
  const widths = (matrix: Matrix<T>) => matrix.map((row) => row.map(F.radius));
  const stretch = Math.max(B.add(B.of(1), B.of(above)).hi, B.sub(B.of(below), B.of(1)).hi);
  const grown = B.add(B.mul(B.of(stretch), B.of(r)), B.of(norm(widths(next.Y), widths(next.Z))));
  return {
    dZ,
    offZ,
    /** Of dZ at the true state from dZ at x. */
    off: B.mul(B.of(offZ), B.of(Math.max(above, below))).hi,
    next: [...next.Y.flat(), ...next.Z.flat()].map(F.lower),
    r: grown.hi,
  };
}

function* motions<T>(
  F: IntervalField<T>,
  { problem, rates, steps, examplesAt }: EnclosedRun,
): Generator<Motion<T>> {
  const layout = reducedLayout(problem);
  const metric = metricOf(layout, rates);
  const chartOf = charts(layout, rates);
  const inRows = (flat: readonly T[]): Matrix<T> =>
    layout.queries.map((_, m) => flat.slice(m * layout.tokens.length, (m + 1) * layout.tokens.length));
  let r = 0;
  let state = held(
    F,
    Array.from({ length: unknownsOf(layout) }, () => F.of(0)),
  );
  // An entry of Z that no example has touched is exactly 0, and so is one whose gradient has been exactly 0 in an exact state.
  let moved = layout.queries.map(() => layout.tokens.map(() => false));
  for (let time = 0; time < steps; time++) {
    const examples = examplesAt(time);
    const touched = touchedBy(B, layout, examples(B));
    const done = scoped(F, () => {
      const at = unpacked(layout, state());
      const given = { state: at, r, examples: examples(F) };
      const {
        dZ,
        offZ,
        off,
        next,
        r: grown,
      } = stepFrom(F, rates, layout, metric, given, (box) => chartOf(box, time, examples));
      const box = (x: T, width: number): T => (width === 0 ? x : F.add(x, F.between(-width, width)));
      const Z = at.Z.map((row, m) => row.map((x, l) => (moved[m][l] ? box(x, offZ) : x)));
      const change = dZ.map((row, m) => row.map((x, l) => (touched[m][l] ? box(x, off) : F.of(0))));
      const starts = dZ.map((row, m) => row.map((x, l) => touched[m][l] && !(r === 0 && F.sign(x) === 0)));
      return { Z: held(F, Z.flat()), dZ: held(F, change.flat()), next: held(F, next), grown, starts };
    });
    const [Z, dZ] = [inRows(done.Z()), inRows(done.dZ())];
    if (time > 0) yield motionAt(F, { problem, layout, rates, time, Z, dZ });
    if (!Number.isFinite(done.grown))
      throw new EnclosureEnds(`no finite enclosure after ${time + 1} steps with ${F.digits} digits`);
    [r, state] = [done.grown, done.next];
    moved = moved.map((row, m) => row.map((was, l) => was || done.starts[m][l]));
  }
}

/**
 * The motions of training from zero, enclosed, in the order of steps; a motion's time is its step, as in `trainingMotions`. Undefined where a step
 * is not plain gradient ascent: with momentum, or with another optimiser.
 * @throws EnclosureEnds where r is no longer a finite double
 */
export const enclosedTrainingMotions = <T>(
  F: IntervalField<T>,
  run: EnclosedRun,
): Iterable<Motion<T>> | undefined =>
  run.rates.momentum === 0 && (run.rates.optimiser ?? 'sgd') === 'sgd' ? motions(F, run) : undefined;
