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

const isPower = (n: number) => Number.isInteger(Math.log2(n));

/** Two large sizes at once, for tiles in two directions and indices of their product. */
const TWO_LARGE: readonly Shape[] = [
  { vocabulary: 1025, contextLength: 1025, batch: 2 },
  { vocabulary: 513, contextLength: 40, batch: 129 },
  { vocabulary: 24, contextLength: 4097, batch: 65 },
];

/** A shape, and what else of the plan makes its size visible. */
type SizePlan = Shape & Partial<Plan>;

/**
 * Sizes that a run must reach, in random order: vocabularies of 2^k and 2^k + 1 from 128 on, contexts and batches of 2^k
 * and one off, and two large sizes at once. The other sizes keep a call at about a second. What is wrong at a size
 * must show in the result. A vocabulary of 2^k has all its tokens in a context, and its last id for a target; with one more
 * id, its last logit is the largest. A context of 2^k is one token 2^k times; with one position less, nine of ten positions
 * hold one token; with one more, its largest score stands alone, at its end or anywhere.
 */
export function sizePlans(envelope: Envelope, uniform: Uniform): SizePlan[] {
  const { vocabulary, contextLength, batch, shapes } = envelope;
  if (shapes) return [];
  const near = (most: number, low: number, high: number) => Math.min(most, between(uniform, low, high));
  const small = (): Shape => ({
    vocabulary: near(vocabulary, 5, 24),
    contextLength: near(contextLength, 3, 12),
    batch: near(batch, 1, 3),
  });
  const ordinary = { context: 'varied', scores: { kind: 'random', size: 2 }, subnormal: false } as const;
  const ofVocabulary = (size: number): SizePlan => {
    const plan = { ...small(), vocabulary: size, contextLength: near(contextLength, 12, 40) };
    if (isPower(size))
      return {
        ...{ ...plan, ...ordinary, context: 'distinct' },
        ...{ contextLength: Math.min(size, contextLength), batch: 1, ids: 'tail' },
      };
    const decoder = { kind: 'last column', gap: between(uniform, 92, 110) } as const;
    return isPower(size - 1) ? { ...plan, ...ordinary, decoder } : plan;
  };
  const ofContext = (size: number): SizePlan => {
    const plan = { ...small(), contextLength: size };
    if (isPower(size)) return { ...plan, ...ordinary, context: 'one token' };
    // A count that saturates shows beside others, in the share of its token.
    if (isPower(size + 1) && size >= 255) return { ...plan, ...ordinary, context: 'skewed' };
    if (!isPower(size - 1)) return plan;
    // By turns, so that the end of a split shows at every seed, and its other parts by chance.
    const kind = Math.log2(size - 1) % 2 === 0 ? 'last positions' : 'one position';
    return { ...plan, ...ordinary, scores: { kind }, batch: 1 };
  };
  const plans: SizePlan[] = [
    ...nearPowers(7, vocabulary)
      .filter((size) => !isPower(size + 1))
      .map(ofVocabulary),
    ...nearPowers(6, contextLength).map(ofContext),
    ...nearPowers(3, batch).map((size) => ({ ...small(), batch: size })),
    ...TWO_LARGE.filter(
      (two) => two.vocabulary <= vocabulary && two.contextLength <= contextLength && two.batch <= batch,
    ),
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
