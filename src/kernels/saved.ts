/** A case in a file: plain JSON that a reader can read, and that is read back to the last bit. */
import { readFileSync } from 'node:fs';
import type { KernelCase } from '../generators/kernelCases.ts';
import { dtypeOf, type StepInput } from '../model/stepInput.ts';
import { decodeInput } from './hosts/protocol.ts';

const SCHEMA = 1;
const IDS = ['contexts', 'queries', 'targets'] as const;
const FLOATS = ['Y', 'Z', 'velocityY', 'velocityZ'] as const;

/** A double's shortest decimal form reads back as the same double, and every float32 is a double. */
const numberText = (x: number): string => (Object.is(x, -0) ? '-0' : String(x));

const inputText = (input: StepInput): string => {
  const fields = Object.entries({ dtype: dtypeOf(input), ...input }).map(([name, value]) => {
    const text = ArrayBuffer.isView(value)
      ? `[${Array.from(value as unknown as ArrayLike<number>, numberText).join(', ')}]`
      : JSON.stringify(value);
    return `      ${JSON.stringify(name)}: ${text}`;
  });
  return `    {\n${fields.join(',\n')}\n    }`;
};

/** @param about what failed there, for the reader; not read back */
export const savedCase = (calls: KernelCase, about: object): string =>
  JSON.stringify({ schema: SCHEMA, ...about, calls: null }, null, 2).replace(
    /null\n\}$/,
    () => `[\n${calls.map(inputText).join(',\n')}\n  ]\n}\n`,
  );

const base64 = (array: ArrayBufferView) =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');

function call(value: unknown, where: string): StepInput {
  const given = { ...(value as Record<string, unknown>) };
  for (const name of [...IDS, ...FLOATS]) {
    const xs = given[name];
    if (!Array.isArray(xs) || !xs.every((x) => typeof x === 'number'))
      throw new Error(`${where}.${name}: expected an array of numbers`);
    const ids = (IDS as readonly string[]).includes(name);
    const Kind = ids ? Int32Array : given.dtype === 'float64' ? Float64Array : Float32Array;
    given[name] = base64(Kind.from(xs));
  }
  try {
    return decodeInput(given);
  } catch (error) {
    throw new Error(`${where}: ${(error as Error).message}`);
  }
}

/** @throws Error that says what is wrong with the file */
export function readCase(file: string): KernelCase {
  const content = JSON.parse(readFileSync(file, 'utf8')) as { schema?: unknown; calls?: unknown };
  if (content?.schema !== SCHEMA)
    throw new Error(`expected "schema": ${SCHEMA}, got ${JSON.stringify(content?.schema)}`);
  if (!Array.isArray(content.calls) || content.calls.length === 0)
    throw new Error('expected "calls": a list of at least one input');
  return content.calls.map((value, i) => call(value, `calls[${i}]`));
}
