/** Regimes of consecutive calls of one instance of a kernel. */
import { dtypeOf, LARGEST, MATRICES, type StepInput } from '../../model/stepInput.ts';
import { between } from './draft.ts';
import { touched } from './facts.ts';
import { consecutive, type Regime } from './regime.ts';

/** Number of elements in which two inputs of one shape differ; infinite for other shapes. */
function differences(a: StepInput, b: StepInput): number {
  if (a.vocabulary !== b.vocabulary || a.contexts.length !== b.contexts.length) return Infinity;
  let differing = 0;
  for (const name of [...MATRICES, 'contexts', 'queries', 'targets'] as const) {
    const [x, y] = [a[name], b[name]];
    if (x.length !== y.length) return Infinity;
    for (let k = 0; k < x.length && differing < 2; k++) if (x[k] !== y[k]) differing += 1;
  }
  return differing;
}

/** Whether eta times the velocity leaves the range, so that parameters become infinite. */
function overflows(input: StepInput): boolean {
  const rate = input.etaY * input.momentum;
  const largest = LARGEST[dtypeOf(input)];
  return rate > 0 && input.velocityY.some((v) => Math.abs(v) > largest / rate);
}

export const callRegimes: readonly Regime[] = [
  {
    id: 'calls: disjoint tokens, unrelated states',
    reach: (uniform) => ({ plan: { vocabulary: between(uniform, 12, 20) }, calls: 'disjoint' }),
    holds: consecutive((input, before) => {
      const earlier = touched(before);
      return [...touched(input)].every((token) => !earlier.has(token));
    }),
  },
  {
    id: 'calls: tokens absent and back',
    reach: (uniform) => ({ plan: { vocabulary: between(uniform, 12, 20) }, calls: 'absent and back' }),
    holds: (calls) =>
      calls.some(
        (input, i) =>
          i > 1 &&
          [...touched(input)].some((x) => !touched(calls[i - 1]).has(x) && touched(calls[i - 2]).has(x)),
      ),
  },
  {
    id: 'calls: changing shape',
    reach: () => ({ plan: {}, calls: 'changing shape' }),
    holds: consecutive(
      (input, before) =>
        input.vocabulary !== before.vocabulary || input.contextLength !== before.contextLength,
    ),
  },
  {
    id: 'calls: one element differs',
    reach: () => ({ plan: {}, calls: 'one element' }),
    holds: consecutive((input, before) => differences(input, before) === 1),
  },
  {
    id: 'calls: after an overflow',
    reach: () => ({ plan: {}, calls: 'after an overflow' }),
    holds: consecutive((_, before) => overflows(before)),
  },
];
