import type { Field } from '../arithmetic/field.ts';
import { categoricalSampler, countSampler } from './multinomial.ts';
import type { Problem } from './problem.ts';
import type { Example } from './transformer.ts';
import type { Uniform } from './uniform.ts';

/** The sequences of one training step: class index and token counts (aligned with the class's support). */
export type Batch = readonly { readonly cls: number; readonly counts: number[] }[];

/**
 * An endless stream of batches of sequences: the class by weight, then T - 1 contextual tokens from P(.|n) as counts.
 * @param length T >= 2, so T - 1 contextual tokens
 */
export function* batches(problem: Problem, size: number, length: number, uniform: Uniform): Generator<Batch> {
  const contexts = problem.classes.map((c) => countSampler(uniform, c.probabilities));
  const pick = categoricalSampler(
    uniform,
    problem.classes.map((c) => c.weight ?? 1),
  );
  while (true)
    yield Array.from({ length: size }, () => {
      const cls = pick();
      return { cls, counts: contexts[cls](length - 1) };
    });
}

/** A batch as examples of equal weight in a field. */
export function batchExamples<T>(F: Field<T>, batch: Batch): Example<T>[] {
  const weight = F.div(F.of(1), F.of(batch.length));
  return batch.map(({ cls, counts }) => ({ cls, mass: Array.from(counts, F.of), weight }));
}

/** I.i.d. uniform on [-1/sqrt(M), 1/sqrt(M)], the published random start, for a rows x columns matrix. */
export function uniformMatrix(
  rows: number,
  columns: number,
  vocabulary: number,
  uniform: Uniform,
): number[][] {
  const bound = 1 / Math.sqrt(vocabulary);
  return Array.from({ length: rows }, () =>
    Array.from({ length: columns }, () => bound * (2 * uniform() - 1)),
  );
}
