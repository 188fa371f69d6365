/** A kernel in a separate process, called through JSON lines (`lineWire.ts`) or frames of bytes (`frameWire.ts`). */
import type { Readable, Writable } from 'node:stream';
import { type Dtype, floats, type StepInput } from '../../model/stepInput.ts';
import { type Declaration, KernelFault, type KernelHost, NoKernel, type StepOutput } from '../kernel.ts';
import { checkLimits } from '../kernelChecks.ts';
import { checkDeclared } from './call.ts';
import { startChild } from './child.ts';
import { declaredTwice, type Hello } from './declaration.ts';
import { frameWire } from './frameWire.ts';
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
import { lineWire } from './lineWire.ts';
import type { Message } from './wire.ts';

export interface ProcessOptions extends Limits {
  readonly dtype: Dtype;
  /** What its hello message does not declare. */
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
 * Starts the command. Whether it is a kernel is unknown until its first line or its end.
 * @param answered whether an earlier start of the same command gave an answer, so that it is known to be a kernel
 * @param onHello called once, with the hello message or, if the first message is none, without; @returns a fault of it
 */
function startProcess(
  command: string,
  options: ProcessOptions,
  answered: boolean,
  onHello: (hello?: Hello) => Error | undefined,
): Running {
  const mailbox = new Mailbox<Message>(
    ({ what, excerpt }) => new KernelFault('garbage', `${what} without a request: ${excerpt}`),
  );
  /** No answer has come, and no message at all. */
  let [fresh, silent] = [true, true];
  const wire = (options.frames ? frameWire : lineWire)(
    (message) => {
      const hello = silent ? message.hello() : undefined;
      const fault = silent ? onHello(hello) : undefined;
      silent = false;
      if (fault) return mailbox.fail(fault);
      if (hello) return;
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
      const never = silent && !answered && CANNOT_START.includes(code ?? 0);
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
      const limit = Math.max(callLimitOf(options, input), fresh ? startLimitOf(options) : 0);
      const starting = fresh ? ': its first, so it may still be starting; --time-limit allows more' : '';
      return (await within(limit, message, () => starting + wire.half() + child.lastWords())).output(
        id,
        input,
      );
    },
    end: child.end,
  };
}

/** Any small input: its answer shows that the process will say no more about itself. */
function smallInput(dtype: Dtype): StepInput {
  const zeros = () => floats(dtype, [0, 0, 0, 0]);
  const [contexts, queries, targets] = [Int32Array.of(0), Int32Array.of(0), Int32Array.of(1)];
  const matrices = { Y: zeros(), Z: zeros(), velocityY: zeros(), velocityZ: zeros() };
  const sizes = { vocabulary: 2, contextLength: 1 };
  return { ...sizes, contexts, queries, targets, ...matrices, etaY: 1, etaZ: 1, momentum: 0 };
}

/**
 * A host for a shell command that reads requests and writes answers. The command has its own process group, which is
 * ended when the host closes, after a fault, and when Snapcheck ends. Its first `step`, or `ready`, throws NoKernel if the
 * shell cannot start the command, or if its hello message has faults. A process may declare its arithmetic in a hello
 * message before its first answer: `ready` puts one small input, so that `declares` is final.
 * @throws NoKernel if dtype or declaration are not valid; BadInput with every fault of the limits
 */
export function processHost(command: string, options: ProcessOptions): KernelHost {
  checkLimits(options);
  checkDeclared(options, 'processHost()');
  const { dtype, declares = {}, name = command } = options;
  let answered = false;
  let known: { readonly text: string; readonly declares: Declaration } | undefined;
  const learn = (text: string, hello?: Declaration) => {
    known = { text, declares: { ...declares, ...hello } };
  };
  /** The first process says what is declared; a later one must say the same. */
  const onHello = (hello?: Hello): Error | undefined => {
    const text = hello ? JSON.stringify(hello.declares) : 'nothing';
    if (known)
      return known.text === text
        ? undefined
        : new KernelFault('garbage', `it declares ${text}, and declared ${known.text} at its first start`);
    const faults = hello ? [...hello.faults, ...declaredTwice(declares, hello.declares)] : [];
    if (faults.length > 0) return new NoKernel(`${name}: ${faults.join('; ')}`);
    learn(text, hello?.declares);
    return undefined;
  };
  const start = async (): Promise<Running> => {
    const running = startProcess(command, options, answered, onHello);
    const step = async (input: StepInput): Promise<StepOutput> => {
      const output = await running.step(input);
      answered = true;
      return output;
    };
    return { ...running, step };
  };
  const host = restarting({ name, dtype, declares }, start);
  return {
    ...host,
    get declares() {
      return known?.declares ?? declares;
    },
    async ready() {
      if (known !== undefined) return;
      try {
        await host.step(smallInput(dtype));
      } catch (error) {
        // A fault is found again by the cases of a run, which report it with its input.
        if (!(error instanceof KernelFault)) throw error;
      }
      if (!known) learn('nothing');
    },
  };
}
