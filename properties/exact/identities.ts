/**
 * Equalities of the theory as functions of the features, written for the exact route: what the claims' own margins do not have, or
 * have only beside operations that are not rational.
 */
import { determinant } from '../../src/arithmetic/eigen.ts';
import { dot, type Field, sum } from '../../src/arithmetic/field.ts';
import { jets, moving } from '../../src/arithmetic/jet.ts';
import { backpropCoefficients } from '../../src/claims/backprop.ts';
import { equal, type Margin } from '../../src/decide/margin.ts';
import { gammaAt } from '../../src/ladder/clock.ts';
import { type DecoderGradient, directionOf, featuresOf } from '../../src/ladder/frozen.ts';
import { populationExamples } from '../../src/ladder/population.ts';
import { populationFeatures } from '../../src/ladder/rung.ts';
import { solvedDecoder } from '../../src/ladder/solved.ts';
import { attentionVelocity, gram, residualEntries } from '../../src/ladder/two-timescale.ts';
import type { PointWorld } from '../../src/ladder/worlds.ts';
import { gradient } from '../../src/model/gradient.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { project } from '../../src/model/transformer.ts';
import { withExponential } from './formal.ts';
import type { ExactWorld } from './worlds.ts';

const delta = <T>(F: Field<T>, i: number, j: number): T => F.of(i === j ? 1 : 0);

/** A problem's layout, features, Gram matrix and its inverse. */
function stateOf<T>(F: Field<T>, { problem, Z }: PointWorld) {
  const layout = reducedLayout(problem);
  const logits = Z.map((row) => row.map(F.of));
  const velocity = attentionVelocity(F, problem, layout, logits);
  return { layout, logits, ...velocity, G: gram(F, layout, velocity.f) };
}

/**
 * Lemma 3: dW = Phi^T dY has the one row n, because Phi^T (f_n - Phi E' e_n) = e_n.
 * @param gradient 'true': f_n in place of f_n - Phi E' e_n
 * @param sense -1: E' with the opposite sign, as Appendix D.1 prints it
 */
export const lemma3 = (gradient: DecoderGradient = 'modified', sense: 1 | -1 = 1) =>
  function* <T>(F: Field<T>, world: ExactWorld): Generator<Margin<T>> {
    const found = featuresOf(F, world);
    const prime = sense > 0 ? found.prime : found.prime.map((row) => row.map(F.neg));
    for (const n of found.columns.keys()) {
      const direction = directionOf(F, { ...found, prime }, n, gradient);
      for (const [k, column] of found.columns.entries())
        yield equal(F, `f_${k}.(f_${n} - Phi E' e_${n})`, dot(F, column, direction), delta(F, k, n));
    }
  };

/**
 * Lemma 14: (I - E')(I + E) = I, and the eigenvalues of E' are lambda/(1+lambda), with multiplicities: for every lambda
 * det(E' - lambda/(1+lambda) I) (1+lambda)^K det(I+E) = det(E - lambda I).
 * @param sense -1: lambda/(1-lambda)
 */
export const lemma14 = (sense: 1 | -1 = 1) =>
  function* <T>(F: Field<T>, world: ExactWorld): Generator<Margin<T>> {
    const { A, G } = stateOf(F, world);
    for (const [n, row] of A.entries())
      for (const k of G.keys()) {
        const column = G.map((g) => g[k]);
        yield equal(F, `((I - E')(I + E))_${n}${k}`, dot(F, row, column), delta(F, n, k));
      }
    const lambda = F.of(world.free[0]);
    const plus = F.add(F.of(1), F.mul(F.of(sense), lambda));
    const shifted = (matrix: readonly (readonly T[])[], x: T) =>
      matrix.map((row, n) => row.map((a, k) => (n === k ? F.sub(a, x) : a)));
    const prime = A.map((row, n) => row.map((a, k) => F.sub(delta(F, n, k), a)));
    const E = G.map((row, n) => row.map((g, k) => F.sub(g, delta(F, n, k))));
    const left = G.reduce(
      (x) => F.mul(x, plus),
      F.mul(determinant(F, G), determinant(F, shifted(prime, F.div(lambda, plus)))),
    );
    yield equal(F, 'characteristic polynomials', left, determinant(F, shifted(E, lambda)));
  };

/**
 * Eq. 86 and 88: iota_n and -beta_nj are the coordinates of Phi A (I + Theta) q^(n) (Eq. 82), for any theta; at theta = 0
 * sum_{j != n} beta_nj f_n.f_j is the xi_n of two-timescale.
 * @param printed with the sign of the paper
 */
export const equations86And88 = (printed = false) =>
  function* <T>(F: Field<T>, world: ExactWorld): Generator<Margin<T>> {
    const M = world.problem.vocabulary;
    const { A, G, xi } = stateOf(F, world);
    const { q0, q1 } = residualEntries(F, M);
    const prime = A.map((row, n) => row.map((a, k) => F.sub(delta(F, n, k), a)));
    const share = A.map((_, k) => F.of(world.free[k]));
    for (const n of A.keys()) {
      const { iota, beta } = backpropCoefficients(F, prime, share, M, n, printed);
      const q = share.map((s, k) => F.mul(s, k === n ? q1 : q0));
      for (const [j, row] of A.entries()) {
        const coordinate = dot(F, row, q);
        if (j === n) yield equal(F, `iota_${n}`, coordinate, iota);
        else yield equal(F, `beta_${n}${j}`, F.neg(coordinate), beta[j]);
      }
      const ones = share.map(() => F.of(1));
      const exact = backpropCoefficients(F, prime, ones, M, n, printed);
      const others = exact.beta.flatMap((b, j) => (j === n ? [] : [F.mul(b, G[n][j])]));
      yield equal(F, `xi_${n} from beta`, xi[n], sum(F, others));
    }
  };

/**
 * The derivatives of f_n along a direction of Z, over the support of every class, by Taylor arithmetic on attention and length.
 * @param normalised false: of P exp(z) in the place of f_n
 */
function moved<T>(F: Field<T>, world: PointWorld, direction: readonly (readonly T[])[], normalised = true) {
  const { problem, Z } = world;
  const layout = reducedLayout(problem);
  const S = jets(F, 1);
  const logits = Z.map((row, m) => row.map((z, l) => moving(F, 1, F.of(z), direction[m][l])));
  const features = normalised
    ? populationFeatures(S, problem, layout, logits)
    : layout.classes.map(({ support, row }, n) =>
        support.map((l, i) => S.mul(S.of(problem.classes[n].probabilities[i]), S.exp(logits[row][l]))),
      );
  return features.map((f) => f.map(([, slope]) => slope));
}

/**
 * Lemma 4, and Lemma 1 through attention: g.f_n has the derivative d.diag(f_n) P_{f_n} g along d, for every g and d; at
 * g_n = Phi A q^(n) their mean over classes is d.z' of two-timescale.
 * @param projected false: without P_f
 */
export const lemma4 = (projected = true) =>
  function* <T>(F: Field<T>, world: ExactWorld): Generator<Margin<T>> {
    const { layout, f, A, dZ } = stateOf(F, world);
    const { q0, q1 } = residualEntries(F, world.problem.vocabulary);
    let next = 0;
    const free = () => F.of(world.free[next++]);
    const direction = layout.queries.map(() => layout.tokens.map(free));
    const anyG = layout.tokens.map(free);
    const slopes = moved(F, world, direction);
    const along: T[] = [];
    for (const [n, { support, row }] of layout.classes.entries()) {
      const here = support.map((l) => direction[row][l]);
      const pushed = (g: readonly T[]) => {
        const w = projected ? project(F, f[n], g) : g;
        return dot(
          F,
          here,
          w.map((x, i) => F.mul(f[n][i], x)),
        );
      };
      const g = support.map((l) => anyG[l]);
      yield equal(F, `d(g.f_${n}) along any direction, any g`, dot(F, g, slopes[n]), pushed(g));
      const a = A.map((r) =>
        sum(
          F,
          r.map((x, k) => F.mul(x, k === n ? q1 : q0)),
        ),
      );
      const solved = support.map((l) =>
        sum(
          F,
          layout.classes.flatMap((c, k) =>
            c.support.flatMap((other, i) => (other === l ? [F.mul(a[k], f[k][i])] : [])),
          ),
        ),
      );
      along.push(projected ? dot(F, solved, slopes[n]) : pushed(solved));
    }
    const velocity = sum(
      F,
      dZ.flatMap((r, m) => r.map((z, l) => F.mul(z, direction[m][l]))),
    );
    yield equal(F, "sum g_n.df_n = K d.z'", sum(F, along), F.mul(F.of(A.length), velocity));
  };

/**
 * Section 3.1: no feature moves when a row of Z moves by a multiple of (1, .., 1), nor when another query's row moves; so no gradient
 * of any function of the features has a component there.
 * @param normalised false: attention P exp(z), divided by nothing
 */
export const conservation = (normalised = true) =>
  function* <T>(F: Field<T>, world: ExactWorld): Generator<Margin<T>> {
    const layout = reducedLayout(world.problem);
    const zero = F.of(0);
    for (const m of layout.queries.keys()) {
      const level = layout.queries.map((_, k) => layout.tokens.map(() => F.of(k === m ? 1 : 0)));
      const any = layout.queries.map((_, k) =>
        layout.tokens.map((_, l) => (k === m ? F.of(world.free[l]) : zero)),
      );
      const [flat, other] = [level, any].map((direction) => moved(F, world, direction, normalised));
      for (const [n, { support, row }] of layout.classes.entries())
        for (const [i, l] of support.entries()) {
          const name = `f_${n} of token ${layout.tokens[l]}`;
          yield equal(F, `${name}, row ${m} moved by (1, .., 1)`, flat[n][i], zero);
          if (row !== m) yield equal(F, `${name}, row ${m} of another query moved`, other[n][i], zero);
        }
    }
  };

/**
 * Theorem 5, Lemma 1 and Lemma 4 together, through the model itself: with Y = Phi A Wbar, rows wbar_n = x (e_n - 1/M), Phi^T Y = Wbar, and
 * the gradient of the expected objective in Z (model/gradient.ts) is gamma(x) times the velocity of two-timescale, x and e^x being
 * independent coordinates.
 * @param factor what gamma is multiplied by
 */
export const solvedModelGradient = (factor = 1) =>
  function* <T>(field: Field<T>, world: ExactWorld): Generator<Margin<T>> {
    const [at, power] = world.free;
    const F = withExponential(field, { at, power });
    const { problem } = world;
    const { layout, logits, f, dZ } = stateOf(F, world);
    const x = F.of(at);
    const Y = solvedDecoder(F, problem, layout, f, x);
    const share = F.div(x, F.of(problem.vocabulary));
    for (const [n, { support, target }] of layout.classes.entries())
      for (const j of layout.columns.keys()) {
        const w = F.sub(j === target ? x : F.of(0), share);
        const o = dot(
          F,
          f[n],
          support.map((l) => Y[l][j]),
        );
        yield equal(F, `logit ${j} of class ${n}`, o, w);
      }
    const examples = populationExamples(F, problem);
    const clock = { vocabulary: problem.vocabulary, classes: f.length, etaY: 1, etaZ: 1 };
    const gamma = F.mul(F.of(factor), gammaAt(F, clock, x));
    for (const [m, row] of gradient(F, layout, { Y, Z: logits }, examples).Z.entries())
      for (const [l, z] of row.entries())
        yield equal(F, `dJ/dz of token ${layout.tokens[l]}, row ${m}`, z, F.mul(gamma, dZ[m][l]));
    for (const [i, difference] of F.arguments.entries())
      yield equal(F, `argument ${i} of exp is x or -x`, difference, F.of(0));
  };
