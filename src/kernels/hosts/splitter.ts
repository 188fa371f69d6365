/** Splits a stream of bytes into frames: a head of fixed length, which says how many bytes follow. */

interface Reader {
  readonly headBytes: number;
  /** The first bytes of every head: other bytes are garbage even if too few for a head have come. */
  readonly begins: Uint8Array;
  /** How many bytes follow a head that begins so; undefined if it is no head, or more than may follow. */
  rest(head: Buffer): number | undefined;
  onFrame(head: Buffer, rest: Buffer): void;
  /** Called once, with the bytes from the faulty head on. Later bytes are dropped. */
  onGarbage(bytes: Buffer): void;
}

/** The chunks of a frame are concatenated once. */
export class Splitter {
  #pieces: Buffer[] = [];
  #size = 0;
  #needed: number;
  #head: Buffer | undefined;
  #garbage = false;
  readonly #reader: Reader;

  constructor(reader: Reader) {
    this.#reader = reader;
    this.#needed = reader.headBytes;
  }

  push(chunk: Buffer): void {
    if (this.#garbage) return;
    this.#pieces.push(chunk);
    this.#size += chunk.byteLength;
    // Of a body, only the last chunk is worth the work.
    if (this.#head && this.#size < this.#needed) return;
    let all = Buffer.concat(this.#pieces);
    while (this.#begins(all) && all.byteLength >= this.#needed && !this.#garbage) {
      const part = all.subarray(0, this.#needed);
      if (this.#take(part)) all = all.subarray(part.byteLength);
      else this.#garbage = true;
    }
    if (this.#garbage || !this.#begins(all)) {
      this.#garbage = true;
      this.#reader.onGarbage(all);
      all = Buffer.alloc(0);
    }
    this.#pieces = [all];
    this.#size = all.byteLength;
  }

  /** Whether the bytes may be those of a frame. */
  #begins(bytes: Buffer): boolean {
    const { begins } = this.#reader;
    const length = Math.min(bytes.byteLength, begins.byteLength);
    return this.#head !== undefined || bytes.subarray(0, length).equals(begins.subarray(0, length));
  }

  /** Bytes of the unfinished frame that have come, its head included. */
  get size(): number {
    return this.#size + (this.#head?.byteLength ?? 0);
  }

  /** The first bytes of the unfinished frame. */
  start(most: number): Buffer {
    const parts = this.#head ? [this.#head, ...this.#pieces] : this.#pieces;
    return Buffer.concat(parts, Math.min(most, this.size));
  }

  /** Processes a head or a body. @returns false if it is no head */
  #take(part: Buffer): boolean {
    const head = this.#head;
    if (head) {
      this.#head = undefined;
      this.#needed = this.#reader.headBytes;
      this.#reader.onFrame(head, part);
      return true;
    }
    const rest = this.#reader.rest(part);
    if (rest === undefined) return false;
    this.#head = part;
    this.#needed = rest;
    return true;
  }
}
