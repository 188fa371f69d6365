/** Splits a stream of bytes into lines. */
import { excerpt } from './protocol.ts';

/** Passes on each line without its line end. The chunks of a line are concatenated once. */
export class Lines {
  #pieces: Buffer[] = [];
  #size = 0;
  readonly #onLine: (line: string) => void;
  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', start)) {
      const line = Buffer.concat([...this.#pieces, chunk.subarray(start, end)]).toString();
      this.#pieces = [];
      this.#size = 0;
      start = end + 1;
      this.#onLine(line);
    }
    if (start === chunk.length) return;
    this.#pieces.push(chunk.subarray(start));
    this.#size += chunk.length - start;
  }

  /** Passes on an unfinished line. */
  flush(): void {
    if (this.#size > 0) this.push(Buffer.from('\n'));
  }

  /** Bytes of the unfinished line. */
  get size(): number {
    return this.#size;
  }

  /** Addition to a message about a timeout or an end: the unfinished line, if there is one. */
  half(): string {
    if (this.#size === 0) return '';
    const start = Buffer.concat(this.#pieces).subarray(0, 1000).toString();
    return `, after half a line of ${this.#size} bytes: ${excerpt(start)}`;
  }
}
