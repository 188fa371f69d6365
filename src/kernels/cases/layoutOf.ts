/** Converts a step's sequences to the trainers' layout: each sequence is its own class. */
import type { Layout } from '../../model/layout.ts';
import type { StepInput } from '../../model/stepInput.ts';
import { sequencesOf } from './sequences.ts';

/** The layout has all M tokens as rows, columns and queries; `counts[i]` belongs to the support of class i. */
export function layoutOf(input: StepInput): { layout: Layout; counts: (readonly number[])[] } {
  const all = Array.from({ length: input.vocabulary }, (_, i) => i);
  const sequences = sequencesOf(input);
  return {
    layout: {
      vocabulary: input.vocabulary,
      tokens: all,
      columns: all,
      multiplicity: all.map(() => 1),
      queries: all,
      classes: sequences.map(({ tokens, query, target }) => ({ support: tokens, row: query, target })),
    },
    counts: sequences.map(({ counts }) => counts),
  };
}
