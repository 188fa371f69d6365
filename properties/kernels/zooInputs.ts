/** The inputs that show, one after another, that every seeded bug changes something. */
import {
  type Dtype,
  floats,
  LARGEST,
  type MATRICES,
  RATES,
  SMALLEST_NORMAL,
  type StepInput,
} from '../../src/model/stepInput.ts';
import { type Uniform, uniformStream } from '../../src/model/uniform.ts';

/** What makes an input special; the rest is random. */
interface Wish {
  M: number;
  length: number;
  B?: number;
  /** Where scores are low or high: a number added to Z, or a value by sample, token or position. */
  offsetY?: number;
  offsetZ?: number;
  /** Added to the entry of Z at each sample's last token, in its query's row. */
  lastToken?: number;
  /** Position of a token that occurs nowhere else, and has a score far above all others. */
  top?: number;
  /** Token ids are below it, but for the last of a sample, which is M - 1. */
  tokens?: number;
  /** Added to the column of Y of each sample's target. */
  target?: number;
  /** Added to the last column of Y. */
  lastColumn?: number;
  spreadZ?: number;
  sameQuery?: boolean;
  etaY?: number;
  etaZ?: number;
  momentum?: number;
  /** Largest velocity; default: 1. */
  velocity?: number;
  /** Every third element of Y, Z and the velocities is below the smallest normal number. */
  subnormal?: boolean;
  /** Parameters overflow. */
  overflow?: boolean;
}
/** The input before, with another value in one element, or another rate. */
interface Again {
  again: (typeof MATRICES)[number] | 'contexts' | 'queries' | 'targets' | (typeof RATES)[number];
  at: number;
}

function input(wish: Wish, dtype: Dtype, uniform: Uniform): StepInput {
  const { M, length, B = 1, tokens = M, spreadZ = 1 } = wish;
  const id = (n: number) => Math.floor(n * uniform());
  const ids = (n: number, below: number) => Int32Array.from({ length: n }, () => id(below));
  const matrix = (offset: number, spread: number) => {
    const numbers = new Float64Array(M * M);
    for (let k = 0; k < numbers.length; k++) numbers[k] = offset + spread * (2 * uniform() - 1);
    return numbers;
  };
  const contexts = ids(B * length, tokens);
  const queries = ids(B, wish.sameQuery ? 1 : M);
  const targets = ids(B, M);
  const Y = matrix(wish.offsetY ?? 0, 2);
  const Z = matrix(wish.offsetZ ?? 0, spreadZ);
  for (let s = 0; s < B; s++) {
    if (tokens < M) contexts[(s + 1) * length - 1] = M - 1;
    Z[queries[s] * M + contexts[(s + 1) * length - 1]] += wish.lastToken ?? 0;
    for (let l = 0; l < M; l++) Y[l * M + targets[s]] += wish.target ?? 0;
    if (wish.top !== undefined) {
      contexts[s * length + wish.top] = M - 2;
      Z[queries[s] * M + M - 2] += 110;
    }
  }
  for (let l = 0; l < M; l++) Y[l * M + M - 1] += wish.lastColumn ?? 0;
  const velocities = wish.overflow ? LARGEST[dtype] / 4 : (wish.velocity ?? 1);
  const [velocityY, velocityZ] = [matrix(0, velocities), matrix(0, velocities)];
  if (wish.subnormal)
    for (const numbers of [Y, Z, velocityY, velocityZ])
      for (let k = 0; k < M * M; k += 3) numbers[k] = SMALLEST_NORMAL[dtype] * (uniform() - 0.5);
  return {
    vocabulary: M,
    contextLength: length,
    contexts,
    queries,
    targets,
    Y: floats(dtype, Y),
    Z: floats(dtype, Z),
    velocityY: floats(dtype, velocityY),
    velocityZ: floats(dtype, velocityZ),
    etaY: wish.etaY ?? Math.fround(0.3) + (dtype === 'float64' ? 1e-9 : 0),
    etaZ: wish.etaZ ?? 1.5,
    momentum: floats(dtype, [wish.momentum ?? 0])[0],
  };
}

function changedIn(before: StepInput, { again, at }: Again): StepInput {
  const old = before[again];
  if (typeof old === 'number') return { ...before, [again]: 0.75 };
  const values = old.slice();
  values[at] = values instanceof Int32Array ? (values[at] + 1) % before.vocabulary : values[at] + 1;
  return { ...before, [again]: values };
}

/** In this order on one instance, so that leftover state has an effect. */
export const WISHES: (Wish | Again)[] = [
  { M: 3, length: 5, B: 2 },
  { M: 130, length: 300, B: 3, momentum: 0.5 },
  { M: 5, length: 2, B: 3, momentum: 0.5 },
  { M: 5, length: 7, B: 8, sameQuery: true, momentum: 0.5 },
  { M: 1, length: 1 },
  { M: 2, length: 3, target: 12 },
  { M: 8, length: 17, B: 2, offsetZ: -1000, offsetY: -1000 },
  { M: 8, length: 18, B: 3, offsetZ: 1000, offsetY: 1000 },
  { M: 33, length: 17, B: 3, lastToken: 100 },
  { M: 8, length: 17, lastToken: 20 },
  { M: 5, length: 3, lastToken: 110 },
  { M: 7, length: 6, lastToken: -80 },
  { M: 7, length: 6, lastToken: -110, spreadZ: 30 },
  { M: 33, length: 5, B: 2, lastColumn: 110 },
  { M: 5, length: 4, target: 20 },
  { M: 5, length: 4, B: 3, target: 40, momentum: 0.5 },
  { M: 8, length: 6, B: 2, target: -80 },
  { M: 6, length: 6, target: -120 },
  { M: 8, length: 5, target: 75 },
  { M: 3, length: 2049, tokens: 2, B: 2 },
  { M: 33, length: 2050, tokens: 30, lastToken: 110 },
  { M: 4, length: 600, tokens: 2, spreadZ: 3 },
  { M: 40, length: 70, spreadZ: 60, B: 2 },
  { M: 33, length: 3, spreadZ: 110, B: 2 },
  { M: 200, length: 400, spreadZ: 0.01 },
  { M: 260, length: 500, B: 2 },
  { M: 5, length: 7, B: 3, offsetZ: -120, offsetY: -120 },
  { M: 9, length: 12, B: 2, offsetY: 120, momentum: 0.5 },
  { M: 5, length: 7, B: 3, momentum: 0.5 },
  { M: 5, length: 7, B: 3, momentum: 0.5 },
  { M: 2, length: 20, B: 3, sameQuery: true, momentum: 0.5 },
  { again: 'contexts', at: 25 },
  { again: 'velocityY', at: 3 },
  { again: 'Y', at: 2 },
  { again: 'Z', at: 1 },
  { again: 'targets', at: 1 },
  { again: 'velocityZ', at: 2 },
  { again: 'queries', at: 1 },
  ...RATES.map((again) => ({ again, at: 0 })),
  { M: 7, length: 9, B: 2, momentum: 0.5, etaY: 32, overflow: true },
  { M: 7, length: 9, B: 2, momentum: 0.5 },
  { M: 7, length: 9, B: 2, momentum: 0.5, etaY: 0 },
  { M: 7, length: 9, B: 2, momentum: 0.5, etaZ: 0 },
  { M: 7, length: 9, B: 2, momentum: 0.5, velocity: 1000 },
  { M: 7, length: 9, B: 2, momentum: 0.5, subnormal: true },
  { M: 7, length: 9, B: 2, offsetZ: -1e5, offsetY: -1e5 },
  { M: 7, length: 9, B: 2, offsetZ: -1e10, offsetY: -1e10 },
  { M: 33, length: 2050, tokens: 30, top: 700 },
  { M: 64, length: 128, B: 32 },
  { M: 5, length: 3, B: 128 },
  { M: 5, length: 3, B: 1025 },
  { M: 260, length: 3, B: 140 },
  { M: 6, length: 4200, tokens: 4, top: 4150 },
  { M: 7, length: 9, B: 2, momentum: 0.9 },
];

/** What only large inputs show; they follow if the others show nothing. */
export const LARGE: Wish[] = [
  { M: 128, length: 1500 },
  { M: 256, length: 1025, tokens: 255, B: 2 },
  { M: 600, length: 1500 },
  { M: 5, length: 4097, B: 2 },
  { M: 2, length: 65_537, tokens: 1 },
  { M: 5, length: 65_537, top: 60_000 },
  { M: 5, length: 65_536, B: 3 },
  { M: 1056, length: 40, tokens: 1055, B: 3 },
  { M: 2049, length: 3000, lastColumn: 110 },
  { M: 2049, length: 40, tokens: 2048, B: 3 },
];

function drawn(wishes: readonly (Wish | Again)[], dtype: Dtype): StepInput[] {
  const uniform = uniformStream(11);
  const all: StepInput[] = [];
  for (const wish of wishes)
    all.push('again' in wish ? changedIn(all[all.length - 1], wish) : input(wish, dtype, uniform));
  return all;
}

const kept = new Map<string, StepInput[]>();
/** Inputs that tests share: a kernel gets copies. */
export function inputs(dtype: Dtype, large = false): StepInput[] {
  const key = `${dtype} ${large}`;
  if (!kept.has(key)) kept.set(key, drawn(large ? LARGE : WISHES, dtype));
  return kept.get(key)!;
}
