/** Random inputs of a kernel, drawn aspect by aspect: shape, context, scores, decoder, rates, and calls in a row. */
import {
  type Dtype,
  dtypeOf,
  type Floats,
  floats,
  LARGEST,
  MATRICES,
  SMALLEST_NORMAL,
  type StepInput,
} from '../../model/stepInput.ts';
import type { Uniform } from '../../model/uniform.ts';

/** One choice per aspect. `draft` makes an input from a plan and a stream of random numbers. */
export interface Plan {
  readonly vocabulary: number;
  readonly contextLength: number;
  readonly batch: number;
  readonly context: 'varied' | 'one token' | 'distinct' | 'edges' | 'skewed' | 'own ids';
  readonly ids: 'random' | 'edges' | 'tail' | 'shared query' | 'distinct queries';
  readonly scores:
    | { readonly kind: 'random'; readonly size: number }
    | { readonly kind: 'gap'; readonly gap: number }
    | { readonly kind: 'offset'; readonly offset: number }
    | {
        readonly kind:
          | 'ties'
          | 'equal'
          | 'ascending'
          | 'last positions'
          | 'one position'
          | 'absent above'
          | 'lower end';
      };
  readonly decoder:
    | { readonly kind: 'random'; readonly size: number }
    | { readonly kind: 'saturated' | 'mistaken' | 'last column'; readonly gap: number }
    | { readonly kind: 'offset'; readonly offset: number }
    | { readonly kind: 'zero' };
  readonly rates: Pick<StepInput, 'etaY' | 'etaZ' | 'momentum'>;
  /** Largest velocity; 0: all velocities are 0. */
  readonly moving: number;
  /** Whether some elements of every matrix are below the smallest normal number. */
  readonly subnormal: boolean;
}

export const pick = <T>(uniform: Uniform, from: readonly T[]): T => from[Math.floor(uniform() * from.length)];
export const between = (uniform: Uniform, low: number, high: number): number =>
  low + Math.floor(uniform() * (high - low + 1));

/** The default plan: small sizes and numbers, no ties. Regimes change some of its aspects. */
export function plainPlan(uniform: Uniform): Plan {
  return {
    vocabulary: between(uniform, 4, 12),
    contextLength: between(uniform, 4, 12),
    batch: 2 * between(uniform, 1, 2),
    context: 'varied',
    ids: 'random',
    scores: { kind: 'random', size: 2 },
    decoder: { kind: 'random', size: 1 },
    rates: { etaY: pick(uniform, [1, 0.5, 0.1]), etaZ: pick(uniform, [1, 0.25, 0.3]), momentum: 0 },
    moving: 0,
    subnormal: false,
  };
}

/** Random numbers of the dtype in (-size, size), with all bits of the significand in use. */
function noise(uniform: Uniform, dtype: Dtype, n: number, size: number): Floats {
  const x = floats(dtype, n);
  for (let k = 0; k < n; k++) x[k] = size * (2 * uniform() - 1);
  return x;
}

/** The token ids that no context has to avoid; the first where all are avoided. */
function allowed(vocabulary: number, avoid: ReadonlySet<number>): readonly number[] {
  const free = Array.from({ length: vocabulary }, (_, i) => i).filter((i) => !avoid.has(i));
  return free.length > 0 ? free : [0];
}

/** The token ids from which a context is drawn, of those allowed. */
function pool(
  { context, vocabulary: M }: Plan,
  uniform: Uniform,
  allIds: readonly number[],
): readonly number[] {
  if (context === 'one token') return [pick(uniform, allIds)];
  if (context === 'edges') return [0, M - 1];
  return allIds;
}

function contexts(plan: Plan, uniform: Uniform, input: StepInput, avoid: ReadonlySet<number>): void {
  const { contextLength: n, context } = plan;
  const allIds = allowed(plan.vocabulary, avoid);
  for (let b = 0; b < input.queries.length; b++) {
    const ids = pool(plan, uniform, allIds);
    const heavy = pick(uniform, ids);
    // Drawn for every kind of context, so that kinds differ in their tokens alone.
    const keys = new Float64Array(ids.length);
    for (let i = 0; i < ids.length; i++) keys[i] = uniform();
    // A shuffled pool gives distinct tokens until it is used up.
    const order = context === 'distinct' ? [...keys.keys()].sort((i, j) => keys[i] - keys[j]) : [];
    for (let t = 0; t < n; t++) {
      let token = pick(uniform, ids);
      if (context === 'distinct') token = ids[order[t % order.length]];
      if (context === 'skewed' && uniform() < 0.9) token = heavy;
      if (context === 'own ids' && uniform() < 0.5)
        token = uniform() < 0.5 ? input.queries[b] : input.targets[b];
      input.contexts[b * n + t] = token;
    }
  }
}

function ids({ ids: kind, vocabulary: M }: Plan, uniform: Uniform, input: StepInput): void {
  const shared = between(uniform, 0, M - 1);
  for (let b = 0; b < input.queries.length; b++) {
    const edge = () => (uniform() < 0.5 ? 0 : M - 1);
    input.queries[b] =
      kind === 'shared query'
        ? shared
        : kind === 'distinct queries'
          ? (shared + b) % M
          : kind === 'edges'
            ? edge()
            : between(uniform, 0, M - 1);
    input.targets[b] =
      kind === 'edges'
        ? edge()
        : kind === 'tail'
          ? between(uniform, M - (M % 4 || 1), M - 1)
          : between(uniform, 0, M - 1);
  }
}

/**
 * Sets Z: random scores, then the scores of each sequence's tokens in its query's row. If two sequences set the same
 * score, the later one applies.
 */
function scores({ scores: plan, contextLength: n, vocabulary: M }: Plan, uniform: Uniform, input: StepInput) {
  const { Z, contexts, queries } = input;
  const dtype = dtypeOf(input);
  // Of matrices with millions of entries: the kind is asked once.
  const [offset, size] =
    plan.kind === 'random' ? [0, plan.size] : plan.kind === 'offset' ? [plan.offset, 2] : [0, 1];
  if (plan.kind === 'ties') for (let k = 0; k < Z.length; k++) Z[k] = Math.round((2 * uniform() - 1) * 1.5);
  else for (let k = 0; k < Z.length; k++) Z[k] = offset + size * (2 * uniform() - 1);
  if (plan.kind === 'equal') Z.fill(0.75);
  for (let b = 0; b < queries.length; b++) {
    const row = queries[b] * M;
    const at = (t: number) => row + contexts[b * n + t];
    if (plan.kind === 'ascending') for (let t = 0; t < n; t++) Z[at(t)] = (8 * t) / n - 4 + uniform() / n;
    // Raises some tokens by the gap.
    if (plan.kind === 'gap')
      for (let i = 0; i < 1 + n / 8; i++) {
        const k = at(between(uniform, 0, n - 1));
        if (Math.abs(Z[k]) <= 1) Z[k] += plan.gap;
      }
    if (plan.kind === 'lower end') {
      const lowest = at(between(uniform, 0, n - 1));
      // Never all scores of a sequence: their weights would be those of equal scores.
      if (contexts.subarray(b * n, (b + 1) * n).some((token) => row + token !== lowest))
        Z[lowest] = -LARGEST[dtype];
    }
    if (plan.kind === 'absent above') {
      const present = new Set(contexts.subarray(b * n, (b + 1) * n));
      for (let l = 0; l < M; l++) if (!present.has(l) && uniform() < 0.5) Z[row + l] = 92 + 20 * uniform();
    }
    if (plan.kind === 'last positions') {
      // The last (T-1) mod 4 positions hold a token that occurs nowhere else and has the largest score.
      const top = contexts[b * n + n - 1];
      for (let t = 0; t < n - Math.min(n - 1, n % 4 || 1); t++)
        if (contexts[b * n + t] === top) contexts[b * n + t] = (top + 1) % M;
      Z[row + top] = 92 + 8 * uniform();
    }
    if (plan.kind === 'one position') {
      const alone = between(uniform, 0, n - 1);
      const top = contexts[b * n + alone];
      for (let t = 0; t < n; t++)
        if (t !== alone && contexts[b * n + t] === top) contexts[b * n + t] = (top + 1) % M;
      Z[row + top] = 92 + 8 * uniform();
    }
  }
}

function decoder(
  { decoder: plan, vocabulary: M, contextLength: n }: Plan,
  uniform: Uniform,
  input: StepInput,
) {
  const { Y, contexts, targets } = input;
  if (plan.kind === 'zero') return;
  const [offset, size] =
    plan.kind === 'random' ? [0, plan.size] : plan.kind === 'offset' ? [plan.offset, 1] : [0, 1];
  for (let k = 0; k < Y.length; k++) Y[k] = offset + size * (2 * uniform() - 1);
  if (plan.kind === 'random' || plan.kind === 'offset') return;
  // ||f||_2 = 1, so sum f >= 1: raising a column of Y at every token raises its logit by at least as much.
  for (let b = 0; b < targets.length; b++) {
    const column =
      plan.kind === 'saturated' ? targets[b] : plan.kind === 'mistaken' ? (targets[b] + 1) % M : M - 1;
    for (let t = 0; t < n; t++) Y[contexts[b * n + t] * M + column] = plan.gap + uniform();
  }
}

/** Draws an input of the plan. @param avoid token ids that contexts avoid, unless no other id is left */
export function draft(
  plan: Plan,
  dtype: Dtype,
  uniform: Uniform,
  avoid: ReadonlySet<number> = new Set(),
): StepInput {
  const { vocabulary: M, contextLength, batch, rates, moving } = plan;
  const zeros = () => floats(dtype, M * M);
  const [etaY, etaZ, momentum] = floats(dtype, [rates.etaY, rates.etaZ, rates.momentum]);
  const input: StepInput = {
    vocabulary: M,
    contextLength,
    contexts: new Int32Array(batch * contextLength),
    queries: new Int32Array(batch),
    targets: new Int32Array(batch),
    Y: zeros(),
    Z: zeros(),
    velocityY: moving ? noise(uniform, dtype, M * M, moving) : zeros(),
    velocityZ: moving ? noise(uniform, dtype, M * M, moving / 2) : zeros(),
    etaY,
    etaZ,
    momentum,
  };
  ids(plan, uniform, input);
  contexts(plan, uniform, input, avoid);
  scores(plan, uniform, input);
  decoder(plan, uniform, input);
  if (plan.subnormal)
    for (const name of MATRICES)
      for (let k = 0; k < M * M; k += between(uniform, 1, 5))
        input[name][k] = SMALLEST_NORMAL[dtype] * (uniform() - 0.5);
  return input;
}
