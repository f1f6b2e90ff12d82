const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;
const DATA = Uint8Array.of(0x64, 0x61, 0x74, 0x61, 0x3a); // data:
const BYTE_ORDER_MARK = Uint8Array.of(0xef, 0xbb, 0xbf);
const NEWLINE = Uint8Array.of(LF);

export interface SseListener {
  /** A piece of the event's data, as it comes; several `data` lines are joined by a line feed. */
  data(bytes: Uint8Array, start: number, end: number): void;
  /** The blank line: what the event is made of stops before `end` in the bytes under way. */
  event(end: number): void;
  /**
   * What is part of no event: a piece of a comment, its line's end included, or the mark before them all.
   * From `start` up to `end` in the bytes under way.
   */
  comment?(start: number, end: number): void;
  /** Asked where an event begins: where it ends, if it need not be read, and −1 otherwise. */
  again(bytes: Uint8Array, start: number): number;
  /** The line feed of a CR LF whose CR ended an event, in the bytes before: it is the first here. */
  lateLineFeed(): void;
}

/** Where the line under way is: in its field's name, behind `data:`, in the data, in another field, in a comment. */
type Part = 'name' | 'space' | 'data' | 'other' | 'comment';

/**
 * Tells the events of a `text/event-stream` apart as the bytes go by, cut anywhere, and keeps none
 * of them (WHATWG HTML §9.2.6: lines end with LF, CR or CR LF; a blank line ends an event; one
 * space behind the colon is not data). Fields other than `data` and comments are passed over.
 */
export class SseScanner {
  readonly #listener: SseListener;
  #part: Part = 'name';
  #matched = 0;
  #markMatched = 0;
  /** Where the part of the line that was read last begins, behind the mark. */
  #behindMark = 0;
  #isBlank = true;
  /** Whether the event under way has had a `data` line already. */
  #hasData = false;
  /** Whether it has had any line but comments. */
  #hasFields = false;
  /** Whether an event begins here, but for comments before it. */
  #isBetween = false;
  /** The last byte was a CR: did it end an event, or just a line, or a comment? */
  #afterCr: 'event' | 'line' | 'comment' | undefined;

  constructor(listener: SseListener) {
    this.#listener = listener;
  }

  scan(bytes: Uint8Array): void {
    let at = this.#skipLateLineFeed(bytes);
    let cr = bytes.indexOf(CR, at);
    while (at < bytes.length) {
      if (this.#isBetween) {
        const end = this.#listener.again(bytes, at);
        if (end !== -1) {
          at = end;
          continue;
        }
        this.#isBetween = false;
      }
      if (cr !== -1 && cr < at) cr = bytes.indexOf(CR, at);
      const lf = bytes.indexOf(LF, at);
      const stop = cr !== -1 && (lf === -1 || cr < lf) ? cr : lf;
      const start = at;
      at = stop === -1 ? bytes.length : stop + 1;
      this.#readLine(bytes, start, stop === -1 ? at : stop);
      if (stop !== -1 && stop === cr && bytes[at] === LF) at += 1;
      const isComment = this.#part === 'comment';
      if (isComment) this.#listener.comment?.(this.#behindMark, at);
      if (stop === -1) return;
      const isEvent = this.#endLine();
      if (stop === cr && at === bytes.length && bytes[at - 1] === CR) {
        this.#afterCr = isEvent ? 'event' : isComment ? 'comment' : 'line';
      }
      if (isEvent) this.#listener.event(at);
    }
  }

  #skipLateLineFeed(bytes: Uint8Array): number {
    if (this.#afterCr === undefined || bytes.length === 0) return 0;
    const after = this.#afterCr;
    this.#afterCr = undefined;
    if (bytes[0] !== LF) return 0;
    if (after === 'event') this.#listener.lateLineFeed();
    else if (after === 'comment') this.#listener.comment?.(0, 1);
    return 1;
  }

  /** A part of a line, without its end. */
  #readLine(bytes: Uint8Array, start: number, end: number): void {
    let at = this.#skipByteOrderMark(bytes, start, end);
    this.#behindMark = at;
    if (at === end) return;
    if (this.#isBlank && bytes[at] === COLON) this.#part = 'comment';
    this.#isBlank = false;
    while (at < end && this.#part === 'name') {
      if (bytes[at] !== DATA[this.#matched]) {
        this.#part = 'other';
        break;
      }
      this.#matched += 1;
      at += 1;
      if (this.#matched === DATA.length) this.#beginData();
    }
    if (at < end && this.#part === 'space') {
      if (bytes[at] === SPACE) at += 1;
      this.#part = 'data';
    }
    if (at < end && this.#part === 'data') this.#listener.data(bytes, at, end);
  }

  #beginData(): void {
    this.#part = 'space';
    if (this.#hasData) this.#listener.data(NEWLINE, 0, 1);
    this.#hasData = true;
  }

  /** At the very beginning of the stream alone. It passes as a comment does: it must stay the first. */
  #skipByteOrderMark(bytes: Uint8Array, start: number, end: number): number {
    if (this.#markMatched === BYTE_ORDER_MARK.length) return start;
    const at = this.#endOfMark(bytes, start, end);
    if (at > start) this.#listener.comment?.(start, at);
    return at;
  }

  #endOfMark(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && this.#markMatched < BYTE_ORDER_MARK.length) {
      if (bytes[at] !== BYTE_ORDER_MARK[this.#markMatched]) {
        this.#markMatched = BYTE_ORDER_MARK.length;
        return at;
      }
      this.#markMatched += 1;
      at += 1;
    }
    return at;
  }

  /** Whether the line was the blank one that ends an event. */
  #endLine(): boolean {
    const isBlank = this.#isBlank;
    if (isBlank) this.#hasFields = false;
    else if (this.#part !== 'comment') this.#hasFields = true;
    this.#part = 'name';
    this.#matched = 0;
    this.#markMatched = BYTE_ORDER_MARK.length;
    this.#isBlank = true;
    if (isBlank) this.#hasData = false;
    this.#isBetween = !this.#hasFields;
    return isBlank;
  }
}
