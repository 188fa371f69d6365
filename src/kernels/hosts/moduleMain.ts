/**
 * Main program of a kernel module's process: loads the module, reports the kernel or the reason why there is none,
 * then answers one call after the other. It reads requests from descriptor 3 and writes answers to descriptor 4;
 * standard input is empty, standard output and error belong to the kernel. Code that runs after the module is loaded
 * uses only functions that were saved before (`intrinsics.ts`).
 */
import fs from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type Kernel, KernelFault, NoKernel, type StepOutput } from '../kernel.ts';
import { callKernel, checkKernel, thrownText, unreadable } from './call.ts';
import {
  ANSWER,
  decodeRequest,
  encodeFault,
  encodeOutput,
  encodeTextAnswer,
  KEY_BYTES,
  REQUEST_HEAD,
  requestRest,
} from './frames.ts';
import { Bytes, Doubles, json, lengthOf, NativeBuffer } from './intrinsics.ts';

const [REQUESTS, ANSWERS, ERRORS] = [3, 4, 2];
const { readSync, writeSync } = fs;
const immediate = setImmediate;
const leave = process.exit.bind(process);

/** Reads `length` bytes. Ends the process at the end of the input: Snapcheck has ended. */
function read(length: number): ArrayBuffer {
  const memory = new NativeBuffer(length);
  const bytes = new Bytes(memory);
  for (let at = 0; at < length; ) {
    const got = readSync(REQUESTS, bytes, at, length - at, null);
    if (got === 0) leave(0);
    at += got;
  }
  return memory;
}

function write(bytes: Uint8Array): void {
  const length = lengthOf(bytes);
  try {
    for (let at = 0; at < length; ) at += writeSync(ANSWERS, bytes, at, length - at);
  } catch (error) {
    // Reported on standard error, the end of which is shown to the user.
    writeSync(ERRORS, `its answer cannot be written: ${thrownText(error)}\n`);
    leave(1);
  }
}

/**
 * Makes the kernel's output synchronous. Otherwise it is buffered until the call returns, and a kernel that prints
 * much is ended by Node at 2 GiB (write ENOBUFS) or by the memory limit.
 */
for (const stream of [process.stdout, process.stderr])
  (stream as { _handle?: { setBlocking?(on: boolean): void } })._handle?.setBlocking?.(true);

const key = new Bytes(read(KEY_BYTES));

async function load(path: string): Promise<Kernel> {
  let module: Record<string, unknown>;
  try {
    module = await import(pathToFileURL(path).href);
  } catch (thrown) {
    // V8 does not report the position of a syntax error.
    const place = thrown instanceof SyntaxError ? ` (SyntaxError; node --check ${path} shows where)` : '';
    throw new NoKernel(`${path}: cannot be imported: ${thrownText(thrown)}${place}`);
  }
  if (!('default' in module)) throw new NoKernel(`${path}: no default export; expected the kernel`);
  return checkKernel(module.default, `${path}, default export`);
}

/** Name, dtype and declaration of the kernel as JSON; the host parses and checks it again. */
function aboutText({ name, dtype, declares }: Kernel): string {
  const plain = <T>(value: T) => (typeof value === 'object' ? { ...value, __proto__: null } : value);
  const declared = declares && {
    expError: plain(declares.expError),
    stagePrecision: plain(declares.stagePrecision),
    accumulate: plain(declares.accumulate),
    __proto__: null,
  };
  return json({ name, dtype, declares: declared, __proto__: null });
}

async function answer(kernel: Kernel): Promise<void> {
  const head = new Doubles(read(REQUEST_HEAD));
  const { id, input } = decodeRequest(head, read(requestRest(head)));
  let output: StepOutput;
  try {
    output = await callKernel(kernel, input);
  } catch (thrown) {
    const fault = thrown instanceof KernelFault ? thrown : new KernelFault('threw', thrownText(thrown));
    return write(encodeFault(key, id, fault.kind, fault.message));
  }
  write(encodeOutput(key, id, output));
}

process.on('uncaughtException', (thrown) => {
  write(encodeTextAnswer(key, ANSWER.lastWords, thrownText(thrown)));
  leave(1);
});

const path = process.argv[2];
let kernel: Kernel;
try {
  kernel = await load(path);
  write(encodeTextAnswer(key, ANSWER.about, aboutText(kernel)));
} catch (thrown) {
  const fault = thrown instanceof NoKernel ? thrown : unreadable(`${path}, default export`, thrown);
  write(encodeTextAnswer(key, ANSWER.noKernel, thrownText(fault)));
  leave(0);
}
// Keeps the process alive: a call whose promise never settles is a call that hangs, not an exit.
setInterval(() => {}, 2 ** 30);
for (;;) {
  await answer(kernel!);
  // Lets timers, unhandled rejections and other pending events run.
  await new Promise((turn) => immediate(turn));
}
