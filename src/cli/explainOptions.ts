import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { BadInput } from '../io/badInput.ts';
import { reducedLayout } from '../model/layout.ts';
import { crossFaults, type Problem, problemSchema } from '../model/problem.ts';
import type { ExplainWorld, SgdOptions } from '../verify/explain.ts';
import { suggestion } from './suggest.ts';

/** What commander hands over: everything still a string. */
export interface ExplainFlags {
  readonly steps?: string;
  readonly batch?: string;
  readonly length?: string;
  readonly seed?: string;
  readonly json?: boolean;
}

export interface ExplainAsked {
  readonly world: ExplainWorld;
  readonly sgd: SgdOptions;
}

const INT32 = 2 ** 31;
const MOST_STEPS = 1e7;

const rate = z.number().positive().finite();
const ratesSchema = z.strictObject({
  etaY: rate,
  etaZ: rate,
  momentum: z.number().min(0).lt(1).default(0),
});
const logit = z.number().finite();
/** By query and token id, or a matrix in rising order of both. */
const logitsSchema = z.union([z.array(z.array(logit)), z.record(z.string(), z.record(z.string(), logit))]);
type Logits = z.infer<typeof logitsSchema>;

/** As the small published problem is trained. */
const DEFAULT_RATES = { etaY: 1, etaZ: 1, momentum: 0 };

type Json = Record<string, unknown>;
const isObject = (x: unknown): x is Json => typeof x === 'object' && x !== null && !Array.isArray(x);

/** Weights become probabilities: a kept case has integers. What is no list of numbers is left for the schema to refuse. */
function normalised(problem: unknown): unknown {
  if (!isObject(problem) || !Array.isArray(problem.classes)) return problem;
  const classes = problem.classes.map((c: unknown) => {
    if (!isObject(c) || !Array.isArray(c.probabilities)) return c;
    const weights: unknown[] = c.probabilities;
    if (!weights.every((w) => typeof w === 'number' && w > 0)) return c;
    const total = (weights as number[]).reduce((a, b) => a + b, 0);
    return { ...c, probabilities: (weights as number[]).map((w) => w / total) };
  });
  return { ...problem, classes };
}

const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');

/** Shape and cross faults of one part of the document, each with its place. */
function partFaults(at: string, issues: readonly z.core.$ZodIssue[]): string[] {
  return issues.map(({ path, message }) => {
    const text = message.replace(/^(Invalid input|Too small|Too big): /, '').replace('undefined', 'nothing');
    const where = pathText([...(at ? [at] : []), ...path]);
    return where ? `${where}: ${text}` : text;
  });
}

/** Z in the order of the layout, or the faults of what was given. */
function logitsOf(given: Logits, problem: Problem): { Z: number[][] } | { faults: string[] } {
  const { queries, tokens } = reducedLayout(problem);
  if (Array.isArray(given)) {
    const shape = given.map((row) => row.length);
    if (given.length === queries.length && shape.every((n) => n === tokens.length)) return { Z: given };
    return {
      faults: [
        `Z: expected ${queries.length} rows (query tokens ${queries.join(', ')}) of ${tokens.length} logits (tokens ${tokens.join(', ')}), got rows of ${shape.join(', ') || 'nothing'}`,
      ],
    };
  }
  const faults: string[] = [];
  for (const [query, row] of Object.entries(given)) {
    if (!queries.map(String).includes(query))
      faults.push(`Z.${query}: expected a query token, ${queries.join(' or ')}`);
    for (const token of Object.keys(row))
      if (!tokens.map(String).includes(token))
        faults.push(`Z.${query}.${token}: expected a contextual token, ${tokens.join(', ')}`);
  }
  if (faults.length > 0) return { faults };
  return { Z: queries.map((m) => tokens.map((l) => given[m]?.[l] ?? 0)) };
}

/** The world in a file: a problem, a problem with Z and rates beside it, or a kept counterexample. */
function checkWorld(file: string): { world: ExplainWorld } | { faults: string[] } {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return {
      faults: [code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'it is a directory' : message],
    };
  }
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    return {
      faults: [`expected JSON, got a text that is cut off or malformed (${(error as Error).message})`],
    };
  }
  if (!isObject(json)) return { faults: ['expected an object with a problem'] };
  const kept = isObject(json.world);
  const outer: Json = kept ? (json.world as Json) : 'problem' in json ? json : { problem: json };
  if (kept && !('problem' in outer))
    return { faults: ['world.problem: expected a problem, got nothing; this case has no world to train in'] };
  const faults: string[] = [];
  const known = ['problem', 'Z', 'rates', 'steps'];
  if (!kept)
    for (const key of Object.keys(outer))
      if (!known.includes(key))
        faults.push(`${key}: expected only ${known.join(', ')}${suggestion(key, known)}`);
  const prefix = 'problem' in json ? 'problem' : '';
  const given = kept ? normalised(outer.problem) : outer.problem;
  const problem = problemSchema.safeParse(given);
  if (!problem.success) {
    const shape = problem.error.issues.filter(({ code }) => code !== 'custom');
    faults.push(...partFaults(kept ? 'world.problem' : prefix, shape));
    for (const { path, message } of crossFaults(given))
      faults.push(`${pathText([prefix, ...path].filter((x) => x !== ''))}: ${message}`);
  }
  const rates = ratesSchema.safeParse(outer.rates ?? DEFAULT_RATES);
  if (!rates.success) faults.push(...partFaults('rates', rates.error.issues));
  const steps = z
    .int()
    .min(1)
    .max(MOST_STEPS)
    .optional()
    .safeParse(kept ? undefined : outer.steps);
  if (!steps.success) faults.push(...partFaults('steps', steps.error.issues));
  const logits = logitsSchema.optional().safeParse(outer.Z);
  if (!logits.success)
    faults.push('Z: expected logits as {"query": {"token": number}}, or a matrix of numbers');
  let Z: number[][] | undefined;
  if (problem.success && logits.data) {
    const read = logitsOf(logits.data, problem.data);
    if ('faults' in read) faults.push(...read.faults);
    else Z = read.Z;
  }
  if (faults.length > 0 || !problem.success || !rates.success) return { faults };
  return { world: { problem: problem.data, Z, rates: rates.data, steps: steps.data } };
}

/**
 * The operand and every flag of `explain`, checked together.
 * @throws BadInput with every fault
 */
export function readExplainOptions(
  operands: readonly string[],
  raw: ExplainFlags,
  flags: readonly string[],
): ExplainAsked {
  const faults: string[] = [];
  for (const flag of operands.filter((text) => text.startsWith('-')))
    faults.push(`unknown option ${flag}${suggestion(flag.split('=')[0], flags)}`);
  const files = operands.filter((text) => !text.startsWith('-'));
  if (files.length !== 1)
    faults.push(`expected one file with a world, got ${files.length === 0 ? 'none' : files.length}`);
  const integer = (flag: string, text: string | undefined, fallback: number, low: number, high: number) => {
    if (text === undefined) return fallback;
    const value = /^[+-]?\d+(e\+?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
    if (value >= low && value <= high) return value;
    faults.push(`${flag}: expected an integer from ${low} to ${high}, got "${text}"`);
    return fallback;
  };
  const steps = integer('--steps', raw.steps, 0, 1, MOST_STEPS);
  const sgd = {
    batch: integer('--batch', raw.batch, 128, 1, 1e6),
    length: integer('--length', raw.length, 128, 2, 2 ** 53 - 1),
    seed: integer('--seed', raw.seed, 1, -INT32, INT32 - 1),
  };
  const worlds: ExplainWorld[] = [];
  for (const file of files) {
    const checked = checkWorld(file);
    if ('faults' in checked) faults.push(...checked.faults.map((text) => `world file ${file}: ${text}`));
    else worlds.push(checked.world);
  }
  if (faults.length > 0) throw new BadInput(faults);
  return { world: steps > 0 ? { ...worlds[0], steps } : worlds[0], sgd };
}
