/** Reads a recorded run, in any of its three forms, and checks all of it. */
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { BadInput, Faults } from '../io/badInput.ts';
import { readDocument } from '../io/document.ts';
import { noFile } from '../io/file.ts';
import { shown } from '../io/place.ts';
import { checkShape } from '../io/shape.ts';
import { reducedLayout } from '../model/layout.ts';
import { optimisers } from '../model/optimiser.ts';
import type { Problem } from '../model/problem.ts';
import { crossFaults, MOST_PROBLEM_BYTES, problemShape } from '../model/problemShape.ts';
import { BATCHES, LENGTHS, MOST_ENTRIES, RATE_LIMITS } from '../model/ranges.ts';
import type { Matrix } from '../model/transformer.ts';
import { lineParts } from './lines.ts';
import type { NpyArray } from './npy.ts';
import { folderParts, npzParts, type RunParts } from './pack.ts';
import type { RecordedRates, RecordedRun } from './run.ts';

const rate = z.number().min(RATE_LIMITS.low).max(RATE_LIMITS.high).optional();
/** What a record may say of how it was trained. */
export const recordedRatesShape = z.strictObject({
  etaY: rate,
  etaZ: rate,
  momentum: z.number().min(0).lt(1).optional(),
  batch: z.int().min(BATCHES.low).max(BATCHES.high).optional(),
  length: z.int().min(LENGTHS.low).max(LENGTHS.high).optional(),
  optimiser: z.enum(optimisers).optional(),
});

/** A problem read for the run, or the problem in the record. */
function problemOf(own: unknown, given: unknown, faults: Faults): Problem | undefined {
  if (own !== undefined && given !== undefined)
    return void faults.add('problem: expected it in the record or beside it, got both');
  if (own === undefined && given === undefined)
    return void faults.add(
      'problem: expected the problem in the record, in problem.json beside it, or by --problem, got nothing',
    );
  const checked = checkShape(problemShape, own ?? given, { across: crossFaults, at: ['problem'] });
  if ('value' in checked) return checked.value;
  faults.addAll(checked.faults);
}

/** The steps; undefined where they are no list of integers. */
function stepsOf(steps: NpyArray | undefined, faults: Faults): number[] | undefined {
  if (!steps) return undefined;
  const { shape, type, at } = steps;
  if (shape.length !== 1 || (type !== 'i4' && type !== 'i8')) {
    faults.add(`steps: expected a list of integers, got shape (${shape.join(', ')}) of type ${type}`);
    return undefined;
  }
  const all = Array.from({ length: Math.min(shape[0], MOST_ENTRIES) }, (_, i) => at(i));
  if (shape[0] < 2) faults.add(`steps: expected two recorded states at least, got ${shape[0]}`);
  for (const [i, t] of all.entries()) {
    if (!(t >= 0 && t <= Number.MAX_SAFE_INTEGER))
      faults.add(() => `steps[${i}]: expected a whole number from 0 to ${Number.MAX_SAFE_INTEGER}, got ${t}`);
    if (i > 0 && t <= all[i - 1])
      faults.add(() => `steps[${i}]: expected more than ${all[i - 1]}, the one before, got ${t}`);
  }
  return all;
}

/** One of the shapes that a matrix may have, and which of its rows and columns are kept. */
interface Kept {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly says: string;
  readonly size: readonly [number, number];
}

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/**
 * The kept parts of each state, or faults: a shape that does not fit, entries that are not finite.
 * @param states how many there are; undefined where the steps do not say it
 * @param single whether they are numbers of float32, which a text with its 9 digits rounds to
 */
function matricesOf(
  name: string,
  array: NpyArray,
  { states, single }: { readonly states: number | undefined; readonly single: boolean },
  kept: readonly Kept[],
  faults: Faults,
): Matrix<number>[] {
  const { shape, type, at } = array;
  const fault = (text: string): Matrix<number>[] => {
    faults.add(`${name}: ${text}`);
    return [];
  };
  if (type !== 'f4' && type !== 'f8') return fault(`expected numbers of type f4 or f8, got ${type}`);
  const [S, high, wide] = shape;
  const fits = shape.length === 3 ? kept.find(({ size }) => size[0] === high && size[1] === wide) : undefined;
  if (!fits || S !== (states ?? S))
    return fault(
      `expected ${states === undefined ? 'states' : `${states} states (one for each step)`} of ${kept.map(({ says }) => says).join(' or ')}, got shape (${shape.join(', ')})`,
    );
  const entries = S * fits.rows.length * fits.columns.length;
  if (entries > MOST_ENTRIES) return fault(`expected at most ${MOST_ENTRIES} entries, got ${entries}`);
  for (let i = 0; i < S * high * wide && !faults.full; i++)
    if (!Number.isFinite(single ? Math.fround(at(i)) : at(i)))
      faults.add(() => {
        const [s, rest] = [Math.floor(i / (high * wide)), i % (high * wide)];
        return `${name}[${s}][${Math.floor(rest / wide)}][${rest % wide}]: expected a finite number${single && Number.isFinite(at(i)) ? ' of float32' : ''}, got ${at(i)}`;
      });
  return range(S).map((s) => fits.rows.map((r) => fits.columns.map((c) => at((s * high + r) * wide + c))));
}

/** @param beside the problem from beside the record, and whether its faults are told already */
function assemble(
  parts: RunParts,
  { given, told }: { readonly given: unknown; readonly told: boolean },
  faults: Faults,
): RecordedRun | undefined {
  const { broken = new Set() } = parts;
  const problem = told || broken.has('problem') ? undefined : problemOf(parts.problem, given, faults);
  let rates: RecordedRates | undefined;
  if (parts.rates !== undefined) {
    const checked = checkShape(recordedRatesShape, parts.rates, { at: ['rates'] });
    if ('faults' in checked) faults.addAll(checked.faults);
    else rates = checked.value;
  }
  if (parts.type !== undefined && parts.type !== 'float32' && parts.type !== 'float64')
    faults.add(`type: expected float32 or float64, got ${shown(String(parts.type))}`);
  for (const name of ['steps', 'Z'] as const)
    if (!parts[name] && !broken.has(name)) faults.add(`${name}: expected this part, got nothing`);
  const steps = stepsOf(parts.steps, faults);
  if (!problem || !parts.Z) return undefined;
  const size = { states: steps?.length, single: parts.type === 'float32' };
  const { vocabulary: M } = problem;
  const { queries, tokens } = reducedLayout(problem);
  const [Q, L] = [queries.length, tokens.length];
  const Z = matricesOf(
    'Z',
    parts.Z,
    size,
    [
      { rows: range(Q), columns: range(L), size: [Q, L], says: `${Q} query tokens x ${L} contextual tokens` },
      { rows: queries, columns: tokens, size: [M, M], says: `${M} x ${M}` },
    ],
    faults,
  );
  const shapes: Kept[] = [
    { rows: range(L), columns: range(M), size: [L, M], says: `${L} contextual tokens x ${M} tokens` },
    { rows: tokens, columns: range(M), size: [M, M], says: `${M} x ${M}` },
  ];
  const Y = parts.Y && matricesOf('Y', parts.Y, size, shapes, faults);
  const type = (parts.type as RecordedRun['type']) ?? (parts.Z.type === 'f4' ? 'float32' : 'float64');
  return steps && { problem, steps, Z, ...(Y && { Y }), ...(rates && { rates }), type };
}

/** What there is beside a record: the file that is named, or problem.json in the same folder. */
function beside(path: string, own: unknown, named: string | undefined, faults: Faults): unknown {
  const near = join(dirname(path), 'problem.json');
  const file = named ?? (own === undefined && noFile(near) === undefined ? near : undefined);
  if (file === undefined) return undefined;
  const read = readDocument(file, { most: MOST_PROBLEM_BYTES, schema: problemShape, across: crossFaults });
  if ('value' in read) return read.value;
  faults.addAll(read.faults, `problem file ${shown(file, false)}: `);
  // Its faults are told; the record is checked without it.
  return undefined;
}

/**
 * Reads a recorded run: JSON lines, a zip file of NumPy (`.npz`), or a folder of `.npy` files.
 * @param problem a file with the problem, where it is not in the record
 * @throws BadInput with all faults of the record, each with what was expected and what came
 */
export function readRun(path: string, problem?: string): RecordedRun {
  const faults = new Faults();
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const parts = isFolder
    ? folderParts(path, faults)
    : path.endsWith('.npz')
      ? npzParts(path, faults)
      : lineParts(path, faults);
  const before = faults.count;
  const given = isFolder && problem === undefined ? undefined : beside(path, parts.problem, problem, faults);
  const run = assemble(parts, { given, told: faults.count > before }, faults);
  if (!run || faults.count > 0) {
    const all = new Faults();
    all.addAll(faults, `run ${shown(path, false)}: `);
    throw new BadInput(all);
  }
  return run;
}
