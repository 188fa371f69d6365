/** Parameters that stand still in a long run although the exact step would move them. */
import type { StepInput } from '../model/stepInput.ts';
import { dtypeOf } from '../model/stepInput.ts';
import { referenceFor } from './ask.ts';
import type { StepOutput } from './kernel.ts';
import type { KernelFinding } from './longRun.ts';

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
    const { vocabulary: M, etaY } = input;
    const known = referenceFor(dtypeOf(input), input);
    const moves = new Map<string, { move: number; gap: number; i: number }>();
    for (const { sequence, from, residual, logits } of known.evaluations())
      for (const [l, token] of sequence.tokens.entries()) {
        const at = `Y[${token}, ${sequence.target}]`;
        const share = known.F.toNumber(known.F.mul(from[l], residual[sequence.target]));
        const others = logits.map(known.F.toNumber).filter((_, j) => j !== sequence.target);
        const gap =
          known.F.toNumber(logits[sequence.target]) - others.reduce((a, b) => Math.max(a, b), -Infinity);
        const before = moves.get(at)?.move ?? 0;
        moves.set(at, {
          move: before + (etaY * share) / input.queries.length,
          gap,
          i: token * M + sequence.target,
        });
      }
    for (const [at, { move, gap, i }] of moves) {
      if (output.Y[i] !== input.Y[i] || move === 0) {
        this.#still.delete(at);
        continue;
      }
      const { since = k, missed = 0, steps = 0 } = this.#still.get(at) ?? {};
      const blind = output.velocityY[i] === input.momentum * input.velocityY[i];
      this.#still.set(at, { since, at, blind, missed: missed + move, step: move, gap, steps: steps + 1 });
    }
  }

  /** At most one finding of a kind, the earliest; what would not have moved the parameter by an ulp is none. */
  findings(): KernelFinding[] {
    const long = [...this.#still.values()]
      .filter(({ steps }) => steps >= LONG)
      .sort((a, b) => a.since - b.since);
    const told = (still: Still | undefined, id: KernelFinding['id'], why: string): KernelFinding[] => {
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
      ...told(
        long.find(({ blind }) => blind),
        'frozen-residual',
        'e_n - alpha is 0 there, because 1 - alpha_n is computed as a difference',
      ),
      ...told(
        long.find(({ blind }) => !blind),
        'absorbed-updates',
        'every update is less than half a unit in the last place of the parameter',
      ),
    ];
  }
}
