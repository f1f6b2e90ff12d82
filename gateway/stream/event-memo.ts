const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** After so many events in a row that were not like the one before, a stream is not looked at any more. */
const MAX_MISSES = 16;

/** Where in the bytes under way the one measured string of an event is: behind its opening quote. */
export interface MeasuredAt {
  readonly start: number;
  /** As it was measured: without escapes, so many bytes. */
  readonly length: number;
}

/**
 * Events of one stream differ in a word of text alone, most of them. So the last one is kept without
 * that word: an event that begins and ends with the same bytes, and has nothing in between that ends
 * a string or a line, says the same but for the length of its word, and need not be read again.
 */
export class EventMemo {
  #before: Uint8Array | undefined;
  #behind: Uint8Array = new Uint8Array();
  #misses = 0;
  /** The bytes in which the event under way began, and where. */
  #bytes: Uint8Array | undefined;
  #from = 0;
  #wordLength = 0;

  /** How long the word of the event was that matched last, in bytes. */
  get wordLength(): number {
    return this.#wordLength;
  }

  /**
   * Whether a like event, the whole of it, begins here. Answers where it ends, or −1.
   * To be asked at the beginning of each event.
   */
  match(bytes: Uint8Array, at: number): number {
    const end = this.#endOfLike(bytes, at);
    if (end !== -1) {
      this.#misses = 0;
      return end;
    }
    this.#bytes = bytes;
    this.#from = at;
    return -1;
  }

  #endOfLike(bytes: Uint8Array, at: number): number {
    const before = this.#before;
    if (before === undefined) return -1;
    const start = at + before.length;
    if (!isLike(bytes, at, before)) return -1;
    const quote = endOfWord(bytes, start);
    if (quote === -1 || !isLike(bytes, quote, this.#behind)) return -1;
    this.#wordLength = quote - start;
    return quote + this.#behind.length;
  }

  /**
   * An event was read to its end, `end`, with one string that was measured.
   * @param bytes in which it ended
   */
  keep(bytes: Uint8Array, end: number, { start, length }: MeasuredAt): void {
    this.forget();
    this.#misses += 1;
    const close = start + length;
    const isHere = this.#bytes === bytes && this.#from < start && close < end;
    if (!isHere || this.#misses > MAX_MISSES || bytes[end - 1] !== LF) return;
    // Nothing in it was left out when it was measured, so that it does end there.
    if (bytes[start - 1] !== QUOTE || endOfWord(bytes, start) !== close) return;
    this.#before = bytes.slice(this.#from, start);
    this.#behind = bytes.slice(close, end);
  }

  forget(): void {
    this.#before = undefined;
  }
}

/** Where a word from here on has its closing quote; −1 where it has an escape, or a line ends. */
function endOfWord(bytes: Uint8Array, start: number): number {
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH || byte === LF || byte === CR) return -1;
  }
  return -1;
}

function isLike(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  const end = at + wanted.length;
  return end <= bytes.length && Buffer.compare(bytes.subarray(at, end), wanted) === 0;
}
