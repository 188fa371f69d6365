/** The mean of a batch's gradients of one matrix, stored only for the rows that some sequence touches. */
import type { Field } from '../../arithmetic/field.ts';

interface Row<T> {
  readonly exact: T[];
  /** Error bounds; sums over the batch until `close` is called. */
  readonly bound: number[];
  /** Sums of the magnitudes of the terms, which determine the rounding errors. */
  readonly size: number[];
}

export class GradientMean<T> {
  readonly #F: Field<T>;
  readonly #columns: number;
  readonly #batch: number;
  readonly #rows = new Map<number, Row<T>>();

  constructor(F: Field<T>, columns: number, batch: number) {
    this.#F = F;
    this.#columns = columns;
    this.#batch = batch;
  }

  /** The row's mean and bounds; undefined if no sequence touches it. */
  row(i: number): Row<T> | undefined {
    return this.#rows.get(i);
  }

  #open(i: number): Row<T> {
    let row = this.#rows.get(i);
    if (!row) {
      const zeros = () => new Array<number>(this.#columns).fill(0);
      row = { exact: zeros().map(this.#F.of), bound: zeros(), size: zeros() };
      this.#rows.set(i, row);
    }
    return row;
  }

  /** Adds one sequence's gradient of a whole row, scale x_j. */
  add(i: number, scale: T, x: readonly T[], error: (j: number) => number): void {
    const { exact, bound, size } = this.#open(i);
    const F = this.#F;
    for (let j = 0; j < x.length; j++) {
      bound[j] += error(j);
      // Numbers are those of float64, and the calls of a field would box them.
      if (typeof scale === 'number') {
        const value = scale * (x[j] as number);
        (exact as number[])[j] += value;
        size[j] += Math.abs(value);
      } else {
        const value = F.mul(scale, x[j]);
        exact[j] = F.add(exact[j], value);
        size[j] += Math.abs(F.toNumber(value));
      }
    }
  }

  /** Adds one sequence's gradient of some columns of a row. */
  addAt(i: number, columns: readonly number[], values: readonly T[], errors: readonly number[]): void {
    const { exact, bound, size } = this.#open(i);
    for (let l = 0; l < columns.length; l++) {
      const j = columns[l];
      bound[j] += errors[l];
      exact[j] = this.#F.add(exact[j], values[l]);
      size[j] += Math.abs(this.#F.toNumber(values[l]));
    }
  }

  /**
   * Turns sums into means.
   * @param relative rounding error of the mean, relative to the magnitudes of its terms
   */
  close(relative: number, tiny: number): void {
    const B = this.#F.of(this.#batch);
    for (const { exact, bound, size } of this.#rows.values())
      for (let j = 0; j < this.#columns; j++) {
        if (bound[j] === 0) continue; // untouched
        exact[j] = this.#F.div(exact[j], B);
        bound[j] = (bound[j] + relative * size[j]) / this.#batch + tiny;
      }
  }
}
