/** A kernel in a process of its own, asked in JSON lines (`protocol.ts`). */
import { constants as bufferConstants } from 'node:buffer';
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Dtype, StepInput } from '../../model/stepInput.ts';
import { type Declaration, KernelFault, type KernelHost, NoKernel, type StepOutput } from '../kernel.ts';
import { outputLengths } from './checkOutput.ts';
import { endGroup, startGroup } from './groups.ts';
import { type Limits, Mailbox, type Running, restarting, startLimitOf, within } from './host.ts';
import { Lines } from './lines.ts';
import { decodeAnswer, encodeRequest, excerpt } from './protocol.ts';

export interface ProcessOptions extends Limits {
  readonly dtype: Dtype;
  readonly declares?: Declaration;
  /** The command when left out. */
  readonly name?: string;
}

/** How much of the end of standard error is shown. */
const TAIL = 2000;
/** What a shell exits with when it cannot execute a command, or does not find it. */
const CANNOT_START = [126, 127];
/** How long to read on after the process ended, when one that left its group keeps the pipes open. */
const DRAIN = 500;

function endText(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal) return `its process was ended by ${signal}`;
  const name = Object.entries(constants.signals).find(([, number]) => number === code! - 128)?.[0];
  return `its process ended with exit code ${code}${name ? ` (${name})` : ''}`;
}

/** More than any answer has: base64 takes 11 characters a number, a JSON array of numbers some 25. */
const longestAnswer = (input: StepInput): number =>
  Math.min(
    bufferConstants.MAX_STRING_LENGTH - 2 ** 20, // the rest of the last piece

    2 ** 20 + 64 * Object.values(outputLengths(input)).reduce((a, b) => a + b),
  );

/**
 * Starts the command. Nothing is known of it until its first line or its end; `answered` says whether an earlier start
 * of the same command answered, so that it is a kernel beyond doubt.
 */
function startProcess(command: string, limits: Limits, answered: boolean): Running {
  const child = startGroup(() => spawn(command, { shell: true, detached: true, stdio: 'pipe' }));
  const { pid, stdin, stdout, stderr } = child;
  // EPIPE and its like mean that the process ended, and its end is told.
  for (const stream of [stdin, stdout, stderr]) stream.on('error', () => {});

  const mailbox = new Mailbox<string>(
    (line) =>
      new KernelFault('garbage', `a line of standard output that no request asked for: ${excerpt(line)}`),
  );
  let fresh = true;
  const lines = new Lines((line) => {
    fresh = false;
    mailbox.deliver(line);
  });
  let longest = 0;
  stdout.on('data', (chunk: Buffer) => {
    lines.push(chunk);
    if (lines.size > longest)
      mailbox.fail(new KernelFault('garbage', `a line longer than any answer${lines.half()}`));
  });
  let tail = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-TAIL);
  });
  const lastWords = () => (tail.trim() ? `; its standard error ends:\n${tail.trim()}` : '');

  const over = new Promise<void>((resolve) => {
    child.on('error', (error) => {
      mailbox.fail(new NoKernel(`cannot start ${command}: ${error.message}`));
      resolve();
    });
    child.on('exit', async (code, signal) => {
      endGroup(pid!); // what it started ends with it
      await new Promise<void>((read) => {
        const timer = setTimeout(read, DRAIN);
        child.once('close', () => {
          clearTimeout(timer);
          read();
        });
      });
      for (const stream of [stdin, stdout, stderr]) stream.destroy();
      const never = fresh && !answered && CANNOT_START.includes(code ?? 0);
      mailbox.fail(
        never
          ? new NoKernel(`cannot start ${command} (exit code ${code})${lastWords()}`)
          : new KernelFault('exited', endText(code, signal) + lines.half() + lastWords()),
      );
      resolve();
    });
  });

  let asked = 0;
  return {
    ask: async (input) => {
      const id = ++asked;
      const line = mailbox.next();
      longest = longestAnswer(input);
      stdin.write(`${encodeRequest(id, input)}\n`);
      const limit = fresh ? startLimitOf(limits) : limits.timeLimit;
      return decodeAnswer(await within(limit, line, () => lines.half() + lastWords()), id, input);
    },
    end: () => {
      if (pid !== undefined) endGroup(pid);
      return over;
    },
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
