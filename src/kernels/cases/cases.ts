/** Cases of a run, and fast-check arbitraries of kernel cases, which have their own shrinker. */
import fc, { Arbitrary, type Random, type Stream, Value } from 'fast-check';
import { rowSeed } from '../../decide/search.ts';
import { type Dtype, LARGEST, MATRICES, RATES, type StepInput } from '../../model/stepInput.ts';
import { type Uniform, uniformStream } from '../../model/uniform.ts';
import { type Aspects, aspectsWithin, pairDesign } from './design.ts';
import { between, draft, type Plan, pick, plainPlan } from './draft.ts';
import { DEFAULT_ENVELOPE, type Envelope, fitted, sizePlans } from './envelope.ts';
import type { Calls, Regime } from './regime.ts';
import { smaller } from './shrink.ts';

/** Consecutive calls of one instance of a kernel; each call is checked separately. */
export type KernelCase = readonly StepInput[];

/** The same input with another value in one element of one of these arrays. */
function oneElement(
  input: StepInput,
  from: readonly ((typeof MATRICES)[number] | 'contexts' | 'queries' | 'targets')[],
  uniform: Uniform,
) {
  const name = pick(uniform, from);
  const values = input[name].slice();
  const k = between(uniform, 0, values.length - 1);
  values[k] = values instanceof Int32Array ? (values[k] + 1) % input.vocabulary : values[k] + 1;
  return { ...input, [name]: values };
}

function calls(plan: Plan, kind: Calls, dtype: Dtype, uniform: Uniform): StepInput[] {
  const first = draft(plan, dtype, uniform);
  const used = new Set(first.contexts);
  switch (kind) {
    case 'one':
      return [first];
    case 'disjoint':
      return [first, draft(plan, dtype, uniform, used)];
    case 'absent and back':
      return [first, draft(plan, dtype, uniform, used), first];
    case 'changing shape': {
      // From large to small and back: a call must not read what a larger call left in a buffer.
      const other = { ...plan, vocabulary: plan.vocabulary + 5, contextLength: plan.contextLength + 7 };
      return [draft(other, dtype, uniform), first, draft(other, dtype, uniform)];
    }
    case 'one element':
      return [first, oneElement(first, MATRICES, uniform)];
    case 'one id':
      return [first, oneElement(first, ['contexts', 'queries', 'targets'], uniform)];
    case 'one rate':
      return [first, { ...first, [pick(uniform, RATES)]: 0.75 }];
    case 'after an overflow': {
      // Most parameters overflow; every stage before them is an ordinary one.
      const rates = { etaY: 32, etaZ: 32, momentum: 0.5 };
      return [draft({ ...plan, rates, moving: LARGEST[dtype] / 4 }, dtype, uniform), first];
    }
  }
}

/** A case in all the given regimes, then of the given sizes; if two set the same aspect, the later one applies. */
export function caseOf(
  chosen: readonly Regime[],
  dtype: Dtype,
  uniform: Uniform,
  envelope: Envelope = DEFAULT_ENVELOPE,
  sizes: Partial<Plan> = {},
): KernelCase {
  let plan = plainPlan(uniform);
  let kind: Calls = 'one';
  for (const { reach } of chosen) {
    const { plan: change, calls: sequence } = reach(uniform, plan);
    plan = { ...plan, ...change };
    kind = sequence ?? kind;
  }
  return calls(fitted({ ...plan, ...sizes }, envelope, uniform), kind, dtype, uniform);
}

/** Each aspect keeps its default with probability 1/2; otherwise it gets a random regime. */
const choose = (uniform: Uniform, aspects: Aspects): Regime[] =>
  aspects.filter(() => uniform() < 0.5).map((aspect) => pick(uniform, aspect));

/** In a run, every SIZED-th case is one of the sizes that fast kernels break at, while there are such. */
const SIZED = 10;

/** The cases from this index on have no size that is set, and take about the same time each. */
export const sizedCases = (envelope: Envelope): number =>
  // Their number does not depend on the random numbers.
  SIZED * sizePlans(envelope, uniformStream(0)).length;

/**
 * The cases of a run, by index: a design in which every pair of regimes meets, then random cases; among them, cases of
 * every size at which fast kernels break. A case depends on the arguments and the index alone.
 * @param largest size of scores and logits: what the formats that a kernel declares can hold
 */
export function runCases(
  dtype: Dtype,
  seed: number,
  envelope: Envelope = DEFAULT_ENVELOPE,
  largest = Number.POSITIVE_INFINITY,
): (index: number) => KernelCase {
  const aspects = aspectsWithin(largest);
  const streamOf = (...names: string[]) => uniformStream(rowSeed(seed, ...names));
  const design = pairDesign(aspects, streamOf('design'));
  const rows: Regime[][] = [];
  const designed = (row: number): Regime[] | undefined => {
    while (rows.length <= row) {
      const { value } = design.next();
      if (value === undefined) return undefined;
      rows.push(value);
    }
    return rows[row];
  };
  const sizes = sizePlans(envelope, streamOf('sizes'));
  return (index) => {
    const uniform = streamOf('case', String(index));
    const turn = Math.floor(index / SIZED);
    if (index % SIZED === SIZED - 1 && turn < sizes.length)
      return caseOf(choose(uniform, aspects), dtype, uniform, envelope, sizes[turn]);
    return caseOf(
      designed(index - Math.min(turn, sizes.length)) ?? choose(uniform, aspects),
      dtype,
      uniform,
      envelope,
    );
  };
}

export class KernelCases extends Arbitrary<KernelCase> {
  readonly #draw: (uniform: Uniform) => KernelCase;
  constructor(draw: (uniform: Uniform) => KernelCase) {
    super();
    this.#draw = draw;
  }
  override generate(random: Random): Value<KernelCase> {
    return new Value(this.#draw(uniformStream(random.nextInt())), undefined);
  }
  override canShrinkWithoutContext(_value: unknown): _value is KernelCase {
    return true;
  }
  override shrink(value: KernelCase): Stream<Value<KernelCase>> {
    return fc.stream(smaller(value)).map((next) => new Value<KernelCase>(next, undefined));
  }
}

/** Random cases, each in several regimes, of sizes within the envelope. */
export const kernelCases = (dtype: Dtype, envelope: Partial<Envelope> = {}): Arbitrary<KernelCase> => {
  const within = { ...DEFAULT_ENVELOPE, ...envelope };
  const aspects = aspectsWithin();
  return new KernelCases((uniform) => caseOf(choose(uniform, aspects), dtype, uniform, within));
};

/** One given case, with the same shrinker. */
export const givenCase = (value: KernelCase): Arbitrary<KernelCase> => new KernelCases(() => value);
