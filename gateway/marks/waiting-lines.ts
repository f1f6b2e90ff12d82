const FIRST_BYTES = 64 * 1024;
/** Of one UTF-16 unit in UTF-8. */
const MOST_BYTES = 3;

/**
 * Lines that wait to be written, as the bytes that they will be. A line that waits as a text is a tree
 * of the pieces that it was made of: some thirty objects, which every collection meanwhile copies.
 */
export class WaitingLines {
  #bytes = Buffer.alloc(0);
  #length = 0;

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  add(line: string): void {
    this.#makeRoom(line.length * MOST_BYTES);
    this.#length += this.#bytes.write(line, this.#length);
  }

  /** All of them; none waits any more. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = Buffer.alloc(0);
    this.#length = 0;
    return taken;
  }

  /** What was taken and could not be written waits again, before what came since. */
  putBack(taken: Buffer): void {
    const since = this.take();
    this.#bytes = Buffer.concat([taken, since]);
    this.#length = this.#bytes.length;
  }

  #makeRoom(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(FIRST_BYTES, needed, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
