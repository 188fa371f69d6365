/** Checks gradient, velocity and parameter of one matrix against their bounds. */
import type { Field } from '../../arithmetic/field.ts';
import { dtypeOf, LARGEST, type StepInput } from '../../model/stepInput.ts';
import type { StepOutput } from '../kernel.ts';
import type { GradientMean } from './gradientMean.ts';
import type { Ledger } from './ledger.ts';
import { type Roundoff, stageArithmetic, summing } from './roundoff.ts';

/** d + m x. Numbers are those of float64, and the calls of a field would box them: most of the time here. */
const plusProduct = <T>(F: Field<T>, d: T, m: T, x: T): T =>
  typeof d === 'number' ? ((d + (m as number) * (x as number)) as T) : F.add(d, F.mul(m, x));

/**
 * velocity' = mu v + d and parameter' = p + eta v', where d is the kernel's own gradient if it returns one, and v'
 * always its own velocity.
 * @param mean sums over the batch of the exact gradient and its bounds; changed into their mean
 */
export function judgeUpdate<T>(
  F: Field<T>,
  input: StepInput,
  output: StepOutput,
  name: 'Y' | 'Z',
  mean: GradientMean<T>,
  arithmetic: Roundoff,
  ledger: Ledger<T>,
): void {
  const { vocabulary: M, momentum } = input;
  const { u, tiny } = arithmetic;
  const largest = LARGEST[dtypeOf(input)];
  const [stage, moving] = [`gradient${name}`, `velocity${name}`] as const;
  const eta = name === 'Y' ? input.etaY : input.etaZ;
  // The error of the weight, the products with it, B - 1 additions.
  const formed = stageArithmetic(arithmetic, stage);
  mean.close(arithmetic.input + summing(formed, input.queries.length) + 3 * formed.u, formed.tiny);
  const shown = output.stages?.[stage];
  const own = shown?.every(Number.isFinite) ? shown : undefined;
  const zero = F.of(0);
  // Of float64 a number is itself: the calls of a field would box it.
  const plain = typeof zero === 'number';
  const [gradients, velocities, parameters] = [ledger.of(stage), ledger.of(moving), ledger.of(name)];
  const exactEta = F.of(eta);
  const exactMomentum = F.of(momentum);
  const [before, velocity, velocityAfter, after] = [input[name], input[moving], output[moving], output[name]];
  for (let i = 0; i < M; i++) {
    const row = mean.row(i);
    for (let j = 0; j < M; j++) {
      const k = i * M + j;
      const bound = row ? row.bound[j] : 0;
      const kept = momentum * velocity[k];
      const moved = velocityAfter[k];
      const p0 = before[k];
      const p1 = after[k];
      // Most elements of a large matrix have no gradient and do not move: their ratios are 0, which the first one records.
      const still = kept === 0 && moved === 0 && p1 === p0;
      if (k > 0 && bound === 0 && still && (shown === undefined || shown[k] === 0)) continue;
      const exact = row ? row.exact[j] : zero;
      if (shown) gradients.record(shown[k], exact, bound, i, j);

      // The product and the sum; both are exact if the velocity is 0.
      const d = own ? (plain ? (own[k] as T) : F.of(own[k])) : exact;
      let v = d;
      if (kept !== 0) v = plusProduct(F, d, exactMomentum, plain ? (velocity[k] as T) : F.of(velocity[k]));
      // A returned gradient may be flushed to 0 when it is added to the velocity. Without a velocity before, most are the
      // gradient itself: no error, which the first one records.
      if (k === 0 || kept !== 0 || own === undefined || moved !== own[k]) {
        const size = Math.abs(plain ? (v as number) : F.toNumber(v));
        const rounding = kept === 0 ? 0 : u * (Math.abs(kept) + size) + tiny;
        velocities.record(moved, v, (own ? u * size + tiny : bound) + rounding, i, j);
      }

      if (moved === 0 && kept === 0) {
        // Nothing moves it; arithmetic that flushes subnormal numbers may flush it.
        const flushed = Math.abs(p0) < tiny ? tiny : 0;
        parameters.record(p1, plain ? (p0 as T) : F.of(p0), flushed, i, j);
      } else {
        // A fused or split update may round eta mu v and eta d separately.
        const first = eta * kept;
        const rest = eta * (moved - kept);
        const whole = eta * moved;
        // A term beyond the largest number is infinite, even if p brings the exact sum back into the range.
        if (Math.abs(p1) === Infinity) {
          const beyond = (term: number) => Math.abs(term) > largest && p1 === term * Infinity;
          if ([first, rest, whole].some(beyond)) continue;
        }
        const ended = Number.isFinite(moved);
        const from = plain ? (p0 as T) : F.of(p0);
        const p = plusProduct(F, from, exactEta, ended ? (plain ? (moved as T) : F.of(moved)) : v);
        const size = Math.abs(plain ? (p as number) : F.toNumber(p));
        const sizes = size + Math.abs(first) + Math.abs(rest) + Math.abs(whole);
        // Flushed: mu v and d, or v', as operands of eta; the products with eta, two in a split update; p as an operand, or
        // a sum. Of the sums one alone: after it the other summand, which is not small, is the result.
        const rounding = u * sizes + (3 + 2 * Math.abs(eta)) * tiny;
        parameters.record(p1, p, ended ? rounding : 0, i, j);
      }
    }
  }
}
