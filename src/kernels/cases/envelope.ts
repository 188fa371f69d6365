/** The sizes of a run: how large its inputs may be, and the sizes that it must reach. */
import type { Uniform } from '../../model/uniform.ts';
import { between, type Plan } from './draft.ts';

/** Sizes of one input. */
export interface Shape {
  /** M. */
  readonly vocabulary: number;
  /** T - 1. */
  readonly contextLength: number;
  /** B. */
  readonly batch: number;
}

/** The largest sizes of a run, or the only ones. */
export interface Envelope extends Shape {
  /** Every case has one of these shapes. */
  readonly shapes?: readonly Shape[];
}

/** One beyond 2048, 65,536 and 1024, where tiles, 16-bit indices and blocks end. */
export const DEFAULT_ENVELOPE: Envelope = { vocabulary: 2049, contextLength: 65_537, batch: 1025 };

/** 2^from - 1, 2^from, 2^from + 1, 2^(from + 1) - 1, ... up to `most`, and `most` itself. */
function nearPowers(from: number, most: number): number[] {
  const sizes = new Set<number>();
  for (let power = 2 ** from; power - 1 <= most; power *= 2)
    for (const size of [power - 1, power, power + 1]) if (size <= most) sizes.add(size);
  return [...sizes.add(most)];
}

/**
 * Sizes that a run must reach, in random order: vocabularies of 2^k and 2^k + 1 from 128 on, contexts and batches of 2^k
 * and one off. One size of an input is large; the others keep a call below a second.
 */
export function sizePlans(envelope: Envelope, uniform: Uniform): Shape[] {
  const { vocabulary, contextLength, batch, shapes } = envelope;
  if (shapes) return [];
  const near = (most: number, low: number, high: number) => Math.min(most, between(uniform, low, high));
  const small = (): Shape => ({
    vocabulary: near(vocabulary, 5, 24),
    contextLength: near(contextLength, 3, 12),
    batch: near(batch, 1, 3),
  });
  const plans = [
    ...nearPowers(7, vocabulary)
      .filter((size) => !Number.isInteger(Math.log2(size + 1)))
      .map((size) => ({ ...small(), vocabulary: size, contextLength: near(contextLength, 12, 40) })),
    ...nearPowers(6, contextLength).map((size) => ({ ...small(), contextLength: size })),
    ...nearPowers(3, batch).map((size) => ({ ...small(), batch: size })),
  ];
  return plans
    .map((plan) => ({ plan, key: uniform() }))
    .sort((a, b) => a.key - b.key)
    .map(({ plan }) => plan);
}

/** Most scalar operations of one call, for the reference: a few seconds in double-doubles. */
const MOST_WORK = 2 ** 22;

/** The plan within the envelope. A batch that would take too long is made smaller. */
export function fitted(plan: Plan, envelope: Envelope, uniform: Uniform): Plan {
  const { shapes } = envelope;
  if (shapes) return { ...plan, ...shapes[between(uniform, 0, shapes.length - 1)] };
  const vocabulary = Math.min(plan.vocabulary, envelope.vocabulary);
  const contextLength = Math.min(plan.contextLength, envelope.contextLength);
  const work = contextLength + Math.min(contextLength, vocabulary) * vocabulary;
  const batch = Math.min(plan.batch, envelope.batch, Math.max(1, Math.floor(MOST_WORK / work)));
  return { ...plan, vocabulary, contextLength, batch };
}
