/** Detects parameters that stop changing in a long run although the exact step changes them. */
import type { Field } from '../../arithmetic/field.ts';
import { dtypeOf, floats } from '../../model/stepInput.ts';
import type { Evaluation } from '../judging/evaluate.ts';
import type { ExactReference } from '../judging/judge.ts';
import type { StepOutput } from '../kernel.ts';
import type { KernelWarning } from './longRun.ts';

/** Fewest consecutive steps, up to the end of the run, for which the parameter must be unchanged. */
const LONG = 10;

interface Still {
  /** The first step without a change, counting from 1. */
  readonly since: number;
  readonly at: string;
  /** Whether the kernel computed a gradient of 0; otherwise the addition absorbed the update. */
  readonly blind: boolean;
  /** Sum of the exact updates so far. */
  readonly missed: number;
  /** The last exact update, and the gap of logits o_n - max_(j != n) o_j at that step. */
  readonly step: number;
  readonly gap: number;
  readonly steps: number;
  /** Upper bound of a unit in the last place of the parameter. */
  readonly unit: number;
}

const ULP = { float32: 2 ** -23, float64: 2 ** -52 };
const sum = (xs: readonly number[]) => xs.reduce((a, b) => a + b, 0);

/** dJ/dY[token, target] of one sequence. */
function pull<T>(F: Field<T>, { sequence, from, residual }: Evaluation<T>, token: number, target: number) {
  const l = sequence.tokens.indexOf(token);
  return l < 0 ? 0 : F.toNumber(F.mul(from[l], residual[target]));
}

/** Observes Y at the targets, where the cancellation in e_n - alpha has its first effect. */
export class Stagnation {
  readonly #run: string;
  readonly #still = new Map<string, Still>();
  constructor(run: string) {
    this.#run = run;
  }

  /**
   * Records a step. Its exact stages are computed only where a parameter did not change.
   * @param k its number, from 1
   */
  observe(k: number, known: ExactReference<unknown>, output: StepOutput): void {
    const { F, input } = known;
    const { vocabulary: M, etaY, momentum } = input;
    for (const [b, { tokens, target }] of known.sequences.entries())
      for (const token of tokens) {
        const i = token * M + target;
        const at = `Y[${token}, ${target}]`;
        if (output.Y[i] !== input.Y[i]) {
          this.#still.delete(at);
          continue;
        }
        const evaluations = known.evaluations();
        // The mean over the batch: sequences with the same token and another target contribute with the opposite
        // sign.
        const move = (etaY * sum(evaluations.map((e) => pull(F, e, token, target)))) / evaluations.length;
        if (move === 0) {
          this.#still.delete(at);
          continue;
        }
        const { logits } = evaluations[b];
        const before = this.#still.get(at);
        if (before && before.since + before.steps > k) continue; // counted in another sequence
        const [kept] = floats(dtypeOf(input), [momentum * input.velocityY[i]]);
        const others = logits.map(F.toNumber).filter((_, j) => j !== target);
        this.#still.set(at, {
          at,
          since: before?.since ?? k,
          steps: (before?.steps ?? 0) + 1,
          missed: (before?.missed ?? 0) + move,
          unit: Math.abs(input.Y[i]) * ULP[dtypeOf(input)],
          blind: output.velocityY[i] === kept,
          step: move,
          gap: F.toNumber(logits[target]) - Math.max(...others),
        });
      }
  }

  /** At most one warning of each kind, the earliest. A total update below one ulp of the parameter gives no warning. */
  warnings(): KernelWarning[] {
    const long = [...this.#still.values()]
      .filter(({ steps, missed, unit }) => steps >= LONG && Math.abs(missed) > unit)
      .sort((a, b) => a.since - b.since);
    const warn = (still: Still | undefined, id: KernelWarning['id'], why: string): KernelWarning[] => {
      if (!still) return [];
      const { since, at, step, gap, missed } = still;
      return [
        {
          id,
          run: this.#run,
          step: since,
          text: `this kernel freezes ${at} at step ${since} for a numerical reason: ${why} (gap of logits ${gap.toFixed(1)}); the exact update is ${step.toPrecision(2)} per step, ${missed.toPrecision(2)} in total since then`,
        },
      ];
    };
    return [
      ...warn(
        long.find(({ blind }) => blind),
        'frozen-residual',
        'e_n - alpha is computed as 0, because 1 - alpha_n is a difference',
      ),
      ...warn(
        long.find(({ blind }) => !blind),
        'absorbed-updates',
        'every update is less than half a unit in the last place of the parameter',
      ),
    ];
  }
}
