/** Regimes of consecutive calls of one instance of a kernel. */
import { dtypeOf, LARGEST, MATRICES, RATES, type StepInput } from '../../model/stepInput.ts';
import { between, type Plan } from './draft.ts';
import { touched } from './facts.ts';
import { type Calls, consecutive, type Regime } from './regime.ts';

const IDS = ['contexts', 'queries', 'targets'] as const;

/** Names of the arrays and rates, once for each element in which two inputs of one shape differ. */
function differing(a: StepInput, b: StepInput): string[] {
  const found: string[] = RATES.filter((rate) => a[rate] !== b[rate]);
  for (const name of [...MATRICES, ...IDS]) {
    const [x, y] = [a[name], b[name]];
    for (let k = 0; k < x.length && found.length < 2; k++) if (x[k] !== y[k]) found.push(name);
  }
  return found;
}

/** Two calls of one shape that differ in one number alone: a cache whose key lacks it gives the former answer. */
const onlyOne = (what: string, calls: Calls, names: readonly string[], plan: Partial<Plan> = {}): Regime => ({
  id: `calls: ${what} differs`,
  reach: () => ({ plan, calls }),
  holds: consecutive((input, before) => {
    const sizes = (['vocabulary', 'contextLength'] as const).every((name) => input[name] === before[name]);
    if (!sizes || input.queries.length !== before.queries.length) return false;
    const [name, ...more] = differing(input, before);
    return names.includes(name) && more.length === 0;
  }),
});

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
  onlyOne('one element of a matrix', 'one element', MATRICES),
  onlyOne('one token, query or target', 'one id', IDS),
  // With velocities, each of the rates changes the result.
  onlyOne('one rate', 'one rate', RATES, {
    moving: 1,
    rates: { etaY: 0.5, etaZ: 0.25, momentum: 0.5 },
  }),
  {
    id: 'calls: after an overflow',
    reach: () => ({ plan: {}, calls: 'after an overflow' }),
    holds: consecutive((_, before) => overflows(before)),
  },
];
