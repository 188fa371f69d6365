// heavy: 6 s
/** The readers of outside files against documents of their shape, and against anything: a value or faults, nothing else. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { readAtlas } from '../../src/atlas/document.ts';
import { checkProblem } from '../../src/cli/problemFile.ts';
import { defaultPrecision } from '../../src/decide/enclosure.ts';
import { worldShape } from '../../src/generators/worldSchema.ts';
import { type Checked, Faults, MOST_LISTED } from '../../src/io/badInput.ts';
import { parseJson } from '../../src/io/json.ts';
import { kernelCases } from '../../src/kernels/cases/cases.ts';
import { readSavedCase, savedCase } from '../../src/kernels/cases/saved.ts';
import { fastTraining } from '../../src/verify/fastTraining.ts';
import { readCase } from '../../src/verify/keptCases.ts';
import { rowsOf } from '../../src/verify/registry.ts';
import { readers } from '../attack/documents.ts';
import { SMALL } from '../kernels/judging.ts';
import { seeds, size } from '../support/settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'snapcheck-readers-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'document.json');
const put = (text: string) => {
  writeFileSync(file, text);
  return file;
};
/** Of equal values toEqual is asked only where the faster comparison, which is stricter, is not content. */
const expectSame = (got: unknown, right: unknown) => {
  if (!isDeepStrictEqual(got, right)) expect(got).toEqual(right);
};
/** A value, or faults that are told in twenty lines and a count. */
const checked = <T>(read: Checked<T>): T | undefined => {
  if ('value' in read) return read.value;
  const { count, listed } = read.faults;
  expect([count > 0, listed.length <= MOST_LISTED + 1]).toEqual([true, true]);
  expect(listed.filter(({ length }) => length >= 2000)).toEqual([]);
  return undefined;
};

/** What may stand at a place of a document. */
const anything = fc.oneof(
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  fc.double(),
  fc.integer({ min: -3, max: 12 }),
  fc.constantFrom(null, -0, 1e308, -1e308, 5e-324, 2 ** 53, 2 ** 31, '__proto__', [], {}),
);

type Path = (string | number)[];
const places = (value: unknown, path: Path = []): Path[] =>
  typeof value !== 'object' || value === null
    ? [path]
    : [path, ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...path, key]))];

/** A document with up to three places changed, left out, or doubled. */
const mutated = (text: string) => {
  const good = JSON.parse(text);
  const all = places(good).slice(1);
  const change = fc.record({ at: fc.nat({ max: all.length - 1 }), how: fc.nat({ max: 3 }), to: anything });
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    const copy = structuredClone(good);
    for (const { at, how, to } of changes) {
      const path = all[at];
      const parent = path.slice(0, -1).reduce((x, key) => x?.[key], copy);
      const key = path[path.length - 1];
      if (typeof parent !== 'object' || parent === null) continue;
      if (how === 0) delete parent[key];
      else if (how === 1 && Array.isArray(parent)) parent.push(parent[Number(key)]);
      else parent[key] = to;
    }
    return JSON.stringify(copy);
  });
};

/** A text with a few characters cut out, put in or changed. */
const torn = (text: string) =>
  fc
    .array(fc.tuple(fc.nat({ max: text.length }), fc.nat({ max: 3 }), fc.string({ maxLength: 3 })), {
      minLength: 1,
      maxLength: 3,
    })
    .map((cuts) =>
      cuts.reduce((torn, [at, length, put]) => torn.slice(0, at) + put + torn.slice(at + length), text),
    );

const kindOf = (name: string) => readers.find((reader) => reader.name === name)!.text;

describe('JSON', () => {
  it.each(seeds(1))('is what JSON.parse says, but for what it is silent about (seed %i)', (seed) => {
    const document = fc.json({ noUnicodeString: false } as object);
    const text = fc.oneof(document, document.chain(torn), fc.string());
    fc.assert(
      fc.property(text, (text) => {
        const faults = new Faults();
        const value = parseJson(text, faults);
        let expected: unknown;
        let valid = true;
        try {
          expected = JSON.parse(text);
        } catch {
          valid = false;
        }
        if (!valid) expect(faults.count).toBe(1);
        else if (faults.count === 0) expectSame(value, expected);
        else for (const fault of faults.listed) expect(fault).toMatch(/given twice|double can hold/);
      }),
      { seed, numRuns: size(2000) },
    );
  });
});

describe('files of each kind', () => {
  const plain: readonly (readonly [string, (file: string) => Checked<unknown>])[] = [
    ['problem of train', checkProblem],
    ['saved case of a kernel', readSavedCase],
    ['part of an atlas', readAtlas],
  ];
  it.each(plain)('%s: mutated or torn, it is read or refused', (name, read) => {
    const text = kindOf(name);
    fc.assert(
      fc.property(fc.oneof(mutated(text), torn(text), fc.json()), (text) => {
        checked(read(put(text)));
      }),
      { seed: 1, numRuns: size(300) },
    );
  });

  it('a saved case is read back to the bit', () => {
    fc.assert(
      fc.property(kernelCases('float32', SMALL), (calls) => {
        // toEqual takes a hundred times as long over large arrays.
        expect(isDeepStrictEqual(checked(readSavedCase(put(savedCase(calls, {})))), calls)).toBe(true);
      }),
      { seed: 4, numRuns: size(10) },
    );
  });
});

const SCHEMA = 'say in "fields" of src/generators/worldSchema.ts what they may hold';

describe('kept cases', () => {
  const rows = rowsOf().map(({ claim, check }) => ({
    name: `${claim.id} on ${check.rung}`,
    check,
    row: { claim: claim.id, rung: check.rung, worlds: check.worlds },
  }));
  const caseOf = ({ claim, rung }: { claim: string; rung: string }, world: unknown) =>
    JSON.stringify({
      ...{ schema: 1, claim, rung, seed: 1, path: '0', world, digits: null },
      margin: { name: 'x', value: -1, time: 0 },
    });

  it.each(rows)('$name: every world of the row is read as it was', ({ row }) => {
    const { shape } = worldShape(row.worlds) as z.ZodObject;
    // Where the schema says nothing of a field, its shape takes any value.
    const unchecked = Object.keys(shape).filter((field) => shape[field].safeParse(Symbol('any')).success);
    expect(
      unchecked,
      `worlds of ${row.claim} on ${row.rung} have these fields, whose values are not checked yet: ${SCHEMA}`,
    ).toEqual([]);
    for (const world of fc.sample(row.worlds, { numRuns: 12, seed: 9 })) {
      const read = readCase(put(caseOf(row, world)), row);
      expect(
        'value' in read ? [] : read.faults.listed,
        `a world of ${row.claim} on ${row.rung} is refused when it comes from a file: ${SCHEMA}`,
      ).toEqual([]);
      expectSame('value' in read && read.value.world, JSON.parse(JSON.stringify(world)));
    }
  });

  // Cheap to judge, whatever the numbers.
  const judged = rows.filter(({ row }) => ['two-timescale', 'algebra', 'frozen'].includes(row.rung));
  it.each(judged)('$name: mutated, it is refused or can be judged', async ({ row, check }) => {
    const [world] = fc.sample(row.worlds, { numRuns: 1, seed: 3 });
    await fc.assert(
      fc.asyncProperty(mutated(caseOf(row, world)), async (text) => {
        const kept = checked(readCase(put(text), row));
        const steps = (kept?.world as { steps?: number } | undefined)?.steps ?? 0;
        if (kept && steps < 50) await check.judge(kept.world, fastTraining, defaultPrecision);
      }),
      { seed: 5, numRuns: size(12), interruptAfterTimeLimit: 4000 },
    );
  });
});

describe('a document of faults', () => {
  it.each([1e4, 1e5])('%i of them are counted, twenty told, in time linear in them', (n) => {
    const begun = performance.now();
    const read = checkProblem(put(JSON.stringify({ vocabulary: 9, classes: Array(n).fill(5) })));
    const seconds = (performance.now() - begun) / 1000;
    expect('faults' in read && read.faults.count).toBe(n);
    expect('faults' in read && read.faults.listed.at(-1)).toBe(
      `and ${(n - 20).toLocaleString('en-US')} more`,
    );
    // Empirical: 5 microseconds each on an idle core; a cost that grew with n would take minutes.
    expect(seconds).toBeLessThan(30);
  });
});
