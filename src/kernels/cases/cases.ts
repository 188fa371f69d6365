/** fast-check arbitraries of kernel cases: each case combines several regimes; they have their own shrinker. */
import fc, { Arbitrary, type Random, type Stream, Value } from 'fast-check';
import type { Dtype, StepInput } from '../../model/stepInput.ts';
import { type Uniform, uniformStream } from '../../model/uniform.ts';
import { draft, type Plan, pick, plainPlan } from './draft.ts';
import type { Calls, Regime } from './regime.ts';
import { regimes } from './regimes.ts';
import { smaller } from './shrink.ts';

/** Consecutive calls of one instance of a kernel; each call is checked separately. */
export type KernelCase = readonly StepInput[];

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
  }
}

/** A case in all the given regimes; if two set the same aspect, the later one applies. */
export function caseOf(chosen: readonly Regime[], dtype: Dtype, uniform: Uniform): KernelCase {
  let plan = plainPlan(uniform);
  let kind: Calls = 'one';
  for (const { reach } of chosen) {
    const { plan: change, calls: sequence } = reach(uniform, plan);
    plan = { ...plan, ...change };
    kind = sequence ?? kind;
  }
  return calls(plan, kind, dtype, uniform);
}

/** The aspect of a regime: `scores`, `decoder`, ... */
const aspectOf = ({ id }: Regime) => id.split(':')[0];
const aspects = [...new Set(regimes.map(aspectOf))].map((aspect) =>
  regimes.filter((regime) => aspectOf(regime) === aspect),
);
/** Regimes that make a case expensive: at most one of them per case. */
const COSTLY = /beyond|more than 255|32 tokens/;

/** Each aspect keeps its default with probability 1/2; otherwise it gets a random regime. */
function choose(uniform: Uniform): Regime[] {
  let costly = 0;
  return aspects
    .filter(() => uniform() < 0.5)
    .map((aspect) => pick(uniform, aspect))
    .filter(({ id }) => !COSTLY.test(id) || costly++ === 0);
}

/** Cases drawn by `draw` from one stream each. */
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

/** Random cases, each in several regimes. */
export const kernelCases = (dtype: Dtype): Arbitrary<KernelCase> =>
  new KernelCases((uniform) => caseOf(choose(uniform), dtype, uniform));

/** One given case, with the same shrinker. */
export const givenCase = (value: KernelCase): Arbitrary<KernelCase> => new KernelCases(() => value);
