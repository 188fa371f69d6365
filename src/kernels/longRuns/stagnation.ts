/** Parameters that stand still in a long run although the exact step would move them. */
import type { Field } from '../../arithmetic/field.ts';
import { dtypeOf, floats, type StepInput } from '../../model/stepInput.ts';
import type { Evaluation } from '../judging/evaluate.ts';
import { referenceFor } from '../judging/judgeRecord.ts';
import type { StepOutput } from '../kernel.ts';
import type { KernelWarning } from './longRun.ts';

/** Steps in a row, to the end of the run, that a parameter must stand still. */
const LONG = 10;

interface Still {
  /** The first step of the stillness, counting from 1. */
  readonly since: number;
  readonly at: string;
  /** Whether the kernel saw no gradient there, rather than losing it in the addition. */
  readonly blind: boolean;
  /** What the exact steps would have added by now. */
  readonly missed: number;
  /** The last exact step, and the gap of logits o_n - max of the others there. */
  readonly step: number;
  readonly gap: number;
  readonly steps: number;
  /** A unit in the last place of the parameter, at most. */
  readonly unit: number;
}

const ULP = { float32: 2 ** -23, float64: 2 ** -52 };
const sum = (xs: readonly number[]) => xs.reduce((a, b) => a + b, 0);

/** One sequence's dJ/dY[token, target]. */
function pull<T>(F: Field<T>, { sequence, from, residual }: Evaluation<T>, token: number, target: number) {
  const l = sequence.tokens.indexOf(token);
  return l < 0 ? 0 : F.toNumber(F.mul(from[l], residual[target]));
}

/** Watches Y at the targets, where a subtracted e_n - alpha shows first. */
export class Stagnation {
  readonly #run: string;
  readonly #still = new Map<string, Still>();
  constructor(run: string) {
    this.#run = run;
  }

  /** @param k the step just taken, from 1 */
  look(k: number, input: StepInput, output: StepOutput): void {
    const { vocabulary: M, etaY, momentum } = input;
    const { F, ...known } = referenceFor(dtypeOf(input), input);
    const evaluations = known.evaluations();
    for (const { sequence, logits } of evaluations)
      for (const token of sequence.tokens) {
        const { target } = sequence;
        const i = token * M + target;
        const at = `Y[${token}, ${target}]`;
        // The mean over the batch: sequences with the same token and another target pull the other way.
        const move = (etaY * sum(evaluations.map((e) => pull(F, e, token, target)))) / evaluations.length;
        if (output.Y[i] !== input.Y[i] || move === 0) {
          this.#still.delete(at);
          continue;
        }
        const before = this.#still.get(at);
        if (before && before.since + before.steps > k) continue; // seen in another sequence
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

  /** At most one warning of a kind, the earliest; what would not have moved the parameter by an ulp is none. */
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
          text: `this kernel freezes ${at} at step ${since} for a numerical reason: ${why} (gap of logits ${gap.toFixed(1)}); the reference is still moving by ${step.toPrecision(2)} a step, ${missed.toPrecision(2)} since then`,
        },
      ];
    };
    return [
      ...warn(
        long.find(({ blind }) => blind),
        'frozen-residual',
        'e_n - alpha is 0 there, because 1 - alpha_n is computed as a difference',
      ),
      ...warn(
        long.find(({ blind }) => !blind),
        'absorbed-updates',
        'every update is less than half a unit in the last place of the parameter',
      ),
    ];
  }
}
