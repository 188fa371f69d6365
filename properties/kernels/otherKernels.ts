/**
 * Correct kernels that differ from the example kernel: token by token on full vectors, with a switch for each variant
 * of a step that the error bounds cover. They share no code with it.
 */

import type { Kernel, Stage, StepOutput } from '../../src/kernels/kernel.ts';
import type { Floats } from '../../src/model/stepInput.ts';
import { type Dtype, floats, type StepInput } from '../../src/model/stepInput.ts';

export interface Ways {
  /** exp(a - max) / sum, or exp((a - max) - log sum): in both softmaxes. */
  readonly softmax?: 'quotient' | 'log';
  /** o = sum_l f_l Y[l], or o = sum_t b_t Y[x_t] / ||v||. */
  readonly logits?: 'features' | 'positions';
  /** e_n - alpha at n: the sum of the others, or a subtraction. */
  readonly residual?: 'sum' | 'subtraction';
  /** f.g as it stands, f.g = o.(e_n - alpha), or the chain rule through v/||v|| and softmax. */
  readonly backward?: 'projection' | 'logits' | 'chain rule';
  /** Every operation rounded, or stages in float64 that are rounded once at the end. */
  readonly precision?: 'operation' | 'stage';
  /** Velocity first, or p + eta (mu v + g) in float64, rounded once. */
  readonly update?: 'split' | 'fused';
  /** The mean as a division at the end, a weight 1/B on each term, or on e_n - alpha, as automatic differentiation does. */
  readonly mean?: 'division' | 'weight' | 'weight first';
  /** Results below the smallest normal number: kept, or flushed to 0. */
  readonly subnormals?: 'kept' | 'flushed';
  /** A fault: f is too long by this factor, and all later stages use it. */
  readonly scale?: number;
}

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

export function otherKernel(dtype: Dtype, ways: Ways): Kernel {
  const nearest = dtype === 'float32' ? Math.fround : (x: number) => x;
  const normal = dtype === 'float32' ? 2 ** -126 : 2 ** -1022;
  const round =
    ways.subnormals === 'flushed' ? (x: number) => (Math.abs(nearest(x)) < normal ? 0 : nearest(x)) : nearest;
  const r = ways.precision === 'stage' ? (x: number) => x : round;
  const sum = (xs: readonly number[]) => xs.reduce((a, b) => r(a + b), 0);
  const dot = (xs: readonly number[], ys: readonly number[]) => sum(xs.map((x, i) => r(x * ys[i])));

  function softmax(xs: readonly number[]) {
    const max = Math.max(...xs);
    const shifted = xs.map((x) => r(x - max));
    const powers = shifted.map((x) => r(Math.exp(x)));
    const total = sum(powers);
    const log = r(Math.log(total));
    const by =
      ways.softmax === 'log' ? shifted.map((x) => r(Math.exp(r(x - log)))) : powers.map((e) => r(e / total));
    return { shifted, log, by };
  }

  function sequence(input: StepInput, s: number) {
    const { vocabulary: M, contextLength: n, Y, Z } = input;
    const context = Array.from(input.contexts.subarray(s * n, (s + 1) * n));
    const row = (l: number) => Array.from(Y.subarray(l * M, (l + 1) * M));
    const [m, target] = [input.queries[s], input.targets[s]];
    const present = [...new Set(context)];
    const b = softmax(context.map((l) => Z[m * M + l])).by.map(round);
    const v = range(M).map((l) => sum(b.filter((_, t) => context[t] === l)));
    const norm = r(Math.sqrt(dot(v, v)));
    const f = v.map((x) =>
      round((ways.scale ?? 1) * (ways.precision === 'stage' ? x / norm : r(x * r(1 / norm)))),
    );
    const rows = new Map(present.map((l) => [l, row(l)]));
    const o = range(M).map((k) =>
      round(
        ways.logits === 'positions'
          ? r(sum(context.map((l, t) => r(b[t] * rows.get(l)![k]))) / norm)
          : sum(present.map((l) => r(f[l] * rows.get(l)![k]))),
      ),
    );
    const { shifted, log, by } = softmax(o);
    const alpha = by.map(round);
    const others = sum(alpha.map((a, k) => (k === target ? 0 : a)));
    const weight = ways.mean === 'weight first' ? r(1 / input.queries.length) : 1;
    const residual = alpha.map((a, k) =>
      r(weight * (k !== target ? -a : ways.residual === 'subtraction' ? r(1 - a) : others)),
    );
    const g = new Map(present.map((l) => [l, dot(rows.get(l)!, residual)]));
    const dz = new Map<number, number>();
    if (ways.backward === 'chain rule') {
      // Of v / ||v||: dv = g/||v|| + 2 v d(||v||^2), then of softmax, position by position.
      const dNorm = sum(present.map((l) => r(g.get(l)! * r(r(-v[l] / norm) / norm))));
      const dSquare = r(r(dNorm * 0.5) / norm);
      const dv = new Map(present.map((l) => [l, r(r(g.get(l)! / norm) + r(dSquare * r(2 * v[l])))]));
      const mean = dot(
        b,
        context.map((l) => dv.get(l)!),
      );
      context.forEach((l, t) => {
        dz.set(l, r((dz.get(l) ?? 0) + r(b[t] * r(dv.get(l)! - mean))));
      });
    } else {
      const along =
        ways.backward === 'logits' ? dot(o, residual) : sum(present.map((l) => r(f[l] * g.get(l)!)));
      for (const l of present) dz.set(l, r(f[l] * r(g.get(l)! - r(f[l] * along))));
    }
    return { b, f, o, alpha, residual, dz, m, present, loss: r(log - shifted[target]) };
  }

  function step(input: StepInput): StepOutput {
    const { vocabulary: M, momentum } = input;
    const B = input.queries.length;
    const weight = r(1 / B);
    const share = (x: number) => (ways.mean === 'weight' ? r(weight * x) : x);
    const lossShare = (x: number) => (ways.mean === 'weight first' ? r(weight * x) : share(x));
    const closed = (x: number) => round((ways.mean ?? 'division') === 'division' ? x / B : x);
    const all = range(B).map((s) => sequence(input, s));
    const [sumY, sumZ] = [new Float64Array(M * M), new Float64Array(M * M)];
    for (const { f, residual, dz, m, present } of all)
      for (const l of present) {
        for (let k = 0; k < M; k++) sumY[l * M + k] = r(sumY[l * M + k] + share(r(f[l] * residual[k])));
        sumZ[m * M + l] = r(sumZ[m * M + l] + share(dz.get(l)!));
      }
    const flat = (xs: readonly number[][]): Floats => floats(dtype, xs.flat());
    const [gradientY, gradientZ] = [sumY, sumZ].map((sums) => floats(dtype, sums.map(closed)));
    const update = (name: 'Y' | 'Z', gradient: Floats, eta: number) => {
      const velocity = input[`velocity${name}`];
      const v = gradient.map((g, i) =>
        round(ways.update === 'fused' ? momentum * velocity[i] + g : round(momentum * velocity[i]) + g),
      );
      const exactly = (g: number, i: number) => input[name][i] + eta * (momentum * velocity[i] + g);
      const p = gradient.map((g, i) =>
        round(ways.update === 'fused' ? exactly(g, i) : input[name][i] + round(eta * v[i])),
      );
      return [p, v] as const;
    };
    const [Y, velocityY] = update('Y', gradientY, input.etaY);
    const [Z, velocityZ] = update('Z', gradientZ, input.etaZ);
    const [attention, features, logits, probabilities] = (['b', 'f', 'o', 'alpha'] as const).map((name) =>
      flat(all.map((x) => x[name])),
    );
    const stages = { attention, features, logits, probabilities, gradientY, gradientZ };
    return { Y, Z, velocityY, velocityZ, loss: closed(sum(all.map((x) => lossShare(x.loss)))), stages };
  }
  return { name: `${dtype} ${Object.values(ways).join(', ')}`, dtype, step };
}

/** The output with only some of its stages. */
export function showing(output: StepOutput, shown: readonly Stage[]): StepOutput {
  const { stages = {}, ...outputs } = output;
  if (shown.length === 0) return outputs;
  return {
    ...outputs,
    stages: Object.fromEntries(shown.flatMap((stage) => (stages[stage] ? [[stage, stages[stage]]] : []))),
  };
}
