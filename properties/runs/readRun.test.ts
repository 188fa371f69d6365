/** Records of any form: malformed ones are refused with all their faults; sound ones read back as they were written. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reducedLayout } from '../../src/model/layout.ts';
import { readRun } from '../../src/runs/readRun.ts';
import { ARRAYS } from './brokenArrays.ts';
import { faultsOf, problem, recordFolder, sound, states } from './records.ts';
import { type Draft, write } from './writeRun.ts';

const { folder, fresh } = recordFolder();

const changedAt = (m: readonly (readonly (readonly number[])[])[], s: number, x: number) =>
  m.map((one, i) => one.map((row, r) => row.map((z, c) => (i === s && r === 0 && c === 1 ? x : z))));
const withClass = (change: object) => ({
  ...problem,
  classes: [{ ...problem.classes[0], ...change }, problem.classes[1]],
});

/** What is wrong whatever the form, and the fault of each. */
const CONTENT: readonly [string, Partial<Draft>, RegExp][] = [
  ['no problem', { problem: undefined }, /problem: expected the problem/],
  ['a problem that is a number', { problem: 7 }, /problem: expected an object, got 7/],
  ['a problem without classes', { problem: { vocabulary: 8 } }, /problem\.classes: expected a list/],
  [
    'a vocabulary that is too small',
    { problem: { ...problem, vocabulary: 7 } },
    /must be below the vocabulary size 7/,
  ],
  ['a next token twice', { problem: withClass({ next: 7 }) }, /next token 7 already belongs/],
  [
    'probabilities that do not sum to 1',
    { problem: withClass({ probabilities: [0.5, 0.5, 0.5] }) },
    /must sum to 1/,
  ],
  ['a probability of 0', { problem: withClass({ probabilities: [0.5, 0.5, 0] }) }, /above 0, got 0/],
  ['a token twice', { problem: withClass({ tokens: [0, 1, 1] }) }, /token 1 is listed twice/],
  [
    'an unknown key of the problem',
    { problem: { ...problem, name: 'x' } },
    /problem\.name: there is no such key/,
  ],
  [
    'a problem with more tokens',
    {
      problem: withClass({
        tokens: [0, 1, 2, 4],
        probabilities: [0.25, 0.25, 0.25, 0.25],
        next: 6,
        query: 2,
      }),
    },
    /Z: expected 3 states/,
  ],
  ['a learning rate of 0', { rates: { etaY: 0 } }, /rates\.etaY: .*got 0/],
  ['a learning rate as a text', { rates: { etaZ: '1' } }, /rates\.etaZ: expected a number, got "1"/],
  ['a momentum of 1', { rates: { momentum: 1 } }, /rates\.momentum: .*got 1/],
  ['half a sequence', { rates: { batch: 0.5 } }, /rates\.batch: expected an integer/],
  ['a length of 1', { rates: { length: 1 } }, /rates\.length: .*got 1/],
  ['an unknown optimiser', { rates: { optimiser: 'lion' } }, /rates\.optimiser: /],
  ['an unknown rate', { rates: { etaX: 1 } }, /rates\.etaX: there is no such key/],
  ['rates that are a list', { rates: [1] }, /rates: expected an object/],
  ['a negative step', { steps: [-1, 2, 5] }, /steps\[0\]: expected a whole number from 0/],
  ['steps that fall', { steps: [0, 5, 2] }, /steps\[2\]: expected more than 5/],
  ['a step twice', { steps: [0, 2, 2] }, /steps\[2\]: expected more than 2/],
  ['a single state', { steps: [0], Z: states(1, 5, 1), Y: states(5, 8, 1) }, /two recorded states at least/],
  ['no state', { steps: [], Z: [], Y: undefined }, /two recorded states|steps/],
  ['Z with a row too many', { Z: states(2, 5) }, /Z: expected 3 states .* got shape \(3, 2, 5\)/],
  ['Z with a column too few', { Z: states(1, 4) }, /Z: expected 3 states .* got shape \(3, 1, 4\)/],
  ['Z with NaN', { Z: changedAt(states(1, 5), 1, Number.NaN) }, /Z\[1\]\[0\]\[1\]: expected a finite|line 3/],
  [
    'Z with an infinity',
    { Z: changedAt(states(1, 5), 2, Number.POSITIVE_INFINITY) },
    /Z\[2\]\[0\]\[1\]: expected a finite|line 4/,
  ],
  [
    'Z with minus infinity',
    { Z: changedAt(states(1, 5), 0, Number.NEGATIVE_INFINITY) },
    /Z\[0\]\[0\]\[1\]: expected a finite|line 2/,
  ],
  ['Y of the wrong shape', { Y: states(8, 5) }, /Y: expected 3 states .* got shape \(3, 8, 5\)/],
  ['Y with NaN', { Y: changedAt(states(5, 8), 1, Number.NaN) }, /Y\[1\]\[0\]\[1\]: expected a finite|line 3/],
];

const FORMS = ['jsonl', 'npz', 'folder'] as const;

describe.each(FORMS)('a malformed record as %s is refused', (form) => {
  it.each(CONTENT)('%s', (_, change, fault) => {
    const path = write(folder, fresh(), { ...sound, ...change }, form);
    // `problem.json` of no other case lies beside it.
    const faults = faultsOf(() => readRun(path));
    expect(
      faults.some((text) => fault.test(text)),
      faults.join('\n'),
    ).toBe(true);
    expect(faults.every((text) => text.startsWith('run ') || text.startsWith('and '))).toBe(true);
  });
  it('and a sound one is read', () => {
    expect(readRun(write(folder, fresh(), sound, form)).steps).toEqual([0, 2, 5]);
  });
  it('with all its faults at once', () => {
    const change = {
      rates: { etaY: -1, etaX: 2 },
      steps: [0, 5, 2],
      Z: states(2, 5),
      problem: withClass({ next: 7 }),
    };
    const faults = faultsOf(() => readRun(write(folder, fresh(), { ...sound, ...change }, form))).join('\n');
    for (const one of [/already belongs/, /rates\.etaY/, /rates\.etaX/, /steps\[2\]/])
      expect(faults).toMatch(one);
  });
});

describe('files', () => {
  it('the problem may be in a file of its own; not in two places', () => {
    const { problem: _, ...rest } = sound;
    const file = join(folder, 'own.json');
    writeFileSync(file, JSON.stringify(problem));
    expect(readRun(write(folder, fresh(), rest, 'npz'), file).problem).toEqual(problem);
    expect(faultsOf(() => readRun(write(folder, fresh(), sound, 'npz'), file)).join('\n')).toMatch(
      /got both/,
    );
    const near = join(folder, 'near');
    mkdirSync(near);
    writeFileSync(join(near, 'problem.json'), JSON.stringify(problem));
    expect(readRun(write(near, fresh(), rest, 'jsonl')).problem).toEqual(problem);
  });
  it('more than a hundred malformed records are refused here', () => {
    expect(FORMS.length * CONTENT.length + 2 * ARRAYS.length).toBeGreaterThan(100);
  });
});

describe('a record reads back as it was written', () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
  const cubeOf = (rows: number, columns: number, count: number) =>
    fc.array(
      fc.array(fc.array(finite, { minLength: columns, maxLength: columns }), {
        minLength: rows,
        maxLength: rows,
      }),
      { minLength: count, maxLength: count },
    );
  const drafts = fc.integer({ min: 2, max: 4 }).chain((count) =>
    fc.record({
      Z: cubeOf(1, 5, count),
      Y: fc.option(cubeOf(5, 8, count), { nil: undefined }),
      gaps: fc.array(fc.integer({ min: 1, max: 1e6 }), { minLength: count, maxLength: count }),
    }),
  );
  const hows = fc.record({
    big: fc.boolean(),
    fortran: fc.boolean(),
    version: fc.constantFrom(1, 2, 3),
    type: fc.constantFrom('f4' as const, 'f8' as const),
  });
  const clean = (x: unknown) => JSON.parse(JSON.stringify(x));

  it.each(FORMS)('as %s', (form) => {
    fc.assert(
      fc.property(drafts, hows, ({ Z, Y, gaps }, how) => {
        const round = (x: number) => (form !== 'jsonl' && how.type === 'f4' ? Math.fround(x) : x);
        const near = (m: number[][][]) => m.map((one) => one.map((row) => row.map(round)));
        // A double beyond float32 becomes infinite, which is refused.
        fc.pre([...Z.flat(2), ...(Y?.flat(2) ?? [])].every((x) => Number.isFinite(round(x))));
        let at = -1;
        const steps = gaps.map((gap) => (at += gap));
        const run = readRun(write(folder, fresh(), { problem, steps, Z, ...(Y && { Y }) }, form, how));
        expect(clean(run.Z)).toEqual(clean(near(Z)));
        expect(clean(run.Y ?? null)).toEqual(clean(Y ? near(Y) : null));
        expect(run.steps).toEqual(steps);
        expect(run.type).toBe(form !== 'jsonl' && how.type === 'f4' ? 'float32' : 'float64');
      }),
      { numRuns: 30 },
    );
  });
  // Ids with gaps: contextual tokens 1, 3, 4 and 8, queries 2 and 9, which a count from 0 does not find.
  const sparse = {
    vocabulary: 11,
    classes: [
      { next: 0, query: 9, tokens: [3, 8], probabilities: [0.5, 0.5] },
      { next: 10, query: 2, tokens: [1, 8, 4], probabilities: [0.5, 0.25, 0.25] },
    ],
  };
  it.each(FORMS)('as %s: of M x M matrices the rows and columns of the problem', (form) => {
    const { queries, tokens } = reducedLayout(sparse);
    expect([queries, tokens]).toEqual([
      [2, 9],
      [1, 3, 4, 8],
    ]);
    /** Each entry says where it is. */
    const full = [0, 1].map((s) =>
      Array.from({ length: 11 }, (_, i) => Array.from({ length: 11 }, (_, j) => 1000 * s + 100 * i + j)),
    );
    const run = readRun(write(folder, fresh(), { problem: sparse, steps: [0, 1], Z: full, Y: full }, form));
    expect(run.Z).toEqual([0, 1000].map((s) => [2, 9].map((m) => [1, 3, 4, 8].map((l) => s + 100 * m + l))));
    expect(run.Y).toEqual([0, 1].map((s) => [1, 3, 4, 8].map((l) => full[s][l])));
  });
});
