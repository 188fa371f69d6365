/** A record in JSON lines: a header, then one state a line. */
import { Faults } from '../io/badInput.ts';
import { readText } from '../io/file.ts';
import { parseJson } from '../io/json.ts';
import { cameText, shown } from '../io/place.ts';
import { suggestion } from '../io/suggest.ts';
import { MOST_ENTRIES } from '../model/ranges.ts';
import type { NpyArray } from './npy.ts';
import { MOST_TEXT_BYTES, NO_PARTS, type RunParts } from './pack.ts';

const HEADER = ['schema', 'problem', 'rates', 'type'];
const STATE = ['step', 'Z', 'Y'];

type Json = Readonly<Record<string, unknown>>;
const isObject = (x: unknown): x is Json => typeof x === 'object' && x !== null && !Array.isArray(x);

const array = (shape: readonly number[], numbers: readonly number[]): NpyArray => ({
  ...{ shape, type: 'f8' },
  at: (index) => numbers[index],
});

/** Matrices of one shape, one after the other. */
class Stack {
  readonly #name: string;
  readonly numbers: number[] = [];
  shape: readonly [number, number] | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  /** Adds a matrix, or the fault that it is none of the others' shape. */
  add(matrix: unknown, faults: Faults, place: string): void {
    const rows =
      Array.isArray(matrix) && matrix.length > 0 && matrix.every(Array.isArray) ? matrix : undefined;
    const width = rows?.[0].length ?? 0;
    if (!rows || width === 0 || !rows.every((row) => row.length === width))
      return void faults.add(`${place}.${this.#name}: expected rows of one length, got ${cameText(matrix)}`);
    this.shape ??= [rows.length, width];
    const [high, wide] = this.shape;
    if (high !== rows.length || wide !== width)
      return void faults.add(
        `${place}.${this.#name}: expected ${high} rows of ${wide} numbers as in the state before, got ${rows.length} rows of ${width}`,
      );
    for (const [i, row] of rows.entries())
      for (const [j, x] of row.entries()) {
        if (typeof x !== 'number')
          faults.add(() => `${place}.${this.#name}[${i}][${j}]: expected a number, got ${cameText(x)}`);
        // In place of what is no number, one that has no fault of its own.
        if (this.numbers.length <= MOST_ENTRIES) this.numbers.push(typeof x === 'number' ? x : 0);
      }
  }

  array(states: number): NpyArray | undefined {
    const size = this.shape && states * this.shape[0] * this.shape[1];
    return size === this.numbers.length && this.shape
      ? array([states, ...this.shape], this.numbers)
      : undefined;
  }
}

function checkKeys(json: Json, known: readonly string[], place: string, faults: Faults): void {
  for (const key of Object.keys(json))
    if (!known.includes(key))
      faults.add(
        () =>
          `${place}: there is no key ${shown(key)}${suggestion(key, known) || `; there are ${known.join(', ')}`}`,
      );
}

/** The parts of a file in JSON lines. Empty lines are skipped. */
export function lineParts(file: string, faults: Faults): RunParts {
  const text = readText(file, MOST_TEXT_BYTES, faults);
  if (text === undefined) return NO_PARTS;
  const [first, ...rest] = text
    .split('\n')
    .map((line, i) => ({ line, place: `line ${i + 1}` }))
    .filter(({ line }) => line.trim() !== '');
  const parse = ({ line, place }: { line: string; place: string }): Json | undefined => {
    const own = new Faults();
    const json = parseJson(line, own);
    if (own.count === 0 && !isObject(json)) own.add(`expected an object, got ${cameText(json)}`);
    faults.addAll(own, `${place}: `);
    return isObject(json) ? json : undefined;
  };
  if (!first) {
    faults.add('expected a header and then a state a line, got an empty file');
    return NO_PARTS;
  }
  const header = parse(first);
  if (header) {
    checkKeys(header, HEADER, first.place, faults);
    if (header.schema !== 1) faults.add(`${first.place}.schema: expected 1, got ${cameText(header.schema)}`);
  }
  // Where Z cannot be put together, a state has told why, or there is none.
  const broken = new Set(['Z']);
  if (!header) broken.add('problem');
  const steps: number[] = [];
  const [Z, Y] = [new Stack('Z'), new Stack('Y')];
  let withY = 0;
  for (const one of rest) {
    const state = parse(one);
    if (faults.full) break;
    if (!state) broken.add('steps');
    if (!state) continue;
    checkKeys(state, STATE, one.place, faults);
    const isWhole = Number.isInteger(state.step);
    if (!isWhole) broken.add('steps');
    if (!isWhole) faults.add(() => `${one.place}.step: expected a whole number, got ${cameText(state.step)}`);
    steps.push(Number(state.step));
    Z.add(state.Z, faults, one.place);
    if (state.Y !== undefined) {
      withY += 1;
      Y.add(state.Y, faults, one.place);
    }
  }
  if (withY > 0 && withY < steps.length)
    faults.add(`Y: expected it in every state or in none, got it in ${withY} of ${steps.length}`);
  return {
    ...{ problem: header?.problem, rates: header?.rates, type: header?.type },
    ...(broken.has('steps') ? {} : { steps: { ...array([steps.length], steps), type: 'i8' } }),
    ...{ broken },
    Z: Z.array(steps.length),
    Y: Y.array(steps.length),
  };
}
