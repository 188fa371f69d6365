import * as z from 'zod';
import type { ExplainWorld } from '../explain/explain.ts';
import { logitMatrix, logitTable, ratesShape } from '../generators/worldSchema.ts';
import { type Checked, Faults } from '../io/badInput.ts';
import { readJson } from '../io/document.ts';
import { cameText, placeText } from '../io/place.ts';
import { checkShape } from '../io/shape.ts';
import { reducedLayout } from '../model/layout.ts';
import type { Problem } from '../model/problem.ts';
import { crossFaults, MOST_PROBLEM_BYTES, problemShape } from '../model/problemShape.ts';
import { EXPLAIN_STEPS } from '../model/ranges.ts';
import { caseRowOf, checkCase } from '../verify/keptCases.ts';
import { rowsOf } from '../verify/registry.ts';

/** As the small published problem is trained. */
const DEFAULT_RATES = { etaY: 1, etaZ: 1, momentum: 0 };

type Json = Record<string, unknown>;
const isObject = (x: unknown): x is Json => typeof x === 'object' && x !== null && !Array.isArray(x);

/** A problem with what training starts from beside it. */
const worldShape = (Z: unknown) =>
  z.strictObject({
    schema: z.literal(1).optional(),
    problem: problemShape,
    Z: (Array.isArray(Z) ? logitMatrix : logitTable).optional(),
    rates: ratesShape.extend({ momentum: ratesShape.shape.momentum.default(0) }).optional(),
    steps: z.int().min(EXPLAIN_STEPS.low).max(EXPLAIN_STEPS.high).optional(),
  });

/** The first twenty, for a message. */
const some = (xs: readonly unknown[]): string =>
  `${xs.slice(0, 20).join(', ')}${xs.length > 20 ? ', ..' : ''}`;

/** By query and token id, or a matrix in rising order of both. */
type Logits = number[][] | Record<string, Record<string, number>>;

/** Z in the order of the layout, or its faults. */
function logitsOf(given: Logits, problem: Problem): Checked<number[][]> {
  const { queries, tokens } = reducedLayout(problem);
  const faults = new Faults();
  if (Array.isArray(given)) {
    const shape = given.map((row) => row.length);
    if (given.length === queries.length && shape.every((n) => n === tokens.length)) return { value: given };
    faults.add(
      `Z: expected ${queries.length} rows (query tokens ${some(queries)}) of ${tokens.length} logits (tokens ${some(tokens)}), got rows of ${some(shape) || 'nothing'}`,
    );
    return { faults };
  }
  const [rows, columns] = [new Set(queries.map(String)), new Set(tokens.map(String))];
  for (const [query, row] of Object.entries(given)) {
    if (!rows.has(query)) faults.add(`${placeText(['Z', query])}: expected a query token, ${some(queries)}`);
    for (const token of Object.keys(row))
      if (!columns.has(token))
        faults.add(`${placeText(['Z', query, token])}: expected a contextual token, ${some(tokens)}`);
  }
  if (faults.count > 0) return { faults };
  return { value: queries.map((m) => tokens.map((l) => given[m]?.[l] ?? 0)) };
}

/** The world of a kept counterexample, which the schema of its row has checked. */
function keptWorld(stored: Json): Checked<ExplainWorld> {
  const [row] = rowsOf([String(stored.claim)], [String(stored.rung)]);
  const faults = new Faults();
  if (!row) {
    faults.add(
      `expected the case of a claim and a rung, got ${cameText(stored.claim)} and ${cameText(stored.rung)}`,
    );
    return { faults };
  }
  const kept = checkCase(stored, caseRowOf(row));
  if ('faults' in kept) return kept;
  const { problem, Z, rates } = kept.value.world as Partial<ExplainWorld>;
  if (problem) return { value: { problem, Z, rates: rates ?? DEFAULT_RATES } };
  faults.add(`world.problem: expected a problem, got nothing; this case has no world to train in`);
  return { faults };
}

/** The world in a file: a problem, a problem with Z and rates beside it, or a kept counterexample. */
export function checkWorld(file: string): Checked<ExplainWorld> {
  const read = readJson(file, MOST_PROBLEM_BYTES);
  if ('faults' in read) return read;
  const json = read.value;
  if (isObject(json) && 'world' in json) return keptWorld(json);
  const alone = !(isObject(json) && 'problem' in json);
  if (alone) {
    const problem = checkShape(problemShape, json, { across: crossFaults });
    return 'faults' in problem ? problem : { value: { problem: problem.value, rates: DEFAULT_RATES } };
  }
  const across = function* () {
    for (const { path, message } of crossFaults(json.problem)) yield { path: ['problem', ...path], message };
  };
  const world = checkShape(worldShape(json.Z), json, { across });
  if ('faults' in world) return world;
  const { problem, rates = DEFAULT_RATES, steps } = world.value;
  const Z = world.value.Z && logitsOf(world.value.Z, problem);
  if (Z && 'faults' in Z) return Z;
  return { value: { problem, Z: Z?.value, rates, steps } };
}
