/** Bytes that come in pieces, as lines. */
import { excerpt } from './protocol.ts';

/** Hands on each line without its end. A line is put together once, however many pieces it comes in. */
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

  /** Hands on what there is of a line that has not ended. */
  flush(): void {
    if (this.#size > 0) this.push(Buffer.from('\n'));
  }

  /** Bytes of the line that has not ended. */
  get size(): number {
    return this.#size;
  }

  /** What to add to a message about the silence or end that followed half a line; nothing after a whole one. */
  half(): string {
    if (this.#size === 0) return '';
    const start = Buffer.concat(this.#pieces).subarray(0, 1000).toString();
    return `, after half a line of ${this.#size} bytes: ${excerpt(start)}`;
  }
}
