/** The entries of Y and Z as one vector. */
import type { Layout } from '../model/layout.ts';
import type { Parameters } from '../model/transformer.ts';

/** Entries of Y and Z. */
export const unknownsOf = ({ tokens, columns, queries }: Layout): number =>
  tokens.length * (columns.length + queries.length);

/** Y and Z of the layout from [Y (tokens x columns), Z (queries x tokens)]. */
export function unpacked<T>({ tokens, columns, queries }: Layout, y: readonly T[]): Parameters<T> {
  const [S, C] = [tokens.length, columns.length];
  return {
    Y: tokens.map((_, l) => y.slice(l * C, (l + 1) * C)),
    Z: queries.map((_, m) => y.slice(S * C + m * S, S * C + (m + 1) * S)),
  };
}
