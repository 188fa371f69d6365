/** A kernel in a separate process, called through JSON lines (`protocol.ts`). */
import { constants as bufferConstants } from 'node:buffer';
import type { Readable, Writable } from 'node:stream';
import type { Dtype, StepInput } from '../../model/stepInput.ts';
import { type Declaration, KernelFault, type KernelHost, NoKernel, type StepOutput } from '../kernel.ts';
import { checkLimits } from '../kernelChecks.ts';
import { checkDeclared } from './call.ts';
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
  /** Default: the command. */
  readonly name?: string;
}

/** Exit codes of a shell that cannot execute a command, or does not find it. */
const CANNOT_START = [126, 127];

/** An upper bound of an answer's length in characters: base64 takes 11 per number, a JSON array of numbers about 25. */
export const longestAnswer = (input: StepInput): number =>
  Math.min(
    bufferConstants.MAX_STRING_LENGTH - 2 ** 20, // room for the rest of the last chunk
    LONGEST_UNEXPECTED + 64 * Object.values(outputLengths(input)).reduce((a, b) => a + b),
  );

/** Longest line that is read before the first request, in characters. */
const LONGEST_UNEXPECTED = 2 ** 20;

/**
 * Starts the command. Whether it is a kernel is unknown until its first line or its end. @param answered whether an
 * earlier start of the same command gave an answer, so that it is known to be a kernel
 */
function startProcess(command: string, limits: Limits, answered: boolean): Running {
  const mailbox = new Mailbox<string>(
    (line) => new KernelFault('garbage', `a line on standard output without a request: ${excerpt(line)}`),
  );
  let fresh = true;
  const lines = new Lines((line) => {
    fresh = false;
    mailbox.deliver(line);
  });
  let longest = LONGEST_UNEXPECTED;
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

  let requests = 0;
  return {
    step: async (input) => {
      const id = ++requests;
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
 * A host for a shell command that reads requests and writes answers. The command has its own process group, which is
 * ended when the host closes, after a fault, and when Snapcheck ends. Its first `step` throws NoKernel if the shell
 * cannot start the command.
 * @throws NoKernel if dtype or declaration are not valid; BadInput with every fault of the limits
 */
export function processHost(command: string, options: ProcessOptions): KernelHost {
  checkLimits(options);
  checkDeclared(options, 'processHost()');
  const { dtype, declares = {}, name = command } = options;
  let answered = false;
  const start = async (): Promise<Running> => {
    const running = startProcess(command, options, answered);
    const step = async (input: StepInput): Promise<StepOutput> => {
      const output = await running.step(input);
      answered = true;
      return output;
    };
    return { ...running, step };
  };
  return restarting({ name, dtype, declares }, start);
}
