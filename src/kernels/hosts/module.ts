/** A kernel module in a separate process, which can be ended at any time. */
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { noFile } from '../../io/file.ts';
import { cut, LIMITS, safeLine } from '../../io/text.ts';
import type { StepInput } from '../../model/stepInput.ts';
import { KernelFault, type KernelHost, NoKernel, type StepOutput } from '../kernel.ts';
import { checkLimits } from '../kernelChecks.ts';
import { checkAbout } from './call.ts';
import { startChild } from './child.ts';
import {
  ANSWER,
  type AnswerFrame,
  decodeFault,
  decodeOutput,
  encodeRequestFrame,
  Frames,
  KEY_BYTES,
  longestAnswerFrame,
} from './frames.ts';
import {
  callLimitOf,
  type Limits,
  Mailbox,
  memoryLimitOf,
  type Running,
  restarting,
  startLimitOf,
  within,
} from './host.ts';
import { Lines } from './lines.ts';

type About = Pick<KernelHost, 'name' | 'dtype' | 'declares'>;

// Node 20 does not run TypeScript: tests that run the sources use the built file.
const mainFile = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? '../../../dist/kernels/hosts/moduleMain.js' : './moduleMain.js',
    import.meta.url,
  ),
);

const unexpectedBytes = () =>
  new KernelFault('garbage', 'unexpected bytes on descriptor 4, which is reserved for the protocol');

/** Most bytes of a module's output that are shown, for all its processes together. */
const SHOWN = 2 ** 16;

/** Shows a module's output on standard error; standard output is reserved for the report. */
export function printer(
  write: (text: string) => unknown = (text) => process.stderr.write(text),
): (line: string) => void {
  let left = SHOWN;
  return (line) => {
    if (left <= 0) return;
    const text = `kernel: ${safeLine(line)}\n`;
    left -= text.length;
    write(left > 0 ? text : `kernel: .. (it prints more than ${SHOWN} bytes; the rest is not shown)\n`);
  };
}

/** Passes on each line of a stream as it arrives; a very long line is passed on in parts. */
function showLines(stream: Readable, print: (line: string) => void): void {
  const lines = new Lines(print);
  stream.on('data', (chunk: Buffer) => {
    lines.push(chunk);
    if (lines.size > LIMITS.message) lines.flush();
  });
  stream.on('end', () => lines.flush());
}

/**
 * Starts the process and waits until the module is loaded.
 * @throws NoKernel
 */
async function startModule(
  path: string,
  limits: Limits,
  print: (line: string) => void,
): Promise<Running & { readonly about: About }> {
  const memoryLimit = memoryLimitOf(limits);
  const mailbox = new Mailbox<AnswerFrame>(unexpectedBytes);
  const child = startChild(
    [process.execPath, `--max-old-space-size=${Math.ceil(memoryLimit / 2 ** 20)}`, mainFile, path],
    {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
      prints: true,
      memoryLimit,
      onFault: (fault) => mailbox.fail(fault),
      onEnd: (text) => mailbox.fail(new KernelFault('exited', text + child.lastWords())),
      onError: (error) => mailbox.fail(new NoKernel(`cannot start a process for ${path}: ${error.message}`)),
    },
  );
  const [, stdout, stderr, requests, answers] = child.stdio as [null, Readable, Readable, Writable, Readable];
  showLines(stdout, print);
  showLines(stderr, print);
  const key = randomBytes(KEY_BYTES);
  const frames = new Frames(
    key,
    (frame) =>
      frame.what === ANSWER.lastWords
        ? mailbox.fail(
            new KernelFault(
              'exited',
              `its process ended by an uncaught error: ${cut(frame.rest.toString(), LIMITS.message)}`,
            ),
          )
        : mailbox.deliver(frame),
    () => mailbox.fail(unexpectedBytes()),
  );
  answers.on('data', (chunk: Buffer) => frames.push(chunk));
  requests.write(key);

  let calls = 0;
  const step = async (input: StepInput): Promise<StepOutput> => {
    const id = ++calls;
    const next = mailbox.next();
    frames.longest = longestAnswerFrame(input);
    requests.write(encodeRequestFrame(id, input));
    const { what, rest } = await within(callLimitOf(limits, input), next, child.lastWords);
    const output = what === ANSWER.output ? decodeOutput(rest, input) : null;
    if (output?.id === id) return output.output;
    const fault = what === ANSWER.fault ? decodeFault(rest) : null;
    if (fault?.id === id) throw new KernelFault(fault.kind, cut(fault.message, LIMITS.message));
    throw unexpectedBytes();
  };

  try {
    const { what, rest } = await within(startLimitOf(limits), mailbox.next());
    if (what === ANSWER.about) return { about: checkAbout(rest.toString(), path), step, end: child.end };
    throw what === ANSWER.noKernel ? new NoKernel(cut(rest.toString(), LIMITS.message)) : unexpectedBytes();
  } catch (error) {
    await child.end();
    throw error instanceof KernelFault
      ? new NoKernel(`${path}: while loading the module: ${error.message}`)
      : error;
  }
}

/**
 * A host for the kernel that is a module's default export. Endless loops, process.exit(), uncaught errors and too
 * much memory are faults of the kernel and end its process; the next call starts a new one. At most 64 KiB of its
 * output is shown, on standard error.
 * @param path of the module's file, relative to the working directory or absolute
 * @throws NoKernel if the file does not exist, it cannot be imported, or its default export is not a kernel; BadInput with
 *   every fault of the limits
 */
export async function moduleHost(path: string, limits: Limits): Promise<KernelHost> {
  checkLimits(limits);
  const file = resolve(path);
  const fault = noFile(file);
  if (fault) throw new NoKernel(`${file}: ${fault}`);
  const print = printer();
  const first = await startModule(file, limits, print);
  const again = () =>
    startModule(file, limits, print).catch((error: Error) => {
      // The module was loaded once, so that a failure to load it again is a fault of the kernel, not bad input.
      throw error instanceof NoKernel
        ? new KernelFault('exited', `it cannot be restarted: ${error.message}`)
        : error;
    });
  return restarting(first.about, again, first);
}
