/** What every way of talking with a kernel's process has: `lineWire.ts` and `frameWire.ts` are the two. */
import type { StepInput } from '../../model/stepInput.ts';
import type { StepOutput } from '../kernel.ts';
import type { Hello } from './declaration.ts';

/** One message of a kernel's process: a line, or a frame. */
export interface Message {
  /** What it is, for a fault: `a line on standard output`. */
  readonly what: string;
  /** Its beginning, quoted. */
  readonly excerpt: string;
  /** What the kernel declares, if the message is its hello; undefined for any other message. */
  hello(): Hello | undefined;
  /**
   * The output, if it is the answer to request `id`.
   * @throws KernelFault: 'garbage', 'threw' or 'wrong output'
   */
  output(id: number, input: StepInput): StepOutput;
}

export interface Wire {
  /** The bytes of a request. From then on a message may be as long as the longest answer to it. */
  request(id: number, input: StepInput): string | Uint8Array;
  /** Takes what the process wrote; after garbage it takes nothing more, so that no flood fills the memory. */
  push(chunk: Buffer): void;
  /** Addition to a message about a timeout or an end: the unfinished message, if there is one. */
  half(): string;
}

/** @param garbage is called once at most, with why the bytes are no message */
export type OpenWire = (deliver: (message: Message) => void, garbage: (why: string) => void) => Wire;
