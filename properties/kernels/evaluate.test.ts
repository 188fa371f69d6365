// heavy: 4 s
/** The exact reference step: agrees with two independent computations, and is much more accurate than the kernels. */
import { describe, expect, it } from 'vitest';
import { plainKernel } from '../../fixtures/kernels/seeded.ts';
import { type Decimal, decimal } from '../../src/arithmetic/decimal.ts';
import { type DoubleDouble, doubleDouble } from '../../src/arithmetic/doubleDouble.ts';
import { type Field, scoped } from '../../src/arithmetic/field.ts';
import { float64 } from '../../src/arithmetic/float64.ts';
import { mpfr } from '../../src/arithmetic/mpfr.ts';
import type { KernelCase } from '../../src/kernels/cases/cases.ts';
import { regimes } from '../../src/kernels/cases/regimes.ts';
import { sequencesOf } from '../../src/kernels/cases/sequences.ts';
import { errorRatio } from '../../src/kernels/judging/defect.ts';
import { type Evaluation, evaluate, type Given, matrixRows } from '../../src/kernels/judging/evaluate.ts';
import {
  attentionErrors,
  featureErrors,
  grown,
  logitErrors,
  probabilityErrors,
} from '../../src/kernels/judging/exampleBounds.ts';
import {
  attentionGradientErrors,
  backpropagationErrors,
  decoderGradientError,
} from '../../src/kernels/judging/gradientBounds.ts';
import { gradient } from '../../src/model/gradient.ts';
import type { Layout } from '../../src/model/layout.ts';
import { type Dtype, dtypeOf, type StepInput } from '../../src/model/stepInput.ts';
import { mpfrInstalled } from '../support/mpfr.ts';
import { someInput } from './inputs.ts';
import { SMALL, someCases, strictly } from './judging.ts';

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

function evaluations<T>(F: Field<T>, input: StepInput, given?: Given): Evaluation<T>[] {
  const rows = matrixRows(F, input);
  return sequencesOf(input).map((sequence, b) => evaluate(F, input, sequence, b, rows, given));
}

/** The batch's mean gradients, entry by entry, from those of the sequences. */
function meanGradients<T>(F: Field<T>, input: StepInput): { Y: T[][]; Z: T[][]; J: T } {
  const zeros = () => range(input.vocabulary).map(() => range(input.vocabulary).map(() => F.of(0)));
  const [Y, Z] = [zeros(), zeros()];
  const B = F.of(input.queries.length);
  let J = F.of(0);
  for (const { sequence, from, residual, dz, J: one } of evaluations(F, input)) {
    J = F.add(J, F.div(one, B));
    sequence.tokens.forEach((token, l) => {
      residual.forEach((r, j) => {
        Y[token][j] = F.add(Y[token][j], F.div(F.mul(from[l], r), B));
      });
      Z[sequence.query][token] = F.add(Z[sequence.query][token], F.div(dz[l], B));
    });
  }
  return { Y, Z, J };
}

const lifted = <T>(F: Field<T>, { vocabulary: M }: StepInput, x: ArrayLike<number>) =>
  range(M).map((i) => range(M).map((j) => F.of(x[i * M + j])));

/** Largest difference, relative to the largest entry. */
function difference(F: Field<Decimal>, a: Decimal[][], b: Decimal[][]): number {
  const size = (m: Decimal[][]) => Math.max(...m.flat().map((x) => Math.abs(F.toNumber(x))));
  return size(a.map((row, i) => row.map((x, j) => F.sub(x, b[i][j])))) / Math.max(size(a), 1e-10);
}

const small = (calls: KernelCase) =>
  calls.filter(({ vocabulary, contextLength }) => vocabulary <= 20 && contextLength <= 60).slice(0, 1);

describe('the exact gradient', () => {
  it('agrees with the model on a full layout, with a class for each sequence', async () => {
    const F = decimal(80);
    let compared = 0;
    for (const input of (await someCases('float64', 40, 20, SMALL)).flatMap(small)) {
      const { vocabulary: M, contextLength: n } = input;
      const contexts = Array.from(input.queries, (_, b) => [...input.contexts.subarray(b * n, (b + 1) * n)]);
      // All M tokens in every class; absent tokens have mass 0.
      const layout: Layout = {
        vocabulary: M,
        tokens: range(M),
        columns: range(M),
        multiplicity: range(M).map(() => 1),
        queries: range(M),
        classes: contexts.map((_, b) => ({
          support: range(M),
          row: input.queries[b],
          target: input.targets[b],
        })),
      };
      const examples = contexts.map((context, cls) => ({
        cls,
        mass: range(M).map((l) => F.of(context.filter((token) => token === l).length)),
        weight: F.div(F.of(1), F.of(contexts.length)),
      }));
      const theirs = gradient(
        F,
        layout,
        { Y: lifted(F, input, input.Y), Z: lifted(F, input, input.Z) },
        examples,
      );
      const ours = meanGradients(F, input);
      // Rounding: 80 digits, of which the largest offsets (1e38) cancel half, and gaps (120) some.
      expect(difference(F, ours.Y, theirs.Y)).toBeLessThan(1e-33);
      expect(difference(F, ours.Z, theirs.Z)).toBeLessThan(1e-30);
      // J = gap - ln total, total >= 1: its rounding error is that of a number of size 1, for any J.
      const one = F.of(1);
      expect(difference(F, [[ours.J, one]], [[theirs.J, one]])).toBeLessThan(1e-33);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(10);
  });

  it('is the derivative of the mean of J', async () => {
    const F = decimal(60);
    const J = (input: StepInput, Y: Decimal[][], Z: Decimal[][]): Decimal => {
      const n = input.contextLength;
      let total = F.of(0);
      for (let b = 0; b < input.queries.length; b++) {
        const context = [...input.contexts.subarray(b * n, (b + 1) * n)];
        const powers = context.map((l) => F.exp(Z[input.queries[b]][l]));
        const v = range(input.vocabulary).map((l) =>
          powers.reduce((sum, e, t) => (context[t] === l ? F.add(sum, e) : sum), F.of(0)),
        );
        const norm = F.sqrt(v.reduce((sum, x) => F.add(sum, F.mul(x, x)), F.of(0)));
        const o = range(input.vocabulary).map((k) =>
          v.reduce((sum, x, l) => F.add(sum, F.mul(F.div(x, norm), Y[l][k])), F.of(0)),
        );
        const all = o.reduce((sum, x) => F.add(sum, F.exp(x)), F.of(0));
        total = F.add(total, F.sub(o[input.targets[b]], F.ln(all)));
      }
      return F.div(total, F.of(input.queries.length));
    };
    const h = F.div(F.of(1), F.of(1e20));
    const inputs = [someInput('float64', 2), someInput('float64', 3), someInput('float32', 4)];
    for (const input of inputs) {
      const at = { Y: lifted(F, input, input.Y), Z: lifted(F, input, input.Z) };
      const slope = (name: 'Y' | 'Z', i: number, j: number) => {
        const there = (sign: 1 | -1) => {
          const moved = { ...at, [name]: at[name].map((row) => [...row]) };
          moved[name][i][j] = sign === 1 ? F.add(moved[name][i][j], h) : F.sub(moved[name][i][j], h);
          return J(input, moved.Y, moved.Z);
        };
        return F.div(F.sub(there(1), there(-1)), F.mul(F.of(2), h));
      };
      const ours = meanGradients(F, input);
      for (const name of ['Y', 'Z'] as const) {
        const slopes = ours[name].map((row, i) => row.map((_, j) => slope(name, i, j)));
        // h^2 and 10^-60 / h, with room for the derivatives' sizes.
        expect(difference(F, ours[name], slopes)).toBeLessThan(1e-36);
      }
      const wrong = ours.Z.map((row) => row.map((x) => F.mul(x, F.of(1 + 1e-12))));
      expect(difference(F, wrong, ours.Z)).toBeGreaterThan(1e-13);
    }
  });
});

/** Every value of an evaluation, with the bound of the kernels it is the reference for. */
function* bounded<T>(input: StepInput, x: Evaluation<T>, given: Given): Generator<[T, number]> {
  const arithmetic = strictly(dtypeOf(input));
  const { vocabulary: M } = input;
  const { sizes } = x;
  const Y = (l: number, j: number) => input.Y[x.sequence.tokens[l] * M + j];
  const none = x.f.map(() => 0);
  const own = attentionErrors(sizes, arithmetic);
  const df = featureErrors(sizes, given.attention ? none : own.own, arithmetic);
  const tau = logitErrors(sizes, given.features ? none : df, Y, arithmetic);
  const decoder = probabilityErrors(sizes, given.logits ? tau.map(() => 0) : tau, arithmetic);
  const dr = given.residual ? decoder.residual.map(() => 0) : decoder.residual;
  const dy = decoderGradientError(sizes, given.features ? none : df, dr, arithmetic);
  const dg = backpropagationErrors(sizes, dr, Y, arithmetic);
  const dz = attentionGradientErrors(
    sizes,
    df,
    given.backpropagated ? { errors: none, sizes: sizes.g.map(Math.abs) } : dg,
    arithmetic,
  );
  if (!given.attention)
    for (const [l, v] of x.v.entries())
      yield [v, grown(sizes.v[l], own.attention[l], own.depth[l]) + arithmetic.tiny];
  for (const [l, f] of x.f.entries()) yield [f, df[l]];
  for (const [j, o] of x.logits.entries()) yield [o, tau[j]];
  for (const [j, a] of x.alpha.entries()) yield [a, decoder.probabilities[j]];
  for (const [j, r] of x.residual.entries()) yield [r, decoder.residual[j]];
  for (const [l, g] of x.g.entries()) yield [g, dg.errors[l]];
  for (const [l, d] of x.dz.entries()) yield [d, dz[l]];
  // f_l underflows far below the largest score; dY with it.
  for (const l of x.f.keys())
    for (const [j, r] of x.fromResidual.entries())
      if (!given.residual && j !== x.sequence.target && sizes.f[l] > 0) yield [r, dy(l, j) / sizes.f[l]];
  yield [x.J, decoder.loss];
}

/**
 * The reference's own error relative to the bounds of the kernels; `exactly` converts a coarse value to the fine
 * field.
 */
async function worst<C, E>(
  dtype: Dtype,
  cases: readonly KernelCase[],
  coarse: Field<C>,
  fine: Field<E>,
  exactly: (x: C) => E,
): Promise<number> {
  const kernel = await plainKernel({ dtype });
  let most = 0;
  for (const [turn, calls] of cases.entries()) {
    const input = calls[turn % calls.length];
    const { stages } = await kernel.step(input);
    const { attention, features, logits } = stages!;
    // The shown values need not be good ones.
    const own = { residual: stages!.probabilities, backpropagated: stages!.logits };
    const given: Given = [{}, { attention, features, logits }, { logits }, { attention }, own][turn % 5];
    scoped(fine, () => {
      const theirs = evaluations(fine, input, given);
      for (const [b, x] of evaluations(coarse, input, given).entries()) {
        const exact = [...bounded(input, theirs[b], given)];
        for (const [i, [value, bound]] of [...bounded(input, x, given)].entries()) {
          const error = Math.abs(fine.toNumber(fine.sub(exactly(value), exact[i][0])));
          // Below no limit, and above none: NaN stays NaN.
          most = Math.max(most, Number.isNaN(error) ? error : errorRatio(error, bound));
        }
      }
    });
  }
  return most;
}

const ofEveryRegime = async (dtype: Dtype, runs: number) =>
  (await Promise.all(regimes.map(({ id }) => someCases(dtype, runs, 31, id)))).flat();

describe("the reference's own error", () => {
  it('in float64, for float32 kernels, is 2^-28 of the bounds: float64 satisfies the same bounds with its own u', async () => {
    const cases = [...(await ofEveryRegime('float32', 1)), ...(await someCases('float32', 60, 32, SMALL))];
    const ratio = await worst('float32', cases, float64, doubleDouble, doubleDouble.of);
    // u of doubles is 2^-29 of float32's, and the bounds grow at least in proportion to u.
    expect(ratio).toBeLessThan(2 ** -28);
    expect(ratio).toBeGreaterThan(2 ** -36);
  });

  it('in double-double, for float64 kernels, is 2^-44 of the bounds', async () => {
    // MPFR takes a tenth of the time of decimals; where it is not installed, these do.
    const F = (mpfrInstalled ? mpfr(50) : decimal(50)) as unknown as Field<unknown>;
    const cases = [...(await ofEveryRegime('float64', 1)), ...(await someCases('float64', 20, 33, SMALL))];
    const exactly = ({ hi, lo }: DoubleDouble) => F.add(F.of(hi), F.of(lo));
    const ratio = await worst('float64', cases, doubleDouble, F, exactly);
    // Every operation has relative error 2^-98; u is 2^-53.
    expect(ratio).toBeLessThan(2 ** -44);
    expect(ratio).toBeGreaterThan(2 ** -60);
  });

  it('would be detected if it were as large as that of a kernel (control)', async () => {
    const cases = await someCases('float64', 40, 34, SMALL);
    expect(await worst('float64', cases, float64, doubleDouble, doubleDouble.of)).toBeGreaterThan(0.05);
  });
});
