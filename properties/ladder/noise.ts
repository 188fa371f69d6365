/** The effect of sampling on the gradient, measured, and predicted by second-order Taylor arithmetic. */
import { float64 } from '../../src/arithmetic/float64.ts';
import { type Jet, jets, moving } from '../../src/arithmetic/jet.ts';
import type { GradientWorld } from '../../src/generators/states.ts';
import { gradient } from '../../src/model/gradient.ts';
import { type Layout, reducedLayout } from '../../src/model/layout.ts';
import { countSampler } from '../../src/model/multinomial.ts';
import { probabilities } from '../../src/model/problem.ts';
import type { Example } from '../../src/model/transformer.ts';
import { uniformStream } from '../../src/model/uniform.ts';

type Vector = number[];
const subtract = (a: Vector, b: Vector) => a.map((x, i) => x - b[i]);
const scaled = (a: Vector, s: number) => a.map((x) => s * x);
const plus = (a: Vector, b: Vector) => a.map((x, i) => x + b[i]);
const inner = (a: Vector, b: Vector) => a.reduce((s, x, i) => s + x * b[i], 0);

/** The gradient of one example as a vector. */
function gradientOf(layout: Layout, world: GradientWorld, example: Example<number>): Vector {
  const { Y, Z } = gradient(float64, layout, world, [example]);
  return [...Y.flat(), ...Z.flat()];
}

/**
 * The gradient G of class n as a function of token frequencies q, around q = P: G(P), its derivative along e_l - P and
 * half its second derivative, for every token l of the class. With q the frequencies of T - 1 independent tokens,
 * E (q-P)(q-P)^T = sum_l P_l (e_l - P)(e_l - P)^T / (T - 1), so that
 *
 *     (T-1) E |G(q) - G(P)|^2 -> sum_l P_l |first_l|^2,    (T-1) (E G(q) - G(P)) -> sum_l P_l second_l.
 */
export function expansion(world: GradientWorld, cls: number) {
  const layout = reducedLayout(world.problem);
  const P = probabilities(float64, world.problem.classes[cls]);
  const S = jets(float64, 2);
  const lift = (rows: readonly (readonly number[])[]): Jet<number>[][] => rows.map((row) => row.map(S.of));
  const state = { Y: lift(world.Y), Z: lift(world.Z) };
  const along = P.map((_, l) => {
    const mass = P.map((p, k) => moving(float64, 2, p, (k === l ? 1 : 0) - p));
    const { Y, Z } = gradient(S, layout, state, [{ cls, mass, weight: S.of(1) }]);
    return [...Y.flat(), ...Z.flat()];
  });
  const mean = along[0].map((jet) => jet[0]);
  const first = along.map((v) => v.map((jet) => jet[1]));
  const second = along.map((v) => v.map((jet) => jet[2]));
  const blend = (weights: readonly number[], vectors: Vector[]) =>
    vectors.reduce((s, v, l) => plus(s, scaled(v, weights[l])), scaled(mean, 0));
  return {
    layout,
    P,
    mean,
    /** Limit of (T-1) E |G(q) - G(P)|^2. */
    variance: first.reduce((s, v, l) => s + P[l] * inner(v, v), 0),
    /** Limit of (T-1) (E G(q) - G(P)). */
    bias: blend(P, second),
    /** G'(P)(q - P) = sum_l q_l first_l, whose mean is 0. */
    linear: (q: readonly number[]) => blend(q, first),
  };
}

export interface Noise {
  /** |G(q) - G(P)|^2 of every sample. */
  readonly squares: number[];
  /** (T-1) (G(q) - G(P) - G'(P)(q-P)) . bias / |bias|^2: its mean is near 1. The linear part has mean 0. */
  readonly biases: number[];
}

/** Gradients of `samples` sequences of T - 1 = `length` tokens (`repeated`: one token, T - 1 times). */
export function noise(
  world: GradientWorld,
  cls: number,
  length: number,
  samples: number,
  seed: number,
  repeated = false,
): Noise {
  const { layout, P, mean, bias, linear } = expansion(world, cls);
  const count = countSampler(uniformStream(seed), P);
  const norm = inner(bias, bias);
  const squares: number[] = [];
  const biases: number[] = [];
  for (let i = 0; i < samples; i++) {
    const tokens = repeated ? 1 : length;
    const q = Array.from(count(tokens), (c) => c / tokens);
    const moved = subtract(gradientOf(layout, world, { cls, mass: q, weight: 1 }), mean);
    squares.push(inner(moved, moved));
    biases.push((length * inner(subtract(moved, linear(q)), bias)) / norm);
  }
  return { squares, biases };
}

/** |G - E G|^2 of sequences whose class is drawn too (uniformly), and its limit T -> inf: the variance over classes. */
export function classNoise(world: GradientWorld, length: number, samples: number, seed: number) {
  const uniform = uniformStream(seed);
  const classes = world.problem.classes.map((_, n) => expansion(world, n));
  const K = classes.length;
  const mean = scaled(
    classes.map((c) => c.mean).reduce((a, b) => plus(a, b)),
    1 / K,
  );
  const count = classes.map(({ P }) => countSampler(uniform, P));
  const squares = Array.from({ length: samples }, () => {
    const cls = Math.floor(K * uniform());
    const mass = Array.from(count[cls](length), (c) => c / length);
    const off = subtract(gradientOf(classes[cls].layout, world, { cls, mass, weight: 1 }), mean);
    return inner(off, off);
  });
  const off = classes.map((c) => subtract(c.mean, mean));
  return { squares, limit: off.reduce((s, v) => s + inner(v, v) / K, 0) };
}

/** Least-squares slope of y over x. */
export function slopeOf(x: readonly number[], y: readonly number[]): number {
  const [mx, my] = [x, y].map((v) => v.reduce((a, b) => a + b, 0) / v.length);
  const sxx = x.reduce((s, a) => s + (a - mx) ** 2, 0);
  return x.reduce((s, a, i) => s + (a - mx) * (y[i] - my), 0) / sxx;
}
