/** A kernel in a separate process, called through JSON lines (`lineWire.ts`) or frames of bytes (`frameWire.ts`). */
import type { Readable, Writable } from 'node:stream';
import type { Dtype, StepInput } from '../../model/stepInput.ts';
import { type Declaration, KernelFault, type KernelHost, NoKernel, type StepOutput } from '../kernel.ts';
import { checkLimits } from '../kernelChecks.ts';
import { checkDeclared } from './call.ts';
import { startChild } from './child.ts';
import { frameWire } from './frameWire.ts';
import {
  type Limits,
  Mailbox,
  memoryLimitOf,
  type Running,
  restarting,
  startLimitOf,
  within,
} from './host.ts';
import { lineWire } from './lineWire.ts';
import type { Message } from './wire.ts';

export interface ProcessOptions extends Limits {
  readonly dtype: Dtype;
  readonly declares?: Declaration;
  /** Whether it speaks frames of bytes; otherwise JSON lines. */
  readonly frames?: boolean;
  /** Default: the command. */
  readonly name?: string;
}

/** Exit codes of a shell that cannot execute a command, or does not find it. */
const CANNOT_START = [126, 127];

/** Environment variable that names the protocol, so that a program which speaks both can choose. */
const PROTOCOL = 'SNAPCHECK_PROTOCOL';

/**
 * Starts the command. Whether it is a kernel is unknown until its first line or its end. @param answered whether an
 * earlier start of the same command gave an answer, so that it is known to be a kernel
 */
function startProcess(command: string, options: ProcessOptions, answered: boolean): Running {
  const mailbox = new Mailbox<Message>(
    ({ what, excerpt }) => new KernelFault('garbage', `${what} without a request: ${excerpt}`),
  );
  let fresh = true;
  const wire = (options.frames ? frameWire : lineWire)(
    (message) => {
      fresh = false;
      mailbox.deliver(message);
    },
    (why) => mailbox.fail(new KernelFault('garbage', why)),
  );
  const child = startChild(command, {
    stdio: ['pipe', 'pipe', 'pipe'],
    prints: false,
    env: { [PROTOCOL]: options.frames ? 'frames' : 'lines' },
    memoryLimit: memoryLimitOf(options),
    onFault: (fault) => mailbox.fail(fault),
    onEnd: (text, code) => {
      const never = fresh && !answered && CANNOT_START.includes(code ?? 0);
      mailbox.fail(
        never
          ? new NoKernel(`cannot start ${command} (exit code ${code})${child.lastWords()}`)
          : new KernelFault('exited', text + wire.half() + child.lastWords()),
      );
    },
    onError: (error) => mailbox.fail(new NoKernel(`cannot start ${command}: ${error.message}`)),
  });
  const [stdin, stdout] = child.stdio as [Writable, Readable];
  stdout.on('data', (chunk: Buffer) => wire.push(chunk));

  let requests = 0;
  return {
    step: async (input) => {
      const id = ++requests;
      const message = mailbox.next();
      stdin.write(wire.request(id, input));
      const limit = fresh ? startLimitOf(options) : options.timeLimit;
      return (await within(limit, message, () => wire.half() + child.lastWords())).output(id, input);
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
