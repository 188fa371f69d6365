import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { jacobi } from '../../src/arithmetic/eigen.ts';
import type { Field } from '../../src/arithmetic/field.ts';
import { float64 } from '../../src/arithmetic/float64.ts';
import type { AnyCheck } from '../../src/claims/claim.ts';
import { MUCH, overlaps } from '../../src/generators/assumption2.ts';
import { insideAlike, insideProblem } from '../../src/generators/inside.ts';
import { flow } from '../../src/ladder/flow.ts';
import { population } from '../../src/ladder/population.ts';
import type { Motion, Rung } from '../../src/ladder/rung.ts';
import { sgd } from '../../src/ladder/sgd.ts';
import { isOtherModel } from '../../src/ladder/tree.ts';
import type { RunWorld } from '../../src/ladder/worlds.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import type { Problem } from '../../src/model/problem.ts';
import { uniformStream } from '../../src/model/uniform.ts';
import { fastTraining } from '../../src/verify/fastTraining.ts';
import { shippedCases, storedCases } from '../../src/verify/keptCases.ts';
import { type ClaimRow, rowsOf } from '../../src/verify/registry.ts';

const violated = rowsOf().filter(({ check }) => check.expected === 'violated');
const refuted = violated.filter(({ check }) => !isOtherModel(check.rung));
const trained = refuted.filter(({ check }) => ['flow', 'population', 'sgd'].includes(check.rung));

/** |lambda_i(E)| at a state, the largest first. */
function spectrum(problem: Problem, Z?: number[][]): number[] {
  const { queries, tokens } = reducedLayout(problem);
  const zero = queries.map(() => tokens.map(() => 0));
  return jacobi(overlaps({ problem, Z: Z ?? zero }))
    .values.map(Math.abs)
    .sort((a, b) => b - a);
}

function expectAssumption2(problem: Problem, Z?: number[][]): void {
  const K = problem.classes.length;
  const values = spectrum(problem, Z);
  expect(problem.vocabulary).toBeGreaterThanOrEqual(MUCH * K * K);
  expect(values[0]).toBeLessThan(1 / K);
  expect(values.at(-1)).toBeGreaterThanOrEqual(6 / Math.sqrt(problem.vocabulary));
}

describe('problems inside every hypothesis', () => {
  it.each([
    ['one common token', insideProblem()],
    ['unequal distinct tokens', insideProblem({ unequal: true })],
    ['classes alike, several common tokens', insideAlike(5)],
  ] as const)('satisfy Assumption 2 at Z = 0, by the eigenvalues themselves: %s', (_, problems) => {
    const sample = fc.sample(problems, { seed: 5, numRuns: 400 });
    for (const problem of sample) expectAssumption2(problem);
    const sizes = sample.map(({ vocabulary }) => Math.log10(vocabulary));
    expect(Math.min(...sizes)).toBeLessThan(3.5);
    expect(Math.max(...sizes)).toBeGreaterThan(11);
    // Not only weak overlaps: the bound on |lambda_1| is nearly reached.
    expect(Math.max(...sample.map((p) => spectrum(p)[0] * p.classes.length))).toBeGreaterThan(0.9);
  });
});

/** The two counterexamples that ship with a row: the smallest world, and one that lacks only what `isolates` names. */
function shippedOf({ claim, check }: ClaimRow) {
  const name = `${claim.id} on ${check.rung} is expected to be violated`;
  expect(
    check.isolates,
    `${name}: its check needs "isolates", the one hypothesis that it lacks (CONTRIBUTING.md, "Add a claim")`,
  ).toBeDefined();
  const { hypothesis } = check.isolates!;
  const cases = storedCases({ claim: claim.id, rung: check.rung, worlds: check.worlds }).filter(({ file }) =>
    join(process.cwd(), file).startsWith(join(shippedCases)),
  );
  expect(
    cases.map(({ isolates }) => isolates ?? 'smallest'),
    `${name}: fixtures/counterexamples must hold two worlds that violate it, the smallest one and one that lacks only ` +
      `what "isolates" names. To find them: npm run build && node fixtures/counterexamples.mjs ${claim.id} ${check.rung}`,
  ).toEqual(['smallest', hypothesis]);
  const [smallest, isolated] = cases;
  return { smallest, isolated };
}

describe('a row of another model that is violated', () => {
  it.each(
    violated
      .filter(({ check }) => isOtherModel(check.rung))
      .map(({ claim, check }) => [claim.id, check.rung, check] as const),
  )('%s on %s says why, and keeps one world', (claim, rung, { why, worlds }) => {
    expect(why).toBeDefined();
    const cases = storedCases({ claim, rung, worlds }).filter(({ file }) =>
      join(process.cwd(), file).startsWith(join(shippedCases)),
    );
    expect(cases.map(({ isolates }) => isolates)).toEqual([undefined]);
  });
});

describe('a row that is violated', () => {
  it.each(refuted.map((row) => [row.claim.id, row.check.rung, row] as const))(
    '%s on %s names the hypothesis it lacks, and keeps a world that lacks it alone',
    (_claim, _rung, row) => void shippedOf(row),
  );

  it.each(trained.map((row) => [row.claim.id, row.check.rung, row] as const))(
    '%s on %s: that world satisfies Assumption 2 and M >= 100 K^2, from its start to where it fails',
    async (claim, rung, row) => {
      const { world, margin } = shippedOf(row).isolated;
      const { problem, rates } = world as RunWorld;
      expectAssumption2(problem);
      expect(rates.etaY).toBeLessThan(claim === 'discriminative-symmetric-steps' ? 11 : 1);
      const motions: Iterable<Motion<number>> =
        rung === 'flow' ? flow.motions(world as never) : await fastTraining.motions(world as RunWorld);
      for (const { time, Z } of motions) {
        if (time > margin.time) break;
        expectAssumption2(
          problem,
          Z.map((row) => [...row]),
        );
      }
    },
  );
});

/** Motions whose logits, and how these move, are noise: the same noise in every field. */
function* noise<T>(F: Field<T>, motions: Iterable<Motion<T>>): Generator<Motion<T>> {
  const uniform = uniformStream(7);
  const random = (m: Motion<T>['Z']) => m.map((row) => row.map(() => F.of(uniform() - 0.5)));
  for (const motion of motions) yield { ...motion, Z: random(motion.Z), dZ: random(motion.dZ) };
}

/** Replaces the motions of a discrete rung by noise, those that are enclosed too. */
function makeNoisy<W>(rung: Rung<W>): void {
  const motions = rung.motions.bind(rung);
  const noisy = ((F: Field<unknown>, world: W) => noise(F, motions(F, world))) as never;
  vi.spyOn(rung, 'motions').mockImplementation(noisy);
  vi.spyOn(rung as Required<Rung<W>>, 'enclosed').mockImplementation(noisy);
}

async function restoredOutcomes({ judge, isolates }: AnyCheck): Promise<string[]> {
  const worlds = fc.sample(isolates!.restored, { seed: 11, numRuns: 3 });
  const noisy = {
    ...fastTraining,
    motions: async (world: RunWorld) => noise(float64, await fastTraining.motions(world)),
  };
  const outcomes: string[] = [];
  for (const world of worlds) outcomes.push((await (isolates!.judge ?? judge)(world, noisy)).outcome);
  return outcomes;
}

describe('a check whose hypothesis is restored', () => {
  afterEach(() => void vi.restoreAllMocks());

  it.each(trained.map((row) => [row.claim.id, row.check.rung, row] as const))(
    '%s on %s does not hold where the motion is noise',
    async (_claim, _rung, { check }) => {
      const { motions, enclosed } = flow;
      vi.spyOn(flow, 'motions').mockImplementation((...given) => noise(float64, motions(...given)));
      vi.spyOn(flow as Required<typeof flow>, 'enclosed').mockImplementation(((
        F: Field<unknown>,
        ...given: [never]
      ) => noise(F, enclosed!(F as never, ...given))) as never);
      for (const rung of [population, sgd]) makeNoisy<never>(rung as Rung<never>);
      expect((await restoredOutcomes(check)).filter((outcome) => outcome !== 'held').length).toBeGreaterThan(
        0,
      );
    },
  );
});
