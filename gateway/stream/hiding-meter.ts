import type { AnswerMeter } from './answer-meter.js';
import type { EventReader } from './event-meter.js';
import type { AnswerFacts, Reading } from './reading.js';
import { SseScanner } from './sse-scanner.js';

/** An event longer than this is not the one to hide, and is passed on as it comes. */
const MAX_HELD_BYTES = 16 * 1024;

/**
 * Holds back the event under way until its last byte, since only then it is known whether it is to
 * be hidden. No client can read a part of an event, so none is delayed; whole ones pass at once, and so
 * do comments, which are no part of any: they keep a connection open.
 */
export class HidingMeter implements AnswerMeter {
  readonly kind = 'events';
  readonly #events: EventReader;
  readonly #scanner: SseScanner;
  /** Of the event under way: what came with earlier bytes, and is not passed on. */
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  /** The event under way was passed on in part, so all of it must be. */
  #isLong = false;
  /** In the bytes under way: what goes on, and where what is not yet passed begins. */
  #out: Uint8Array[] = [];
  #bytes: Uint8Array = new Uint8Array();
  #from = 0;
  #eventFrom = 0;
  #wasHidden = false;

  constructor(events: EventReader) {
    this.#events = events;
    this.#scanner = new SseScanner({
      data: (bytes, start, end) => events.data(bytes, start, end),
      event: (end) => this.#endEvent(end, events.event(this.#bytes, end)),
      again: (bytes, at) => {
        const end = events.again(bytes, at);
        if (end !== -1) this.#endEvent(end, false);
        return end;
      },
      comment: (start, end) => this.#passComment(start, end),
      lateLineFeed: () => {
        this.#eventFrom = 1;
        if (this.#wasHidden) this.#from = 1;
      },
    });
  }

  push(bytes: Uint8Array): readonly Uint8Array[] {
    this.#out = [];
    this.#bytes = bytes;
    this.#from = 0;
    this.#eventFrom = 0;
    this.#scanner.scan(bytes);
    this.#pass(this.#isLong ? bytes.length : this.#eventFrom);
    this.#hold(bytes.subarray(this.#from));
    return this.#out;
  }

  end(): readonly Uint8Array[] {
    this.#out = [];
    const isHidden = this.#events.event() && !this.#isLong;
    if (!isHidden) this.#passHeld();
    this.#events.reader.ended();
    return this.#out;
  }

  reading(): Reading {
    return this.#events.reader.reading();
  }

  facts(): AnswerFacts {
    return this.#events.reader.facts();
  }

  ids(): readonly string[] {
    return this.#events.reader.ids();
  }

  #endEvent(end: number, isUsageOnly: boolean): void {
    const isHidden = isUsageOnly && !this.#isLong;
    if (isHidden) {
      this.#pass(this.#eventFrom);
      this.#held = [];
      this.#heldBytes = 0;
      this.#from = end;
    } else this.#passHeld();
    this.#eventFrom = end;
    this.#isLong = false;
    this.#wasHidden = isHidden;
  }

  /** What of the event came before it stays where it is. */
  #passComment(start: number, end: number): void {
    // Such an event passes as it comes, and so its comments.
    if (this.#isLong) return;
    this.#pass(this.#eventFrom);
    this.#hold(this.#bytes.subarray(this.#from, start));
    this.#out.push(this.#bytes.subarray(start, end));
    this.#from = end;
  }

  /** What of the bytes under way is before `end`, and not passed on yet, goes on. */
  #pass(end: number): void {
    if (end <= this.#from) return;
    this.#out.push(this.#bytes.subarray(this.#from, end));
    this.#from = end;
  }

  #hold(rest: Uint8Array): void {
    if (rest.length === 0) return;
    this.#held.push(rest);
    this.#heldBytes += rest.length;
    if (this.#heldBytes <= MAX_HELD_BYTES) return;
    this.#passHeld();
    this.#isLong = true;
  }

  #passHeld(): void {
    this.#out.push(...this.#held);
    this.#held = [];
    this.#heldBytes = 0;
  }
}
