/** Cases for a kernel as a fast-check arbitrary: several regimes at a time, and a shrinker of its own. */
import fc, { Arbitrary, type Random, type Stream, Value } from 'fast-check';
import type { Dtype, StepInput } from '../../model/stepInput.ts';
import { type Uniform, uniformStream } from '../../model/uniform.ts';
import { draft, type Plan, pick, plainPlan } from './draft.ts';
import type { Calls, Regime } from './regime.ts';
import { regimes } from './regimes.ts';
import { smaller } from './shrink.ts';

/** Calls made one after the other to one instance of a kernel, each judged on its own. */
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
      // From large to small and back: what a larger call left behind must not be read.
      const other = { ...plan, vocabulary: plan.vocabulary + 5, contextLength: plan.contextLength + 7 };
      return [draft(other, dtype, uniform), first, draft(other, dtype, uniform)];
    }
  }
}

/** A case of all the regimes at once; where they disagree on an aspect, the later one decides. */
export function caseOf(chosen: readonly Regime[], dtype: Dtype, uniform: Uniform): KernelCase {
  let plan = plainPlan(uniform);
  let kind: Calls = 'one';
  for (const { reach } of chosen) {
    const { plan: change, calls: asked } = reach(uniform, plan);
    plan = { ...plan, ...change };
    kind = asked ?? kind;
  }
  return calls(plan, kind, dtype, uniform);
}

/** The regimes by what they are about: `scores`, `decoder`, ... */
const aspectOf = ({ id }: Regime) => id.split(':')[0];
const aspects = [...new Set(regimes.map(aspectOf))].map((aspect) =>
  regimes.filter((regime) => aspectOf(regime) === aspect),
);
/** Regimes that set the cost of a case: not more than one of them at a time. */
const COSTLY = /beyond|more than 255|32 tokens/;

/** Half of the aspects are left plain; the others get a regime each. */
function choose(uniform: Uniform): Regime[] {
  let costly = 0;
  return aspects
    .filter(() => uniform() < 0.5)
    .map((aspect) => pick(uniform, aspect))
    .filter(({ id }) => !COSTLY.test(id) || costly++ === 0);
}

class KernelCases extends Arbitrary<KernelCase> {
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

/** Random cases of several regimes at once; small ones first when they shrink. */
export const kernelCases = (dtype: Dtype): Arbitrary<KernelCase> =>
  new KernelCases((uniform) => caseOf(choose(uniform), dtype, uniform));

/** Random cases of these regimes together and nothing else special. */
export const regimeCases = (chosen: readonly Regime[], dtype: Dtype): Arbitrary<KernelCase> =>
  new KernelCases((uniform) => caseOf(chosen, dtype, uniform));

/** One case, which shrinks like any other. */
export const givenCase = (value: KernelCase): Arbitrary<KernelCase> => new KernelCases(() => value);
