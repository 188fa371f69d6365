/** Checks what a kernel declares about its arithmetic: in a module, in a hello message, or in options of a command. */
import { Faults } from '../../io/badInput.ts';
import { parseJson } from '../../io/json.ts';
import { ACCUMULATORS, type Declaration, LOW_PRECISIONS, STAGES, type Stage } from '../kernel.ts';
import { EXP_ERRORS } from '../sizes.ts';
import { describeValue, isObject } from './checkOutput.ts';

const isNumber = (x: unknown): x is number => typeof x === 'number' && Number.isFinite(x);

function* expFaults(error: unknown): Generator<string> {
  const most = EXP_ERRORS.high;
  if (error === undefined || (isNumber(error) && error > 0 && error <= most)) return;
  const where = 'declares.expError';
  if (!isObject(error))
    return yield `${where}: expected a positive number of units u up to ${most}, or { ulps, perUnit }, got ${describeValue(error)}`;
  const { ulps, perUnit, ...others } = error;
  if (!(isNumber(ulps) && ulps > 0 && ulps <= most))
    yield `${where}.ulps: expected a positive number up to ${most}, got ${describeValue(ulps)}`;
  if (!(isNumber(perUnit) && perUnit >= 0 && perUnit <= most))
    yield `${where}.perUnit: expected a number from 0 to ${most}, got ${describeValue(perUnit)}`;
  for (const name of Object.keys(others)) yield `${where}.${name}: expected only ulps and perUnit here`;
}

function* formatFaults(name: string, formats: unknown, known: readonly string[]): Generator<string> {
  if (formats === undefined) return;
  if (!isObject(formats)) return yield `declares.${name}: expected an object, got ${describeValue(formats)}`;
  for (const [stage, format] of Object.entries(formats)) {
    const where = `declares.${name}.${stage}`;
    if (!STAGES.includes(stage as Stage))
      yield `${where}: no such stage; expected one of ${STAGES.join(', ')}`;
    else if (!known.includes(format as string))
      yield `${where}: expected one of ${known.join(', ')}, got ${describeValue(format)}`;
  }
}

/** Every fault of a declaration. */
export function* declarationFaults(declares: unknown): Generator<string> {
  if (declares === undefined) return;
  if (!isObject(declares)) return yield `declares: expected an object, got ${describeValue(declares)}`;
  const { expError, stagePrecision, accumulate, ...others } = declares;
  yield* expFaults(expError);
  for (const name of Object.keys(others))
    yield `declares.${name}: expected only expError, stagePrecision and accumulate here`;
  yield* formatFaults('stagePrecision', stagePrecision, LOW_PRECISIONS);
  yield* formatFaults('accumulate', accumulate, ACCUMULATORS);
}

/** The hello message of a kernel's process: what it declares, and every fault of that. */
export interface Hello {
  readonly declares: Declaration;
  readonly faults: readonly string[];
}

/** A hello begins like this; it has no other key. */
const HELLO = /^\s*\{\s*"declares"\s*:/;

/** Reads `{"declares": ..}`; undefined if the text is another message. */
export function decodeHello(text: string): Hello | undefined {
  if (!HELLO.test(text)) return undefined;
  const read = new Faults();
  const message = parseJson(text, read);
  if (read.count > 0 || !isObject(message))
    return { declares: {}, faults: read.listed.map((fault) => `its hello message: ${fault}`) };
  const { declares, ...others } = message;
  for (const fault of declarationFaults(declares)) read.add(fault);
  for (const name of Object.keys(others)) read.add(`${name}: expected only declares in a hello message`);
  return { declares: read.count > 0 ? {} : (declares as Declaration), faults: read.listed };
}

/** Faults of a hello for a command whose options declare something, too: neither overrides the other. */
export const declaredTwice = (options: Declaration, hello: Declaration): string[] =>
  Object.keys(hello)
    .filter((name) => options[name as keyof Declaration] !== undefined)
    .map((name) => `declares.${name}: expected once, is in its hello message and in the options`);
