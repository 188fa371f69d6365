/** A kernel in a process of its own, asked in JSON lines (`protocol.ts`). */
import { constants as bufferConstants } from 'node:buffer';
import type { Readable, Writable } from 'node:stream';
import type { Dtype, StepInput } from '../../model/stepInput.ts';
import { type Declaration, KernelFault, type KernelHost, NoKernel, type StepOutput } from '../kernel.ts';
import { outputLengths } from './checkOutput.ts';
import { startChild } from './child.ts';
import {
  type Limits,
  Mailbox,
  memoryLimitOf,
  type Running,
  restarting,
  startLimitOf,
  within,
} from './host.ts';
import { Lines } from './lines.ts';
import { decodeAnswer, encodeRequest, excerpt } from './protocol.ts';

export interface ProcessOptions extends Limits {
  readonly dtype: Dtype;
  readonly declares?: Declaration;
  /** The command when left out. */
  readonly name?: string;
}

/** What a shell exits with when it cannot execute a command, or does not find it. */
const CANNOT_START = [126, 127];

/** More than any answer has: base64 takes 11 characters a number, a JSON array of numbers some 25. */
export const longestAnswer = (input: StepInput): number =>
  Math.min(
    bufferConstants.MAX_STRING_LENGTH - 2 ** 20, // the rest of the last piece
    LONGEST_UNASKED + 64 * Object.values(outputLengths(input)).reduce((a, b) => a + b),
  );

/** Of a line that comes before anything was asked. */
const LONGEST_UNASKED = 2 ** 20;

/**
 * Starts the command. Nothing is known of it until its first line or its end; `answered` says whether an earlier start
 * of the same command answered, so that it is a kernel beyond doubt.
 */
function startProcess(command: string, limits: Limits, answered: boolean): Running {
  const mailbox = new Mailbox<string>(
    (line) =>
      new KernelFault('garbage', `a line of standard output that no request asked for: ${excerpt(line)}`),
  );
  let fresh = true;
  const lines = new Lines((line) => {
    fresh = false;
    mailbox.deliver(line);
  });
  let longest = LONGEST_UNASKED;
  const child = startChild(command, {
    stdio: ['pipe', 'pipe', 'pipe'],
    prints: false,
    memoryLimit: memoryLimitOf(limits),
    onFault: (fault) => mailbox.fail(fault),
    onEnd: (text, code) => {
      const never = fresh && !answered && CANNOT_START.includes(code ?? 0);
      mailbox.fail(
        never
          ? new NoKernel(`cannot start ${command} (exit code ${code})${child.lastWords()}`)
          : new KernelFault('exited', text + lines.half() + child.lastWords()),
      );
    },
    onError: (error) => mailbox.fail(new NoKernel(`cannot start ${command}: ${error.message}`)),
  });
  const [stdin, stdout] = child.stdio as [Writable, Readable];
  stdout.on('data', (chunk: Buffer) => {
    lines.push(chunk);
    if (lines.size > longest)
      mailbox.fail(new KernelFault('garbage', `a line longer than any answer${lines.half()}`));
  });

  let asked = 0;
  return {
    ask: async (input) => {
      const id = ++asked;
      const line = mailbox.next();
      longest = longestAnswer(input);
      stdin.write(`${encodeRequest(id, input)}\n`);
      const limit = fresh ? startLimitOf(limits) : limits.timeLimit;
      return decodeAnswer(await within(limit, line, () => lines.half() + child.lastWords()), id, input);
    },
    end: child.end,
  };
}

/**
 * A host for a shell command that reads requests and writes answers. It runs in a process group of its own, which is
 * ended with it, after a fault, and with us. Its first `step` throws NoKernel when the shell cannot start the command.
 */
export function processHost(command: string, options: ProcessOptions): KernelHost {
  const { dtype, declares = {}, name = command } = options;
  let answered = false;
  const start = async (): Promise<Running> => {
    const running = startProcess(command, options, answered);
    const ask = async (input: StepInput): Promise<StepOutput> => {
      const output = await running.ask(input);
      answered = true;
      return output;
    };
    return { ...running, ask };
  };
  return restarting({ name, dtype, declares }, start);
}
