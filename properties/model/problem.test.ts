import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schemaDocument, schemaText } from '../../fixtures/schema.mjs';
import { type Interval, interval } from '../../src/arithmetic/decimal.ts';
import { sum } from '../../src/arithmetic/field.ts';
import { problem as world } from '../../src/generators/problems.ts';
import { jsonSchemaOf } from '../../src/io/shape.ts';
import { presets, syntheticProblem } from '../../src/model/presets.ts';
import { classWeights, occurrences, type Problem, probabilities } from '../../src/model/problem.ts';
import { crossFaults, problemSchema } from '../../src/model/problemShape.ts';
import { expectGenerated } from '../support/generated.ts';
import { satisfies } from './jsonSchema.ts';
import { holds } from './worlds.ts';

/** A problem as in a file: probabilities of sum 1, weights of some classes. */
const file = fc.tuple(world(), fc.array(fc.option(fc.integer({ min: 1, max: 9 })))).map(
  ([problem, weights]): Problem => ({
    ...problem,
    classes: problem.classes.map((c, n) => {
      const total = c.probabilities.reduce((a, b) => a + b, 0);
      const weight = weights[n];
      return { ...c, probabilities: c.probabilities.map((p) => p / total), ...(weight ? { weight } : {}) };
    }),
  }),
);

const text = readFileSync(new URL('../../fixtures/problem.schema.json', import.meta.url), 'utf8');

describe('valid problems', () => {
  it('are unchanged after a round trip through JSON', () => {
    fc.assert(
      fc.property(file, (problem) => {
        const parsed = problemSchema.parse(JSON.parse(JSON.stringify(problem)));
        expect(parsed).toEqual(problem);
        expect([...crossFaults(problem)]).toEqual([]);
      }),
      { seed: 1 },
    );
  });
  it('satisfy the published JSON schema', () => {
    const schema = JSON.parse(text);
    fc.assert(
      fc.property(file, (problem) => satisfies(schema, JSON.parse(JSON.stringify(problem)))),
      { seed: 2 },
    );
    for (const sizes of Object.values(presets)) expect(satisfies(schema, syntheticProblem(sizes))).toBe(true);
  });
  it('the published JSON schema is up to date', () => {
    expectGenerated({
      ...{ path: 'fixtures/problem.schema.json', actual: text },
      ...{
        expected: schemaText(jsonSchemaOf(problemSchema)),
        command: 'npx tsx fixtures/schema.mjs',
      },
    });
    expect(schemaDocument(jsonSchemaOf(problemSchema)).title).toBe('Snapcheck problem');
    expect('$id' in schemaDocument(jsonSchemaOf(problemSchema))).toBe(false);
  });
  it('the published problems are valid', () => {
    for (const sizes of Object.values(presets))
      expect(problemSchema.parse(syntheticProblem(sizes))).toBeTruthy();
  });
});

describe('probabilities, weights and occurrences', () => {
  it('sum to 1 in the field', () => {
    fc.assert(
      fc.property(world(), (problem) => {
        const F = interval(20);
        const one = (xs: Interval[]) => {
          const total = sum(F, xs);
          expect(holds(total, 1)).toBe(true);
          // Each of at most 40 quotients and partial sums has a width of at most one ulp: at most 80 ulp of 1.
          expect(F.radius(total)).toBeLessThan(80e-19);
        };
        one(classWeights(F, problem));
        for (const c of problem.classes) one(probabilities(F, c));
      }),
      { seed: 4 },
    );
  });
  it('omega lists the classes of every token that occurs, and no other token', () => {
    fc.assert(
      fc.property(world(), (problem) => {
        const omega = occurrences(problem);
        const pairs = problem.classes.flatMap((c, n) => c.tokens.map((l) => `${l} ${n}`));
        expect([...omega].flatMap(([l, ns]) => ns.map((n) => `${l} ${n}`)).sort()).toEqual(pairs.sort());
      }),
      { seed: 5 },
    );
  });
});
