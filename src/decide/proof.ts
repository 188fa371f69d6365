import { type Field, scoped } from '../arithmetic/field.ts';
import { type Box, type Branched, branch, type Leaf } from './branch.ts';
import { intervals } from './enclosureLibrary.ts';
import type { EnclosureLibrary } from './libraries.ts';
import { type Judgement, positive } from './margin.ts';

/** A formula in the parameters of a domain. */
export type Formula = <T>(F: Field<T>, at: readonly T[]) => T;

interface Step {
  /** Its name in the certificate. */
  readonly id: string;
  /** The inequality or equality, in words. */
  readonly says: string;
  readonly variables: readonly string[];
}

/** value > 0 at every point of a box: by subdivision. */
export interface Inequality extends Step {
  readonly box: Box;
  readonly value: Formula;
  /**
   * A symmetry of the domain: `c - x` for each variable x that has a number c here. The box and its image cover the domain, and the value is enclosed on both.
   */
  readonly mirror?: readonly (number | null)[];
}

/**
 * value = 0 for all numbers, where `value` is a polynomial with whole coefficients, of degree d_i in variable i. Such a polynomial is 0 if it is 0 at
 * the whole numbers from_i .. from_i + d_i, one variable after the other: with the others fixed it has more roots than its degree.
 * At whole numbers its value is a whole number, so an enclosure inside (-1, 1) proves that it is 0.
 */
export interface Identity extends Step {
  readonly grid: readonly { readonly from: number; readonly degree: number }[];
  readonly value: Formula;
}

/** The steps of a proof, each of which must hold. How the statement follows from them is written where they are. */
export type Proof = readonly (Inequality | Identity)[];

/** The points of a grid. */
export const gridPoints = (grid: Identity['grid']): number[][] =>
  grid.reduce<number[][]>(
    (points, { from, degree }) =>
      points.flatMap((point) => Array.from({ length: degree + 1 }, (_, i) => [...point, from + i])),
    [[]],
  );

/** What became of a step: its settled boxes, or where it fails. */
export type StepResult = Branched & { readonly step: Inequality | Identity };

const DIGITS = 40;

/** Checks an identity at the points of its grid. */
function checkGrid({ id, grid, value }: Identity, arithmetic?: EnclosureLibrary): Branched {
  const F = intervals(DIGITS, arithmetic);
  const points = gridPoints(grid);
  const leaves: Leaf[] = [];
  const done = { digits: DIGITS, boxes: points.length, open: [], leaves };
  for (const point of points) {
    const box = point.map((x): [number, number] => [x, x]);
    const seen = scoped(F, () => {
      const value_ = value(F, point.map(F.of));
      const inside = [F.sub(F.of(1), value_), F.add(F.of(1), value_)].every((x) => F.sign(x) === 1);
      return { inside, zero: F.sign(value_), value: F.toNumber(value_) };
    });
    const margin = { name: `${id} at (${point.join(', ')})`, value: -Math.abs(seen.value), time: 0 };
    if (seen.zero === 1 || seen.zero === -1)
      return { outcome: 'violated', margin, certified: true, ...done, refuted: { box, point } };
    if (!seen.inside) return { outcome: 'undecided', margin, certified: false, ...done, open: [box] };
  }
  return { outcome: 'held', margin: null, certified: true, ...done };
}

/** Decides one step. */
export function decideStep(step: Proof[number], arithmetic?: EnclosureLibrary): StepResult {
  if ('grid' in step) return { ...checkGrid(step, arithmetic), step };
  const { id, mirror, value } = step;
  const margins = <T>(F: Field<T>, at: readonly T[]) => {
    const image = mirror && at.map((x, i) => (mirror[i] === null ? x : F.sub(F.of(mirror[i]), x)));
    return [at, ...(image ? [image] : [])].map((x, i) =>
      positive(`${id}${"'".repeat(i)}`, value(F, x), F.of(1)),
    );
  };
  return { ...branch(margins, step.box, { arithmetic }), step };
}

/** Decides a proof by its search: the first step that does not hold, or the least margin of all. */
export function prove(proof: Proof, arithmetic?: EnclosureLibrary): Judgement {
  let least: Judgement['margin'] = null;
  let digits = 0;
  for (const step of proof) {
    const { outcome, margin, digits: used, certified } = decideStep(step, arithmetic);
    if (outcome !== 'held') return { outcome, margin, digits: used, certified };
    digits = Math.max(digits, used!);
    if (margin && (least === null || margin.value < least.value)) least = margin;
  }
  return { outcome: 'held', margin: least, digits, certified: true };
}
